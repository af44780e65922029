#!/usr/bin/env python3
"""Speed of Hugging Face's masked-LM collators, for `bpedrop bench collate` beside it.

usage: collate.py   (pip install transformers==5.23.0 torch numpy)

Batches of 64 x 512 ids of a vocabulary of 32,002, in tokens a second, for numpy and torch results.
"""
import os
import time
import warnings

import numpy
import tokenizers

warnings.filterwarnings("ignore")
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast  # noqa: E402

ROWS, LENGTH, SECONDS = 64, 512, 4
vocabulary = {f"t{id}": id for id in range(32_000)} | {"<mask>": 32_000, "<pad>": 32_001}
words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="t0"))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, mask_token="<mask>", pad_token="<pad>")
random = numpy.random.default_rng(0)
examples = [{"input_ids": random.integers(0, 32_000, LENGTH).tolist()} for _ in range(ROWS)]
for kind in ("np", "pt"):
    collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15, return_tensors=kind)
    for _ in range(2):
        collator([dict(example) for example in examples])
    start = time.perf_counter()
    batches = 0
    while time.perf_counter() - start < SECONDS:
        collator([dict(example) for example in examples])
        batches += 1
    seconds = time.perf_counter() - start
    print(f"Hugging Face, {kind}: {batches * ROWS * LENGTH / seconds / 1e6:.2f} M tokens/s", flush=True)
