#!/usr/bin/env python3
"""images.py tree DIRECTORY: files that nearly fill 1 GiB, half of them like text, half hardly to be compressed.
images.py next IMAGE NEXT: a copy of which 285 blocks of 4 KiB differ, in 60 places, as after the update of a few packages."""
import random
import shutil
import sys

BLOCKS, PLACES = 285, 60


def tree(directory):
    chance = random.Random(1)
    words = [bytes(chance.choices(range(97, 123), k=chance.randrange(3, 10))) for _ in range(4000)]
    for number in range(60):
        with open(f"{directory}/{number}", "wb") as file:
            if number % 2:
                file.write(chance.randbytes(16 << 20))
            else:
                text = b" ".join(chance.choices(words, k=700000))
                file.write((text * 8)[: 16 << 20])


def following(image, result):
    shutil.copyfile(image, result)
    chance = random.Random(2)
    sizes = [1] * PLACES
    for _ in range(BLOCKS - PLACES):
        sizes[chance.randrange(PLACES)] += 1
    with open(result, "r+b") as file:
        for place, size in enumerate(sizes):
            file.seek((place * 4300 + chance.randrange(4000)) * 4096)
            file.write(chance.randbytes(size * 4096))


if sys.argv[1] == "tree":
    tree(sys.argv[2])
else:
    following(sys.argv[2], sys.argv[3])
