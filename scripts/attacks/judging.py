"""A case, the verdict on it, and the table of all verdicts."""
import collections
import dataclasses
import os
import re
import shlex
import shutil
import threading
from typing import Callable, Optional

# What the tool may refuse with: wrong usage, bad data, failed reading or writing.
REFUSALS = frozenset((64, 65, 74))
# Words of the language or of its libraries, which are no plain English.
JARGON = re.compile(r"Fatal error|Swift\.|Optional\(|NSError|couldn.t be completed|Error Domain|nil\b|\(lldb\)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")


@dataclasses.dataclass
class Case:
    """A command, the files it finds, and what may come of it."""
    attack: str
    command: str
    files: dict  # name -> bytes
    outputs: tuple = ()  # files that a refusal must leave alone
    names: tuple = ()  # a refusal names one of these
    refusals: frozenset = REFUSALS
    accepts: bool = True  # whether it may end with 0
    check: Optional[Callable] = None  # (folder, outcome) -> what is wrong with an accepted result
    largest: int = 0  # the most memory in bytes; 0 for any


def write_files(files, folder):
    """Writes files of names that may have folders in them."""
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)


def read(folder, name):
    """The bytes of a file; None where there is none."""
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def leftovers(folder):
    """Temporary files beside outputs and in TMPDIR."""
    return [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names
            if name.endswith(".tmp") or place.endswith(".tmpdir")]


def fault_of_message(err, names):
    """What is wrong with the message of a refusal, or None."""
    try:
        text = err.decode()
    except UnicodeDecodeError:
        return "the message is not UTF-8"
    lines = [line for line in text.split("\n") if line.startswith(("bpedrop: ", "Error: "))]
    if not lines or len(lines[-1].split(" ", 1)[1]) < 12:
        return "there is no message"
    if JARGON.search(lines[-1]):
        return "the message is not plain English"
    if CONTROL.search(text):
        return "the message has control characters"
    if len(text) > 25_000:
        return f"the message has {len(text)} characters"
    if names and not any(name in text for name in names):
        return f"the message names none of {', '.join(names)}"
    return None


def fault(case, outcome, folder):
    """What is wrong with an outcome, or None."""
    if outcome.hangs:
        return f"no end after {outcome.seconds:.0f} s"
    if outcome.signal is not None:
        return f"ended by signal {outcome.signal}"
    if case.largest and outcome.peak > case.largest:
        return f"took {outcome.peak >> 20} MiB where {case.largest >> 20} are allowed"
    if left := leftovers(folder):
        return f"left {', '.join(os.path.relpath(path, folder) for path in left)}"
    if outcome.status == 0:
        if not case.accepts:
            return "ended with 0 where a refusal was expected"
        try:
            return case.check(folder, outcome) if case.check else None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError) as error:
            return f"the result is not valid: {type(error).__name__}: {error}"
    if outcome.status not in case.refusals:
        return f"ended with {outcome.status}"
    for name in case.outputs:
        if read(folder, name) != case.files.get(name):
            return f"refused, but {name} is not what it was"
    return fault_of_message(outcome.err, case.names)


class Ledger:
    """Counts verdicts, and keeps what is wrong."""

    def __init__(self, folder, binary_folder):
        self.folder, self.binary_folder = folder, binary_folder
        self.rows = collections.OrderedDict()
        self.wrong = []
        self.lock = threading.Lock()

    def row(self, attack):
        """The counts of an attack."""
        return self.rows.setdefault(attack, collections.Counter())

    def note(self, attack, verdict, seconds=0.0):
        """Counts one verdict: refused, accepted or wrong."""
        with self.lock:
            row = self.row(attack)
            row["tried"] += 1
            row[verdict] += 1
            row["milliseconds"] += round(seconds * 1000)

    def judge(self, case, outcome, folder):
        """Counts the verdict on a case; the files of a wrong one are kept."""
        what = fault(case, outcome, folder)
        if what is None:
            self.note(case.attack, "refused" if outcome.status else "accepted", outcome.seconds)
            return True
        self.keep(case, what, outcome)
        return False

    def keep(self, case, what, outcome=None, again=None):
        """Counts a wrong case, and writes its files and the command that repeats it."""
        self.note(case.attack, "wrong", outcome.seconds if outcome else 0)
        with self.lock:
            number = len(self.wrong) + 1
            place = os.path.join(self.folder, "wrong", str(number))
            shutil.rmtree(place, ignore_errors=True)
            os.makedirs(os.path.join(place, ".tmpdir"))
            write_files(case.files, place)
            with open(os.path.join(place, "repeat"), "w") as file:
                file.write(f"cd {shlex.quote(place)}\nexport PATH={shlex.quote(self.binary_folder)}:$PATH\n"
                           f"export TMPDIR=$PWD/.tmpdir\n{case.command}\n")
            if outcome:
                write_files({"stdout.seen": outcome.out, "stderr.seen": outcome.err}, place)
            self.wrong.append((case, what, again or f"bash {place}/repeat"))
            print(f"WRONG {case.attack}: {what}\n  {case.command}\n  {self.wrong[-1][2]}", flush=True)

    def table(self):
        """The counts of all attacks as text."""
        columns = ("tried", "refused", "accepted", "wrong")
        lines = [("attack", *columns, "s")]
        total = collections.Counter()
        for name, row in self.rows.items():
            total.update(row)
            lines.append((name, *(str(row[c]) for c in columns), f"{row['milliseconds'] / 1000:.1f}"))
        lines.append(("all", *(str(total[c]) for c in columns), f"{total['milliseconds'] / 1000:.1f}"))
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        return "\n".join("  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths))) for line in lines)
