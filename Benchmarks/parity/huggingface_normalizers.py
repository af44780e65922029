#!/usr/bin/env python3
"""Holds our normalisers and pre-tokenisers against Hugging Face's, through files that both read.

usage: huggingface_normalizers.py BPEDROP TEXT…   (pip install tokenizers==0.23.3)

The text is 400 lines of each file, and every code point below U+20000 in rows of 16. For each normaliser and
pattern bpedrop learns a tokenizer, Hugging Face loads it, and the ids of every line are compared. Differences in
real text fail; rows of code points may differ, because Hugging Face's normal forms are those of Unicode 9 and its
lower case that of Unicode 16, ours those of the installed ICU.
"""
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer

bpedrop, *paths = sys.argv[1:]
lines = []
for path in paths:
    lines += pathlib.Path(path).read_bytes().decode().split("\n")[:400]
real = len(lines)
for start in range(0x20, 0x20000, 16):
    lines.append("".join(chr(code) for code in range(start, start + 16) if not 0xD800 <= code < 0xE000))
failed = False
with tempfile.TemporaryDirectory() as folder:
    text, file = f"{folder}/text", f"{folder}/tokenizer.json"
    pathlib.Path(text).write_bytes(("\n".join(lines) + "\n").encode())
    for normalizer in ("none", "nfc", "nfd", "nfkc", "nfkd", "lowercase", "nfd,strip-accents", "nfkc,lowercase"):
        for pattern in ("gpt2", "whitespace", "whitespace-split"):
            subprocess.run([bpedrop, "train", "--normalizer", normalizer, "--pattern", pattern, "--vocab-size", "1500",
                            "-o", file, text], check=True)
            ours = subprocess.run([bpedrop, "encode", "-m", file, text], check=True, capture_output=True)
            encoded = ours.stdout.decode().split("\n")[:-1]
            theirs = Tokenizer.from_file(file).encode_batch_fast(lines, add_special_tokens=False)
            differing = [number for number, (one, other) in enumerate(zip(encoded, theirs, strict=True))
                         if one != " ".join(map(str, other.ids))]
            in_text = sum(number < real for number in differing)
            failed |= in_text > 0
            print(f"{normalizer:18s} {pattern:17s} {real} lines: {in_text} differ; "
                  f"{len(lines) - real} rows of code points: {len(differing) - in_text}", flush=True)
sys.exit(failed)
