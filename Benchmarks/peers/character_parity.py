#!/usr/bin/env python3
"""Holds BPE over characters against Hugging Face tokenizers: files of theirs, read here, give the same ids, offsets and text.

usage: character_parity.py BPEDROP FILE...   (pip install tokenizers==0.23.3)

A tokenizer is learned by the peer from each file, with each of some settings (affixes, byte fallback, unknown
tokens fused or not), and encodes lines of all files, so that characters it does not know come up.
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
sys.exit(1 if failures else 0)
