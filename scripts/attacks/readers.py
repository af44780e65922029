"""Every reader of the tool: files that are whole, the commands that read them, what comes of it."""
import dataclasses
import gzip
import json
import os
import zlib
from typing import Callable, Optional

from attacks import checks, json_mutations
from attacks.fixtures import BrokenBaseline

ALSO_MISSING = frozenset((64, 65, 66, 73, 74))  # a file of names may name what does not exist
ALSO_DIVERGED = ALSO_MISSING | {1}


@dataclasses.dataclass
class Command:
    """A command line, and what it writes."""
    line: str
    outputs: tuple
    check: Callable
    refusals: frozenset = frozenset((64, 65, 74))


@dataclasses.dataclass
class Reader:
    """A kind of file: who reads it, and how it is changed beside bytes."""
    name: str
    target: str  # the file that is changed
    others: tuple  # the files that are not
    commands: tuple
    syntax: Optional[Callable] = None  # a change that keeps the syntax
    names: tuple = ()  # what a refusal may name, beside the target
    oracle: Optional[Callable] = None  # (bytes) -> the accepted result, or None where it is refused
    portion: float = 1  # of the usual number of mutations
    cut: str = "either"  # of a file that is cut: it must be "refused", or may be accepted


def command(line, output, check, refusals=frozenset((64, 65, 74))):
    """A command with one output, which has old content."""
    return Command(f"bpedrop {line}", (output,) if output else (), check, refusals)


def distinct_lines(data):
    """What `corpus dedupe` leaves of a text."""
    if data is None:
        return None
    seen, out = set(), []
    for line in data.removesuffix(b"\n").split(b"\n") if data else []:
        if not line or line not in seen:
            seen.add(line)
            out.append(line + b"\n")
    return b"".join(out)


def gunzipped(data):
    """The content of a gzip file, or None; an empty file is none."""
    try:
        return gzip.decompress(data) if data else None
    except (OSError, EOFError, zlib.error, ValueError):
        return None


TOKEN_FILES = (("npy", ("tokens.npy", "tokens.offsets.npy")), ("llmc", ("tokens.llmc",)),
               ("nanogpt", ("tokens.nanogpt",)), ("megatron", ("tokens.megatron.bin", "tokens.megatron.idx")))
RECIPES = (
    {"rows": "grid", "bpe_dropout": "0.1:early:0.5", "block_size": 32, "batch_size": 4, "epochs": 3},
    {"objective": "masked", "mask_choice": "words", "batch_size": 4, "block_size": 32, "mlm_probability": 0.2,
     "noise_version": 1},
    {"rows": "documents", "objective": "denoising", "noise_density": 0.3, "mean_noise_span_length": 3,
     "mask_token": "<mask>", "permute_sentences": True, "pad_to_multiple_of": 8, "batch_size": 4},
    {"objective": "fill_in_the_middle", "fim_rate": 0.7, "block_size": 64, "batch_size": 2},
    {"rows": "concatenated", "typos": 0.1, "typo_list": "typos.tsv", "bpe_dropout": 0.2, "block_size": 24,
     "bpe_dropout_law": "sentencepiece"},
    {"sources": [{"path": "text", "weight": 0.5}, {"path": "lines.jsonl", "fields": "text", "weight": 0.5}],
     "block_size": 32, "batch_size": 3, "word_dropout": 0.1, "span_dropout": 0.1, "dropout_token": "<mask>"},
    {"rows": "documents", "objective": "pairs", "fields": ["text", "title"], "cls_token": "<mask>",
     "sep_token": "<|endoftext|>", "field_dropout": {"title": 0.5}, "batch_size": 4,
     "sources": [{"path": "lines.jsonl", "fields": ["text", "title"]}]},
    {"rows": "packed", "token_replacement": 0.1, "token_dropout": "0.1:early:0.5", "epochs": 4, "block_size": 64},
    {"objective": "classification", "fields": "text", "label_field": "label", "labels": ["a", "b", "c"],
     "rows": "documents", "cls_token": "<mask>", "sep_token": "<|endoftext|>",
     "sources": [{"path": "lines.jsonl", "fields": "text"}]},
)


def all_readers(fixtures):
    """The readers, with the whole files of `fixtures`."""
    lines = fixtures["text"].count(b"\n")
    ids = checks.numbers("out", lines)
    readers = []

    def add(name, target, others, *commands, **more):
        readers.append(Reader(name, target, others, commands, **more))

    for file in ("tok", "nfkc", "words", "spm", "picky", "regex"):
        target = f"{file}.json"
        add("tokenizer.json", target, ("text", "ids"),
            command(f"encode -m {target} -o out text", "out", ids),
            command(f"encode -m {target} --dropout 0.3 --seed 5 -o out text" if file != "words" else
                    f"encode -m {target} --format jsonl --offsets bytes -o out text", "out",
                    ids if file != "words" else checks.text("out")),
            # What encodes decodes, too, and threads share no more than bytes.
            Command(f"bpedrop encode -m {target} --threads 1 -o one text && bpedrop encode -m {target} --threads 8 "
                    f"-o out text && cmp one out && bpedrop decode -m {target} out", ("out",), ids),
            command(f"inspect -m {target} --vocabulary", None, checks.printed),
            command(f"encode -m {target} --format jsonl --offsets chars --allow-special -o out text", "out",
                    checks.text("out")),
            command(f"report -m {target} text", None, checks.printed),
            syntax=json_mutations.mutated)
    add("tokenizer.json", "tok.json", ("text", "ids"),
        command("decode -m tok.json -o out ids", "out", checks.text("out")),
        command("train -o out --extend tok.json --vocab-size 520 text", "out", checks.tokenizer("out")),
        syntax=json_mutations.mutated, names=("ids", "extended"))
    add("tiktoken", "tok.tiktoken", ("text",),
        command("encode -m tok.tiktoken --pattern gpt2 -o out text", "out", ids))
    gpt2 = command("encode -m vocab.json -o out text", "out", ids)
    add("vocab.json", "vocab.json", ("text", "merges.txt"), gpt2, syntax=json_mutations.mutated,
        names=("merges.txt",))
    add("merges.txt", "merges.txt", ("text", "vocab.json"), gpt2, names=("vocab.json",))
    for folder in ("lm", "lstm", "modern", "enc"):
        model, checkpoint = f"{folder}/model.safetensors", f"{folder}/checkpoint.safetensors"
        own = (f"{folder}/tokenizer.json", f"{folder}/plan.json", f"{folder}/log.csv", "tok.json", "text", "held")
        add("model.safetensors", model, (f"{folder}/tokenizer.json", "held"),
            command(f"lm eval {folder} held --json", None, checks.one_object),
            command(f"lm info {folder} --json", None, checks.one_object),
            *([] if folder == "enc" else
              [command(f"lm generate {folder} --max-tokens 8 --prompt the", None, checks.printed)]),
            syntax=json_mutations.mutated_tensors, names=(f"bpedrop: {folder}",), cut="refused")
        resume = Command(f"bpedrop lm train -o {folder} --resume --steps 9", (checkpoint,),
                         checks.run_folder(folder), ALSO_DIVERGED)
        add("checkpoint.safetensors", checkpoint, (*own, model), resume, syntax=json_mutations.mutated_tensors,
            names=(folder,), cut="refused")
        others = (*[name for name in own if "plan" not in name], model, checkpoint)
        add("plan.json", f"{folder}/plan.json", others, resume, syntax=json_mutations.mutated,
            names=(folder, "text", "held", "tok.json", "cannot"), cut="refused")
    vocabulary = 500
    rows = checks.batches("out", vocabulary)
    tiny = '{"block_size": 16, "batch_size": 8}'
    for form, files in TOKEN_FILES:
        stem = "tokens.megatron" if form == "megatron" else f"tokens.{form}"
        for target in files:
            add("token files", target, ("tok.json", *[f for f in files if f != target]),
                command(f"stream -m tok.json --recipe <(echo '{tiny}') --from {form} --steps 0..9 -o out {stem}",
                        "out", rows),
                command(f"stream -m tok.json --recipe <(echo '{{\"rows\": \"documents\"}}') --from {form} "
                        f"-o out {stem}", "out", rows) if form in ("npy", "megatron") else
                command(f"stream -m tok.json --from {form} --audit {stem}", None, checks.printed),
                names=(*files, "--steps"), cut="refused" if form in ("npy", "megatron") else "either")
    add("grid index", "rows.index", ("tok.json", "text", "grid.recipe"),
        command("stream -m tok.json --recipe grid.recipe --index rows.index -o out text", "out",
                checks.same("out", lambda: fixtures["batches"])), cut="refused")
    add("counts", "counts.tsv", (),
        command("train --from-counts -o out --vocab-size 450 counts.tsv", "out", checks.tokenizer("out")),
        command("count --merge -o out counts.tsv counts.tsv", "out", checks.counts("out")))
    learn = Command("bpedrop train --vocab-size 500 --checkpoint run -o out text", ("out",),
                    checks.same("out", lambda: fixtures["learned.json"]))
    parts = fixtures.names("run")
    for part in parts:
        run = tuple(f"run/{name}" for name in parts if name != part)
        add("learning checkpoint", f"run/{part}", (*run, "text"), learn, names=("run",))
    for number, recipe in enumerate(RECIPES):
        target = f"recipe{number}"
        fixtures[target] = json.dumps(recipe).encode()
        files = "" if "sources" in recipe else " text"
        add("recipe", target, ("tok.json", "text", "lines.jsonl", "typos.tsv"),
            command(f"stream -m tok.json --recipe {target} --steps 0..1 -o out{files}", "out", rows, ALSO_MISSING),
            command(f"stream -m tok.json --recipe {target} --epoch 2 --audit{files}", None, checks.printed,
                    ALSO_MISSING),
            command(f"stream -m tok.json --recipe {target} --explain 0:0{files}", None, checks.printed, ALSO_MISSING),
            syntax=json_mutations.mutated, names=("text", "lines.jsonl", "typos.tsv", "cannot open"))
    add("recipe", "typos.tsv", ("tok.json", "text", "recipe4"),
        command("stream -m tok.json --recipe recipe4 --steps 0..1 -o out text", "out", rows))
    add("JSON lines", "lines.jsonl", ("tok.json", "recipe6"),
        command("encode -m tok.json --text-field text --dropout-field p -o out lines.jsonl", "out",
                checks.numbers("out")),
        command("corpus dedupe --json-field text -o out lines.jsonl", "out", checks.text("out")),
        command("train -o out --vocab-size 450 --json-field text lines.jsonl", "out", checks.tokenizer("out")),
        command("stream -m tok.json --recipe recipe6 --steps 0..1 -o out", "out", rows),
        syntax=json_mutations.mutated_lines)
    dedupe = "corpus dedupe -o out"
    add("gzip", "text.gz", (), command(f"{dedupe} text.gz", "out", checks.text("out")),
        oracle=lambda data: distinct_lines(gunzipped(data)), cut="refused")
    for name in ("text.zst", "packed.zst"):
        if name in fixtures.cache:
            add("zstd", name, (), command(f"{dedupe} {name}", "out", checks.text("out")), cut="refused")
    add("ids", "ids", ("tok.json",), command("decode -m tok.json -o out ids", "out", checks.text("out")))
    add("text", "text", ("tok.json",),
        command("encode -m tok.json -o out text", "out", checks.numbers("out")),
        command("count -o out text", "out", checks.counts("out")),
        command("corpus sentences -o out text", "out", checks.text("out")),
        command("corpus info text", None, checks.printed),
        command("stream -m tok.json --steps 0..1 -o out text", "out", rows),
        command("train --vocab-size 400 -o out text", "out", checks.tokenizer("out")))
    return readers


def published(fixtures):
    """Readers of the tokenizers of others, where BPEDROP_DATA names the folder that has them.

    Those that the tool does not support are left out, which is printed.
    """
    folder = os.path.join(os.environ.get("BPEDROP_DATA", "../shared/data"), "tokenizers-in-the-wild")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name.endswith((".json", ".tiktoken")):
            with open(os.path.join(folder, name), "rb") as file:
                fixtures[name] = file.read()
            pattern = " --pattern gpt2" if name.endswith(".tiktoken") else ""
            try:
                fixtures.run(f"bpedrop encode -m {name}{pattern} text")
            except BrokenBaseline as error:
                print(f"left out: {error}")
                continue
            encode = command(f"encode -m {name}{pattern} -o out text", "out", checks.numbers("out"))
            yield Reader("published tokenizers", name, ("text",), (encode,), portion=0.2,
                         syntax=json_mutations.mutated if name.endswith(".json") else None)
