#!/usr/bin/env python3
"""Holds bpedrop against Hugging Face tokenizers on files with every component that a BPE file can have, and every pair.

usage: huggingface_components.py BPEDROP [--data FOLDER] [--only PATTERN] [--strings N] …   (pip install tokenizers==0.23.3)

Every file (component_files.py, component_mimics.py) encodes N nasty strings and some lines of real text, with special tokens
recognised and not; ids, tokens, offsets in characters and word ids must be equal, and the text that the peer's ids and random
ids give, with and without special tokens. A difference that is the peer's fault is listed in the file of --known; each line of
it is: group pattern, TAB, name pattern, TAB, kind, TAB, reason. Exit 1 if any other file differs or is refused.
"""
import argparse
import collections
import fnmatch
import functools
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RUST_BACKTRACE"] = "0"
from tokenizers import Tokenizer, normalizers  # noqa: E402

import component_compare  # noqa: E402
from component_compare import Comparison, Crashed, Refused, guarded  # noqa: E402
from component_files import component_files  # noqa: E402
from component_mimics import mimic_files  # noqa: E402
from component_shapes import shape_files  # noqa: E402
from component_texts import Nasty, code_points, lines  # noqa: E402

HERE = pathlib.Path(__file__).parent
parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("--data", default=os.environ.get("BPEDROP_DATA"), help="a folder of real text and vocabularies")
parser.add_argument("--corpora", default=str(HERE.parents[2] / "corpora"), help="the texts that the models learn from")
parser.add_argument("--only", default="", help="a regular expression of 'group: name'")
parser.add_argument("--strings", type=int, default=30, help="nasty strings for each file")
parser.add_argument("--mimic-strings", type=int, default=5000, help="nasty strings for each mimic")
parser.add_argument("--lines", type=int, default=3, help="lines of real text for each file")
parser.add_argument("--mimic-lines", type=int, default=5000, help="lines of real text for each mimic; 0 is all")
parser.add_argument("--code-points", action="store_true", help="also every code point, for files of one component")
parser.add_argument("--no-mimics", action="store_true", help="leave out the mimics, which take a minute to learn")
parser.add_argument("--sample", type=int, default=1, help="only one file in so many")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--folder", help="keep the files that differ or are refused here")
parser.add_argument("--known", default=str(HERE / "component_faults.tsv"), help="differences that are the peer's faults")
parser.add_argument("--keep-going", action="store_true", help="go on after 100 files that differ")
parser.add_argument("--brief", action="store_true", help="no line for a file that is refused")
options = parser.parse_args()

# The peer prints a panic's message to standard error, and panics often.
sys.stderr = os.fdopen(os.dup(2), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

known_faults = []
if options.known:
    for line in pathlib.Path(options.known).read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            known_faults.append(line.split("\t"))


def fault(group, name, kind):
    return next((entry[3] for entry in known_faults if fnmatch.fnmatchcase(group, entry[0]) and fnmatch.fnmatchcase(name, entry[1])
                 and entry[2] in ("*", kind)), None)


@functools.cache
def newer_than_the_peer(character):
    """Whether the peer's normal forms, of Unicode 9, do not know what a character is made of or where it is ordered."""
    return any(form.normalize_str(text) != unicodedata.normalize(name, text) for name, form in FORMS for text in (character, "\u0345" + character))


def is_known(text):
    return text.isascii() or not any(newer_than_the_peer(character) for character in set(text) if character > "\u0250")


FORMS = [(name, getattr(normalizers, name)()) for name in ("NFD", "NFKD", "NFC")]
counts = collections.Counter()
by_component = collections.defaultdict(collections.Counter)
by_group = collections.defaultdict(collections.Counter)
PANICS = "strings on which the peer panics", "lists of ids on which the peer panics"
panics, takes = collections.Counter(), []
alone = collections.defaultdict(set)
refusals, faults, shown = collections.Counter(), collections.Counter(), 0
real = [line for line in lines(options.data or options.corpora, 20_000, options.seed) if is_known(line)]
kept = pathlib.Path(options.folder) if options.folder else None
if kept:
    kept.mkdir(parents=True, exist_ok=True)


def texts_of(group, number, vocabulary):
    generator = random.Random(f"{options.seed} {number}")
    nasty = Nasty(generator.random(), generator.sample(vocabulary, min(len(vocabulary), 300)), is_known)
    if group == "mimic":
        return nasty.texts(options.mimic_strings) + list(filter(is_known, lines(options.data or options.corpora, options.mimic_lines, options.seed)))
    texts = nasty.texts(options.strings) + generator.choices(real, k=options.lines)
    if options.code_points and group in ("normalizer", "pre-tokenizer"):
        texts += code_points()
    return texts


def brief(components, kinds):
    """The component that already differs in this way on its own."""
    return next((component for component in components if kinds <= alone[component]), None)


def has_empty_token(peer):
    """Whether an added token normalises to nothing: it cuts the peer's text between all characters, or takes all memory."""
    return any(token.normalized and guarded(peer.normalizer.normalize_str, token.content) == ""
               for token in peer.get_added_tokens_decoder().values()) if peer.normalizer else False


def check(number, group, name, components, text, model):
    global shown
    outcome = "equal"
    kinds = collections.Counter()
    first = {}
    special = [component for component in components if component != "m:plain"]

    def report(kind, detail):
        kinds[kind] += 1
        if kind not in first:
            first[kind] = "" if brief(components, {kind}) or fault(group, name, kind) else detail() if callable(detail) else detail
    try:
        peer = Tokenizer.from_str(text)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        outcome, detail = "peer refuses", f"{type(error).__name__} {error}"
        pathlib.Path(model).write_text(text)
        code = subprocess.run([options.bpedrop, "encode", "-m", model], input=b"a b\n", capture_output=True).returncode
        counts[f"files that the peer refuses: bpedrop {'takes' if code == 0 else 'refuses' if code == 65 else 'exits with ' + str(code)}"] += 1
        if code not in (0, 65):
            outcome, detail = "different", f"exit {code}; the peer: {detail}"
        elif code == 0:
            takes.append(f"{group}: {name}: {detail[:120]}")
    else:
        if has_empty_token(peer):
            counts["files with an added token that normalises to nothing, left out"] += 1
            return
        pathlib.Path(model).write_text(text)
        texts = texts_of(group, number, sorted(peer.get_vocab()))
        try:
            comparison = Comparison(options.bpedrop, model, peer, "ByteLevel" in json.dumps(json.loads(text).get("decoder")), counts)
            component_compare.panics.clear()
            before = sum(counts[key] for key in PANICS)
            comparison.decoding(comparison.encoding(texts, report), random.Random(number), report)
            if sum(counts[key] for key in PANICS) > before:
                panics[f"{' '.join(special)}: {min(component_compare.panics, key=len)}"[:200]] += sum(counts[key] for key in PANICS) - before
        except Crashed as error:
            outcome, detail = "different", f"CRASH {error} on {comparison.crashing(texts)!a}"
        except Refused as error:
            outcome, detail = "refused", str(error)
            reason = fault(group, name, "refused")
            if reason:
                faults[reason] += 1
                outcome = "known"
            else:
                refusals[detail[:160]] += 1
        else:
            new = {}
            for kind, count in kinds.items():
                reason = fault(group, name, kind)
                if reason:
                    faults[reason] += count
                    outcome = "known" if outcome == "equal" else outcome
                else:
                    new[kind] = count
            if new:
                outcome = "different"
                blamed = brief(components, set(new))
                detail = f"{dict(new)} of {len(texts)} texts" + (
                    f", as {blamed} alone" if blamed else "".join(f"\n    {kind}: {first[kind]}" for kind in new))
                if len(special) == 1:
                    alone[special[0]] |= set(new)
                if not blamed:
                    counts["files that differ, but not as one of their components alone"] += 1
    by_group[group][outcome] += 1
    for component in components:
        by_component[component][outcome] += 1
    if outcome in ("different", "refused"):
        shown += outcome == "different"
        if not (options.brief and (outcome == "refused" or detail.endswith(" alone"))):
            print(f"{outcome.upper()} {group}: {name}: {detail}", flush=True)
        if kept:
            (kept / (re.sub(r"[^\w.-]+", "_", f"{group} {name}")[:150] + ".json")).write_text(text)


def table(title, rows):
    columns = ("equal", "known", "different", "refused", "peer refuses")
    print(f"\n{title:44s}" + "".join(f"{column:>14s}" for column in columns))
    for name, row in rows:
        print(f"{name:44s}" + "".join(f"{row[column]:14d}" for column in columns))


with tempfile.TemporaryDirectory() as folder:
    every = itertools.chain(component_files(options.corpora, options.data), shape_files(options.corpora), () if options.no_mimics else mimic_files(options.corpora, options.data))
    for number, (group, name, components, file) in enumerate(every):
        if not re.search(options.only, f"{group}: {name}") or number % options.sample:
            continue
        check(number, group, name, components, file if isinstance(file, str) else json.dumps(file), f"{folder}/tokenizer.json")
        if shown >= 100 and not options.keep_going:
            print("stopped after 100 files that differ; --keep-going goes on")
            break
table("group", by_group.items())
unequal = {name: row for name, row in by_component.items() if row["different"] or row["refused"]}
table(f"component ({len(by_component) - len(unequal)} have no difference)",
      sorted(unequal.items(), key=lambda item: (-item[1]["different"], -item[1]["refused"], item[0])))
for title, counter in (("refused, files", refusals), ("the peer's faults", faults), ("where the peer panics", panics), ("counts", counts)):
    print(f"\n{title}")
    for text, count in counter.most_common(40):
        print(f"{count:8d}  {text}")
print("\nthe peer refuses, bpedrop takes")
for line in takes:
    print(f"    {line}")
total = sum(by_group.values(), collections.Counter())
print(f"\n{sum(total.values())} files, {counts['strings']} strings: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(total.items())))
sys.exit(1 if total["different"] or total["refused"] else 0)
