#!/usr/bin/env python3
"""Holds SentencePiece's models of type BPE against the package sentencepiece: ids, pieces and decoded text are the same,
and so is what a model of ours becomes there.

usage: sentencepiece_parity.py BPEDROP [-m MODEL]... FILE...   (pip install sentencepiece==0.2.3)

Every model encodes the lines of all files and nasty strings. Besides the given models, some are trained by the peer from the
first files, with each of some settings; and bpedrop learns some, which the peer reads.
"""
import argparse
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import sentencepiece

arguments = argparse.ArgumentParser()
arguments.add_argument("binary")
arguments.add_argument("-m", "--model", action="append", default=[])
arguments.add_argument("--trained", action="store_true", help="also models trained by the peer, and by bpedrop")
arguments.add_argument("files", nargs="+")
arguments = arguments.parse_args()
MARK = "\u2581"
failures = 0


def nasty(symbols):
    """Strings, as bytes without line feeds, that are hard for a normaliser or for merges."""
    random.seed(1)
    parts = ["", "\0", " ", "  ", "   ", "\t", "\r", MARK, MARK * 2, "a", "Hello", "world", "the", "é", "e\u0301", "\u0301", "ﬁ", "ﬀ", "Ａ", "ｶﾞ",
             "か\u3099", "①", "½", "㍿", "ﷺ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2028", "\u0085", "Ω", "ß", "İ", "😀", "👩🏽‍🚀", "🇩🇪",
             "𝒜", "\U0010ffff", "\ufffd", "한", "각", "中文", "ไทย", "<s>", "</s>", "<unk>", "<0x0A>", "<0x41>", "<pad>", "[INST]"] + symbols
    bad = [b"\xff", b"\xc0\x80", b"\xe2\x96", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\x80", b"\xe2\x96\x81\x96"]
    result = [b"", b" ", b"   ", b"\t", (" " * 1000).encode(), (MARK * 1000).encode(), ("a" * 100000).encode(), ("ab " * 30000).encode(),
              ("é" * 50000).encode(), ("Ω" * 20000).encode(), ("😀" * 20000).encode(), ("e\u0301" * 20000).encode()]
    result += [part.encode() for part in parts] + bad
    result += [b" " + part.encode() + b" " for part in parts] + [b"x" + part.encode() + b"y" for part in parts]
    for _ in range(20000):
        pieces = [random.choice(parts).encode() if random.random() < 0.96 else random.choice(bad) for _ in range(random.randrange(1, 12))]
        result.append(random.choice([b"", b"", b" "]).join(pieces))
    return [text for text in result if b"\n" not in text and not text.endswith(b"\r")]


def run(*command, data=None):
    done = subprocess.run([arguments.binary, *command], input=data, capture_output=True)
    return done.stdout if not done.returncode else sys.exit(f"{command}: {done.stderr.decode()}")


def compare(name, path, processor, texts):
    """Encodes and decodes all texts with both."""
    global failures
    data = b"".join(text + b"\n" for text in texts)
    ours = [[int(number) for number in line.split()] for line in run("encode", "-m", path, data=data).decode().split("\n")[:-1]]
    theirs = [processor.encode(text) for text in texts]
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    wrong = [index for index, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    for index in wrong[:3]:
        print("  ids of", texts[index][:60], "\n   ", ours[index][:12], "\n   ", theirs[index][:12])
    ids = "".join(" ".join(map(str, line)) + "\n" for line in theirs).encode()
    decoded = run("decode", "-m", path, data=ids)
    expected = "".join(processor.decode(line) + "\n" for line in theirs).encode()
    same = decoded == expected
    if not same:
        for line in theirs:
            a = run("decode", "-m", path, data=(" ".join(map(str, line)) + "\n").encode())
            if a != (processor.decode(line) + "\n").encode():
                print("  text of", line[:20], a[:60], processor.decode(line)[:60])
                break
    some = [text for text in texts[:5000] if b"\0" not in text]
    rows = run("encode", "-m", path, "--format", "jsonl", data=b"".join(text + b"\n" for text in some)).decode().split("\n")[:-1]
    pieces = all(row["tokens"] == [processor.id_to_piece(id) for id in row["ids"]] for row in map(json.loads, rows))
    failures += len(wrong) + (not same) + (not pieces)
    print(f"{'equal    ' if not wrong and same and pieces else 'DIFFERENT'}  {name}: {len(texts)} lines, {sum(map(len, theirs))} tokens, {len(wrong)} lines "
          f"differ, pieces {'equal' if pieces else 'DIFFERENT'}, decoded text {'equal' if same else 'DIFFERENT'}", flush=True)


lines = []
for file in arguments.files:
    lines += pathlib.Path(file).read_bytes().split(b"\n")
lines = [line for line in lines if not line.endswith(b"\r")]
symbols = []
for path in arguments.model:
    processor = sentencepiece.SentencePieceProcessor(model_file=path)
    symbols = [processor.id_to_piece(index) for index in range(0, 3000, 50)] + [processor.id_to_piece(index) for index in range(10)]
    compare(path, path, processor, nasty(symbols) + lines)
if arguments.trained:
    settings = {
        "defaults": {}, "identity": {"normalization_rule_name": "identity", "remove_extra_whitespaces": False, "byte_fallback": True},
        "nfkc_cf": {"normalization_rule_name": "nmt_nfkc_cf"}, "suffix": {"treat_whitespace_as_suffix": True},
        "no prefix": {"add_dummy_prefix": False, "byte_fallback": True}, "spaces": {"remove_extra_whitespaces": False},
        "symbols": {"user_defined_symbols": ["foo", "the ", " x", "ab" + MARK, "é", "ﬁ", "Hello world", "<|sep|>", "1", "12", "123"],
                    "control_symbols": ["<ctl>"], "pad_id": 3},
        "symbols, suffix": {"user_defined_symbols": ["foo", "a", "ed" + MARK], "treat_whitespace_as_suffix": True, "byte_fallback": True},
        "across words": {"split_by_whitespace": False, "byte_fallback": True, "max_sentencepiece_length": 40},
        "space runs": {"allow_whitespace_only_pieces": True, "remove_extra_whitespaces": False, "split_digits": True},
        "unk surface": {"unk_surface": "?", "unk_piece": "[UNK]", "character_coverage": 0.98},
    }
    sample = [line.decode(errors="replace") for line in lines[:20000] if line]
    texts = nasty(["foo", "the ", " x", "<|sep|>", "<ctl>", "Hello world", "1234", "[UNK]", "ed"]) + lines[:20000]
    with tempfile.TemporaryDirectory() as folder:
        for name, setting in settings.items():
            model = io.BytesIO()
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(sample), model_writer=model, model_type="bpe", vocab_size=3000, hard_vocab_limit=False,
                minloglevel=2, **{"character_coverage": 0.999, **setting})
            path = f"{folder}/their.model"
            pathlib.Path(path).write_bytes(model.getvalue())
            compare(f"trained by sentencepiece, {name}", path, sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()), texts)
        valid = [text for text in texts if text.decode(errors="replace").encode() == text]
        for split in ("metaspace", "none"):
            run("train", "-o", f"{folder}/our.json", "--normalizer", "sentencepiece", "--pattern", split, "--alphabet", "characters",
                "--byte-fallback", "--character-coverage", "0.999", "--vocab-size", "3000", arguments.files[0])
            run("convert", "--to", "sentencepiece", f"{folder}/our.json", f"{folder}/our.model")
            # Without Metaspace a tokenizer.json of ours does not say that marks are spaces.
            for path in ["our.model"] + ["our.json"] * (split == "metaspace"):
                compare(f"trained by bpedrop, {split}, {path}", f"{folder}/{path}",
                        sentencepiece.SentencePieceProcessor(model_file=f"{folder}/our.model"), valid)
sys.exit(1 if failures else 0)
