"""Files as older versions and other programs write them, and files with faults. A module of huggingface_components.py."""
import copy

from component_files import DEFAULT_ADDED, added, byte_level, kind, metaspace, regex, replace, split, tokenizer_file
from component_models import Models


def without(part, *fields):
    return {name: value for name, value in part.items() if name not in fields}


def shape_files(corpora):
    """Yields (group, name, names of the components, file): group shape, and group fault for files that should be refused."""
    models = Models(corpora)
    plain, byte = models.variants(False)["plain"], models.variants(True)["plain"]

    def named(group, name, file):
        return group, name, [f"{group}:{name}"], file

    def sections(name, model=plain, group="shape", drop=(), added_tokens=DEFAULT_ADDED, norms=(), pres=(), decoder=None, post=None, top=None):
        file = tokenizer_file(model, norms, pres, decoder, post, added_tokens)
        return named(group, name, without(file, *drop) | (top or {}))

    old = {"type": "Metaspace", "replacement": "▁"}
    for name, part in (("add_prefix_space", old | {"add_prefix_space": True}), ("no prefix", old | {"add_prefix_space": False}),
                       ("both", old | {"add_prefix_space": True, "prepend_scheme": "always"}), ("first", old | {"prepend_scheme": "first"}),
                       ("contradiction", old | {"add_prefix_space": False, "prepend_scheme": "always"}),
                       ("never and false", old | {"add_prefix_space": False, "prepend_scheme": "never"}), ("bare", old),
                       ("str_rep", old | {"str_rep": "▁", "add_prefix_space": True}), ("two characters", old | {"replacement": "▁▁"}),
                       ("wrong scheme", old | {"prepend_scheme": "last"})):
        yield sections(f"Metaspace {name}", pres=[part])
        yield sections(f"Metaspace decoder {name}", pres=[metaspace()], decoder=part)
    for name, part in (("use_regex missing", without(byte_level(), "use_regex")), ("trim_offsets missing", without(byte_level(), "trim_offsets")),
                       ("bare", kind("ByteLevel")), ("add_prefix_space missing", without(byte_level(), "add_prefix_space"))):
        yield sections(f"ByteLevel {name}", byte, pres=[part], decoder=byte_level())
        yield sections(f"ByteLevel decoder {name}", byte, pres=[byte_level()], decoder=part)
        yield sections(f"ByteLevel post {name}", byte, pres=[byte_level()], decoder=byte_level(), post=part)
    for name, part in (("Digits bare", kind("Digits")), ("Punctuation bare", kind("Punctuation")), ("Split without invert", without(split(" "), "invert")),
                       ("Split without behavior", without(split(" "), "behavior")), ("Split with two patterns", split({"String": "a", "Regex": "b"})),
                       ("Split with plain pattern", split(" ") | {"pattern": " "}), ("Split lower-case behavior", split(" ", "isolated")),
                       ("Split with broken regex", split(regex("(a"))), ("Split with look-behind", split(regex(r"(?<=a)b|(?<!\s)\d"))),
                       ("Split with back reference", split(regex(r"(.)\1+"))), ("Split with possessive", split(regex(r"\w++|\s+?"))),
                       ("Split with atomic", split(regex(r"(?>a+)b|\R|\X"))), ("Split with classes", split(regex(r"[[:alpha:]&&[^a-f]]+|[[:punct:]]|\h+"))),
                       ("Split with POSIX not", split(regex(r"[[:^space:]]+"))), ("Split with scripts", split(regex(r"\p{Han}+|\p{Cyrillic}+|\p{^L}"))),
                       ("Split with Greek", split(regex(r"\p{Greek}|\p{InGreek_and_Coptic}|\p{Lu}\p{Ll}*"))), ("Split with anchors", split(regex(r"^\s*|\s*$|\bthe\b|\Aa|z\z"))),
                       ("Split dot", split(regex("(?m:.)|."), "Removed")), ("Split ignore case", split(regex("(?i)straße|ſ|k|é"))), ("Split comment", split(regex("(?x) a b # c\n | d"))),
                       ("FixedLength bare", kind("FixedLength")), ("FixedLength 0", kind("FixedLength", length=0)), ("FixedLength -1", kind("FixedLength", length=-1)),
                       ("Delimiter of two", kind("CharDelimiterSplit", delimiter="ab")), ("Delimiter of none", kind("CharDelimiterSplit", delimiter="")),
                       ("Sequence of none", kind("Sequence", pretokenizers=[])), ("Sequence in Sequence", kind("Sequence", pretokenizers=[
                           kind("Digits", individual_digits=True), kind("Sequence", pretokenizers=[kind("Whitespace"), metaspace("first")])])),
                       ("unknown kind", kind("Nothing")), ("unknown field", kind("Whitespace", more=1)), ("bare Whitespace", {"type": "Whitespace"})):
        yield sections(f"pre {name}", pres=[part])
    for name, part in (("Strip bare", kind("Strip")), ("Strip left", kind("Strip", strip_left=True)), ("BertNormalizer bare", kind("BertNormalizer")),
                       ("Bert without accents", kind("BertNormalizer", clean_text=True, handle_chinese_chars=True, lowercase=True)),
                       ("Replace without content", kind("Replace", pattern={"String": "a"})), ("Replace plain pattern", kind("Replace", pattern="a", content="b")),
                       ("Replace broken regex", replace(regex("[a"), "b")), ("Replace look-behind", replace(regex(r"(?<=a)b"), "X")), ("Prepend bare", kind("Prepend")),
                       ("Precompiled empty", kind("Precompiled", precompiled_charsmap="")), ("Precompiled null", kind("Precompiled", precompiled_charsmap=None)),
                       ("Precompiled broken", kind("Precompiled", precompiled_charsmap="AAAA////")), ("Sequence of none", kind("Sequence", normalizers=[])),
                       ("Sequence in Sequence", kind("Sequence", normalizers=[kind("NFD"), kind("Sequence", normalizers=[kind("StripAccents"), kind("Lowercase")])])),
                       ("lower-case kind", kind("nfc"))):
        yield sections(f"norm {name}", norms=[part])
    for field in ("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "type"):
        yield sections(f"model without {field}", without(plain, field))
    yield sections("model without vocab", without(plain, "vocab"))
    yield sections("model without merges", without(plain, "merges"))
    yield sections("model of no merges", plain | {"merges": []})
    yield sections("model with another field", plain | {"more": True})
    for field in ("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"):
        yield sections(f"file without {field}", drop=[field])
    yield sections("file with another field", top={"more": 1})
    yield sections("version 2", top={"version": "2.0"})
    for field in ("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"):
        yield sections(f"added token without {field}", added_tokens=[without(added("<s>"), field)] if field != "content" else [], top=None if field != "content" else {
            "added_tokens": [without(added("<s>") | {"id": 9}, "content")]})
    for field, value in (("truncation", {"max_length": 4, "strategy": "LongestFirst", "stride": 1, "direction": "Right"}),
                         ("padding", {"strategy": {"Fixed": 6}, "direction": "Left", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<s>"})):
        yield sections(f"file with {field}", top={field: value})
    pairs = [*plain["merges"]]
    top = len(plain["vocab"])
    for name, model in (("id 2^32", {"vocab": plain["vocab"] | {"zz": 2**32}}), ("id -1", {"vocab": plain["vocab"] | {"zz": -1}}), ("id 1.5", {"vocab": plain["vocab"] | {"zz": 1.5}}),
                        ("id 1.0", {"vocab": plain["vocab"] | {"zz": float(top)}}), ("same id twice", {"vocab": plain["vocab"] | {"zz": 3}}),
                        ("id null", {"vocab": plain["vocab"] | {"zz": None}}), ("merge of an unknown part", {"merges": [*pairs, ["zz", "q"]]}),
                        ("merge of an unknown result", {"merges": [*pairs, ["z", "q"]]}), ("merge of three", {"merges": [["a", "b", "c"], *pairs]}),
                        ("merge of one", {"merges": [["a"], *pairs]}), ("mixed merges", {"merges": [" ".join(("a", "n")), *pairs]}),
                        ("merge twice", {"merges": [*pairs, pairs[0]]}), ("merge number", {"merges": [[1, 2]]}), ("dropout 1.5", {"dropout": 1.5}), ("dropout -1", {"dropout": -1.0}),
                        ("unknown unk_token", {"unk_token": "<nowhere>", "byte_fallback": False}), ("vocab list", {"vocab": list(plain["vocab"])}), ("WordPiece", {"type": "WordPiece"})):
        yield sections(f"model {name}", plain | model, "fault")
    strings = [" ".join(pair) for pair in byte["merges"]]
    for name, merges in (("string of three", ["a b c", *strings]), ("string of one", ["ab", *strings]), ("string with two spaces", ["a  b", *strings]), ("empty string", ["", *strings]),
                         ("version line", ["#version: 0.2", *strings]), ("comment line", ["# a", *strings]), ("string of # #", strings + ["# #"])):
        yield sections(f"merges {name}", byte | {"merges": merges}, "fault", pres=[byte_level()], decoder=byte_level())
    for name, tokens in (("empty content", [added("")]), ("twice", [added("<s>"), added("<s>", special=False)]), ("id taken", [added("<s>")])):
        yield sections(f"added {name}", group="fault", added_tokens=tokens)
    file = tokenizer_file(plain, added_tokens=[added("<s>")])
    for name, id in (("id 0", 0), ("id far", 70_000), ("id 2^32", 2**32), ("id -1", -1), ("id string", "5")):
        changed = copy.deepcopy(file)
        changed["added_tokens"][0]["id"] = id
        yield named("fault", f"added {name}", changed)
    for name, file in (("no object", "[]"), ("empty", ""), ("null", "null"), ("string", '"x"'), ("cut", '{"version": "1.0", "model": {"type": "BPE", "vocab": {"a": 0')):
        yield named("fault", f"file {name}", file)
