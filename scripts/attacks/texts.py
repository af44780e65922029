"""Nasty texts: encoded and decoded they are what they were, whatever the number of threads."""
import random

from attacks.judging import Case

PIECES = [
    # Spaces, digits, and what looks like something else.
    b"", b" ", b"  ", b"\t", b"\r", b"\0", b"\0\0\0", b"a", b"word", b" word", b"'s", b"12345678901234567890",
    b"<|endoftext|>", b"<mask>", b"\x1b[31m", b"\x7f", b"\\u0000\\x00%s", b"Zm9v" * 30,
    # No UTF-8: parts of characters, surrogates, numbers too large or too long.
    b"\xff", b"\xfe", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80\xbf\x80", b"\xc0\x80", b"\xed\xa0\x80",
    b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80",
    # Marks, directions, scripts, emoji, and spaces of Unicode.
    b"\xef\xbb\xbf", "é".encode(), "e\u0301".encode(), "\u0301\u0323\u0307".encode() * 9,
    "\u202eright\u202c".encode(), "שלום".encode(), "مرحبا".encode(), "ภาษาไทย".encode(), "日本語".encode(),
    "한국어".encode(), "\u1112\u1161\u11ab".encode(), "👩‍👩‍👧‍👦🏽".encode(), "🇩🇪🇫🇷".encode(),
    "\U0010ffff\ufffe\uffff".encode(), "\u2028\u2029\u0085".encode(), "\u00a0\u2003\u3000".encode(),
    "ﬁǅß\u0130\u0131".encode(), "\u200b\u200d\ufeff".encode(),
    # Long ones.
    b"a" * 300, b" " * 300, b"ab" * 100, "ä".encode() * 100, b"\r\r\r", b"!?" * 40,
]
# Tokenizers that lose nothing: bytes are their alphabet, and nothing is normalised.
PATTERNS = ("gpt2", "cl100k", "o200k", "llama3", "qwen2", "deepseek-v3", "digits", "punctuation", "icu-words", "none",
            "regex:\\w+| ")
LAWS = ("paper", "huggingface", "youtokentome", "subword-nmt", "sentencepiece", "uniform", "stochastok", "maxmatch")
EXTREMES = {
    "empty": b"", "one line feed": b"\n", "one byte": b"x\n", "one bad byte": b"\xff\n", "NULs": b"\0" * 70_000 + b"\n",
    "all equal": b"a" * 100_000 + b"\n", "spaces": b" " * 100_000 + b"\n", "line feeds": b"\n" * 50_000,
    "marks": b"e" + "\u0301\u0323".encode() * 40_000 + b"\n", "bad bytes": b"\x80" * 60_000 + b"\n",
    "longest word": bytes(97 + i * i % 26 for i in range(100_000)) + b"\n", "CRLF": b"a\r\n\r\nb\r\n" * 3000,
}


def nasty_line(rng):
    """A line of pieces, or of any bytes."""
    if rng.random() < 0.2:
        return rng.randbytes(rng.choice((1, 2, 3, 17, 400))).replace(b"\n", b"")
    return b"".join(rng.choice(PIECES) for _ in range(rng.choice((1, 2, 3, 8, 40))))


def same_for_threads(command):
    """A command line that fails where the output differs for 1, 2 and 8 threads; the output is t1."""
    runs = " && ".join(f"bpedrop {command} --threads {n} -o t{n}" for n in (1, 2, 8))
    return f"{runs} && cmp t1 t2 && cmp t1 t8"


def cases(fixtures, seed, count):
    """All cases; nothing is refused."""
    for number, pattern in enumerate(PATTERNS):
        options = f"--vocab-size 400 --normalizer none --pattern '{pattern}'"
        fixtures.run(f"bpedrop train {options} -o lossless{number}.json text")

    def case(kind, command, number, text, **files):
        model = f"lossless{number % len(PATTERNS)}.json"
        return Case(f"texts: {kind}", command.replace("MODEL", model),
                    {**fixtures.of(model, "grid.recipe", "tok.json"), "nasty": text, **files}, refusals=frozenset())

    back = "bpedrop decode -m MODEL -o back t1 && cmp back nasty"
    for number, text in enumerate(EXTREMES.values()):
        for model in range(len(PATTERNS)) if count > 100 else (number,):
            yield case("extremes", f"{same_for_threads('encode -m MODEL nasty')} && {back}", model, text)
            yield case("extremes", f"{same_for_threads('encode -m MODEL --dropout 0.5 nasty')} && {back}", model, text)
    for index in range(count):
        rng = random.Random(f"{seed}/texts/{index}")
        # The first byte is no byte order mark of UTF-16, which would be refused.
        text = b"x" + b"".join(nasty_line(rng) + b"\n" for _ in range(rng.choice((1, 3, 60, 400))))
        law, rate = rng.choice(LAWS), rng.choice(("0.1", "0.5", "1"))
        noise = f"--dropout {rate} --law {law} --seed {index}"
        yield case("round trip", f"{same_for_threads('encode -m MODEL nasty')} && {back}", index, text)
        yield case("round trip", f"{same_for_threads(f'encode -m MODEL {noise} nasty')} && {back}", index // 2, text)
        whole = "encode -m MODEL --document file nasty"
        # What is decoded is a line, whatever ends the file.
        line = back.replace("cmp back nasty", "(cat nasty; echo) | cmp - back")
        yield case("whole files", f"{same_for_threads(whole)} && {line}", index, text)
        if index % 4 == 0:
            for verb in ("count", "train --vocab-size 300", "encode -m tok.json --format jsonl --offsets bytes",
                         "encode -m tok.json --format pieces --dropout 0.2",
                         "stream -m tok.json --recipe grid.recipe"):
                # A text that is too short for a batch is longer.
                yield case("threads", same_for_threads(f"{verb} nasty"), index, text * 3 + b"word " * 400 + b"\n")
