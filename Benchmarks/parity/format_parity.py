#!/usr/bin/env python3
"""Holds files of other formats against the programs that they are of: what bpedrop reads gives their ids, and they read
what `bpedrop convert` writes as the same.

usage: format_parity.py BPEDROP FOLDER FILE...   (pip install youtokentome gguf tokenizers==0.23.3 tiktoken==0.14 subword-nmt)

FOLDER has GPT-2's encoder.json and vocab.bpe. From each file YouTokenToMe learns a model, and subword-nmt codes.
"""
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import gguf
import tiktoken
import tiktoken.load
import youtokentome
from subword_nmt import learn_bpe
from tokenizers import ByteLevelBPETokenizer, Tokenizer

binary, vocabulary, files = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
lines = [line for file in files for line in pathlib.Path(file).read_bytes()[:300_000].decode("utf-8", "ignore").split("\n")]
failures = texts = 0


def ours(model, *flags):
    run = subprocess.run([binary, "encode", "-m", str(model), *flags], input="\n".join(lines).encode(), capture_output=True)
    if run.returncode:
        sys.exit(run.stderr.decode())
    ids = [[int(i) for i in line.split()] for line in run.stdout.decode().split("\n")]
    return ids[:len(lines)]


def convert(target, source, output):
    run = subprocess.run([binary, "convert", "--to", target, "--check", "1000", str(source), str(output)], capture_output=True)
    if run.returncode:
        sys.exit(run.stderr.decode())


def compare(name, a, b):
    global failures, texts
    wrong = sum(x != y for x, y in zip(a, b))
    failures += wrong
    texts += len(a)
    print(f"{'ok  ' if not wrong else 'FAIL'} {name:44} {len(a):7} lines, {wrong} differ", flush=True)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for file in files:
        stem = pathlib.Path(file).stem
        youtokentome.BPE.train(data=file, model=str(folder / "yttm"), vocab_size=8000)
        compare(f"YouTokenToMe {stem}", ours(folder / "yttm"), youtokentome.BPE(model=str(folder / "yttm")).encode(lines))
        codes = io.StringIO(newline="\n")
        learn_bpe.learn_bpe(io.StringIO("\n".join(lines[:3000]), newline="\n"), codes, 500)
        (folder / "codes").write_text(codes.getvalue())
        convert("tokenizer.json", folder / "codes", folder / "codes.json")
        peer = Tokenizer.from_file(str(folder / "codes.json"))
        compare(f"codes as tokenizer.json {stem}", ours(folder / "codes"), [e.ids for e in peer.encode_batch(lines)])

    # GPT-2 as GGUF, and from there to three other formats.
    ids = json.loads((vocabulary / "encoder.json").read_text())
    tokens = sorted(ids, key=ids.get)
    merges = (vocabulary / "vocab.bpe").read_text().split("\n")[1:-1]
    writer = gguf.GGUFWriter(str(folder / "gpt2.gguf"), "gpt2")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * (len(tokens) - 1) + [gguf.TokenType.CONTROL])
    writer.add_token_merges(merges)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    peer = ByteLevelBPETokenizer(str(vocabulary / "encoder.json"), str(vocabulary / "vocab.bpe"))
    expected = [e.ids for e in peer.encode_batch(lines)]
    compare("GGUF", ours(folder / "gpt2.gguf"), expected)
    convert("tokenizer.json", folder / "gpt2.gguf", folder / "tokenizer.json")
    compare("GGUF as tokenizer.json", [e.ids for e in Tokenizer.from_file(str(folder / "tokenizer.json")).encode_batch(lines)],
            expected)
    convert("vocab.json", folder / "gpt2.gguf", folder / "pair")
    peer = ByteLevelBPETokenizer(str(folder / "pair/vocab.json"), str(folder / "pair/merges.txt"))
    compare("GGUF as vocab.json", [e.ids for e in peer.encode_batch(lines)], expected)
    convert("tiktoken", folder / "gpt2.gguf", folder / "gpt2.tiktoken")
    ranks = tiktoken.load.load_tiktoken_bpe(str(folder / "gpt2.tiktoken"))
    pattern = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
    peer = tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})
    compare("GGUF as .tiktoken", peer.encode_ordinary_batch(lines), expected)
print(f"{texts} lines compared, {failures} differ")
sys.exit(failures > 0)
