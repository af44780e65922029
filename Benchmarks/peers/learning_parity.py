#!/usr/bin/env python3
"""Holds what bpedrop learns against Hugging Face tokenizers: the same vocabulary, the same ids, the same merges.

usage: learning_parity.py BPEDROP [--sizes 1000,8000,32000] FILE...   (pip install tokenizers==0.23.3)

Each file is learned from alone, and last all files together. Both sides are byte-level without a prefix
space, with all bytes as the alphabet and one special token. bpedrop learns all sizes in one run, the peer one
after another.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("--sizes", default="1000,8000,32000")
parser.add_argument("files", nargs="+")
options = parser.parse_args()
sizes = options.sizes.split(",")
failures = 0


def theirs(files, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train(files, trainers.BpeTrainer(
        vocab_size=int(size), show_progress=False, special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer.to_str()


def model(text):
    value = json.loads(text)["model"]
    return value["vocab"], [tuple(merge) for merge in value["merges"]]


sets = [[file] for file in options.files] + ([options.files] if len(options.files) > 1 else [])
with tempfile.TemporaryDirectory() as folder:
    for files in sets:
        subprocess.run([options.bpedrop, "train", "--normalizer", "none", "--vocab-size", options.sizes,
                        "-o", f"{folder}/{{}}.json", *files], check=True, capture_output=True)
        for size in sizes:
            name = f"{folder}/{size}.json" if len(sizes) > 1 else f"{folder}/{{}}.json"
            ours = model(pathlib.Path(name).read_text())
            is_equal = ours == model(theirs(files, size))
            failures += not is_equal
            label = files[0] if len(files) == 1 else f"all {len(files)} files"
            print(f"{'equal    ' if is_equal else 'DIFFERENT'}  {size:>6}  {len(ours[1]):>6} merges  {label}", flush=True)
sys.exit(1 if failures else 0)
