#!/usr/bin/env python3
"""Holds subword-nmt's codes against the Python package: bpedrop's pieces are those of its apply-bpe, byte for byte.

usage: subword_nmt_parity.py BPEDROP FILE...   (pip install subword-nmt==0.3.8)

From each file codes are learned; version 0.1 is written from words that end with a symbol of their own. Lines of all files
are segmented by both: plain, with a vocabulary and a threshold, with glossaries, and with all of these. Then come lines of
random characters, spaces and returns.
"""
import collections
import io
import pathlib
import random
import subprocess
import sys
import tempfile

from subword_nmt import apply_bpe, get_vocab, learn_bpe

binary, files = sys.argv[1], sys.argv[2:]
GLOSSARIES = [r"<unk>", r"\d+", "tion", r"[A-Z]{2,}", "日本|the"]
failures = texts = 0


def text_of(file, limit=1_000_000):
    text = pathlib.Path(file).read_bytes()[:limit].decode("utf-8", "ignore")
    return text[:text.rindex("\n") + 1]


def separate(text, count):
    """Codes of version 0.1: the end of a word is a symbol of its own."""
    words = collections.Counter(text.split())
    words = [(list(word) + ["</w>"], n) for word, n in words.most_common(4000)]
    rules = []
    for _ in range(count):
        pairs = collections.Counter()
        for word, n in words:
            for pair in zip(word, word[1:]):
                pairs[pair] += n
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        rules.append(best)
        for word, _ in words:
            i = 0
            while i + 1 < len(word):
                if (word[i], word[i + 1]) == best:
                    word[i:i + 2] = ["".join(best)]
                i += 1
    return "".join(f"{a} {b}\n" for a, b in rules)


def nasty(seed, alphabet):
    draw = random.Random(seed)
    signs = list(alphabet) + list(" \r\t\u00a0\u3000\u2028é\U0001f600") + ["  ", "</w>", "@@", "12"]
    return "".join("".join(draw.choice(signs) for _ in range(draw.randrange(30))) + "\n" for _ in range(20_000))


def compare(name, codes, text, vocabulary=None, threshold=None, glossaries=None):
    global failures, texts
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "codes").write_bytes(codes.encode())
        command = [binary, "encode", "-m", str(path / "codes"), "--format", "pieces", "--separator", "@@"]
        vocab = None
        if vocabulary is not None:
            (path / "vocab").write_bytes(vocabulary.encode())
            command += ["--vocabulary", str(path / "vocab")]
            if threshold is not None:
                command += ["--vocabulary-threshold", str(threshold)]
            vocab = apply_bpe.read_vocabulary(io.StringIO(vocabulary, newline="\n"), threshold)
        if glossaries:
            command += ["--glossaries", *glossaries]
        run = subprocess.run(command, input=text.encode(), capture_output=True)
        if run.returncode:
            print(f"REFUSED {name}: {run.stderr.decode().strip()}")
            failures += 1
            return
        ours = run.stdout.decode().split("\n")
        bpe = apply_bpe.BPE(io.StringIO(codes, newline="\n"), vocab=vocab, glossaries=glossaries)
        lines = text.split("\n")
        theirs = [bpe.process_line(line) for line in lines]
        if theirs and theirs[-1] == "":
            theirs.pop()
            ours.pop()
        wrong = [(line, a, b) for line, a, b in zip(lines, ours, theirs) if a != b]
        bad = len(wrong) + abs(len(ours) - len(theirs))
        failures += bad
        texts += len(theirs)
        print(f"{'ok  ' if not bad else 'FAIL'} {name:44} {len(theirs):7} lines, {bad} differ", flush=True)
        for line, a, b in wrong[:3]:
            print(f"    {line!r}\n    ours   {a!r}\n    theirs {b!r}")


for file in files:
    text = text_of(file)
    stem = pathlib.Path(file).stem
    glued = io.StringIO(newline="\n")
    learn_bpe.learn_bpe(io.StringIO(text, newline="\n"), glued, 3000)
    for version, codes in (("0.2", glued.getvalue()), ("0.1", separate(text[:200_000], 300))):
        bpe = apply_bpe.BPE(io.StringIO(codes, newline="\n"))
        counted = io.StringIO(newline="\n")
        segmented = "".join(bpe.process_line(line) + "\n" for line in text[:300_000].split("\n"))
        get_vocab.get_vocab(io.StringIO(segmented, newline="\n"), counted)
        vocabulary = "".join(line + "\n" for line in counted.getvalue().split("\n") if line and not line.startswith(" ")
                             and len(line.split(" ")) == 2)
        for name, sample in (("", text), ("random ", nasty(1, text[:400]))):
            name = f"{stem} {version} {name}"
            compare(name + "plain", codes, sample)
            compare(name + "vocabulary", codes, sample, vocabulary)
            compare(name + "threshold", codes, sample, vocabulary, 50)
            # Where a glossary precedes a return inside a line, subword-nmt deletes the return.
            sample = sample.replace("\r", "")
            compare(name + "glossaries", codes, sample, glossaries=GLOSSARIES)
            compare(name + "all", codes, sample, vocabulary, 20, GLOSSARIES)
print(f"{texts} lines compared, {failures} differ")
sys.exit(failures > 0)
