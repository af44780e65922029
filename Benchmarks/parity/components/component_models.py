"""Small models of byte pair encoding, learnt by Hugging Face, and their variants. A module of huggingface_components.py."""
import collections
import json
import pathlib
import random

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers


def training_texts(folder):
    texts = [line for path in sorted(pathlib.Path(folder).glob("*.txt")) for line in path.read_bytes().decode().split("\n")[:60]]
    generator = random.Random(7)
    changes = (lambda text: text, lambda text: text, lambda text: text.replace(" ", "▁"), str.lower, normalizers.NFD().normalize_str)
    return [generator.choice(changes)(text) for text in texts]


class Models:
    """Small models, learnt by Hugging Face, over characters and over the byte alphabet, with all variants."""

    def __init__(self, folder):
        texts = training_texts(folder)
        self.texts = texts
        self.character = self.learn(texts, 900, limit_alphabet=420)
        self.byte = self.learn(texts, 650, normalizers.ByteLevel(), initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
        words = pre_tokenizers.WhitespaceSplit()
        self.prefix = self.learn(texts, 1500, pre=words, limit_alphabet=300, continuing_subword_prefix="##")
        self.suffix = self.learn(texts, 1500, pre=words, limit_alphabet=300, end_of_word_suffix="</w>")
        self.both = self.learn(texts, 1800, pre=words, limit_alphabet=200, continuing_subword_prefix="##", end_of_word_suffix="</w>")
        self.byte_suffix = self.learn(texts, 1200, pre=pre_tokenizers.ByteLevel(add_prefix_space=False),
                                      initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), end_of_word_suffix="</w>")

    @staticmethod
    def learn(texts, size, normalizer=None, pre=None, **arguments):
        affixes = {name: value for name, value in arguments.items() if "fix" in name}
        tokenizer = Tokenizer(models.BPE(**affixes))
        if normalizer:
            tokenizer.normalizer = normalizer
        if pre:
            tokenizer.pre_tokenizer = pre
        if "limit_alphabet" in arguments:  # the peer chooses among equally frequent characters at random
            often = collections.Counter("".join(texts) if not pre else "".join("".join(texts).split()))
            alphabet = sorted(often, key=lambda character: (-often[character], character))[:arguments["limit_alphabet"]]
            arguments = arguments | {"initial_alphabet": alphabet}
        if affixes:  # and numbers affixed characters at random
            prefix, suffix = affixes.get("continuing_subword_prefix", ""), affixes.get("end_of_word_suffix", "")
            characters = sorted(arguments["initial_alphabet"])
            forms = dict.fromkeys([prefix + c for c in characters] + [c + suffix for c in characters] + [prefix + c + suffix for c in characters])
            arguments["special_tokens"] = [form for form in forms if len(form) > 1]
            size += len(forms)
        tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, show_progress=False, **arguments))
        model = json.loads(tokenizer.to_str())["model"]
        return model | {"vocab": dict(sorted(model["vocab"].items(), key=lambda item: item[1]))}

    @staticmethod
    def adding(model, tokens, **fields):
        vocabulary = dict(model["vocab"])
        for token in tokens:
            vocabulary.setdefault(token, len(vocabulary))
        return model | {"vocab": vocabulary} | fields

    @staticmethod
    def numbered(model, number):
        return model | {"vocab": {token: number(id) for token, id in model["vocab"].items()}}

    def variants(self, is_byte):
        """All variants of a model by name; the first is the plain one."""
        all_bytes = [f"<0x{byte:02X}>" for byte in range(256)]
        base = self.byte if is_byte else self.adding(self.character, all_bytes, byte_fallback=True)
        unknown = self.adding(self.byte if is_byte else self.character, ["<unk>"], unk_token="<unk>")
        special = self.adding(base, ["<s>", "[n]"])
        top = len(special["vocab"]) - 1
        found = {
            "plain": base,
            "unk": unknown, "unkfuse": unknown | {"fuse_unk": True},
            "ignoremerges": self.adding(base, ["the", "Ġthe", " the", "▁the", "ing", "中文", "éa", "1234", "\n\n", "▁▁▁▁▁", "ab cd"], ignore_merges=True),
            "extra": self.adding(base, ["<PAD>", "  ", "é中", "Ġ é", "thing", "☃", "▁☃", "Ġ☃", "\u0301", "", "\xad\u0378"]),
            "sparse": self.numbered(special, lambda id: (top - id) * 7 + 3), "sparse2^31": self.numbered(special, lambda id: id * 977_777),
            "id2^31": self.numbered(special, lambda id: 2**31 - 2 if id == 40 else id), "id2^32": self.numbered(special, lambda id: 2**32 - 1 if id == 40 else id),
            "strings": base | {"merges": ["#version: 0.2"] + [" ".join(pair) for pair in base["merges"]]} if is_byte else base | {"merges": base["merges"][::2]},
            "dropout0": base | {"dropout": 0.0}, "dropout1": base | {"dropout": 1.0}, "shuffled": self.shuffled(base),
        }
        if is_byte:
            found |= {"suffix": self.adding(self.byte_suffix, ["<unk>"], unk_token="<unk>"), "nofallbackbytes": base | {"byte_fallback": True},
                      "allbytes": self.adding(base, all_bytes, byte_fallback=True), "suffixignore": self.byte_suffix | {"ignore_merges": True}}
        else:
            some = all_bytes[:0x80] + all_bytes[0xc3:0xe4:2] + all_bytes[0x81:0xc0:2]
            found |= {
                "nounk": self.character, "somebytes": self.adding(self.character, some, byte_fallback=True),
                "somebytesunk": self.adding(unknown, some, byte_fallback=True), "somebytesunkfuse": self.adding(unknown, some, byte_fallback=True, fuse_unk=True),
                "allbytesunkfuse": self.adding(unknown, all_bytes, byte_fallback=True, fuse_unk=True),
                "prefix": self.adding(self.prefix, ["<unk>"], unk_token="<unk>"), "suffix": self.adding(self.suffix, ["<unk>"], unk_token="<unk>"),
                "both": self.adding(self.both, ["<unk>"], unk_token="<unk>", fuse_unk=True), "suffixbytes": self.adding(self.suffix, all_bytes, byte_fallback=True),
                "prefixbytes": self.adding(self.prefix, all_bytes, byte_fallback=True), "prefixignore": self.adding(self.prefix, ["the", "a b"], ignore_merges=True),
                "bytemerges": self.adding(base, ["<0xE2><0x98>", "<0xE2><0x98><0x83>"]) | {
                    "merges": base["merges"] + [["<0xE2>", "<0x98>"], ["<0xE2><0x98>", "<0x83>"]]},
                "emptyaffixes": base | {"continuing_subword_prefix": "", "end_of_word_suffix": ""},
            }
        return found

    @staticmethod
    def shuffled(model):
        merges = list(model["merges"])
        random.Random(3).shuffle(merges)
        return model | {"merges": merges}
