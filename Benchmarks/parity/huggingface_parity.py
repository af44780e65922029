#!/usr/bin/env python3
"""Holds bpedrop against Hugging Face tokenizers: the same merges, the same ids, and text that comes back.

usage: huggingface_parity.py BPEDROP DATA   (pip install tokenizers==0.23.3)

DATA is a folder of text files, such as WikiText-2 and Common Voice. For each pair of --train:
both learn a tokenizer from the file alike (byte-level, no prefix space, full byte alphabet, one special
token) and the vocabularies and merges must be equal, and Hugging Face loads our file. With it, and with each file of
--model, the ids and the offsets in characters of every file of DATA that is UTF-8 must be equal, line by line and
whole; and decoding must give every line back.
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
parser.add_argument("--model", action="append", default=[], metavar="FILE", help="a tokenizer.json")
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


def differences(peer, model, documents, *arguments):
    """The first document whose ids or offsets differ, and the number of tokens."""
    run = subprocess.Popen([options.bpedrop, "encode", "--allow-special", "-m", model, "--format", "jsonl",
                            "--offsets", "chars", *arguments], stdout=subprocess.PIPE)
    tokens = 0
    difference = None
    for start in range(0, len(documents), 2_000):
        part = documents[start:start + 2_000]
        # The peer always recognises special tokens in text.
        for number, theirs in enumerate(peer.encode_batch(part, add_special_tokens=False), start):
            mine = json.loads(run.stdout.readline() or "null")
            tokens += len(theirs.ids)
            if not mine or mine["ids"] != theirs.ids or mine["offsets"] != [list(pair) for pair in theirs.offsets]:
                difference = difference or number + 1
    if run.stdout.readline() or run.wait():
        difference = difference or "number of documents"
    return difference, tokens


def compare(name, model):
    peer = Tokenizer.from_file(model)
    lines = tokens = compared = 0
    differing = lost = None
    for path in files:
        if options.lines_from not in str(path):
            continue
        data = path.read_bytes()
        back = ours("decode", "-m", model, data=ours("encode", "--allow-special", "-m", model, str(path)))
        if back != (data if data.endswith(b"\n") or not data else data + b"\n"):
            lost = lost or path
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        documents = text.split("\n")
        if documents[-1] == "":
            documents.pop()
        each, count = differences(peer, model, documents, str(path))
        whole, more = differences(peer, model, [text], "--document", "file", str(path))
        compared += 1
        lines += len(documents)
        tokens += count + more
        differing = differing or (each or whole) and (path, each, whole)
    check(f"ids and offsets {name}", not differing, f"{compared} files, {lines} lines, {tokens} tokens {differing or ''}")
    check(f"decode          {name}", not lost, f"{len(files)} files {lost or ''}")


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
        compare(pair, file)
for path in options.model:
    compare(path, path)
sys.exit(1 if failures else 0)
