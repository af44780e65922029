"""tokenizer.json files of every component and every pair. A module of huggingface_components.py."""
import base64
import itertools
import pathlib
import random

from component_models import Models

BEHAVIOURS = ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def kind(name, **fields):
    return {"type": name} | fields


def sequence_of(field, parts):
    return parts[0] if len(parts) == 1 else kind("Sequence", **{field: list(parts)})


def replace(pattern, content):
    return kind("Replace", pattern=pattern if isinstance(pattern, dict) else {"String": pattern}, content=content)


def regex(pattern):
    return {"Regex": pattern}


def split(pattern, behaviour="Isolated", invert=False):
    return kind("Split", pattern=pattern if isinstance(pattern, dict) else {"String": pattern}, behavior=behaviour, invert=invert)


def byte_level(prefix=False, trim=True, pattern=True):
    return kind("ByteLevel", add_prefix_space=prefix, trim_offsets=trim, use_regex=pattern)


def metaspace(scheme="always", is_split=True, replacement="▁"):
    return kind("Metaspace", replacement=replacement, prepend_scheme=scheme, split=is_split)


def bert(clean=True, chinese=True, accents=None, lower=True):
    return kind("BertNormalizer", clean_text=clean, handle_chinese_chars=chinese, strip_accents=accents, lowercase=lower)


def charsmap(path):
    """The precompiled_charsmap of a SentencePiece model: field 2 of field 3 of the message."""
    def fields(data):
        place = 0

        def number():
            nonlocal place
            value = shift = 0
            while True:
                byte = data[place]
                place += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value
        while place < len(data):
            key = number()
            if key & 7 == 2:
                size = number()
                place += size
                yield key >> 3, data[place - size:place]
            elif key & 7 == 0:
                number()
            else:
                place += 4 if key & 7 == 5 else 8
    spec = dict(fields(pathlib.Path(path).read_bytes()))[3]
    return base64.b64encode(dict(fields(spec))[2]).decode()


def normalizer_parts(data):
    parts = {name: kind(name) for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel")}
    for left, right in itertools.product((True, False), repeat=2):
        parts[f"Strip{'L' * left}{'R' * right}"] = kind("Strip", strip_left=left, strip_right=right)
    for clean, chinese, accents, lower in itertools.product((True, False), (True, False), (None, True, False), (True, False)):
        parts[f"Bert{'C' * clean}{'H' * chinese}{'A' if accents else '' if accents is None else 'a'}{'L' * lower}"] = bert(clean, chinese, accents, lower)
    parts |= {"Prepend▁": kind("Prepend", prepend="▁"), "PrependWord": kind("Prepend", prepend="x é"), "PrependNothing": kind("Prepend", prepend=""),
              "ReplaceSpace": replace(" ", "▁"), "ReplaceDelete": replace("a", ""), "ReplaceGrow": replace("é", "abc"), "ReplaceShrink": replace("the", "é"),
              "ReplaceSpaces": replace(regex(r"\s+"), " "), "ReplaceEmpty": replace(regex("x*"), "-"), "ReplaceAhead": replace(regex(r"(?=[A-Z])"), "_"),
              "ReplaceLines": replace(regex(r"^|$"), "¶"), "ReplaceDollar": replace(regex(r"(\d)(\d)"), "$2\\1"), "ReplaceNewline": replace("\r\n", "\n"),
              "ReplaceLeading": replace(regex(r"\A "), ""), "ReplaceEmptyString": replace("", "-")}
    model = pathlib.Path(data or "/nowhere") / "vocabs/sentencepiece/test_model.model"
    if model.exists():
        parts["Precompiled"] = kind("Precompiled", precompiled_charsmap=charsmap(model))
    return parts


def pre_parts():
    parts = {"Whitespace": kind("Whitespace"), "WhitespaceSplit": kind("WhitespaceSplit"), "BertPre": kind("BertPreTokenizer"),
             "Scripts": kind("UnicodeScripts"), "Delimiter": kind("CharDelimiterSplit", delimiter="e"), "DelimiterSpace": kind("CharDelimiterSplit", delimiter=" "),
             "Digits": kind("Digits", individual_digits=False), "DigitsEach": kind("Digits", individual_digits=True)}
    for prefix, pattern in itertools.product((True, False), repeat=2):
        parts[f"ByteLevel{'P' * prefix}{'R' * pattern}"] = byte_level(prefix, True, pattern)
    for scheme, is_split in itertools.product(("first", "always", "never"), (True, False)):
        parts[f"Metaspace{scheme}{'Split' * is_split}"] = metaspace(scheme, is_split)
    parts["Metaspace_"] = metaspace("always", True, "_")
    for length in (1, 3, 5):
        parts[f"Fixed{length}"] = kind("FixedLength", length=length)
    for behaviour in BEHAVIOURS:
        parts[f"Punctuation{behaviour}"] = kind("Punctuation", behavior=behaviour)
        for invert in (False, True):
            not_ = "Not" * invert
            parts[f"SplitString{behaviour}{not_}"] = split(" ", behaviour, invert)
            parts[f"SplitRegex{behaviour}{not_}"] = split(regex(r"\s|x*"), behaviour, invert)
            parts[f"SplitWords{behaviour}{not_}"] = split(regex(r"\w+|[^\w\s]+"), behaviour, invert)
    parts["SplitLlama3"] = split(regex(LLAMA3))
    parts["SplitEmptyString"] = split("")
    return parts


NORMALIZERS = "NFC NFD NFKC Lowercase StripAccents Nmt ByteLevel StripLR StripL StripR BertCHL BertCHaL BertCA Prepend▁ PrependWord ReplaceSpace ReplaceDelete " \
    "ReplaceGrow ReplaceShrink ReplaceSpaces ReplaceEmpty ReplaceAhead ReplaceLeading Precompiled".split()
PRES = "Whitespace WhitespaceSplit BertPre Scripts Delimiter Digits DigitsEach ByteLevelPR ByteLevelP ByteLevelR ByteLevel MetaspacefirstSplit Metaspacefirst " \
    "MetaspacealwaysSplit MetaspaceneverSplit Fixed3 PunctuationIsolated PunctuationContiguous PunctuationMergedWithPrevious SplitStringRemoved " \
    "SplitStringMergedWithNext SplitRegexIsolated SplitWordsRemovedNot SplitWordsContiguous SplitLlama3".split()
LLAMA_DECODER = kind("Sequence", decoders=[replace("▁", " "), kind("ByteFallback"), kind("Fuse"), kind("Strip", content=" ", start=1, stop=0)])


def decoder_parts():
    parts = {"Null": None, "ByteLevel": byte_level(), "ByteFallback": kind("ByteFallback"), "Fuse": kind("Fuse"), "BPEDecoder": kind("BPEDecoder", suffix="</w>"),
             "Replace": replace("▁", " "), "ReplaceRegex": replace(regex("[ae]|▁"), "-"), "ReplaceDelete": replace("e", ""), "Llama": LLAMA_DECODER,
             "SequenceEmpty": kind("Sequence", decoders=[]),
             "FuseByteLevel": kind("Sequence", decoders=[kind("Fuse"), byte_level()]), "ByteLevelReplace": kind("Sequence", decoders=[byte_level(), replace("e", "E")]),
             "ReplaceByteLevel": kind("Sequence", decoders=[replace("Ġ", " "), byte_level()])}
    for content, start, stop in (("▁", 1, 0), ("▁", 0, 1), ("e", 2, 2), (" ", 1, 0)):
        parts[f"Strip{content.replace(' ', 's')}{start}{stop}"] = kind("Strip", content=content, start=start, stop=stop)
    for scheme in ("first", "always", "never"):
        parts[f"Metaspace{scheme}"] = metaspace(scheme)
    for cleanup in (True, False):
        parts[f"WordPiece{cleanup}"] = kind("WordPiece", prefix="##", cleanup=cleanup)
        parts[f"CTC{cleanup}"] = kind("CTC", pad_token="<s>", word_delimiter_token="e", cleanup=cleanup)
    return parts


def post_parts():
    parts = {}
    for trim, prefix in itertools.product((True, False), repeat=2):
        name = f"{'T' * trim}{'P' * prefix}"
        parts[f"ByteLevel{name}"] = byte_level(prefix, trim)
        parts[f"Roberta{name}"] = kind("RobertaProcessing", sep=["<s>", 0], cls=["<s>", 0], trim_offsets=trim, add_prefix_space=prefix)
    parts["Bert"] = kind("BertProcessing", sep=["<s>", 0], cls=["<s>", 0])
    template = kind("TemplateProcessing", single=[{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                    pair=[{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                    special_tokens={"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}})
    parts["Template"] = template
    parts["SequenceTemplateByteLevel"] = kind("Sequence", processors=[template, byte_level()])
    parts["SequenceByteLevelTemplate"] = kind("Sequence", processors=[byte_level(True, True), template])
    return parts


def added(content, **flags):
    return {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} | flags


DEFAULT_ADDED = (added("<s>"), added("[n]", special=False))
FLAGS = ("lstrip", "rstrip", "single_word", "normalized", "special")


def added_sets():
    sets = {"none": ()}
    for values in itertools.product((False, True), repeat=5):
        name = "".join(flag[0].upper() for flag, value in zip(FLAGS, values) if value) or "plain"
        sets[name] = tuple(added(content, **dict(zip(FLAGS, values))) for content in ("[n]", "the", "é", " a "))
    sets["mixed"] = (added("<s>"), added("<s>a", normalized=True), added("a<s>", special=False), added("[n]", lstrip=True, rstrip=True),
                     added("AB", normalized=True, special=False), added("ABC"), added("▁a", special=False), added("ﬁ", normalized=True, rstrip=True, special=False),
                     added("中", single_word=True), added("  ", special=False), added("\n", special=False, normalized=True), added("Ġ", special=False))
    return sets


def has_bytes(normalizers_, pres):
    return any(part["type"] == "ByteLevel" for part in (*normalizers_, *pres))


def tokenizer_file(model, norms=(), pres=(), decoder=None, post=None, added_tokens=DEFAULT_ADDED):
    """The JSON of a tokenizer; added tokens get the ids that Hugging Face gives them."""
    vocabulary = model["vocab"] if isinstance(model.get("vocab"), dict) else {}
    tokens, free = [], len(vocabulary)
    for token in added_tokens:
        id = vocabulary.get(token.get("content"), free)
        free += id == free
        tokens.append(token | {"id": id})
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens,
            "normalizer": sequence_of("normalizers", norms) if norms else None, "pre_tokenizer": sequence_of("pretokenizers", pres) if pres else None,
            "post_processor": post, "decoder": decoder, "model": model}


def component_files(corpora, data):
    """Yields (group, name, names of the components, file)."""
    norms, pres, decoders, posts, sets = normalizer_parts(data), pre_parts(), decoder_parts(), post_parts(), added_sets()
    models_ = Models(corpora)
    variants = {is_byte: models_.variants(is_byte) for is_byte in (False, True)}
    few_norms, few_pres = [name for name in NORMALIZERS if name in norms], PRES

    def make(group, norm=(), pre=(), model="plain", decoder="default", post=None, added_set=None):
        norm_parts, pre_parts_ = [norms[name] for name in norm], [pres[name] for name in pre]
        is_byte = has_bytes(norm_parts, pre_parts_)
        stages = [part["type"] for part in (*norm_parts, *pre_parts_)]
        if model == "plain" and is_byte and stages[-1] != "ByteLevel":
            model = "allbytes"  # for characters that a stage behind ByteLevel brings
        if model not in variants[is_byte]:
            return
        components = [*(f"n:{name}" for name in norm), *(f"p:{name}" for name in pre), f"m:{model}"]
        components += [f"d:{decoder}"] * (decoder != "default") + [f"o:{post}"] * bool(post) + [f"a:{added_set}"] * bool(added_set)
        default = byte_level() if is_byte else LLAMA_DECODER
        yield group, " ".join(components), components, tokenizer_file(
            variants[is_byte][model], norm_parts, pre_parts_, default if decoder == "default" else decoders[decoder],
            posts[post] if post else None, sets[added_set] if added_set else DEFAULT_ADDED)

    every_model = list(dict.fromkeys([*variants[False], *variants[True]]))
    for name in norms:
        yield from make("normalizer", norm=[name])
    for name in pres:
        yield from make("pre-tokenizer", pre=[name])
    for name, pre in itertools.product(every_model, ([], ["ByteLevelR"], ["WhitespaceSplit"])):
        yield from make("model", pre=pre, model=name)
    for name, pre, model in itertools.product(decoders, ([], ["ByteLevelR"]), ("plain", "unk", "prefix", "suffix", "allbytes", "sparse")):
        yield from make("decoder", pre=pre, model=model, decoder=name)
    for name, pre in itertools.product(posts, ([], ["ByteLevelR"], ["ByteLevelPR"], ["MetaspacealwaysSplit"], ["DigitsEach", "ByteLevelP"], ["ByteLevel", "Digits"])):
        yield from make("post-processor", pre=pre, post=name)
    for name, (norm, pre) in itertools.product(sets, (([], []), ([], ["ByteLevelPR"]), (["NFKC", "Lowercase"], ["ByteLevelR"]), (["Prepend▁", "ReplaceSpace"], []),
                                                      ([], ["MetaspacefirstSplit"]), (["StripLR"], []), (["BertCHL"], ["BertPre"]), (["ByteLevel"], []),
                                                      (["NFD", "StripAccents"], ["WhitespaceSplit"]), (["ReplaceDelete"], ["Metaspacealways"]))):
        yield from make("added", norm=norm, pre=pre, added_set=name)
    for norm, pre in itertools.product(few_norms, few_pres):
        yield from make("normalizer × pre-tokenizer", norm=[norm], pre=[pre])
    for pair in itertools.permutations(few_norms, 2):
        yield from make("normalizer × normalizer", norm=pair)
    for pair in itertools.product(few_pres, repeat=2):
        yield from make("pre-tokenizer × pre-tokenizer", pre=pair)
    for norm, model in itertools.product(few_norms, every_model):
        yield from make("normalizer × model", norm=[norm], model=model)
    for pre, model in itertools.product(few_pres, every_model):
        yield from make("pre-tokenizer × model", pre=[pre], model=model)
    generator = random.Random(11)
    for _ in range(600):
        norm = generator.sample(list(norms), generator.choice((0, 1, 2, 3)))
        pre = generator.sample(list(pres), generator.choice((0, 1, 2, 3, 4)))
        yield from make("random", norm=norm, pre=pre, model=generator.choice(every_model), decoder=generator.choice(["default", *decoders]),
                        post=generator.choice([None, None, *posts]), added_set=generator.choice([None, None, *sets]))
