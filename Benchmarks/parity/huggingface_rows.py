#!/usr/bin/env python3
"""Holds rows for a model against Hugging Face tokenizers: special tokens, pairs, truncation, padding, all masks.

usage: huggingface_rows.py BPEDROP [TOKENIZER.json …] [--every N]   (pip install tokenizers==0.23.3)

Hugging Face learns a small tokenizer and saves it with every combination of post-processor, truncation and padding;
both make rows of the same texts and pairs, and all fields of all rows must be equal, those that overflow included.
Given tokenizers are compared too, with their own post-processors. Settings come from the file and from flags in turn.
What the peer gets wrong (docs/decisions/0030-rows-for-models.md) is not compared where `FAULTS` says so.
"""
import argparse
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("tokenizers", nargs="*")
parser.add_argument("--every", type=int, default=1, help="only every N-th combination")
options = parser.parse_args()
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the peer's panics print themselves

CLS, SEP, PAD, LONG = "[CLS]", "[SEP]", "[PAD]", "[LONG]"
FIELDS = ("ids", "tokens", "offsets", "word_ids", "type_ids", "attention_mask", "special_tokens_mask", "sequence_ids")
WORDS = "the cat sat on a mat and  then it ran away fast , é 中文 😀 don't x".split(" ")


def base():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator([" ".join(WORDS)] * 20, trainers.BpeTrainer(
        vocab_size=330, show_progress=False, special_tokens=[PAD, CLS, SEP, LONG],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def template(single, pair):
    return processors.TemplateProcessing(single=single, pair=pair, special_tokens=[
        (CLS, 1), (SEP, 2), {"id": "[THREE]", "ids": [3, 1, 3], "tokens": ["x", CLS, "LONG"]}])


BERT, ROBERTA = processors.BertProcessing((SEP, 2), (CLS, 1)), processors.RobertaProcessing((SEP, 2), (CLS, 1))
BERT_LIKE = template("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
POST = {
    "none": None,
    "bytelevel": processors.ByteLevel(trim_offsets=True, add_prefix_space=True),
    "bytelevel-no-prefix": processors.ByteLevel(trim_offsets=True, add_prefix_space=False),
    "template": BERT_LIKE,
    "template-t5": template("$A [SEP]", "$A [SEP] $B [SEP]"),
    "template-llama": template("[CLS] $A", "[CLS] $A [CLS]:1 $B:1"),
    "template-swapped": template("[CLS]:7 $A:3", "$B:5 [SEP]:6 $A:4 [CLS]"),
    "template-three": template("[THREE]:2 $A", "$A [THREE]:9 $B:1"),
    "template-twice": template("$A:3 $A:4 [SEP]", "$A $B:1 $A:2"),
    "bert": BERT,
    "roberta": ROBERTA,
    "roberta-no-prefix": processors.RobertaProcessing((SEP, 2), (CLS, 1), trim_offsets=True, add_prefix_space=False),
    "roberta-no-trim": processors.RobertaProcessing((SEP, 2), (CLS, 1), trim_offsets=False),
    "sequence-llama3": processors.Sequence([processors.ByteLevel(trim_offsets=True), BERT_LIKE]),
    "sequence-trim-last": processors.Sequence([BERT_LIKE, processors.ByteLevel(trim_offsets=True)]),
    "sequence-two": processors.Sequence([ROBERTA, BERT]),
    "sequence-twice-trimmed": processors.Sequence([processors.ByteLevel(), ROBERTA]),
}
# A text's place is one range in the peer, special tokens within it included.
FAULTS = {
    "template-twice": {"sequence_ids"}, "sequence-trim-last": {"sequence_ids"},
    "sequence-two": {"sequence_ids", "special_tokens_mask"},
}
TRUNCATION = [None] + [
    dict(strategy=strategy, direction=direction, max_length=length, stride=stride)
    for strategy in ("longest_first", "only_first", "only_second") for direction in ("right", "left")
    for length, stride in ((16, 0), (15, 3), (10, 1), (7, 0), (4, 0))]
PADDING = [None] + [
    dict(direction=direction, length=length, pad_to_multiple_of=multiple, pad_id=0, pad_type_id=kind, pad_token=PAD)
    for direction, kind in (("right", 0), ("left", 3)) for length, multiple in ((None, None), (None, 8), (13, None), (20, 6))]


def texts(generator, is_pair):
    def text():
        count = generator.choice((0, 1, 2, 3, 5, 9, 14))
        return generator.choice(("", " ", "")) + " ".join(generator.choice(WORDS) for _ in range(count))
    return [(text(), text()) if is_pair else text() for _ in range(8)]


def flags(truncation, padding):
    result = []
    if truncation:
        result += ["--max-length", str(truncation["max_length"]), "--stride", str(truncation["stride"]), "--truncation",
                   truncation["strategy"].replace("_", "-"), "--truncation-side", truncation["direction"]]
    if padding:
        if padding["length"] is None:
            result += ["--padding", "longest"]
        elif truncation and truncation["max_length"] == padding["length"]:
            result += ["--padding", "max-length"]
        else:
            return None
        if padding["pad_type_id"]:
            return None
        result += ["--pad-side", padding["direction"], "--pad-token", padding["pad_token"]]
        if padding["pad_to_multiple_of"]:
            result += ["--pad-to-multiple-of", str(padding["pad_to_multiple_of"])]
    return result


def mine(path, batch, extra, file):
    pair = isinstance(batch[0], tuple)
    file.write_text("".join(json.dumps({"a": b[0], "b": b[1]} if pair else {"a": b}) + "\n" for b in batch))
    run = subprocess.run([options.bpedrop, "encode", "-m", path, "--format", "jsonl", "--offsets", "chars", "--masks",
                          "--overflow" if "--overflow" in extra else "--masks", "--text-field", "a",
                          *(["--pair-field", "b"] if pair else []), *[e for e in extra if e != "--overflow"], file],
                         capture_output=True)
    if run.returncode not in (0, 65):
        raise SystemExit(f"exit code {run.returncode}: {run.stderr.decode()}")
    if run.returncode:
        return None
    rows = {}
    for line in run.stdout.decode().split("\n")[:-1]:
        row = json.loads(line)
        rows.setdefault(row.get("document", len(rows)), []).append(row)
    return [rows[number] for number in sorted(rows)]


def theirs(encoding, name):
    for row in [encoding, *encoding.overflowing]:
        fields = {field: getattr(row, field) for field in FIELDS}
        fields["offsets"] = [list(pair) for pair in row.offsets]
        if name == "none":
            # Without a post-processor, in the peer padding is from the first text, and in rows that overflow all is.
            fields["sequence_ids"] = [kind if mask else None for kind, mask in zip(row.type_ids, row.attention_mask)]
        yield fields


counts = dict(combinations=0, rows=0, refusals=0, differences=0)


def compare(tokenizer, name, truncation, padding, is_pair, special, path, folder, generator, by_flags):
    try:
        tokenizer.no_truncation(), tokenizer.no_padding()
        if truncation:
            tokenizer.enable_truncation(**truncation)
        if padding:
            tokenizer.enable_padding(**padding)
    except BaseException:
        return
    added = tokenizer.num_special_tokens_to_add(is_pair) if special else 0
    if truncation and truncation["max_length"] < max(added, tokenizer.num_special_tokens_to_add(False) if special else 0):
        return  # the peer does not cut at all; we refuse
    extra = flags(truncation, padding) if by_flags else []
    if extra is None:
        extra, by_flags = [], False
    if by_flags:
        plain = Tokenizer.from_str(tokenizer.to_str())
        plain.no_truncation(), plain.no_padding()
        plain.save(path)
    else:
        tokenizer.save(path)
    if truncation:
        extra.append("--overflow")
    extra.append("--template" if special and added else "--no-template" if not special else "--masks")
    batch = texts(generator, is_pair)
    good, bad = [], []
    for text in batch:
        try:
            tokenizer.encode(*(text if is_pair else (text,)), add_special_tokens=special)
            good.append(text)
        except BaseException:
            bad.append(text)
    counts["combinations"] += 1
    label = f"{name} {truncation} {padding} pair={is_pair} special={special} flags={by_flags}"
    if bad:
        counts["refusals"] += 1
        if mine(path, bad[:1], extra, folder / "texts") is not None:
            counts["differences"] += 1
            print("NOT REFUSED", label, repr(bad[0]), flush=True)
    if not good:
        return
    expected = [list(theirs(encoding, name)) for encoding in tokenizer.encode_batch(good, add_special_tokens=special)]
    found = mine(path, good, extra, folder / "texts")
    if found is None or [len(rows) for rows in found] != [len(rows) for rows in expected]:
        counts["differences"] += 1
        print("OTHER ROWS", label, found and [len(rows) for rows in found], flush=True)
        return
    for text, ours, peers in zip(good, found, expected):
        for number, (a, b) in enumerate(zip(ours, peers)):
            counts["rows"] += 1
            for field in FIELDS:
                if a[field] != b[field] and field not in FAULTS.get(name, ()):
                    counts["differences"] += 1
                    if counts["differences"] < 30:
                        print("DIFFERENT", label, repr(text), number, field, a[field], b[field], flush=True)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    path = str(folder / "tokenizer.json")
    small = base()
    loaded = [(f"{pathlib.Path(file).name}", Tokenizer.from_file(file)) for file in options.tokenizers]
    jobs = [(small, post, *rest) for post, *rest in itertools.product(
        POST, TRUNCATION, PADDING, (False, True), (True, False))]
    for file, tokenizer in loaded:
        jobs += [(tokenizer, file, *rest) for rest in itertools.product(
            TRUNCATION[::4], PADDING[::3], (False, True), (True, False))]
    for number, (tokenizer, post, truncation, padding, is_pair, special) in enumerate(jobs):
        if number % options.every:
            continue
        if post in POST:
            tokenizer.post_processor = POST[post] or processors.Sequence([])
            if POST[post] is None:
                tokenizer = Tokenizer.from_str(json.dumps({**json.loads(tokenizer.to_str()), "post_processor": None}))
        compare(tokenizer, post, truncation, padding, is_pair, special, path, folder, random.Random(number), number % 2 == 0)
    print(*(f"{count} {what}" for what, count in counts.items()), sep=", ")
sys.exit(1 if counts["differences"] else 0)
