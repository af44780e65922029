#!/usr/bin/env python3
"""Holds bpedrop's `--law` of each peer against the peer itself, by two-sample tests.

usage: dropout_laws.py BPEDROP TOKENIZER.json [--draws 100000] [--rate 0.1 --rate 0.5]
       (pip install tokenizers==0.23.3 youtokentome==1.0.6 subword-nmt==0.3.8 sentencepiece==0.2.3)

All draw from one vocabulary, converted to each peer's format. A word is written in the byte alphabet of
byte-level BPE, so that each byte is one character to a peer. SentencePiece merges two pieces wherever
their concatenation is a piece, so bpedrop reads the vocabulary as a .tiktoken file for it, which means
the same. For each word: chi-square of homogeneity over its segmentations, rare ones pooled; the family of all tests has
level 0.001 (Bonferroni). As a check of the test's power the paper's law is held against each peer, too: it
must be told apart.
"""
import argparse
import base64
import collections
import json
import math
import random
import subprocess
import sys
import tempfile

WORDS = [" the", " of", " garden", " lower", " unrelated", " children", "ing", " kitchen", " happily",
         " wooden", " morning", "aaaa", " banana", " mississippi", " Tooth", " teeth", " café", " naïve",
         "lowlow", "-----"]

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("tokenizer")
parser.add_argument("--draws", type=int, default=100_000)
parser.add_argument("--rate", type=float, action="append")
options = parser.parse_args()
rates = options.rate or [0.1, 0.5]


def byte_alphabet():
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in visible]
    return {b: chr(b) for b in visible} | {b: chr(256 + i) for i, b in enumerate(rest)}


ALPHABET = byte_alphabet()
model = json.load(open(options.tokenizer))["model"]
merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
pieces = [ALPHABET[b] for b in range(256)] + ["".join(m) for m in merges]
encoded = ["".join(ALPHABET[b] for b in word.encode()) for word in WORDS]


def ours(law, rate, file, *flags):
    """Counts for each word: one document a draw, all in one run."""
    text = "".join((word + "\n") * options.draws for word in WORDS).encode()
    output = subprocess.run(
        [options.bpedrop, "encode", "-m", file, *flags, "--law", law, "--dropout", str(rate), "--seed", "1",
         "--dropout-unit", "byte", "--format", "pieces"], input=text, capture_output=True, check=True).stdout
    lines = output.decode().split("\n")
    return [collections.Counter(lines[i * options.draws:(i + 1) * options.draws]) for i in range(len(WORDS))]


def hugging_face(rate, folder):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(options.tokenizer)
    tokenizer.normalizer = None
    tokenizer.model.dropout = rate
    return [collections.Counter(" ".join(e.tokens) for e in tokenizer.encode_batch([word] * options.draws))
            for word in WORDS]


def youtokentome(rate, folder):
    import youtokentome
    ids = {piece: 4 + i for i, piece in enumerate(dict.fromkeys(["\u2581", *pieces]))}
    with open(f"{folder}/yttm.model", "w") as file:
        characters = [piece for piece in ids if len(piece) == 1]
        print(len(characters), len(merges), file=file)
        for piece in characters:
            print(ord(piece), ids[piece], file=file)
        for left, right in merges:
            print(ids[left], ids[right], ids[left + right], file=file)
        print(1, 0, 2, 3, file=file)
    bpe = youtokentome.BPE(f"{folder}/yttm.model", n_threads=1)
    return [collections.Counter(
        " ".join(tokens[1:]) for tokens in bpe.encode([word] * options.draws, youtokentome.OutputType.SUBWORD,
                                                      dropout_prob=rate)) for word in encoded]


def subword_nmt(rate, folder):
    from subword_nmt.apply_bpe import encode
    random.seed(1)
    codes = {pair: i for i, pair in reversed(list(enumerate(merges)))}
    reverse = {left + right: (left, right) for left, right in merges}
    # Version 0.1 puts an end of the word behind it, which no merge of ours has, and takes it off again.
    return [collections.Counter(
        " ".join(encode(word, codes, reverse, None, "@@", (0, 1), {}, None, rate))
        for _ in range(options.draws)) for word in encoded]


def varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def sentencepiece(rate, folder):
    import struct
    import sentencepiece
    field = lambda number, data: varint(number << 3 | 2) + varint(len(data)) + data
    proto = field(1, field(1, b"<unk>") + b"\x15" + struct.pack("<f", 0) + b"\x18\x02")
    for rank, piece in enumerate(dict.fromkeys(pieces)):
        proto += field(1, field(1, piece.encode()) + b"\x15" + struct.pack("<f", -rank))
    proto += field(2, b"\x18\x02")  # trainer_spec.model_type = BPE
    # normalizer_spec: identity, no dummy prefix, white space as it is.
    proto += field(3, field(1, b"identity") + b"\x18\x00\x20\x00\x28\x00")
    processor = sentencepiece.SentencePieceProcessor(model_proto=proto)
    return [collections.Counter(
        " ".join(processor.encode(word, out_type=str, enable_sampling=True, alpha=rate, nbest_size=-1))
        for _ in range(options.draws)) for word in encoded]


def chi_square_tail(statistic, degrees):
    """The upper incomplete gamma function, by its series or its continued fraction."""
    a, x = degrees / 2, statistic / 2
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while term > total * 1e-16:
            n += 1
            term *= x / n
            total += term
        return 1 - total * scale
    b, c = x + 1 - a, 1e300
    d = 1 / b
    h = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return scale * h


def homogeneity(first, second):
    """The p-value of two samples of equal size being of one law; None where one cell is left."""
    cells, pool = [], [0, 0]
    for outcome in first.keys() | second.keys():
        pair = [first[outcome], second[outcome]]
        if sum(pair) < 20:
            pool = [pool[0] + pair[0], pool[1] + pair[1]]
        else:
            cells.append(pair)
    if sum(pool) >= 20:
        cells.append(pool)
    if len(cells) < 2:
        return None
    statistic = sum((a - b) ** 2 / (a + b) for a, b in cells)
    return chi_square_tail(statistic, len(cells) - 1)


def mean_tokens(counts):
    return sum(n * len(cut.split(" ")) for cut, n in counts.items()) / sum(counts.values())


failures = 0
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/pieces.tiktoken", "wb") as file:
        back = {character: byte for byte, character in ALPHABET.items()}
        for rank, piece in enumerate(dict.fromkeys(pieces)):
            file.write(base64.b64encode(bytes(back[c] for c in piece)) + b" %d\n" % rank)
    peers = [("huggingface", hugging_face, options.tokenizer, []),
             ("youtokentome", youtokentome, options.tokenizer, []),
             ("subword-nmt", subword_nmt, options.tokenizer, []),
             ("sentencepiece", sentencepiece, f"{folder}/pieces.tiktoken", ["--pattern", "gpt2"])]
    level = 0.001 / (len(peers) * len(rates) * len(WORDS))
    print(f"{len(WORDS)} words, {options.draws} draws of each; the smallest p-value must be above {level:.1e}\n")
    print(f"{'law':14} {'p':>4}  {'tokens a word: bpedrop':>22} {'peer':>8}  {'smallest p-value':>16}  "
          f"{'of the paper law instead':>24}")
    for law, sample, file, flags in peers:
        for rate in rates:
            theirs = sample(rate, folder)
            mine = ours(law, rate, file, *flags)
            paper = ours("paper", rate, file, *flags)
            values = [p for p in map(homogeneity, mine, theirs) if p is not None]
            others = [p for p in map(homogeneity, paper, theirs) if p is not None]
            means = [sum(map(mean_tokens, counts)) / len(WORDS) for counts in (mine, theirs)]
            fails = min(values) <= level or len(values) < len(WORDS) - 2 or min(others) > level
            failures += fails
            print(f"{law:14} {rate:4}  {means[0]:22.4f} {means[1]:8.4f}  {min(values):16.2g}  {min(others):24.2g}"
                  f"{'   FAILS' if fails else ''}", flush=True)
sys.exit(failures > 0)
