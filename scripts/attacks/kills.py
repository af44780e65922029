"""SIGKILL at any moment: outputs are old or whole, and the next run ends as if nothing had happened.

In the table a case counts as refused where a kill came in time, and as accepted where the command was faster.
"""
import dataclasses
import os
import random
import shutil
import signal
import struct

from attacks.checks import tensors
from attacks.judging import Case, leftovers, read, write_files
from attacks.running import Running


@dataclasses.dataclass
class Target:
    """A command that writes, and the files it writes."""
    name: str
    command: str
    outputs: tuple
    again: str = ""  # the command after a kill, where it is another one
    folder: str = ""  # the folder of a run, of which files are compared


MODEL = "--columns 16 --heads 2 --layers 1 --block-size 32 --batch-size 4 --steps 40 --save-every 3"
TARGETS = (
    Target("kills: train", "bpedrop train -o out --vocab-size 3000 words", ("out",)),
    Target("kills: train --checkpoint", "bpedrop train -o out --vocab-size 3000 --checkpoint run words", ("out",)),
    Target("kills: encode", "bpedrop encode -m tok.json --dropout 0.1 -o out stories", ("out",)),
    Target("kills: encode", "bpedrop encode -m tok.json --format npy -o out stories", ("out", "out.offsets.npy")),
    Target("kills: encode", "bpedrop encode -m tok.json --format megatron -o out stories", ("out.bin", "out.idx")),
    Target("kills: decode", "bpedrop decode -m tok.json -o out many", ("out",)),
    Target("kills: count", "bpedrop count --memory 16 -o out words stories", ("out",)),
    Target("kills: stream", "bpedrop stream -m tok.json -o out stories", ("out",)),
    Target("kills: stream", "bpedrop stream -m tok.json --format npy --recipe grid.recipe --index rows.index "
           "-o out.npy stories", ("out.npy", "out.targets.npy", "out.lengths.npy", "out.documents.npy", "rows.index")),
    Target("kills: corpus", "bpedrop corpus stories --bytes 900000 -o out", ("out",)),
    Target("kills: corpus", "bpedrop corpus dedupe --near 0.8 -o out stories", ("out",)),
    Target("kills: corpus", "bpedrop corpus sentences -o out stories", ("out",)),
    Target("kills: corpus", "bpedrop corpus split -o 'out.{}' stories words",
           ("out.train", "out.validation", "out.test")),
    Target("kills: lm train", f"bpedrop lm train -m tok.json -o lm {MODEL} --dropout 0.1 --bpe-dropout 0.1 "
           "--validation held text", (), "bpedrop lm train -o lm --resume", "lm"),
    Target("kills: lm train", "bpedrop lm train -m tok.json -o lm --arch lstm "
           f"{MODEL.replace('--heads 2', '')} text", (), "bpedrop lm train -o lm --resume", "lm"),
)

# What a run makes where it is missing, and believes where it is there.
UNWRITTEN = ("rows.index", "plan.json", "tokenizer.json")


def large_files(fixtures, quick):
    """Inputs that take some time."""
    size = 600_000 if quick else 2_000_000
    fixtures.run(f"bpedrop corpus stories --seed 7 --bytes {size} -o stories")
    fixtures.run("bpedrop encode -m tok.json -o many stories")
    rng = random.Random(7)
    letters = "etaoinshrdlucmfw"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 14))) for _ in range(size // 30)]
    fixtures["words"] = "".join(
        word + (" " if i % 9 else "\n") for i, word in enumerate(words)).encode() + b"\n"


def state(place, target):
    """What a command has written: the bytes of its outputs; of a log, what is no time."""
    files = {name: read(place, name) for name in target.outputs}
    if target.folder:
        for name in ("model.safetensors", "checkpoint.safetensors", "plan.json", "tokenizer.json"):
            files[name] = read(place, f"{target.folder}/{name}")
        log = read(place, f"{target.folder}/log.csv") or b""
        files["log.csv"] = b"\n".join(line.rpartition(b",")[0] for line in log.split(b"\n"))
    return files


class Kills:
    """The kills of one target."""

    def __init__(self, attack, fixtures, target):
        self.attack, self.target = attack, target
        names = ("tok.json", "text", "held", "grid.recipe", "stories", "words", "many")
        words = target.command.replace(",", " ").split()
        self.files = fixtures.of(*[name for name in names if name in words])
        place = self.place()
        outcome = self.run(place, target.command)
        self.seconds = outcome.seconds
        self.whole = state(place, target)
        self.good = outcome.status == 0 and all(self.whole.values()) and not leftovers(place)
        shutil.rmtree(place)

    def place(self):
        """A folder with the inputs."""
        place = self.attack.place()
        write_files(self.files, place)
        return place

    def run(self, place, command):
        """Runs a command to its end."""
        return Running(command, place, self.attack.binary_folder).outcome()

    def kill(self, place, command, after):
        """Kills a command after a time; its status is -9 where it had not ended."""
        running = Running(f"exec {command}", place, self.attack.binary_folder)
        running.wait(after)
        running.signal(signal.SIGKILL)
        return running.outcome().status

    def half(self, place, old):
        """An output that is neither old nor whole, or None."""
        if os.listdir(os.path.join(place, ".tmpdir")):
            return "TMPDIR"
        for name, now in state(place, self.target).items():
            if name.endswith(".safetensors"):
                # A checkpoint of an earlier step is whole, too.
                path = os.path.join(place, self.target.folder, name)
                try:
                    tensors(path) if now is not None else None
                except (ValueError, KeyError, struct.error):
                    return name
            elif name != "log.csv" and now not in (None if name in UNWRITTEN else old, self.whole[name]):
                return name
        return None

    def next_command(self, place):
        """The command after a kill: a run goes on from its checkpoint, or begins anew where it has none."""
        target = self.target
        if not target.again:
            return target.command
        has_checkpoint = read(place, f"{target.folder}/checkpoint.safetensors") is not None
        return target.again if has_checkpoint else target.command + " --overwrite"

    def fault(self, place, rng, number):
        """What is wrong after kills and a run to the end, or None; and whether a kill was in time."""
        old = b"old\n" if number % 2 else None
        if old:
            write_files({name: old for name in self.target.outputs if name not in UNWRITTEN}, place)
        killed = 0
        for time in range(rng.choice((1, 1, 2, 4))):
            command = self.next_command(place) if time else self.target.command
            killed += self.kill(place, command, self.seconds * rng.uniform(0.05, 1)) == -signal.SIGKILL
            if name := self.half(place, old):
                return f"after a kill {name} is neither old nor whole", killed
        if (outcome := self.run(place, self.next_command(place))).status != 0:
            return f"the run after a kill ends with {outcome.status}: {outcome.err[-200:]!r}", killed
        if left := leftovers(place):
            return f"the run after a kill leaves {left}", killed
        for name, now in state(place, self.target).items():
            if now != self.whole[name]:
                return f"after a kill and a run to the end {name} is not that of a run without a kill", killed
        return None, killed

    def attack_once(self, number):
        """One case."""
        if self.attack.is_late():
            self.attack.left_out += 1
            return
        seed = self.attack.options.seed
        rng = random.Random(f"{seed}/{self.target.command}/{number}")
        place = self.place()
        what, killed = self.fault(place, rng, number)
        if what is None:
            self.attack.ledger.note(self.target.name, "refused" if killed else "accepted", self.seconds)
            shutil.rmtree(place)
        else:
            case = Case(self.target.name, self.target.command, self.files)
            again = f"scripts/attack --only kills --seed {seed}; what was left is in {place}"
            self.attack.ledger.keep(case, what, again=again)


def attack_kills(attack, fixtures, count):
    """Kills every target some times."""
    large_files(fixtures, attack.options.quick)
    for target in TARGETS:
        kills = Kills(attack, fixtures, target)
        if not kills.good:
            attack.ledger.keep(Case(target.name, target.command, kills.files), "the run without a kill fails")
            continue
        attack.in_parallel(kills.attack_once, range(count))
    rows = [row for name, row in attack.ledger.rows.items() if name.startswith("kills")]
    if sum(row["refused"] for row in rows) < sum(row["tried"] for row in rows) // 4 and not attack.is_late():
        attack.ledger.keep(Case(target.name, target.command, kills.files), "most kills came too late, and say nothing")
