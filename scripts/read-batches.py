#!/usr/bin/env python3
"""Batches of `bpedrop stream --format raw` as NumPy arrays, from a file or a pipe.

usage: bpedrop stream -m tokenizer.json --format raw corpora/english.txt | read-batches.py
"""
import struct
import sys

import numpy


def batches(file):
    while head := file.read(32):
        yield {name.rstrip(b"\0").decode(): numpy.frombuffer(file.read(4 * rows * columns), kind).reshape(rows, columns)
               for name, kind, rows, columns, _ in (struct.unpack("<16s3sx3I", file.read(32))
                                                    for _ in range(struct.unpack("<4s3I2Q", head)[3]))}


if __name__ == "__main__":
    for batch in batches(sys.stdin.buffer):
        print({name: [array.dtype.str, array.shape, int(array.astype("i8").sum())] for name, array in batch.items()})
