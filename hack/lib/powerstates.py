#!/usr/bin/env python3
"""Every state that a power cut can leave of a recorded update, looked at without booting it.

usage: powerstates.py LOG DISK SYSTEM... [--seed S]      DISK is the disk as it was when LOG began (power.py), SYSTEM the images that a slot may hold
       powerstates.py - DISK SYSTEM...                   that disk alone, as it is, with a digest of all that decides how it goes on

The power fails after each write and each flush of the record. Of the writes to the EFI partition that no flush covers every combination is tried, each kept, lost or torn
at every sector; of those to the data partition none, all, and one combination that the seed decides. Each state has to satisfy, by programs that are not the agent's:
  - grubenv or its copy is a block that grub-editenv reads, and says what boots (the rule of images/disk/grub.cfg, written down once more here)
  - what boots is complete: the slot's bytes are those of an image; so is what is booted when a trial's boots are used up
  - no slot is said to be ok that is not complete
  - e2fsck -p finds nothing on the data partition that the journal does not heal; record, state.json and notes are whole JSON or are not there
Prints the figures as JSON, and each state that fails on stderr.
"""
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

import power

FILES = ("agent/record.json", "update/state.json", "update/slots/A.json", "update/slots/B.json")
# What differs from one run to the next, and decides nothing.
VOLATILE = re.compile(
    rb'"(generation|milliseconds|hostBootId|since|downSince|startedAt|finishedAt|started_at|updated_at|downtimeMilliseconds|stoppedAt)"')
PHASES = {"idle", "checking", "downloading", "staged", "activated", "verifying", "success", "rolled_back", "failed"}
# More combinations than this of one instant are not tried: said in the result.
MOST = 4096


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


class Partition:
    """A part of a disk in a file of its own: what flushes covered, and the writes that none did."""

    def __init__(self, name, first, length, disk, directory):
        self.name, self.first, self.length = name, first, length
        self.path = os.path.join(directory, name)
        with open(self.path, "wb") as file:
            disk.seek(first)
            at = 0
            while at < length:
                piece = disk.read(min(1 << 20, length - at))
                if piece.strip(b"\0"):
                    file.seek(at)
                    file.write(piece)
                at += len(piece)
            file.truncate(length)
        self.file = open(self.path, "r+b", buffering=0)
        self.pending, self.version = [], 0

    def write(self, at, data):
        self.pending.append((at, data))

    def flush(self):
        for at, data in self.pending:
            os.pwrite(self.file.fileno(), data, at)
        self.version += bool(self.pending)
        self.pending = []

    def holding(self, writes):
        """The file with more writes on it, for the time of a with block."""
        return Held(self, writes)


class Held:
    def __init__(self, part, writes):
        self.part, self.writes, self.before = part, writes, []

    def __enter__(self):
        for at, data in self.writes:
            self.before.append((at, os.pread(self.part.file.fileno(), len(data), at)))
            os.pwrite(self.part.file.fileno(), data, at)
        return self.part.path

    def __exit__(self, *_):
        for at, data in reversed(self.before):
            os.pwrite(self.part.file.fileno(), data, at)


def fates(writes, sector):
    """Every combination of writes that are lost, kept, or torn at a sector."""
    each = [[None] + [(at, data[:end]) for end in range(sector, len(data) + 1, sector)] for at, data in writes]
    for chosen in itertools.islice(itertools.product(*each), MOST):
        yield [write for write in chosen if write]


def variables(block, scratch):
    """Variables of an environment block as grub-editenv reads them; None when it does not."""
    if block is None:
        return None
    with open(scratch, "wb") as file:
        file.write(block)
    listed = run("grub-editenv", scratch, "list")
    if listed.returncode:
        return None
    return dict(line.split("=", 1) for line in listed.stdout.decode("latin1").splitlines() if "=" in line)


def boots(env):
    """The slots that are booted one after the other when none of them comes up."""
    active, counter = env["active_slot"], {"3": 3, "2": 2, "1": 1}.get(env.get("boot_counter"), 0)
    other = "B" if active == "A" else "A"
    ok = {slot: env.get(f"slot_{slot.lower()}_ok") == "1" for slot in "AB"}
    if not ok[active] and ok[other]:
        return [other]
    if env.get("boot_success") == "1":
        return [active]
    return [active] * counter + [other if ok[other] else active]


class Looker:
    def __init__(self, parts, systems, scratch, sector):
        self.parts, self.systems, self.scratch, self.sector = parts, systems, scratch, sector
        self.environments, self.slots, self.failures, self.looked = {}, {}, [], 0
        self.phases, self.left_out, self.esp, self.decides = {}, 0, {}, hashlib.sha256()
        self.data, self.settled = {}, None

    def slot_holds(self, name, kept):
        part = self.parts[f"system-{name.lower()}"]
        key = (name, part.version, len(part.pending) if kept else 0)
        if key not in self.slots:
            with part.holding(part.pending if kept else []) as path:
                self.slots[key] = next((label for label, size, digest in self.systems if digest == digest_of(path, size)), None)
        return self.slots[key]

    def environment(self, path, writes):
        """What the boot loader finds."""
        key = hashlib.sha256(repr(self.parts["esp"].version).encode() + b"".join(b"%d:" % at + data for at, data in writes)).digest()
        if key not in self.esp:
            found = None
            for name in ("grubenv", "grubenv.copy"):
                file = subprocess.run(["mtype", "-i", path, f"::/grub/{name}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
                env = variables(file.stdout if file.returncode == 0 else None, self.scratch)
                if env and env.get("active_slot") in ("A", "B"):
                    found = env
                    break
            self.esp[key] = found
        return self.esp[key]

    def fail(self, where, what):
        self.failures.append(f"after {where}: {what}")
        print(self.failures[-1], file=sys.stderr)

    def look_at_boot(self, where):
        esp = self.parts["esp"]
        count = 0
        for writes in fates(esp.pending, self.sector):
            count += 1
            with esp.holding(writes) as path:
                env = self.environment(path, writes)
            self.looked += 1
            self.decides.update(repr(sorted((env or {}).items())).encode())
            if not env:
                self.fail(where, "neither grubenv nor its copy says what to boot")
                continue
            shown = " ".join(f"{name}={env.get(name)}" for name in ("active_slot", "boot_success", "boot_counter", "slot_a_ok", "slot_b_ok"))
            self.environments[shown] = self.environments.get(shown, 0) + 1
            named = set(boots(env)) | {slot for slot in "AB" if env.get(f"slot_{slot.lower()}_ok") == "1"}
            for slot, kept in itertools.product(sorted(named), (False, True)):
                holds = self.slot_holds(slot, kept)
                self.decides.update(f"{slot}={holds}".encode())
                if holds is None:
                    self.fail(where, f"slot {slot} is not complete, and {shown}")
        self.left_out += count == MOST

    def look_at_data(self, where, chance):
        data = self.parts["data"]
        some = [(at, content[: self.sector * chance.randrange(1, len(content) // self.sector + 1)]) for at, content in data.pending if chance.random() < 0.5]
        for writes in [[], data.pending, some] if data.pending else [[]]:
            self.looked += 1
            # The same bytes need to be looked at once: what no flush covered yet is there after one flush exactly as it was there before.
            key = hashlib.sha256(repr(self.settled).encode() + b"".join(b"%d:%d:" % (at, len(content)) + content for at, content in writes)).digest() if writes else self.settled
            if key not in self.data:
                self.data[key] = self.data_of(data, writes)
            damage, files = self.data[key]
            if damage:
                self.fail(where, f"the data partition is damaged: {damage}")
                continue
            for name, read in files.items():
                self.decides.update(name.encode() + b"\n".join(line for line in read.splitlines() if not VOLATILE.search(line)))
                try:
                    content = json.loads(read)
                except ValueError:
                    self.fail(where, f"{name} is there and not whole: {read[:80]!r}")
                    continue
                if name == "update/state.json":
                    phase = content.get("phase")
                    self.phases[phase] = self.phases.get(phase, 0) + 1
                    if phase not in PHASES:
                        self.fail(where, f"state.json has no phase: {phase}")

    def data_flushed(self):
        """What was pending is on the disk: the bytes are those that a state with all of it had."""
        pending = self.parts["data"].pending
        if pending:
            self.settled = hashlib.sha256(repr(self.settled).encode() + b"".join(b"%d:%d:" % (at, len(content)) + content for at, content in pending)).digest()

    def data_of(self, data, writes):
        """What e2fsck finds damaged, and the files that count."""
        with data.holding(writes) as path:
            run("cp", "--sparse=always", path, path + ".copy")
        checked = run("e2fsck", "-fp", path + ".copy")
        if checked.returncode > 1:
            return checked.stdout.decode(), {}
        out = tempfile.mkdtemp(dir=os.path.dirname(path))
        with open(os.path.join(out, "commands"), "w", encoding="ascii") as commands:
            commands.writelines(f"dump /{name} {out}/{index}\n" for index, name in enumerate(FILES))
        run("debugfs", "-f", os.path.join(out, "commands"), path + ".copy")
        files = {}
        for index, name in enumerate(FILES):
            dumped = os.path.join(out, str(index))
            if os.path.exists(dumped):
                with open(dumped, "rb") as file:
                    files[name] = file.read()
        shutil.rmtree(out)
        return None, files


def digest_of(path, size):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while size:
            piece = file.read(min(1 << 20, size))
            if not piece:
                return None
            digest.update(piece)
            size -= len(piece)
    return digest.hexdigest()


def main():
    options = sys.argv[1:]
    seed = 1
    if "--seed" in options:
        at = options.index("--seed")
        seed = int(options[at + 1])
        del options[at : at + 2]
    log_path, disk_path, *images = options
    chance = random.Random(seed)
    systems = [(os.path.basename(path), os.path.getsize(path), digest_of(path, os.path.getsize(path))) for path in images]
    table = json.loads(subprocess.run(["sfdisk", "-J", disk_path], stdout=subprocess.PIPE, check=True).stdout)["partitiontable"]
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory, open("/dev/null" if log_path == "-" else log_path, "rb") as log, open(disk_path, "rb") as disk:
        parts = {p["name"]: Partition(p["name"], p["start"] * 512, p["size"] * 512, disk, directory) for p in table["partitions"]}
        sector, found = (512, []) if log_path == "-" else power.entries(log)
        looker = Looker(parts, systems, os.path.join(directory, "block"), sector)
        flushes = cuts = 0
        looker.look_at_boot("nothing")
        looker.look_at_data("nothing", chance)
        for index, (flags, at, length, data) in enumerate(found):
            touched = set()
            if flags & power.FLUSH:
                flushes += 1
                looker.data_flushed()
                for part in parts.values():
                    if part.pending:
                        part.flush()
            if length and not flags & power.DISCARD:
                log.seek(data)
                content = log.read(length)
                home = next((p for p in parts.values() if p.first <= at and at + length <= p.first + p.length), None)
                if home is None:
                    looker.fail(index, f"a write outside of all partitions, at {at}")
                    continue
                home.write(at - home.first, content)
                if flags & power.FUA:
                    # As if a flush were between them: virtio-blk asks for none of these.
                    if home.name == "data":
                        looker.data_flushed()
                    home.flush()
                touched.add(home.name)
            cuts += 1
            if touched & {"esp", "system-a", "system-b"}:
                looker.look_at_boot(index + 1)
            if "data" in touched:
                looker.look_at_data(index + 1, chance)
    if log_path == "-":
        print(looker.decides.hexdigest()[:16])
    else:
        print(json.dumps({"cuts": cuts, "flushes": flushes, "states": looker.looked, "failed": len(looker.failures), "beyond": looker.left_out,
                          "environments": looker.environments, "phases": looker.phases}))
    sys.exit(1 if looker.failures else 0)


main()
