"""Changes to JSON that keep its syntax: keys deleted, types changed, numbers huge, arrays swapped.

A safetensors file begins with JSON, which is changed in the same way; its length then is right.
"""
import copy
import json
import re
import struct

# What json cannot write is a string between these marks first, and bare afterwards.
OPEN, CLOSE = "@raw(", ")raw@"
RAW = re.compile(r'"@raw\((.*?)\)raw@"')
DOUBLE = re.compile(r"@again\d+@")

NUMBERS = [0, 1, -1, 2, 255, 256, 65536, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30,
           -2**63, 0.5, 1.5, -0.0, 1e-320, 1e308]
LITERALS = ["1e999", "-1e999", "1e-999", "-0", "1" + "0" * 400, "0.1e+2", "123456789012345678901234567890.5",
            "[" * 2000 + "]" * 2000]
STRINGS = ["", "\0", "\ud800", "\udc00x", "a" * 3000, "é", "e\u0301", "\u202eabc", "<|endoftext|>", "0", "-1", "NaN",
           "/nowhere/file", "..", "{}", "\x1b[31mred", " ", "Ġ", "(" * 300, "a{1000}{1000}", "(?:", "\\p{Zzzz}"]
OTHERS = [None, True, False, [], {}, [[]], {"": {}}, [None], "x", 0]


def walk(node, found, path=()):
    """All places in a value, those of long lists thinned out."""
    found.append(path)
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for number, (key, child) in enumerate(children):
        if number < 40 or number % 97 == 0:
            walk(child, found, path + (key,))


def pick(rng, value):
    """A place, each depth being as likely as another."""
    found = []
    walk(value, found)
    depths = {}
    for path in found:
        depths.setdefault(len(path), []).append(path)
    return rng.choice(depths[rng.choice(sorted(depths))])


def get(value, path):
    """What is at a place."""
    for key in path:
        value = value[key]
    return value


def replaced(value, path, new):
    """The value with something else at a place."""
    if not path:
        return new
    get(value, path[:-1])[path[-1]] = new
    return value


def deleted(rng, value, path):
    """A key or an element is gone."""
    if path:
        del get(value, path[:-1])[path[-1]]
    return value


def retyped(rng, value, path):
    """A value has another type."""
    return replaced(value, path, copy.deepcopy(rng.choice(OTHERS)))


def numbered(rng, value, path):
    """A number, huge or negative or no integer."""
    new = rng.choice(NUMBERS) if rng.random() < 0.7 else OPEN + rng.choice(LITERALS) + CLOSE
    return replaced(value, path, new)


def worded(rng, value, path):
    """A string, or a string within a string of JSON, is another."""
    old = get(value, path)
    if isinstance(old, str) and old.startswith("{"):
        try:
            return replaced(value, path, written(rng, changed(rng, json.loads(old))))
        except ValueError:
            pass
    if isinstance(old, str) and old.isdigit():
        return replaced(value, path, str(rng.choice(NUMBERS)))
    return replaced(value, path, rng.choice(STRINGS))


def swapped(rng, value, path):
    """Two places change their values."""
    other = pick(rng, value)
    if path[: len(other)] == other or other[: len(path)] == path:
        return value
    first, second = get(value, path), get(value, other)
    return replaced(replaced(value, path, second), other, first)


def repeated(rng, value, path):
    """An element stands twice, a key stands twice, or a list is shuffled."""
    node = get(value, path)
    if isinstance(node, list) and node:
        if rng.random() < 0.5:
            node.insert(rng.randrange(len(node)), copy.deepcopy(rng.choice(node)))
        else:
            rng.shuffle(node)
    elif isinstance(node, dict) and node:
        key = rng.choice(sorted(node))
        node[f"@again{rng.randrange(9)}@{key}"] = copy.deepcopy(rng.choice([node[key], None, 0, {}]))
    return value


def renamed(rng, value, path):
    """A key has another name."""
    node = get(value, path)
    if isinstance(node, dict) and node:
        key = rng.choice(sorted(node))
        node[rng.choice(STRINGS[:14] + [key.upper(), key + "s", key[:-1]])] = node.pop(key)
    return value


KINDS = (deleted, retyped, numbered, worded, swapped, repeated, renamed)


def changed(rng, value):
    """The value after one change, or a few."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        value = rng.choice(KINDS)(rng, value, pick(rng, value))
    return value


def written(rng, value):
    """The text of a value."""
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 2)))
    return DOUBLE.sub("", RAW.sub(lambda match: match[1], text))


def mutated(rng, data):
    """A JSON file after changes that keep its syntax."""
    value = json.loads(data)
    return written(rng, changed(rng, value)).encode("utf-8", "surrogatepass")


def mutated_lines(rng, data):
    """A file of JSON lines, one of which has changed."""
    lines = data.split(b"\n")
    number = rng.choice([i for i, line in enumerate(lines) if line.startswith(b"{")])
    lines[number] = mutated(rng, lines[number]).replace(b"\n", b" ")
    return b"\n".join(lines)


def mutated_tensors(rng, data):
    """A safetensors file whose header has changed."""
    length = struct.unpack("<Q", data[:8])[0]
    header = mutated(rng, data[8: 8 + length])
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + data[8 + length:]
