#!/usr/bin/env python3
"""Holds fastBPE's codes against the Python package: bpedrop's pieces are those of its applybpe, with and without a
vocabulary.

usage: fastbpe_parity.py BPEDROP FILE...   (pip install fastBPE==0.1.0 subword-nmt==0.3.8)

From each file codes are learned (by subword-nmt; a count is put behind each), and lines of all files are segmented by both.
Spaces at the ends of a line, which bpedrop keeps, are left out of the comparison.
"""
import collections
import io
import pathlib
import subprocess
import sys
import tempfile

import fastBPE
from subword_nmt import learn_bpe

binary, files = sys.argv[1], sys.argv[2:]
texts = {file: pathlib.Path(file).read_bytes()[:1_000_000].decode("utf-8", "ignore").split("\n")[:-1] for file in files}
failures = compared = 0


def compare(name, codes, lines, vocabulary=""):
    global failures, compared
    theirs = fastBPE.fastBPE(codes, vocabulary).apply(lines)
    command = [binary, "encode", "-m", codes, "--format", "pieces", "--separator", "@@"]
    command += ["--vocabulary", vocabulary] if vocabulary else []
    run = subprocess.run(command, input="\n".join(lines).encode(), capture_output=True)
    if run.returncode:
        sys.exit(run.stderr.decode())
    ours = run.stdout.decode().split("\n")[:len(lines)]
    wrong = sum(a.strip(" ") != b.strip(" ") for a, b in zip(ours, theirs))
    failures += wrong
    compared += len(lines)
    print(f"{'ok  ' if not wrong else 'FAIL'} {name:44} {len(lines):7} lines, {wrong} differ", flush=True)
    return theirs


with tempfile.TemporaryDirectory() as folder:
    codes, vocabulary = f"{folder}/codes", f"{folder}/vocabulary"
    for file in files:
        learned = io.StringIO(newline="\n")
        learn_bpe.learn_bpe(io.StringIO("\n".join(texts[file][:1500]), newline="\n"), learned, 800)
        merges = {line.replace(" ", ""): line for line in reversed(learned.getvalue().split("\n")[1:-1])}
        pathlib.Path(codes).write_text("".join(f"{line} 1\n" for line in reversed(merges.values())))
        for other in files:
            name = f"{pathlib.Path(file).stem} on {pathlib.Path(other).stem}"
            pieces = compare(name, codes, texts[other])
            counts = collections.Counter(piece for line in pieces[:4000] for piece in line.split())
            pathlib.Path(vocabulary).write_text("".join(f"{k} {n}\n" for k, n in counts.items() if n >= 5))
            compare(name + ", vocabulary", codes, texts[other], vocabulary)
print(f"{compared} lines compared, {failures} differ")
sys.exit(failures > 0)
