"""Changes to bytes: flips, deletions, copies, splices, and values that break readers."""
import struct

WORDS = [0, 1, 2, 3, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53,
         2**62, 2**63 - 1, 2**63, 2**64 - 1]
TEXTS = [b"", b"\0", b"\n", b"\r\n", b"\t", b" ", b'"', b"\\", b"{", b"[", b"}", b"]", b",", b":", b"-1", b"0",
         b"1e999", b"-1e999", b"NaN", b"Infinity", b"null", b"true", b"18446744073709551616",
         b"9223372036854775807", b"-9223372036854775808", b"4294967295", b"9" * 400, b"0" * 400,
         b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80",
         b"\\ud800", b"\\u0000", b"[" * 300, b'{"a":' * 300, b"../../x", b"%s%n", b"\x1b[31m",
         b"a" * 5000, "\u0301".encode() * 500, b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"<|endoftext|>"]


def place(rng, size):
    """A place in the bytes; heads of files are hit as often as all the rest."""
    return rng.randrange(min(size, 160) if rng.random() < 0.5 else size) if size else 0


def value(rng):
    """Bytes that readers stumble over: numbers of 1 to 8 bytes, or pieces of text."""
    if rng.random() < 0.5:
        return struct.pack("<Q", rng.choice(WORDS))[: rng.choice((1, 2, 4, 8))]
    return rng.choice(TEXTS)


def piece(rng, size):
    """The start and end of a piece, mostly a short one."""
    start = place(rng, size)
    return start, min(size, start + rng.choice((1, 1, 2, 3, 4, 8, 16, 64, 512, 4096)))


def flip(rng, data, other):
    """Some bits change."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        if out:
            out[place(rng, len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def delete(rng, data, other):
    """A piece is gone."""
    start, end = piece(rng, len(data))
    return data[:start] + data[end:]


def copy(rng, data, other):
    """A piece stands there again, or many times."""
    start, end = piece(rng, len(data))
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 7)) + data[end:]


def swap(rng, data, other):
    """Two pieces change places."""
    if len(data) < 4:
        return data[::-1]
    a, b, c, d = sorted(rng.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def splice(rng, data, other):
    """The front of this file and the end of another, or a piece of another within."""
    start, end = piece(rng, len(data))
    if rng.random() < 0.5:
        return data[:start] + other[place(rng, len(other)):]
    first, last = piece(rng, len(other))
    return data[:start] + other[first:last] + data[end:]


def insert(rng, data, other):
    """A value is put in."""
    start = place(rng, len(data))
    return data[:start] + value(rng) + data[start:]


def overwrite(rng, data, other):
    """A value stands in place of as many bytes."""
    start, new = place(rng, len(data)), value(rng)
    return data[:start] + new + data[start + len(new):]


def blank(rng, data, other):
    """A piece is all zeros, or all ones."""
    start, end = piece(rng, len(data))
    return data[:start] + rng.choice((b"\0", b"\xff")) * (end - start) + data[end:]


def renumber(rng, data, other):
    """A decimal number becomes another one."""
    start = place(rng, len(data))
    while start < len(data) and not 0x30 <= data[start] <= 0x39:
        start += 1
    end = start
    while end < len(data) and 0x30 <= data[end] <= 0x39:
        end += 1
    new = str(rng.choice(WORDS) * rng.choice((1, 1, -1))).encode()
    return data[:start] + new + data[end:]


def cut(rng, data, other=b""):
    """Only the front is left."""
    return data[: rng.randrange(len(data)) if data else 0]


KINDS = (flip, delete, copy, swap, splice, insert, overwrite, blank, renumber)


def mutated(rng, data, other):
    """The bytes after one change, or a few; never the bytes as they were."""
    for _ in range(100):
        out = data
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            out = rng.choice(KINDS)(rng, out, other)
        if out != data:
            return out
    return data + b"\0"
