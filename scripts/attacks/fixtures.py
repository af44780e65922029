"""Whole files of every kind that the tool reads, made by the tool itself or written here."""
import base64
import gzip
import json
import os
import shutil
import struct
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class BrokenBaseline(Exception):
    """A command that must succeed on whole files does not."""


class Fixtures:
    """A folder of whole files, each read once."""

    def __init__(self, folder, binary):
        self.folder, self.binary = folder, binary
        self.cache = {}
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.make()

    def __getitem__(self, name):
        if name not in self.cache:
            with open(os.path.join(self.folder, name), "rb") as file:
                self.cache[name] = file.read()
        return self.cache[name]

    def __setitem__(self, name, content):
        self.cache[name] = content
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content)

    def names(self, folder):
        """The names of the files in a folder."""
        return sorted(os.listdir(os.path.join(self.folder, folder)))

    def of(self, *names):
        """Some of the files, by name."""
        return {name: self[name] for name in names}

    def run(self, command):
        """Runs the tool on whole files: it must succeed."""
        done = subprocess.run(["bash", "-c", command.replace("bpedrop ", f'"{self.binary}" ')], cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        if done.returncode:
            raise BrokenBaseline(f"{command}: {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def make(self):
        """Makes all files."""
        corpora = os.path.join(ROOT, "corpora")

        def corpus(name, size):
            with open(os.path.join(corpora, name + ".txt"), encoding="utf-8") as file:
                return file.read(size)

        text = corpus("english", 3500) + "\n" + corpus("thai", 400) + "\n" + corpus("hebrew", 400)
        self["text"] = text.encode() + b"\n"
        self["held"] = corpus("german", 1200).encode() + b"\n"
        lines = [line for line in text.split("\n") if line]
        self["lines.jsonl"] = "".join(json.dumps(
            {"text": line, "title": line[:20], "label": "abc"[i % 3], "p": i % 5 / 10}, ensure_ascii=i % 2 == 0) + "\n"
            for i, line in enumerate(lines)).encode()
        self["typos.tsv"] = b"the\tteh\nand\tadn\nwas\twsa\nthat\ttaht\n"
        self["old"] = b"old\n"
        specials = "".join(f" --special '{s}'" for s in ("<|endoftext|>", "<mask>", "<pad>", "<|fim_prefix|>",
                                                         "<|fim_suffix|>", "<|fim_middle|>"))
        train = "bpedrop train --vocab-size"
        self.run(f"{train} 500 --normalizer none{specials} -o tok.json text")
        self.run(f"{train} 500 --normalizer nfkc,lowercase{specials} --pattern cl100k -o nfkc.json text")
        self.run(f"{train} 400 --model word -o words.json text")
        self.run(f"{train} 500 --pattern metaspace --alphabet characters --byte-fallback -o spm.json text")
        self.run(f"{train} 500 --picky 0.9 -o picky.json text")
        self.run(f"{train} 450 --pattern 'regex:\\w+| ' -o regex.json text")
        self.run(f"{train} 500 --checkpoint run -o learned.json text")
        self.run("bpedrop count -o counts.tsv text")
        for form in ("npy", "llmc", "nanogpt", "megatron"):
            self.run(f"bpedrop encode -m tok.json --format {form} --append '<|endoftext|>' -o tokens.{form} text")
        self.run("bpedrop encode -m tok.json -o ids text")
        self["grid.recipe"] = b'{"rows": "grid", "bpe_dropout": 0.1, "block_size": 32, "batch_size": 4}'
        self.run("bpedrop stream -m tok.json --recipe grid.recipe --index rows.index -o batches text")
        shape = "--columns 8 --heads 2 --layers 1 --block-size 16 --batch-size 4"
        for folder, more in (("lm", ""), ("lstm", "--arch lstm --tied"), ("modern", "--arch modern"),
                             ("enc", "--arch encoder")):
            own = shape if folder != "lstm" else "--columns 8 --layers 1 --block-size 16 --batch-size 4"
            self.run(f"bpedrop lm train -m tok.json -o {folder} {more} {own} --steps 6 --bpe-dropout 0.1 "
                     "--validation held text" if folder != "enc" else
                     f"bpedrop lm train -m tok.json -o enc {more} {own} --steps 6 text")
        self.published_formats()
        self["text.gz"] = gzip.compress(self["text"], mtime=0)
        self["text.zst"] = zstd_frame(self["text"])
        if shutil.which("zstd"):
            self["packed.zst"] = subprocess.run(["zstd", "-c", "--check", "-19"], input=self["text"],
                                                capture_output=True, check=True).stdout

    def published_formats(self):
        """The tokenizer as a .tiktoken file, and as GPT-2's two files."""
        table = json.loads(self["tok.json"])
        vocabulary = table["model"]["vocab"]
        special = {token["content"] for token in table["added_tokens"]}
        alphabet = gpt2_alphabet()
        ranks = sorted((i, text) for text, i in vocabulary.items() if text not in special)
        self["tok.tiktoken"] = b"".join(
            base64.b64encode(bytes(alphabet[c] for c in text)) + b" %d\n" % rank
            for rank, (_, text) in enumerate(ranks))
        self["vocab.json"] = json.dumps(vocabulary).encode()
        self["merges.txt"] = "#version: 0.2\n".encode() + "".join(
            " ".join(pair) + "\n" for pair in table["model"]["merges"]).encode()


def gpt2_alphabet():
    """The byte of each character of GPT-2's alphabet."""
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in own]
    return {**{chr(b): b for b in own}, **{chr(256 + i): b for i, b in enumerate(rest)}}


def zstd_frame(data):
    """A zstd frame of raw blocks, without a checksum."""
    out = struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data))  # one segment, a size of 4 bytes
    blocks = [data[i:i + 1000] for i in range(0, len(data), 1000)] or [b""]
    for number, block in enumerate(blocks):
        out += struct.pack("<I", (number == len(blocks) - 1) | len(block) << 3)[:3] + block
    return out


def zstd_bomb(size):
    """A zstd frame of runs of one letter: 4 bytes for each 128 KiB."""
    block = 1 << 17
    count = max(1, size // block)
    out = struct.pack("<IBB", 0xFD2FB528, 0, 0x38)  # a window of 128 KiB
    return out + b"".join(struct.pack("<I", (i == count - 1) | 2 | block << 3)[:3] + b"a" for i in range(count))


def gzip_bomb(size):
    """A gzip file of zeros, of about a thousandth of their length."""
    return gzip.compress(b"\0" * size, compresslevel=9, mtime=0)
