#!/usr/bin/env python3
"""Holds what bpedrop learns against Hugging Face tokenizers: the same vocabulary, the same ids, the same merges.

usage: learning_parity.py BPEDROP [--sizes 1000,8000,32000] FILE...   (pip install tokenizers==0.23.3)

Each file is learned from alone, and last all files together. Both sides are byte-level without a prefix
space, with all bytes as the alphabet and one special token. bpedrop learns all sizes in one run, the peer one
after another. With --characters both start from characters behind metaspace: all of them, and then the most frequent
(as many as leave no tie: the peer breaks ties by its hash table).
"""
import argparse
import collections
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("--sizes", default="1000,8000,32000")
parser.add_argument("--characters", action="store_true")
parser.add_argument("files", nargs="+")
options = parser.parse_args()
sizes = options.sizes.split(",")
failures = 0


characters = ["--pattern", "metaspace", "--alphabet", "characters"]
cases = ["bytes"] if not options.characters else ["characters", "limited"]
initial = "aäß一"


def limit(files):
    text = "".join(pathlib.Path(file).read_bytes().decode() for file in files).replace(" ", "▁")
    text += "▁" * text.count("\n")
    counts = sorted((count for character, count in collections.Counter(text).items() if character not in initial), reverse=True)
    return next(size for size in range(60, 0, -1) if size >= len(counts) or counts[size - 1] != counts[size]) + len(initial)


def theirs(files, size, case):
    trainer = {"vocab_size": int(size), "show_progress": False, "special_tokens": ["<|endoftext|>", "<unk>"]}
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    if case == "bytes":
        trainer |= {"special_tokens": ["<|endoftext|>"], "initial_alphabet": pre_tokenizers.ByteLevel.alphabet()}
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if case == "limited":
        trainer |= {"limit_alphabet": limit(files), "initial_alphabet": list(initial)}
    tokenizer.train(files, trainers.BpeTrainer(**trainer))
    return tokenizer.to_str()


def model(text):
    value = json.loads(text)["model"]
    return value["vocab"], [tuple(merge) for merge in value["merges"]]


sets = [[file] for file in options.files] + ([options.files] if len(options.files) > 1 else [])
with tempfile.TemporaryDirectory() as folder:
    for files, case in itertools.product(sets, cases):
        ours = [] if case == "bytes" else characters
        if case == "limited":
            ours = ours + ["--limit-alphabet", str(limit(files)), "--initial-alphabet", initial]
        subprocess.run([options.bpedrop, "train", "--normalizer", "none", "--vocab-size", options.sizes, *ours,
                        "-o", f"{folder}/{{}}.json", *files], check=True, capture_output=True)
        for size in sizes:
            name = f"{folder}/{size}.json" if len(sizes) > 1 else f"{folder}/{{}}.json"
            ours = model(pathlib.Path(name).read_text())
            is_equal = ours == model(theirs(files, size, case))
            failures += not is_equal
            label = files[0] if len(files) == 1 else f"all {len(files)} files"
            print(f"{'equal    ' if is_equal else 'DIFFERENT'}  {size:>6}  {len(ours[1]):>6} merges  {case}  {label}", flush=True)
sys.exit(1 if failures else 0)
