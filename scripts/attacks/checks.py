"""What an accepted result must be. Each check gives what is wrong, or None; or it fails."""
import json
import math
import os
import struct

from attacks.judging import read


def numbers(name, lines=None):
    """Lines of decimal ids, as many as there are lines of text."""
    def check(folder, outcome):
        rows = read(folder, name).split(b"\n")
        if rows.pop() != b"":
            return f"{name} does not end with a line feed"
        for row in rows:
            if row and not all(word.isdigit() for word in row.split(b" ")):
                return f"{name} has {row[:40]!r}"
        if lines is not None and len(rows) != lines:
            return f"{name} has {len(rows)} lines of {lines}"
        return None
    return check


def text(name):
    """Bytes that are there and not those of before."""
    def check(folder, outcome):
        content = read(folder, name)
        return None if content is not None and content != b"old\n" else f"{name} was not written"
    return check


def same(name, expected):
    """Exactly these bytes."""
    def check(folder, outcome):
        return None if read(folder, name) == expected() else f"{name} is not what it should be"
    return check


def printed(folder, outcome):
    """Something on standard output."""
    return None if outcome.out else "there is no output"


def finite(node):
    """Whether all numbers of a value are."""
    if isinstance(node, dict):
        return all(finite(child) for child in node.values())
    if isinstance(node, list):
        return all(finite(child) for child in node)
    return not isinstance(node, float) or math.isfinite(node)


def one_object(folder, outcome):
    """One JSON object with finite numbers, or null, on standard output."""
    value = json.loads(outcome.out)
    return None if isinstance(value, dict) and finite(value) else f"{outcome.out[:80]!r} is no object"


def tokenizer(name):
    """A tokenizer.json with a vocabulary of different ids."""
    def check(folder, outcome):
        table = json.loads(read(folder, name))
        ids = list(table["model"]["vocab"].values())
        return None if len(set(ids)) == len(ids) > 0 else f"{name} has an id twice"
    return check


def batches(name, vocabulary):
    """JSON lines with rows of ids of the vocabulary."""
    def check(folder, outcome):
        for line in read(folder, name).splitlines():
            for row in json.loads(line)["inputs"]:
                if not all(isinstance(i, int) and 0 <= i < vocabulary for i in row):
                    return f"{name} has an id beyond the vocabulary"
        return None
    return check


def counts(name):
    """Lines of a word, a tab and a positive number, sorted and different."""
    def check(folder, outcome):
        words = []
        for line in read(folder, name).splitlines():
            word, count = line.split(b"\t")
            words.append(word)
            if int(count) < 0:
                return f"{name} has the count {count!r}"
        return None if len(set(words)) == len(words) else f"{name} has a word twice"
    return check


def tensors(path):
    """The metadata of a safetensors file; an error where it is not whole."""
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    end = max((tensor["data_offsets"][1] for tensor in header.values()), default=0)
    if end != len(content) - 8 - length:
        raise ValueError(f"{path} has {len(content)} bytes")
    return metadata


def run_folder(name):
    """A folder of a run, of which every file is whole."""
    def check(folder, outcome):
        path = os.path.join(folder, name)
        for file in ("model.safetensors", "checkpoint.safetensors"):
            if os.path.exists(os.path.join(path, file)):
                tensors(os.path.join(path, file))
        json.loads(read(path, "plan.json"))
        return tokenizer("tokenizer.json")(path, outcome)
    return check
