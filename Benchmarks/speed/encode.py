#!/usr/bin/env python3
"""Encoding speed beside the peers, in one run: plain, and under BPE-dropout.

usage: encode.py BPEDROP CORPUS [--vocab 32000] [--rounds 5] [--threads 2]
       encode.py BPEDROP CORPUS --encoding cl100k_base.tiktoken   beside tiktoken, with one of its own vocabularies
       (pip install tokenizers==0.23.3 tiktoken==0.14.0 gigatoken==0.10.0 youtokentome==1.0.6)

All but YouTokenToMe, which cannot load it, use the tokenizer that bpedrop learns from the corpus, and must give
the same ids before a time counts. The text is cut at line ends into documents of some 100 kB. The peers take
turns, so that a machine that gets slower does so for all; the best of the rounds is shown, in MB of UTF-8 a second.
"""
import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import tiktoken
from tiktoken.load import load_tiktoken_bpe
from tiktoken_ext import openai_public

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("corpus")
parser.add_argument("--vocab", default="32000")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--encoding")
options = parser.parse_args()
# Read by gigatoken and tokenizers when they are loaded.
os.environ["RAYON_NUM_THREADS"] = str(options.threads)
gigatoken, tokenizers, youtokentome = map(importlib.import_module, ["gigatoken", "tokenizers", "youtokentome"])

raw = pathlib.Path(options.corpus).read_bytes()
documents = []
start = 0
while start < len(raw):
    end = raw.find(b"\n", start + 100_000)
    end = len(raw) if end < 0 else end + 1
    documents.append(raw[start:end].decode())
    start = end
lines = raw.decode().split("\n")
folder = tempfile.mkdtemp()
file = options.encoding or f"{folder}/tokenizer.json"


def digest(ids):
    value = 0xCBF29CE484222325
    for token in ids:
        for byte in token.to_bytes(4, "little"):
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:x}"


def ours(*arguments):
    result = subprocess.run([options.bpedrop, "bench", "encode", "--json", "--threads", str(options.threads), "-m",
                             file, *arguments, options.corpus], check=True, capture_output=True)
    return json.loads(result.stdout)


def show(best):
    for name, speed in best.items():
        print(f"{name:28s} {speed:8.1f} MB/s")


if options.encoding:
    openai_public.load_tiktoken_bpe = lambda path, expected_hash=None: load_tiktoken_bpe(options.encoding)
    tik = tiktoken.Encoding(**getattr(openai_public, pathlib.Path(options.encoding).stem)())
    first = ours()
    same = digest(id for ids in tik.encode_ordinary_batch(documents) for id in ids)
    print(f"ids equal to tiktoken's:     {same == first['digest']}")
    best = {"bpedrop, cold": 0.0, "bpedrop": 0.0, "tiktoken": 0.0}
    for _ in range(options.rounds):
        begin = time.perf_counter()
        tik.encode_ordinary_batch(documents, num_threads=options.threads)
        best["tiktoken"] = max(best["tiktoken"], len(raw) / 1e6 / (time.perf_counter() - begin))
        figures = ours()
        best["bpedrop"] = max(best["bpedrop"], figures["mb_per_s"])
        best["bpedrop, cold"] = max(best["bpedrop, cold"], figures["mb_per_s_cold"])
    show(best)
    sys.exit()

subprocess.run([options.bpedrop, "train", "--normalizer", "none", "--vocab-size", options.vocab, "-o", file,
                options.corpus], check=True)

# The peers, each a function that encodes the whole corpus.
hf = tokenizers.Tokenizer.from_file(file)
noisy = tokenizers.Tokenizer.from_file(file)
noisy.model.dropout = 0.1
model = json.loads(pathlib.Path(file).read_text())["model"]
printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
others = [byte for byte in range(256) if byte not in printable]
byte_of = {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}
ranks = {bytes(byte_of[c] for c in token): id for token, id in model["vocab"].items() if token != "<|endoftext|>"}
tik = tiktoken.Encoding("x", special_tokens={"<|endoftext|>": 0}, mergeable_ranks=ranks,
                        pat_str=r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
giga = gigatoken.Tokenizer(hf)
youtokentome.BPE.train(data=options.corpus, vocab_size=int(options.vocab), model=f"{folder}/yttm", n_threads=2)
yttm = youtokentome.BPE(f"{folder}/yttm", n_threads=options.threads)
FRESH = """import sys, time, gigatoken, tokenizers
text = open(sys.argv[2], "rb").read()
fresh = gigatoken.Tokenizer(tokenizers.Tokenizer.from_file(sys.argv[1]))
begin = time.perf_counter()
fresh.encode(text)
print(len(text) / 1e6 / (time.perf_counter() - begin))"""


def cold_gigatoken():
    """The speed of the first call in a new process, as ours is measured."""
    result = subprocess.run([sys.executable, "-c", FRESH, file, options.corpus], check=True, capture_output=True)
    return float(result.stdout)


def latency(encode, text):
    """The best average of five times a thousand calls, in microseconds."""
    spans = []
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(1000):
            encode(text)
        spans.append(time.perf_counter() - begin)
    return min(spans) * 1000


peers = {
    "Hugging Face tokenizers": lambda: hf.encode_batch_fast(documents),
    "tiktoken": lambda: tik.encode_ordinary_batch(documents, num_threads=options.threads),
    "gigatoken": lambda: giga.encode(raw),
    "youtokentome": lambda: yttm.encode(lines),
    "Hugging Face, dropout 0.1": lambda: noisy.encode_batch_fast(documents),
    "youtokentome, dropout 0.1": lambda: yttm.encode(lines, dropout_prob=0.1),
}

first = ours()
same = digest(id for e in hf.encode_batch_fast(documents, add_special_tokens=False) for id in e.ids)
print(f"ids equal to Hugging Face's: {same == first['digest']}")
same = digest(id for ids in tik.encode_ordinary_batch(documents) for id in ids)
print(f"ids equal to tiktoken's:     {same == first['digest']}")
same = digest(int(id) for text in documents for id in giga.encode(text))
print(f"ids equal to gigatoken's:    {same == first['digest']}")
line = next(line for line in raw.split(b"\n") if len(line) >= 20)[:100].decode(errors="ignore")
print(f"latency of {len(line.encode())} bytes: {first['latency_us']:.2f} us, tiktoken {latency(tik.encode_ordinary, line):.2f} us")

best = dict.fromkeys(["bpedrop, cold", "bpedrop", "bpedrop, dropout 0.1, cold", "bpedrop, dropout 0.1",
                      "gigatoken, cold", *peers], 0.0)
for _ in range(options.rounds):
    for name, run in peers.items():
        begin = time.perf_counter()
        run()
        best[name] = max(best[name], len(raw) / 1e6 / (time.perf_counter() - begin))
    best["gigatoken, cold"] = max(best["gigatoken, cold"], cold_gigatoken())
    for name, arguments in {"bpedrop": [], "bpedrop, dropout 0.1": ["--dropout", "0.1"]}.items():
        figures = ours(*arguments)
        best[name] = max(best[name], figures["mb_per_s"])
        best[name + ", cold"] = max(best[name + ", cold"], figures["mb_per_s_cold"])
show(best)
