#!/usr/bin/env python3
"""Holds `train --parity` against Hugging Face's ParityBpeTrainer: the same vocabulary, the same ids, the same merges.

usage: parity_languages.py BPEDROP [--size 4000] FILE...   (pip install tokenizers==0.23.3)

Each file is a language; every fifth line of it stands for its part of a parallel text. Both sides start from characters
behind metaspace, since the peer orders ties by how tokens are spelled, which is that of bytes for characters only.
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
parser.add_argument("--size", type=int, default=4000)
parser.add_argument("files", nargs="+")
options = parser.parse_args()

texts = [pathlib.Path(file).read_bytes().decode().splitlines(keepends=True) for file in options.files]
train = [[line for number, line in enumerate(lines) if number % 5] for lines in texts]
parallel = [lines[::5] for lines in texts]
with tempfile.TemporaryDirectory() as folder:
    arguments = []
    for name, parts in ("train", train), ("parallel", parallel):
        for index, lines in enumerate(parts):
            path = f"{folder}/{name}{index}"
            pathlib.Path(path).write_bytes("".join(lines).encode())
            arguments += ["--parity", path] if name == "parallel" else [path]
    subprocess.run([options.bpedrop, "train", "--normalizer", "none", "--pattern", "metaspace", "--alphabet", "characters",
                    "--vocab-size", str(options.size), "-o", f"{folder}/ours.json", *arguments], check=True)
    ours = json.loads(pathlib.Path(f"{folder}/ours.json").read_text())["model"]
tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
trainer = trainers.ParityBpeTrainer(num_merges=len(ours["merges"]), special_tokens=["<|endoftext|>", "<unk>"], show_progress=False)
trainer.train_from_iterator(tokenizer, train_iterators=train, dev_iterators=parallel)
theirs = json.loads(tokenizer.to_str())["model"]
merges = [[tuple(merge) for merge in model["merges"]] for model in (ours, theirs)]
is_equal = ours["vocab"] == theirs["vocab"] and merges[0] == merges[1]
same = next((rank for rank, (a, b) in enumerate(zip(*merges)) if a != b), min(map(len, merges)))
print(f"{'equal' if is_equal else 'DIFFERENT'}: {len(merges[0])} and {len(merges[1])} merges, the first {same} the same")
sys.exit(not is_equal)
