#!/usr/bin/env python3
"""Holds bpedrop against Hugging Face tokenizers on files that Hugging Face makes: ids, offsets and word ids.

usage: huggingface_files.py BPEDROP [--strings N]   (pip install tokenizers==0.23.3)

For each of many pairs of normaliser and pre-tokeniser Hugging Face learns a small tokenizer, gets added tokens with
every flag, and saves its tokenizer.json; both encode N random strings with it, and ids, offsets in characters and
word ids must be equal.
"""
import argparse
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("--strings", type=int, default=5000)
parser.add_argument("--only", default="")
options = parser.parse_args()
failures = 0

TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
CONTRACTION, BEFORE = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?", r"[^\r\n\p{L}\p{N}]?"
O200K = (f"{BEFORE}{UPPER}*{LOWER}+{CONTRACTION}|{BEFORE}{UPPER}+{LOWER}*{CONTRACTION}"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = ("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
            "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(pattern, behavior, invert=invert)


BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
PRE = {
    "gpt2": [pre_tokenizers.ByteLevel(add_prefix_space=False)],
    "gpt2-prefix": [pre_tokenizers.ByteLevel(add_prefix_space=True)],
    "llama3": [split(Regex(WORDS + r"\p{N}{1,3}" + TAIL)), BYTES],
    "qwen2": [split(Regex(WORDS + r"\p{N}" + TAIL)), BYTES],
    "qwen2-removed-inverted": [split(Regex(WORDS + r"\p{N}" + TAIL), "removed", True), BYTES],
    "o200k": [split(Regex(O200K)), BYTES],
    "deepseek-v3": [split(Regex(r"\p{N}{1,3}")), split(Regex("[一-龥぀-ゟ゠-ヿ]+")), split(Regex(DEEPSEEK)), BYTES],
    "digits": [pre_tokenizers.Digits(), BYTES],
    "digits-gpt2": [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)],
    "whitespace": [pre_tokenizers.Whitespace(), BYTES],
    "whitespace-split": [pre_tokenizers.WhitespaceSplit(), BYTES],
    "bert": [pre_tokenizers.BertPreTokenizer(), BYTES],
    "delimiter": [pre_tokenizers.CharDelimiterSplit("a"), BYTES],
    "metaspace": [pre_tokenizers.Metaspace(), BYTES],
    "metaspace-first": [pre_tokenizers.Metaspace(prepend_scheme="first"), BYTES],
    "metaspace-never": [pre_tokenizers.Metaspace(prepend_scheme="never", replacement="_"), BYTES],
    "metaspace-whole": [pre_tokenizers.Metaspace(split=False), BYTES],
    "general": [split(Regex(r"(?:\d+|[^\W\d]+)(?=\s)|\S")), BYTES],
    "lookbehind": [split(Regex(r"(?<=\p{Ll})(?=\p{Lu})|\b")), BYTES],
}
for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
    PRE[f"punctuation-{behavior}"] = [pre_tokenizers.Punctuation(behavior), BYTES]
    for invert in (False, True):
        PRE[f"string-{behavior}-{invert}"] = [split("a", behavior, invert), BYTES]
        PRE[f"regex-{behavior}-{invert}"] = [split(Regex(r"\s|x*"), behavior, invert), BYTES]
NORMALIZERS = {
    "none": None, "nfc": normalizers.NFC(), "nfkc": normalizers.NFKC(), "nfd": normalizers.NFD(),
    "lowercase": normalizers.Lowercase(),
    "bare": normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]),
}
ADDED = [
    AddedToken("<|end|>", special=True, normalized=False), AddedToken("<mask>", special=True, lstrip=True, normalized=False),
    AddedToken("<r>", rstrip=True), AddedToken("the", single_word=True, normalized=False), AddedToken("ABC"),
    AddedToken("AB", normalized=False, lstrip=True, rstrip=True), AddedToken("é", single_word=True), AddedToken("ﬁ", rstrip=True),
    AddedToken("  ", normalized=False), AddedToken("<|end|><r>", normalized=False),
]
# Without characters that are newer than the Unicode version of some table: see docs/decisions/0003-unicode-versions.md.
PIECES = ("a b x Z the ing THE AB ABC abc McDonald aB 's 'S 'll 'ſ ' don't 0 42 123456 ½ ٣ ① . ... !? _ - / $ + « € § é É e\u0301 E\u0301 "
          "\u0301 \u0323\u0307 ß İ ﬁ fi и й и\u0306 Ж 中 文 한 か\u3099 ｶﾞ ＡＢ क क\u093c ไทย ำ ع ﷺ 😀 👩🏽‍🚀 🇩🇪 𝒜 \ue000 \ufffd \0 \u200b "
          "<|end|> <|end|><r> <mask> <r> <|end the-the ▁").split(" ")
PIECES += [" ", " ", " ", "  ", "   ", "\t", "\r", "\v", "\x85", "\xa0", "\u2028", "\u3000"]


def has_stacked_marks(text):
    """Whether one character has several marks, which decision 8 lists as an exception."""
    marks = [unicodedata.category(character)[0] == "M" for character in unicodedata.normalize("NFD", text)]
    return any(pair == (True, True) for pair in zip(marks, marks[1:]))


def nasty(generator):
    while True:
        text = "".join(generator.choice(PIECES) for _ in range(generator.randrange(25)))
        if not has_stacked_marks(text):
            return text


def make(normalizer, parts, post):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = parts[0] if len(parts) == 1 else pre_tokenizers.Sequence(parts)
    tokenizer.decoder = decoders.ByteLevel()
    if post:
        tokenizer.post_processor = post
    generator = random.Random(1)
    tokenizer.train_from_iterator((nasty(generator) for _ in range(2000)), trainers.BpeTrainer(
        vocab_size=500, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.add_tokens(ADDED)
    return tokenizer


POST = [None, processors.ByteLevel(trim_offsets=True, add_prefix_space=True),
        processors.ByteLevel(trim_offsets=True, add_prefix_space=False)]
with tempfile.TemporaryDirectory() as folder:
    text_file, model = pathlib.Path(f"{folder}/text"), f"{folder}/tokenizer.json"
    for number, (normalizer, pre) in enumerate(itertools.product(NORMALIZERS, PRE)):
        name = f"{normalizer} {pre}"
        if options.only not in name:
            continue
        tokenizer = make(NORMALIZERS[normalizer], PRE[pre], POST[number % 3])
        tokenizer.save(model)
        generator = random.Random(number)
        texts = [nasty(generator) for _ in range(options.strings)]
        text_file.write_bytes("".join(text + "\n" for text in texts).encode())
        run = subprocess.run(
            [options.bpedrop, "encode", "-m", model, "--allow-special", "--format", "jsonl", "--offsets", "chars", text_file],
            capture_output=True)
        if run.returncode:
            failures += 1
            print("REFUSED   ", name, run.stderr.decode().strip(), flush=True)
            continue
        lines = run.stdout.decode().split("\n")[:-1]
        different = {"ids": 0, "offsets": 0, "word_ids": 0}
        example = None
        for line, text in zip(lines, texts, strict=True):
            mine, theirs = json.loads(line), tokenizer.encode(text)
            wanted = {"ids": theirs.ids, "offsets": [list(pair) for pair in theirs.offsets], "word_ids": theirs.word_ids}
            for key, value in wanted.items():
                if mine[key] != value:
                    different[key] += 1
                    if not example or len(text) < len(example[1]):
                        example = key, text, mine[key], value, theirs.tokens
        failures += any(different.values())
        print("equal     " if not example else "DIFFERENT ", name, f"{len(texts)} strings", different if example else "", example or "", flush=True)
sys.exit(1 if failures else 0)
