#!/usr/bin/env python3
"""What a disk holds after a power cut.

usage: power.py LOG DISK [--until N] [--seed S]     puts the writes of LOG on DISK, and prints what was done as JSON
       power.py LOG count                           prints how many entries LOG has
       power.py LOG find TEXT                       prints how many entries stand before the first write that has TEXT in it (utf16:TEXT: as in the long names of FAT)

LOG was written by QEMU's blklogwrites (the format of the kernel's dm-log-writes: Documentation/admin-guide/device-mapper/log-writes.rst), DISK is the disk as it
was when LOG began. The power fails after N entries (all of them): every write that a completed flush covers is put on DISK. Of the later ones each is lost, kept, or
torn at a sector, as S decides; without a seed all are lost.
"""
import json
import os
import random
import struct
import sys

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
SUPER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")


def entries(log):
    """Returns the sector size and all (flags, first byte, length, offset of the data in the log) that are whole."""
    magic, _, _, sector = SUPER.unpack(log.read(SUPER.size))
    if magic != MAGIC:
        sys.exit("power.py: no log of writes")
    found, at, size = [], sector, os.fstat(log.fileno()).st_size
    while at + ENTRY.size <= size:
        log.seek(at)
        first, count, flags, data = ENTRY.unpack(log.read(ENTRY.size))
        at += sector
        has_data = not flags & DISCARD and count > 0
        if flags > 15 or (flags == 0 and count == 0) or (has_data and at + count * sector > size):
            break
        found.append((flags, first * sector, count * sector, at))
        at += (count * sector if has_data else 0) + (data if flags & MARK else 0)
    return sector, found


def cut(log, found, sector, disk, chance):
    """Puts on a disk what a power cut at the end of the entries leaves."""
    done = {"flushed": 0, "kept": 0, "lost": 0, "torn": 0, "flushes": 0}
    flushed = 0
    for index, (flags, *_rest) in enumerate(found):
        if flags & FLUSH:
            # What was logged before a flush is durable once the flush is in the log.
            flushed = index + 1
            done["flushes"] += 1
    for index, (flags, at, length, data) in enumerate(found):
        if length == 0:
            continue
        durable = index < flushed or flags & FUA
        fate = "flushed" if durable else "lost" if chance is None else chance.choice(["lost", "lost", "kept", "torn"])
        done[fate] += 1
        # A discarded block may hold anything: the old content is a possible one.
        if fate == "lost" or flags & DISCARD:
            continue
        take = length if fate != "torn" else sector * chance.randrange(length // sector + 1)
        log.seek(data)
        disk.seek(at)
        disk.write(log.read(take))
    return done


def main():
    log_path, what, *options = sys.argv[1:]
    with open(log_path, "rb") as log:
        sector, found = entries(log)
        if what == "count":
            print(len(found))
        elif what == "find":
            text = options[0].removeprefix("utf16:").encode("utf-16-le" if options[0].startswith("utf16:") else "utf-8")
            for index, (flags, _, length, data) in enumerate(found):
                log.seek(data)
                if length and not flags & DISCARD and text in log.read(min(length, 1 << 16)):
                    print(index)
                    return
            sys.exit(f"power.py: no write has {options[0]}")
        else:
            given = dict(zip(options[::2], options[1::2]))
            until = int(given.get("--until", len(found)))
            chance = random.Random(int(given["--seed"])) if "--seed" in given else None
            with open(what, "r+b") as disk:
                print(json.dumps(cut(log, found[:until], sector, disk, chance)))


if __name__ == "__main__":
    main()
