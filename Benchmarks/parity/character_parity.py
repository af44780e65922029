#!/usr/bin/env python3
"""Holds BPE over characters against Hugging Face tokenizers: files of theirs, read here, and of ours, read there, give the
same ids and text.

usage: character_parity.py BPEDROP FILE...   (pip install tokenizers==0.23.3)

A tokenizer is learned by the peer from each file, with each of some settings (affixes, byte fallback, unknown
tokens fused or not), and encodes lines of all files, so that characters it does not know come up. Then bpedrop learns, and
the peer encodes and decodes.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

binary, files = sys.argv[1], sys.argv[2:]
spaces = pre_tokenizers.Split(Regex(r" ?\S+|\s+"), "isolated")
byte_pieces = [f"<0x{byte:02X}>" for byte in range(256)]
settings = {
    "plain": (pre_tokenizers.Metaspace(), {"unk_token": "<unk>"}, {}),
    "fuse_unk": (pre_tokenizers.Metaspace(), {"unk_token": "<unk>", "fuse_unk": True}, {"limit_alphabet": 40}),
    "no unk": (spaces, {}, {"limit_alphabet": 30}),
    "byte_fallback": (spaces, {"byte_fallback": True}, {"limit_alphabet": 40, "special_tokens": byte_pieces}),
    "fallback+unk": (pre_tokenizers.Metaspace(), {"byte_fallback": True, "unk_token": "<unk>", "fuse_unk": True},
                     {"limit_alphabet": 40, "special_tokens": ["<unk>"] + byte_pieces[128:]}),
    "suffix": (pre_tokenizers.WhitespaceSplit(), {"unk_token": "<unk>", "end_of_word_suffix": "</w>"}, {}),
    "prefix": (pre_tokenizers.BertPreTokenizer(), {"unk_token": "<unk>", "continuing_subword_prefix": "@@"}, {}),
    "both": (pre_tokenizers.WhitespaceSplit(), {"unk_token": "<unk>", "continuing_subword_prefix": "@@",
                                                 "end_of_word_suffix": "</w>"}, {"limit_alphabet": 30}),
    "ignore_merges": (spaces, {"unk_token": "<unk>", "ignore_merges": True}, {}),
}
lines = []
for file in files:
    lines += pathlib.Path(file).read_bytes().decode().split("\n")[:200]
lines = [line for line in lines if line]
text = ("\n".join(lines) + "\n").encode()
failures = 0
with tempfile.TemporaryDirectory() as folder:
    for file in files:
        for name, (split, model, trainer) in settings.items():
            tokenizer = Tokenizer(models.BPE(**model))
            tokenizer.pre_tokenizer = split
            options = {"special_tokens": ["<unk>"], "vocab_size": 2000, "show_progress": False, **trainer}
            for key in ("continuing_subword_prefix", "end_of_word_suffix"):
                if key in model:
                    options[key] = model[key]
            tokenizer.train([file], trainers.BpeTrainer(**options))
            tokenizer.save(f"{folder}/t.json")
            run = subprocess.run([binary, "encode", "-m", f"{folder}/t.json", "--format", "jsonl", "--offsets", "chars"],
                                 input=text, capture_output=True)
            if run.returncode:
                print(f"REFUSED    {name:14} {file}: {run.stderr.decode().strip()}", flush=True)
                failures += 1
                continue
            ours = [json.loads(line) for line in run.stdout.decode().splitlines()]
            theirs = tokenizer.encode_batch(lines, add_special_tokens=False)
            ids = sum(a["ids"] != b.ids for a, b in zip(ours, theirs))
            offsets = sum([tuple(o) for o in a["offsets"]] != b.offsets for a, b in zip(ours, theirs))
            failures += ids > 0 or len(ours) != len(theirs)
            print(f"{'equal    ' if not ids else 'DIFFERENT'}  {name:14} {len(theirs)} lines, {sum(len(b.ids) for b in theirs)} "
                  f"tokens, {ids} lines differ in ids, {offsets} in offsets  {file}", flush=True)
    characters = [binary, "train", "-o", f"{folder}/t.json", "--normalizer", "none", "--alphabet", "characters", "--vocab-size", "1500"]
    ours = {
        "fallback": ["--pattern", "metaspace", "--byte-fallback", "--character-coverage", "0.99"],
        "fallback, gpt2": ["--pattern", "gpt2", "--byte-fallback", "--limit-alphabet", "40"],
        "metaspace": ["--pattern", "metaspace"], "cl100k": ["--pattern", "cl100k"],
        "suffix": ["--pattern", "whitespace-split", "--end-of-word-suffix", "</w>"],
        "prefix": ["--pattern", "bert", "--continuing-subword-prefix", "##"],
        "both": ["--pattern", "bert", "--continuing-subword-prefix", "@@", "--end-of-word-suffix", "</w>"],
    }
    for file in files:
        for name, arguments in ours.items():
            subprocess.run([*characters, *arguments, file], check=True, capture_output=True)
            tokenizer = Tokenizer.from_file(f"{folder}/t.json")
            encoded = subprocess.run([binary, "encode", "-m", f"{folder}/t.json"], input=text, capture_output=True, check=True).stdout
            decoded = subprocess.run([binary, "decode", "-m", f"{folder}/t.json"], input=encoded, capture_output=True, check=True).stdout
            ids = [[int(number) for number in line.split()] for line in encoded.decode().split("\n")[:-1]]
            theirs = [encoding.ids for encoding in tokenizer.encode_batch(lines, add_special_tokens=False)]
            texts = [tokenizer.decode(line, skip_special_tokens=False) for line in ids]
            is_equal = ids == theirs and decoded.decode().split("\n")[:-1] == texts
            failures += not is_equal
            print(f"{'equal    ' if is_equal else 'DIFFERENT'}  ours, {name:14} {len(ids)} lines  {file}", flush=True)
sys.exit(1 if failures else 0)
