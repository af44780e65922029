"""Texts that break tokenizers: nasty strings by seed, lines of real text, every code point. A module of huggingface_components.py."""
import pathlib
import random
import unicodedata

WORDS = ("a b x Z the ing THE AB ABC abc McDonald aB camelCaseWord HTTPServer 's 'S 'll 'ſ ' don't I'M we'd 'RE n't . ... !? _ - / $ + « € § "
         "é É e\u0301 E\u0301 ñ n\u0303 å Å \u212b ß ẞ İ ı ﬁ ﬃ ſ Ω \u2126 Σ ΟΔΟΣ ς и й и\u0306 Ж ЖЖ ё 中 文 中文 漢字 한 한국 ᄒ ᄒ\u1161 ᄒ\u1161\u11ab か が "
         "か\u3099 カ ー カー ｶﾞ ＡＢ ａ １ ２３ ！ 々 〇 〆 どこ 㐀 豈 𠀀 𠮷 𫝀 क क\u093c कि ที่ ไทย ำ ע שָׁלוֹם ع ﷺ لا السلام 😀 👩🏽‍🚀 🇩🇪 👍🏿 ☃ ☃\ufe0f 𝒜 𝟘 "
         "\ue000 \ufffd \0 \x01 \x07 \x1b \x7f \x80 \x8f \x9f \xad \u200b \u200c \u200d \u200e \u202e \u2060 \ufeff \ufff9 \U000e0001 \U000e0041 "
         "\u0378 \ufffe \U0010ffff \u180e \u061c ▁ ▁▁ ▁a Ġ Ġa Ċ Ã © Ã© <s> </s> <unk> <mask> <0x41> <0x00> [n] <s>a a<s> <s><s> <s [X] ##a a</w> </w> "
         "ⅷ Ⅷ ½ ¼ ² ³ ¹ ① Ⓐ ª º µ × ÷ ¡ ¿ · ٣ ۴ ५ ๕ 𝟗 一 0 1 7 42 123 1234567 3.14 1,000 1e-5 0x1F ¨ ¯ ´ ¸ Ĳ ŀ ǆ ŉ").split(" ")
MARKS = "\u0301 \u0300 \u0323 \u0307 \u0308 \u0327 \u0345 \u0338 \u20dd \u093c \u05b0 \u064b \u3099 \u0e38 \u0903 \u1dc0".split(" ")
SPACES = [" "] * 8 + ["  ", "   ", "\t", "\r", "\r\n", "\n", "\n\n", "\v", "\f", "\x1c", "\x85", "\xa0", "\u1680", "\u2000", "\u2009", "\u2028", "\u2029",
                      "\u202f", "\u205f", "\u3000", " \t ", "  \n"]
RUNS = list("aZ0 .-é中▁\n\té") + ["ab", "\u0301", "😀"]
RANGES = [(0x20, 0x7f)] * 4 + [(0, 0x100)] * 3 + [(0x100, 0x250), (0x370, 0x530), (0x531, 0x700), (0x900, 0xe80), (0x1000, 0x1300), (0x1680, 0x1a00),
          (0x1e00, 0x2100), (0x2000, 0x2c00), (0x3000, 0x3400), (0x4e00, 0x9fff), (0xac00, 0xd7a4), (0xf900, 0x10000), (0x10000, 0x12000),
          (0x1d000, 0x1d800), (0x1f000, 0x1fb00), (0x20000, 0x2ffff)]


def has_stacked_marks(text):
    """Whether one character has several marks, which decision 8 lists as an exception of the offsets."""
    marks = [unicodedata.category(character)[0] == "M" for character in unicodedata.normalize("NFD", text)]
    return any(pair == (True, True) for pair in zip(marks, marks[1:]))


class Nasty:
    """An endless stream of nasty strings; `pieces` are those of a vocabulary."""

    def __init__(self, seed, pieces=(), is_known=lambda character: True):
        self.random = random.Random(seed)
        self.pieces = list(pieces)
        self.is_known = is_known

    def character(self):
        while True:
            low, high = self.random.choice(RANGES)
            character = chr(self.random.randrange(low, high))
            if unicodedata.category(character) not in ("Cn", "Cs") and self.is_known(character):
                return character

    def part(self):
        choose = self.random.random()
        if choose < 0.42:
            return self.random.choice(WORDS)
        if choose < 0.68:
            return self.random.choice(SPACES)
        if choose < 0.78 and self.pieces:
            return self.random.choice(self.pieces)
        if choose < 0.84:
            return self.random.choice(MARKS)
        if choose < 0.87:
            return self.random.choice(RUNS) * self.random.randrange(1, 12)
        if choose < 0.9:
            return self.random.choice(WORDS).upper()
        return self.character()

    def text(self):
        length = self.random.choice((1, 1, 2, 3, 5, 8, 13, 20))
        return "".join(self.part() for _ in range(length))

    def texts(self, count):
        """Texts without stacks of marks, but for one in twenty."""
        found = []
        while len(found) < count:
            text = self.text()
            if not has_stacked_marks(text):
                found.append(text)
        return found


def lines(folder, count, seed):
    """Lines of the text files below a folder that are UTF-8, at most `count` of them drawn evenly over the files; 0 is all."""
    paths = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix in (".txt", ".tsv", ".natural", ".key", ".en", ".ref", ".json", ".md")
                   and path.is_file() and path.stat().st_size < 20_000_000 and "tokenizer" not in str(path) and "vocabs" not in str(path))
    generator = random.Random(seed)
    found = []
    for path in paths:
        try:
            part = path.read_bytes().decode().split("\n")
        except UnicodeDecodeError:
            continue
        share = max(1, count // len(paths)) if count else len(part)
        found += part if len(part) <= share else generator.sample(part, share)
    return found


def code_points(step=1):
    """Rows of code points between letters; of large uniform blocks only some."""
    row, rows = [], []
    for code in range(0x110000):
        uniform = 0x3400 < code < 0x9f00 or 0xac10 < code < 0xd790 or 0xe010 < code < 0xf8f0 or 0x17010 < code < 0x18000 or code > 0x1fc00
        if 0xd800 <= code < 0xe000 or uniform and code % 256 not in (0, 0xff, 0x1f, 0xd8):
            continue
        row.append(chr(code))
        if len(row) == 8:
            rows.append("a" + "a".join(row) + "a")
            rows.append(" ".join(row))
            row = []
    return rows[::step]
