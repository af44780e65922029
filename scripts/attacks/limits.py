"""Limits of memory and of files, full disks, closed streams, endless inputs and bombs."""
import os

from attacks import checks
from attacks.fixtures import gzip_bomb, zstd_bomb
from attacks.judging import Case

MEMORY = "ulimit -v 3000000; "
MISSING = frozenset((64, 65, 66, 74))
# Commands that write to OUT what they make of TEXT or of files of their own.
WRITERS = (
    "train --vocab-size 400 -o OUT text", "train --model word -o OUT text", "encode -m tok.json -o OUT text",
    "encode -m tok.json --format llmc -o OUT text", "encode -m tok.json --format jsonl -o OUT text",
    "decode -m tok.json -o OUT ids", "count -o OUT text", "stream -m tok.json --steps 0..1 -o OUT text",
    "corpus stories --bytes 200000 -o OUT", "corpus dedupe -o OUT text", "corpus sentences -o OUT text",
    "report -m tok.json -o OUT text",
)
PRINTERS = (
    "encode -m tok.json text", "decode -m tok.json ids", "count text", "stream -m tok.json --steps 0..1 text",
    "inspect -m tok.json --vocabulary", "inspect -m tok.json --dropout 0.1 lower", "corpus stories --bytes 90000",
    "corpus info text", "corpus dedupe text", "corpus sentences text", "compare tok.json nfkc.json ids",
    "report -m tok.json text", "lm info lm", "lm eval lm held", "lm generate lm --max-tokens 9",
)
# What reads text that has a limit of its own.
LIMITED = (
    "encode -m tok.json", "encode -m tok.json --document file", "encode -m tok.json --document block", "count",
    "train -o out", "stream -m tok.json", "report -m tok.json", "compare tok.json nfkc.json", "lm eval lm",
    "lm train -m tok.json -o new",
)
READERS = (
    "encode -m tok.json", "count", "train -o out", "decode -m tok.json", "corpus dedupe -o out",
    "corpus sentences -o out", "corpus info", "corpus split -o 'out.{}'", "stream -m tok.json", "report -m tok.json",
    "compare tok.json nfkc.json", "lm eval lm", "lm train -m tok.json -o new",
)
# Where a device without an end stands in place of a file; the last need a link.
DEVICES = (
    "encode -m DEVICE text", "encode -m DEVICE --pattern gpt2 text", "compare DEVICE tok.json text",
    "decode -m tok.json DEVICE",
    "stream -m tok.json --recipe DEVICE text", "stream -m tok.json --recipe grid.recipe --index DEVICE text",
    "train --from-counts -o out DEVICE", "count --merge -o out DEVICE", "lm info DEVICE",
    "lm prune DEVICE --keep 1 -o out.safetensors",
    "lm eval DEVICE -m tok.json held",
    "stream -m tok.json --from npy DEVICE", "stream -m tok.json --from nanogpt DEVICE",
    "stream -m tok.json --from llmc DEVICE", "lm train -m tok.json -o new --initial-model DEVICE text",
    "train -o out --extend DEVICE text",
)
LINKED = (
    ("lm/plan.json", "lm train -o lm --resume"), ("lm/checkpoint.safetensors", "lm train -o lm --resume"),
    ("lm/tokenizer.json", "lm eval lm held"), ("lm/model.safetensors", "lm info lm"),
    ("merges.txt", "encode -m vocab.json text"), ("vocab.json", "encode -m vocab.json text"),
    ("run/counts.tsv", "train --vocab-size 500 --checkpoint run -o out text"),
    ("run/merges.tsv", "train --vocab-size 500 --checkpoint run -o out text"),
    ("run/run.txt", "train --vocab-size 500 --checkpoint run -o out text"),
    ("typos.tsv", "stream -m tok.json --recipe recipe4 text"),
)
DEEP = (
    ("tok.json", "encode -m tok.json text"), ("vocab.json", "encode -m vocab.json text"),
    ("recipe", "stream -m tok.json --recipe recipe text"), ("lines", "encode -m tok.json --text-field text lines"),
    ("lines", "corpus dedupe --json-field text lines"), ("lm/plan.json", "lm train -o lm --resume"),
)

FLAGS = (
    ("train -o out text", "vocab-size min-frequency limit-alphabet character-coverage max-token-length picky memory "
     "max-document threads"),
    ("encode -m tok.json -o out text", "dropout seed epoch samples first-document cache max-document threads"),
    ("inspect -m tok.json lower", "dropout seed epoch top expected-tokens"),
    ("count -o out text", "memory max-document threads"),
    ("stream -m tok.json -o out text", "seed epoch rank ranks steps skip-steps explain max-document threads"),
    ("corpus stories -o out", "seed"), ("corpus dedupe -o out text", "near"),
    ("corpus split -o 'out.{}' text", "seed part"),
    ("lm generate lm --max-tokens 3", "temperature top-k top-p seed max-tokens threads"),
    ("lm eval lm held", "stride threads"),
    ("lm train -m tok.json -o new --columns 8 --heads 2 --layers 1 --block-size 8 --batch-size 2 --steps 2 text",
     "columns layers heads block-size key-heads inner initial-bound batch-size accumulation epochs steps learning-rate "
     "warmup minimum-learning-rate decay-factor weight-decay beta1 beta2 clip dropout bpe-dropout evaluate-every "
     "save-every log-every seed threads"),
)
PEAK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peak.py")


class Limits:
    """The cases, with the files that any of them may want."""

    def __init__(self, fixtures, quick):
        self.fixtures, self.quick = fixtures, quick
        names = ["tok.json", "nfkc.json", "text", "held", "ids", "vocab.json", "merges.txt", "grid.recipe", "recipe4",
                 "typos.tsv"]
        names += [f"lm/{name}" for name in ("plan.json", "tokenizer.json", "model.safetensors",
                                            "checkpoint.safetensors", "log.csv")]
        names += [f"run/{name}" for name in fixtures.names("run")]
        self.files = fixtures.of(*names)

    def case(self, kind, command, names=(), files=(), **more):
        """A case that is refused, unless it says otherwise."""
        options = {"accepts": False, "largest": 2 << 30, **more}
        return Case(f"limits: {kind}", command, {**self.files, "out": b"old\n", **dict(files)}, ("out",), names,
                    **options)

    def outputs(self):
        """Outputs that are full, limited or closed."""
        for command in WRITERS:
            out = f"bpedrop {command.replace('OUT', 'out')}"
            yield self.case("file size", f"ulimit -f 1; {out}", ("out",))
            if "report" not in command:
                full = f"bpedrop {command.replace('OUT', '/dev/full')}"
                yield self.case("full disk", full, ("/dev/full",), refusals=frozenset((74,)))
            yield self.case("no output", f"bpedrop {command.replace('OUT', 'none/out')}", ("none/out",),
                            refusals=frozenset((73,)))
        for command in PRINTERS:
            yield self.case("full disk", f"bpedrop {command} > /dev/full", ("-",), refusals=frozenset((74,)))
            yield self.case("closed output", f"bpedrop {command} >&-", ("-",), refusals=frozenset((74,)))
            yield self.case("closed errors", f"bpedrop {command} 2>&-", accepts=True, check=checks.printed,
                            refusals=frozenset((1,)) if "compare" in command else frozenset())

    def inputs(self):
        """Inputs that are closed, are folders, or have no end."""
        for command in READERS:
            yield self.case("closed input", f"bpedrop {command} <&-", ("-",))
            yield self.case("folder", f"bpedrop {command} lm/none", ("lm/none",), refusals=frozenset((66,)))
            text = "ids" if command.startswith("decode") else "text"
            if "compare" not in command:
                yield self.case("few files", f"ulimit -n 4; bpedrop {command} {text}", accepts=True,
                                refusals=frozenset((66, 73, 74)))
        for command in LIMITED[::2] if self.quick else LIMITED:
            for source in ("/dev/zero", "<(yes x | tr -d '\\n')", "bomb.zst", "bomb.gz"):
                files = {} if "bomb" not in source else {source: self.bomb(source)}
                yield self.case("endless line", f"{MEMORY}bpedrop {command} --max-document 16 {source}",
                                (source if "bomb" in source else "/dev/",), files, refusals=MISSING)
        for command in DEVICES[::5] if self.quick else DEVICES:
            yield self.case("device", f"{MEMORY}bpedrop {command.replace('DEVICE', '/dev/zero')}", ("/dev/zero",),
                            refusals=MISSING)
        for name, command in LINKED[::4] if self.quick else LINKED:
            yield self.case("device", f"{MEMORY}ln -sf /dev/zero {name}; bpedrop {command}",
                            (name, "/dev/zero", name.split("/")[0]), refusals=MISSING)
        if not self.quick:
            for verb in ("dedupe -o out", "sentences -o out", "info", "split -o 'out.{}'"):
                yield self.case("endless line", f"ulimit -v 5000000; bpedrop corpus {verb} /dev/zero", ("/dev/zero",),
                                refusals=MISSING, largest=4 << 30)

    def bomb(self, name):
        """A small file that is a large text."""
        size = 64 << 20 if self.quick else 512 << 20
        key = f"{name} of {size}"
        if key not in self.fixtures.cache:
            piece = gzip_bomb(8 << 20) * (size >> 23) if name.endswith("gz") else zstd_bomb(size)
            self.fixtures[key] = piece
        return self.fixtures[key]

    def values(self):
        """JSON that is deep, or has numbers of any size."""
        for depth in (1000, 1_000_000):
            for name, command in DEEP:
                for text in ("[" * depth + "]" * depth, '{"text":' * depth, '{"model":{"vocab":' + "[" * depth):
                    yield self.case("deep JSON", f"{MEMORY}bpedrop {command}", (name, "lm"), {name: text.encode()},
                                    refusals=MISSING)
        for number in ("9" * 400, "-" + "9" * 400, "1e999999999", "-1e400", "9223372036854775808", "1e-99999", "0.5"):
            for key in ("batch_size", "block_size", "epochs", "max_tokens", "pad_to_multiple_of", "noise_version"):
                text = f'{{"{key}": {number}}}'.encode()
                yield self.case("huge numbers", f"{MEMORY}bpedrop stream -m tok.json --recipe recipe text", ("recipe",),
                                {"recipe": text}, refusals=frozenset((65,)))

    def quoted(self):
        """Values of a million letters, which a message does not quote in full."""
        long = b"x" * (1 << 20)
        for name, content, command in (
            ("ids", long, "decode -m tok.json ids"), ("merges.txt", b"#version: 0.2\n" + long + b" y\n",
                                                      "encode -m vocab.json text"),
            ("recipe", b'{"' + long + b'": 1}', "stream -m tok.json --recipe recipe text"),
            ("recipe", b'{"rows": "' + long + b'"}', "stream -m tok.json --recipe recipe text"),
            ("counts", long, "train --from-counts -o out counts"),
            ("tok.json", b'{"model": {"type": "' + long + b'"}}', "encode -m tok.json text"),
            ("lines", b'{"text": ' + long + b"}\n", "encode -m tok.json --text-field text lines"),
        ):
            yield self.case("long values", f"bpedrop {command}", (name,), {name: content})

    def memory(self):
        """The memory that is asked for is kept, and so is the result."""
        count = 100_000 if self.quick else 1_500_000
        words = b"".join(b"%x\n" % (i * 0x9E3779B97F4A7C15 % 2**60) for i in range(count))
        for size in (16, 64):
            # The program and its libraries come on top.
            limited = f"python3 -S {PEAK} {size + 40} bpedrop"
            yield self.case("memory", f"{limited} count --memory {size} -o out words", files={"words": words},
                            accepts=True, check=checks.counts("out"), refusals=frozenset())
            yield self.case("memory", f"{limited} train --memory {size} --vocab-size 300 -o out words", ("--memory",),
                            {"words": words}, accepts=True, check=checks.tokenizer("out"), refusals=frozenset((65,)))
            encode = f"encode -m tok.json --cache {size} --dropout 0.1 -o out words"
            yield self.case("memory", f"{limited} {encode}",
                            files={"words": words}, accepts=True, check=checks.numbers("out"), refusals=frozenset())

    def flags(self):
        """Flags with numbers of any size."""
        for command, names in FLAGS:
            for name in names.split():
                for value in ("-1", "0", "9223372036854775807", "99999999999999999999", "1e308", "nan", "-0.5", "''"):
                    yield self.case("huge flags", f"{MEMORY}bpedrop {command} --{name}={value}",
                                    accepts=True, refusals=frozenset((64, 65)))

    def all(self):
        """All cases."""
        yield from self.outputs()
        yield from self.inputs()
        yield from self.values()
        yield from self.quoted()
        yield from self.memory()
        if not self.quick:
            yield from self.flags()
