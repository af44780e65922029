"""Mutations and cuts of every file: the tool accepts them with a valid result, or refuses them."""
import random

from attacks import checks, mutations
from attacks.judging import Case

# The most memory that a file of some kilobytes may cost.
LARGEST = 1 << 30


def case(attack, reader, command, fixtures, data):
    """A reader's command on one version of its file."""
    files = fixtures.of(*reader.others)
    files[reader.target] = data
    for output in command.outputs:
        files.setdefault(output, b"old\n")
    check, accepts = command.check, True
    if reader.oracle:
        expected = reader.oracle(data)
        accepts = expected is not None
        check = checks.same(command.outputs[0], lambda: expected)
    names = (reader.target, "these data", *reader.names)
    return Case(attack, command.line, files, command.outputs, names, command.refusals, accepts, check, LARGEST)


def baselines(fixtures, readers):
    """Each command of each reader on whole files: all must be accepted."""
    for reader in readers:
        for command in reader.commands:
            whole = case("baselines", reader, command, fixtures, fixtures[reader.target])
            whole.refusals = frozenset()
            yield whole


def cuts(fixtures, readers, seed, count):
    """Files that end too early."""
    for number, reader in enumerate(readers):
        rng = random.Random(f"{seed}/cuts/{number}")
        whole = fixtures[reader.target]
        lengths = {0, 1, len(whole) - 1} | {rng.randrange(len(whole)) for _ in range(count)}
        for length in sorted(lengths)[: max(count, 3)]:
            one = case("cut files", reader, rng.choice(reader.commands), fixtures, whole[:length])
            if reader.cut == "refused":
                one.accepts = False
            yield one


def mutated(fixtures, readers, seed, count):
    """Files of which some bytes, or some values, are others."""
    names = [reader.name for reader in readers]
    targets = sorted({reader.target for reader in readers})
    for number, reader in enumerate(readers):
        # As many for each kind of file, whatever the number of its readers.
        share = max(2, round(reader.portion * count / names.count(reader.name)))
        for index in range(share):
            rng = random.Random(f"{seed}/mutations/{number}/{index}")
            whole = fixtures[reader.target]
            if reader.syntax and rng.random() < 0.6:
                data = reader.syntax(rng, whole)
            else:
                data = mutations.mutated(rng, whole, fixtures[rng.choice(targets)])
            yield case(f"mutated {reader.name}", reader, rng.choice(reader.commands), fixtures, data)
