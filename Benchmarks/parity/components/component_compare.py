"""What bpedrop and the peer make of texts and of ids, and where they differ. A module of huggingface_components.py."""
import json
import os
import re
import subprocess

from tokenizers import pre_tokenizers

ALPHABET = set(pre_tokenizers.ByteLevel.alphabet())
QUIET = os.environ | {"SWIFT_BACKTRACE": "enable=no"}
KEYS = ("ids", "tokens", "offsets", "word_ids")


class Refused(Exception):
    """bpedrop does not take the file."""


class Crashed(Exception):
    """bpedrop ends in another way than with an error of its own."""


def guarded(call, *arguments, **named):
    """What the peer answers, or None if it panics, which is no Exception."""
    try:
        return call(*arguments, **named)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        panics.append(f"{type(error).__name__} {error}: {arguments[0]!a}")
        return None


panics = []


def peer_encode(peer, text):
    found = guarded(peer.encode, text, add_special_tokens=False)
    return None if found is None else {"ids": found.ids, "tokens": found.tokens, "offsets": [list(pair) for pair in found.offsets], "word_ids": found.word_ids}


def kind_of(mine, theirs):
    return next((key for key in KEYS if mine.get(key) != theirs[key]), None)


def text_pattern(theirs):
    """The peer's text as bytes; where it has U+FFFD, bpedrop may have kept bytes that are not UTF-8."""
    return b"".join(b"(?:\xef\xbf\xbd|[\x80-\xff]{1,3}|.)" if c == "\ufffd" else re.escape(c.encode()) for c in theirs) + b"\n"


def shorter_texts(text, size):
    return [text[:start] + text[start + size:] for start in range(0, len(text), size)]


class Comparison:
    """A tokenizer file that both read."""

    def __init__(self, bpedrop, file, peer, has_byte_decoder, counts):
        self.bpedrop, self.file, self.peer, self.counts = bpedrop, str(file), peer, counts
        self.has_byte_decoder = has_byte_decoder

    def run(self, verb, *flags, data):
        done = subprocess.run([self.bpedrop, verb, "-m", self.file, *flags], input=data.encode(), capture_output=True, env=QUIET)
        if done.returncode not in (0, 65):
            raise Crashed(f"{verb}: exit {done.returncode}: " + " ".join(done.stderr.decode(errors="replace").split())[:300])
        if done.returncode:
            raise Refused(f"{verb}: " + (done.stderr.decode(errors="replace").strip() or f"exit {done.returncode}").replace(self.file, "FILE"))
        return done.stdout

    def encode(self, texts, special):
        """What bpedrop makes of the texts."""
        out = self.run("encode", "--format", "jsonl", "--offsets", "chars", "--text-field", "text", "--no-template", "--threads", "1", *["--allow-special"] * special,
                       data="".join(json.dumps({"text": text}) + "\n" for text in texts))
        rows = [json.loads(line) for line in out.decode().split("\n")[:-1]]
        if len(rows) != len(texts):
            raise Refused(f"{len(texts)} texts gave {len(rows)} rows")
        return rows

    def crashes(self, text):
        try:
            self.encode([text], True)
            self.encode([text], False)
            return False
        except Crashed:
            return True

    def crashing(self, texts):
        """A short text that crashes bpedrop."""
        text = next(filter(self.crashes, texts), None)
        while text and (shorter := next(filter(self.crashes, shorter_texts(text, max(1, len(text) // 8)) + shorter_texts(text, 1)), None)) is not None:
            text = shorter
        return text

    def shrunk(self, text, special, kind):
        """A shorter text that differs in the same way."""
        size = max(1, len(text) // 2)
        while True:
            shorter = [(shorter, theirs) for shorter in shorter_texts(text, size) if shorter and (theirs := peer_encode(self.peer, shorter))]
            mine = self.encode([shorter for shorter, _ in shorter], special) if shorter else []
            found = next((shorter for (shorter, theirs), ours in zip(shorter, mine) if kind_of(ours, theirs) == kind), None)
            if found is None and size == 1:
                return text
            text = text if found is None else found
            size = max(1, min(size if found else size // 2, len(text) // 2))

    def encoding(self, texts, report):
        """Compares the texts with special tokens recognised and not; gives the ids."""
        all_ids = []
        for special in (True, False):
            self.peer.encode_special_tokens = not special
            for text, mine in zip(texts, self.encode(texts, special)):
                theirs = peer_encode(self.peer, text)
                self.counts["strings" if theirs else "strings on which the peer panics"] += 1
                if theirs:
                    all_ids.append(theirs["ids"])
                    kind = kind_of(mine, theirs)
                    if kind:
                        report(kind, lambda: self.encoding_detail(text, special, kind))
        self.peer.encode_special_tokens = False
        return all_ids

    def encoding_detail(self, text, special, kind):
        small = self.shrunk(text, special, kind)
        values = ("ours  ", self.encode([small], special)[0]), ("theirs", peer_encode(self.peer, small))
        return f"specials {'on' if special else 'off'} {ascii(small)}" + "".join(
            f"\n      {who} {' '.join(ascii(value[key]) for key in (KEYS if kind == 'ids' else (kind, 'tokens')))}" for who, value in values)

    def decodable_ids(self):
        """All ids but those of added tokens that the peer's decoder changes: it normalises them, or takes them for letters of bytes."""
        known = set(self.peer.get_vocab(with_added_tokens=True).values())
        for id, token in self.peer.get_added_tokens_decoder().items():
            if self.peer.id_to_token(id) != token.content:
                self.counts["added tokens that the peer decodes normalised, left out"] += 1
                known.discard(id)
            if self.has_byte_decoder and not token.content.isascii() and set(token.content) <= ALPHABET:
                self.counts["added tokens that the peer decodes as bytes, left out"] += 1
                known.discard(id)
        return known

    def decoding(self, all_ids, generator, report):
        """Compares the text of some of the ids, and of random ones, with special tokens and without."""
        known = self.decodable_ids()
        lists = [[id for id in ids if id in known] for ids in generator.sample(all_ids, min(len(all_ids), 40))]
        lists += [generator.choices(sorted(known), k=generator.randrange(9)) for _ in range(20)]
        for skip in (False, True):
            out, place, misses = self.decode(lists, skip), 0, 0
            for ids in lists:
                theirs = guarded(self.peer.decode, ids, skip_special_tokens=skip)
                self.counts["decoded" if theirs is not None else "lists of ids on which the peer panics"] += 1
                found = None if theirs is None else re.compile(text_pattern(theirs), re.DOTALL).match(out, place)
                if found:
                    place = found.end()
                    continue
                place += len(self.decode([ids], skip))
                if not self.decodes_alike(ids, skip):
                    report("decode", lambda: self.decoding_detail(ids, skip))
                    misses += 1
                    if misses == 3:
                        break

    def decode(self, lists, skip):
        return self.run("decode", *["--skip-special"] * skip, data="".join(" ".join(map(str, ids)) + "\n" for ids in lists))

    def decodes_alike(self, ids, skip):
        theirs = guarded(self.peer.decode, ids, skip_special_tokens=skip)
        return theirs is None or re.fullmatch(text_pattern(theirs), self.decode([ids], skip), re.DOTALL) is not None

    def decoding_detail(self, ids, skip):
        size = max(1, len(ids) // 2)
        while len(ids) > 1:
            found = next((shorter for shorter in shorter_texts(ids, size) if not self.decodes_alike(shorter, skip)), None)
            if found is None and size == 1:
                break
            ids = ids if found is None else found
            size = max(1, min(size if found else size // 2, len(ids) // 2))
        theirs = guarded(self.peer.decode, ids, skip_special_tokens=skip)
        return (f"skip special {skip} {[self.peer.id_to_token(id) for id in ids]!a}\n      ours   {self.decode([ids], skip)[:-1]!r}"
                f"\n      theirs {theirs.encode()!r}")
