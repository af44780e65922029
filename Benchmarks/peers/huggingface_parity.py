#!/usr/bin/env python3
"""Holds bpedrop against Hugging Face tokenizers: the same merges, the same ids, and text that comes back.

usage: huggingface_parity.py BPEDROP DATA   (pip install tokenizers==0.23.3)

DATA is a folder of text files, such as WikiText-2 and Common Voice. For each pair of --train:
both learn a tokenizer from the file alike (byte-level, no prefix space, full byte alphabet, one special
token) and the vocabularies and merges must be equal; Hugging Face loads our file, and the ids of every
line of every file of DATA that is UTF-8 must be equal; and decoding must give every line back.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("--train", action="append", default=[], metavar="FILE:SIZE",
                    help="a training file of DATA and a vocabulary size")
parser.add_argument("--lines-from", default="", help="compare ids on files whose path has this only")
options = parser.parse_args()
failures = 0


def check(name, is_equal, detail=""):
    global failures
    failures += not is_equal
    print(f"{'equal    ' if is_equal else 'DIFFERENT'}  {name}  {detail}", flush=True)


def learn(path, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train([str(path)], trainers.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def model(text):
    value = json.loads(text)["model"]
    return value["vocab"], [tuple(merge) for merge in value["merges"]]


def ours(*arguments, data=None):
    return subprocess.run([options.bpedrop, *arguments], input=data, capture_output=True, check=True).stdout


files = sorted(path for path in options.data.rglob("*") if path.is_file())
with tempfile.TemporaryDirectory() as folder:
    file = f"{folder}/tokenizer.json"
    for pair in options.train:
        name, size = pair.rsplit(":", 1)
        path = options.data / name
        ours("train", "--normalizer", "none", "--vocab-size", size, "-o", file, str(path))
        vocabulary, merges = model(pathlib.Path(file).read_text())
        their_vocabulary, their_merges = model(learn(path, int(size)).to_str())
        check(f"merges {pair}", vocabulary == their_vocabulary and merges == their_merges, len(merges))
        peer = Tokenizer.from_file(file)
        lines = tokens = 0
        differing = lost = None
        for text_path in files:
            if options.lines_from not in str(text_path):
                continue
            data = text_path.read_bytes()
            # The peer always recognises special tokens in text.
            ids = ours("encode", "--allow-special", "-m", file, str(text_path))
            back = ours("decode", "-m", file, data=ids)
            if back != (data if data.endswith(b"\n") or not data else data + b"\n"):
                lost = lost or text_path
            try:
                documents = data.decode().split("\n")
            except UnicodeDecodeError:
                continue
            if documents[-1] == "":
                documents.pop()
            encoded = ids.decode().split("\n")[:-1]
            if len(encoded) != len(documents):
                differing = differing or (text_path, "number of lines")
                continue
            for start in range(0, len(documents), 20_000):
                part = documents[start:start + 20_000]
                for line, theirs in enumerate(peer.encode_batch_fast(part, add_special_tokens=False), start):
                    lines += 1
                    tokens += len(theirs.ids)
                    if encoded[line] != " ".join(map(str, theirs.ids)):
                        differing = differing or (text_path, line + 1)
        check(f"ids    {pair}", differing is None, f"{lines} lines, {tokens} tokens {differing or ''}")
        check(f"decode {pair}", lost is None, f"{len(files)} files {lost or ''}")
sys.exit(1 if failures else 0)
