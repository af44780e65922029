#!/usr/bin/env python3
"""Speed of masked-LM collators, in turns with `bpedrop bench collate --threads 1`.

usage: collate.py [BPEDROP]   (pip install transformers==5.23.0 torch numpy)

Batches of 64 x 512 ids of a vocabulary of 32,002, in tokens a second, on one thread: Hugging Face's collator for
numpy and torch results; the same law over an array without a Python loop, from four random matrices as Hugging Face
has them; and from one matrix, which decides as the four do. Medians of three rounds, and bpedrop's ratio to each.
"""
import json
import os
import statistics
import subprocess
import sys
import time
import warnings

os.environ["OMP_NUM_THREADS"] = "1"
import numpy
import tokenizers
import torch

warnings.filterwarnings("ignore")
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast  # noqa: E402

torch.set_num_threads(1)
ROWS, LENGTH, SECONDS, ROUNDS = 64, 512, 2, 3
vocabulary = {f"t{id}": id for id in range(32_000)} | {"<mask>": 32_000, "<pad>": 32_001}
words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="t0"))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, mask_token="<mask>", pad_token="<pad>")
random = numpy.random.default_rng(0)
tokens = random.integers(0, 32_000, 256 * ROWS * LENGTH).astype(numpy.uint32)
examples = [{"input_ids": row.tolist()} for row in tokens[: ROWS * LENGTH].reshape(ROWS, LENGTH)]
special = numpy.zeros(32_002, bool)
special[32_000:] = True


def rows(step):
    start = step % 256 * ROWS * LENGTH
    return tokens[start : start + ROWS * LENGTH].reshape(ROWS, LENGTH).copy()


def four_matrices(step):
    inputs = rows(step)
    chosen = (random.random(inputs.shape) < 0.15) & ~special[inputs]
    targets = numpy.where(chosen, inputs.astype(numpy.int32), -100)
    masked = chosen & (random.random(inputs.shape) < 0.8)
    inputs[masked] = 32_000
    others = chosen & ~masked & (random.random(inputs.shape) < 0.5)
    inputs[others] = random.integers(0, 32_000, inputs.shape, numpy.uint32)[others]
    return inputs, targets


def one_matrix(step):
    inputs = rows(step)
    draws = random.random(inputs.shape, numpy.float32)
    chosen = (draws < 0.15) & ~special[inputs]
    targets = numpy.where(chosen, inputs.astype(numpy.int32), -100)
    inputs[chosen & (draws < 0.12)] = 32_000
    others = chosen & (draws >= 0.12) & (draws < 0.135)
    inputs[others] = random.integers(0, 32_000, int(others.sum()), numpy.uint32)
    return inputs, targets


def rate(collate):
    for step in range(2):
        collate(step)
    start, batches = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        collate(batches)
        batches += 1
    return batches * ROWS * LENGTH / (time.perf_counter() - start)


def bpedrop():
    command = [sys.argv[1] if len(sys.argv) > 1 else "bpedrop", "bench", "collate", "--threads", "1", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["tokens_per_s"]


def hugging_face(kind):
    collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15, return_tensors=kind)
    return lambda: rate(lambda _: collator([dict(example) for example in examples]))


peers = {
    "bpedrop": bpedrop,
    "Hugging Face, numpy": hugging_face("np"),
    "Hugging Face, torch": hugging_face("pt"),
    "numpy, vectorised, four matrices": lambda: rate(four_matrices),
    "numpy, vectorised, one matrix": lambda: rate(one_matrix),
}
rounds = [{name: measure() for name, measure in peers.items()} for _ in range(ROUNDS)]
for name in peers:
    median = statistics.median(round[name] for round in rounds)
    ratio = statistics.median(round["bpedrop"] / round[name] for round in rounds)
    print(f"{name}: {median / 1e6:.2f} M tokens/s, bpedrop is {ratio:.1f} times as fast", flush=True)
