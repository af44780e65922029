#!/usr/bin/env python3
"""Holds bpedrop against tiktoken: the same ids under OpenAI's encodings, and text that comes back.

usage: tiktoken_parity.py BPEDROP VOCABULARIES DATA   (pip install tiktoken==0.14.0)

VOCABULARIES is a folder of NAME.tiktoken files; DATA is a folder of text files. For each encoding the ids of
every file of DATA that is UTF-8 must be equal, whole and line by line, and so must those of --strings
random strings over characters that break tokenizers, special tokens among them, with and without --allow-special.
"""
import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

import tiktoken
import tiktoken_ext.openai_public
from tiktoken.load import load_tiktoken_bpe

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("vocabularies", type=pathlib.Path)
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("--encoding", action="append", help="of all whose file is there by default")
parser.add_argument("--strings", type=int, default=100_000)
parser.add_argument("--seed", type=int, default=0)
options = parser.parse_args()
failures = 0

# The package asks the network for the ranks; here they come from the folder.
tiktoken_ext.openai_public.load_tiktoken_bpe = lambda path, expected_hash=None: load_tiktoken_bpe(
    str(options.vocabularies / path.rsplit("/", 1)[1]), expected_hash)

PIECES = (
    "a b Z the ing THE McDonald iPhone ǅ ʰ ª 's 'S 'll 'LL 'Re 'ſ ' 're' don't 0 42 123456 ½ Ⅷ ٣ ① . ... !? _ - / // — « € § "
    "é e\u0301 \u0301 \u0323\u0307 ß İ ı Σ ς ﬁ и й и\u0306 ЖЖ я 中 文 한 か\u3099 ｶﾞ ＡＢ क क\u093c ् ไทย ำ א שׁ ع ﷺ \u200f ა Ა 😀 👩🏽‍🚀 🇩🇪 1️⃣ "
    "𝒜 𐍈 \ue000 \U0010ffff \ufffd \0 \x7f \u1c89 \u1c8a \U00010d50 \U000105c9 \U00010d40 \u200b \ufeff \xad \u202e "
    "<|endoftext|> <|endofprompt|> <|fim_prefix|> <|endof <| |>").split(" ")
PIECES += [" ", " ", "  ", "   ", "\t", "\n", "\r\n", "\r", "\n\n", "\v", "\f", "\x85", "\xa0", "\u1680", "\u2028", "\u3000", "\x1c", " \n "]


def nasty(generator):
    parts = []
    for _ in range(generator.randrange(30)):
        if generator.random() < 0.05:
            code = generator.randrange(0x110000)
            parts.append(chr(code) if not 0xD800 <= code < 0xE000 else "\ud7ff")
        else:
            parts.append(generator.choice(PIECES))
    return "".join(parts)


def check(name, is_equal, detail=""):
    global failures
    failures += not is_equal
    print(f"{'equal    ' if is_equal else 'DIFFERENT'}  {name}  {detail}", flush=True)


def ours(*arguments):
    return subprocess.run([options.bpedrop, *arguments], capture_output=True, check=True).stdout


def compare(name, encoding, model, documents, *arguments, allowed=frozenset()):
    """Documents in a file each, or in one file where none has a line feed."""
    encoded = ours("encode", "-m", model, *arguments).decode().split("\n")[:-1]
    theirs = encoding.encode_batch(documents, num_threads=2, allowed_special=allowed, disallowed_special=())
    if len(encoded) != len(documents):
        return name, "number of documents", len(encoded), len(documents)
    for number, (line, ids) in enumerate(zip(encoded, theirs)):
        if line != " ".join(map(str, ids)):
            mine = [int(field) for field in line.split()]
            place = next((i for i, pair in enumerate(zip(mine, ids)) if pair[0] != pair[1]), min(len(mine), len(ids)))
            return name, number, repr(encoding.decode(ids[max(place - 3, 0):place + 5])), mine[place:place + 5], ids[place:place + 5]
    return None


texts = []
for path in sorted(path for path in options.data.rglob("*") if path.is_file()):
    try:
        texts.append((path, path.read_bytes().decode()))
    except UnicodeDecodeError:
        pass
generator = random.Random(options.seed)
strings = [nasty(generator) for _ in range(options.strings)]

with tempfile.TemporaryDirectory() as folder:
    for file in sorted(options.vocabularies.glob("*.tiktoken")):
        name = file.stem
        if options.encoding and name not in options.encoding:
            continue
        encoding = tiktoken.Encoding(**getattr(tiktoken_ext.openai_public, name)())
        model = str(file)
        differences = []
        size = lines = 0
        for path, text in texts:
            whole = compare(path, encoding, model, [text], "--document", "file", str(path))
            documents = text.split("\n")
            if documents[-1] == "":
                documents.pop()
            each = compare(path, encoding, model, documents, str(path))
            differences += [difference for difference in (whole, each) if difference]
            size += len(text.encode())
            lines += len(documents)
        check(f"{name} files", not differences, f"{len(texts)} files, {size} bytes, {lines} lines {differences[:3]}")
        # A string is a file only where it has a line feed; the others share one.
        single = [text for text in strings if "\n" not in text]
        listing = pathlib.Path(f"{folder}/single")
        listing.write_bytes("".join(text + "\n" for text in single).encode())
        for allowed, flags in ((frozenset(), ()), ("all", ("--allow-special",))):
            difference = compare("lines", encoding, model, single, *flags, str(listing), allowed=allowed)
            check(f"{name} {len(single)} strings {' '.join(flags)}", not difference, difference or "")
        multiple = [text for text in strings if "\n" in text]
        differences = []
        for start in range(0, len(multiple), 2000):
            part = multiple[start:start + 2000]
            for number, text in enumerate(part):
                pathlib.Path(f"{folder}/{number}").write_bytes(text.encode())
            paths = [f"{folder}/{number}" for number in range(len(part))]
            for allowed, flags in ((frozenset(), ()), ("all", ("--allow-special",))):
                difference = compare("files", encoding, model, part, *flags, "--document", "file", *paths, allowed=allowed)
                differences += [difference] if difference else []
        check(f"{name} {len(multiple)} strings with line feeds", not differences, differences[:3] or "")
sys.exit(1 if failures else 0)
