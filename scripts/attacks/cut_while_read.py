"""Inputs that another process cuts while they are read: an error, and the old output stays.

A command that had read all of its input, or none, may succeed; its result is then that of a quiet run.
"""
import gzip
import os
import random
import shutil
import signal
import time

from attacks.judging import Case, fault, read, write_files
from attacks.running import Running

# A command, the file that is cut, and its output.
TARGETS = (
    ("encode -m tok.json -o out stories", "stories"),
    ("encode -m tok.json --document file --format llmc -o out stories", "stories"),
    ("count -o out stories", "stories"),
    ("train --vocab-size 400 -o out stories", "stories"),
    ("decode -m tok.json -o out many", "many"),
    ("corpus dedupe -o out stories", "stories"),
    ("corpus sentences -o out stories", "stories"),
    ("train --from-counts --vocab-size 400 -o out manycounts", "manycounts"),
    ("stream -m tok.json --steps 0..1 -o out stories", "stories"),
    ("encode -m tok.json -o out random.gz", "random.gz"),
    ("stream -m tok.json --from nanogpt -o out big.nanogpt", "big.nanogpt"),
)


def large_files(fixtures, quick):
    """Inputs that are read in many blocks."""
    fixtures.run("bpedrop corpus stories --seed 8 --bytes 500000 -o few")
    fixtures["stories"] = fixtures["few"] * (4 if quick else 16)
    fixtures.run("bpedrop encode -m tok.json -o many stories")
    rng = random.Random(8)
    fixtures["manycounts"] = b"".join(b"%x\t%d\n" % (rng.getrandbits(48), 1 + i % 7) for i in range(60_000))
    fixtures["random.gz"] = gzip.compress(rng.randbytes(3_000_000).replace(b"\0", b"\n"), 1, mtime=0)
    # Files of tokens of more than 64 MiB are not held in memory.
    fixtures["big.nanogpt"] = b"\1\0\2\0" * (17 << 20)
    fixtures.cache.pop("few")


def position(process, path):
    """How far a process has read a file, or None where it has not opened it."""
    try:
        for number in os.listdir(f"/proc/{process}/fd"):
            if os.readlink(f"/proc/{process}/fd/{number}") == path:
                with open(f"/proc/{process}/fdinfo/{number}", encoding="ascii") as file:
                    return int(file.readline().split()[1])
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return None


class Cut:
    """The cuts of the input of one command."""

    def __init__(self, attack, fixtures, command, target):
        self.attack, self.target, self.command = attack, target, f"bpedrop {command}"
        self.files = fixtures.of(target, *(["tok.json"] if "tok.json" in command else []))
        self.case = Case("cut while read", self.command, {**self.files, "out": b"old\n"}, ("out",), (target,))
        self.whole = self.result(self.files[target])

    def result(self, content):
        """What a quiet run writes, or None where it is refused."""
        place = self.attack.place()
        write_files({**self.files, self.target: content}, place)
        outcome = Running(self.command, place, self.attack.binary_folder).outcome()
        result = read(place, "out") if outcome.status == 0 else None
        shutil.rmtree(place)
        return result

    def cut(self, place, rng):
        """Runs the command and cuts its input once it has read a part of it."""
        path = os.path.join(os.path.realpath(place), self.target)
        size = len(self.files[self.target])
        wanted = rng.uniform(0, 0.7) * size
        running = Running(f"exec {self.command}", place, self.attack.binary_folder)
        end = time.monotonic() + 10
        while time.monotonic() < end and not running.wait(0):
            found = position(running.process.pid, path)
            # A file that is read at places of its own has the position 0.
            if found is not None and (found >= wanted or "nanogpt" in self.target):
                break
        running.signal(signal.SIGSTOP)
        length = rng.randrange(int(size * 0.9)) // rng.choice((1, 2, 4))
        os.truncate(path, length)
        running.signal(signal.SIGCONT)
        return running.outcome(), length

    def attack_once(self, number):
        """One case."""
        if self.attack.is_late():
            self.attack.left_out += 1
            return
        rng = random.Random(f"{self.attack.options.seed}/{self.command}/{number}")
        place = self.attack.place()
        write_files(self.case.files, place)
        outcome, length = self.cut(place, rng)
        what = fault(self.case, outcome, place)
        if what is None and outcome.status == 0:
            out = read(place, "out")
            if out != self.whole and out != self.result(self.files[self.target][:length]):
                what = f"cut to {length} bytes while it was read, and accepted with a part of the result"
        if what:
            again = f"scripts/attack --only cuts --seed {self.attack.options.seed}"
            self.attack.ledger.keep(self.case, what, outcome, again)
        else:
            verdict = "refused" if outcome.status else "accepted"
            self.attack.ledger.note("cut while read", verdict, outcome.seconds)
        shutil.rmtree(place)


def attack_reading(attack, fixtures, count):
    """Cuts the input of every command some times."""
    large_files(fixtures, attack.options.quick)
    for command, target in TARGETS:
        cut = Cut(attack, fixtures, command, target)
        if cut.whole is None:
            attack.ledger.keep(cut.case, "the command fails on a whole file")
            continue
        attack.in_parallel(cut.attack_once, range(count))
    row = attack.ledger.row("cut while read")
    if row["refused"] < row["tried"] // 4 and not attack.is_late():
        attack.ledger.keep(cut.case, "most cuts came too late, and say nothing")
