"""Files whose sections are those of published models, over vocabularies learnt here. A module of huggingface_components.py."""
import json
import pathlib
import random

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from component_files import (LLAMA3, LLAMA_DECODER, added, bert, byte_level, charsmap, kind, metaspace, regex, replace, sequence_of, split,
                             tokenizer_file)
from component_texts import lines

UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
BEFORE, CONTRACTION = r"[^\r\n\p{L}\p{N}]?", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K_TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
O200K = f"{BEFORE}{UPPER}*{LOWER}+{CONTRACTION}|{BEFORE}{UPPER}+{LOWER}*{CONTRACTION}" + r"|\p{N}{1,3}" + O200K_TAIL
TEKKEN = f"{BEFORE}{UPPER}*{LOWER}+|{BEFORE}{UPPER}+{LOWER}*" + r"|\p{N}" + O200K_TAIL
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CLIP = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
BYTES = byte_level(False, True, False)
PREPEND = [kind("Prepend", prepend="▁"), replace(" ", "▁")]
ALL_BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def template(*before, after=()):
    def piece(token):
        return {"SpecialToken": {"id": token, "type_id": 0}}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    second = {"Sequence": {"id": "B", "type_id": 1}}
    single = [*map(piece, before), text, *map(piece, after)]
    return kind("TemplateProcessing", single=single, pair=single + [*map(piece, before), second, *map(piece, after)],
                special_tokens={token: {"id": token, "ids": [0], "tokens": [token]} for token in (*before, *after)})


def learn(texts, size, norms, pres, tokens, **arguments):
    """A model that Hugging Face learns behind the given stages; `tokens` come first."""
    affixes = {name: value for name, value in arguments.items() if "fix" in name}
    tokenizer = Tokenizer(models.BPE(**affixes))
    dressed = json.loads(tokenizer.to_str()) | {
        "normalizer": sequence_of("normalizers", norms) if norms else None, "pre_tokenizer": sequence_of("pretokenizers", pres) if pres else None}
    tokenizer = Tokenizer.from_str(json.dumps(dressed))
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=tokens, max_token_length=16, **arguments))
    model = json.loads(tokenizer.to_str())["model"]
    return model | {"vocab": dict(sorted(model["vocab"].items(), key=lambda item: item[1]))}


def mimic_files(corpora, data):
    """Yields (group, name, names of the components, file)."""
    texts = lines(data or corpora, 12_000, 5) + lines(corpora, 0, 5)
    random.Random(1).shuffle(texts)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    end = "<|endoftext|>"

    def byte(name, pres, tokens=(end,), norms=(), extra=(), decoder=byte_level(True), post=None, adds=None, size=8000, fields={}, **arguments):
        model = learn(texts, size, norms, pres, list(tokens), initial_alphabet=alphabet, **arguments) | fields
        for token in extra:
            model["vocab"].setdefault(token, len(model["vocab"]))
        tokens = adds if adds is not None else [added(token) for token in tokens]
        return "mimic", name, [f"mimic:{name}"], tokenizer_file(model, norms, pres, decoder, post, tokens)

    wild = pathlib.Path(data or "/nowhere") / "tokenizers-in-the-wild"
    phi = json.loads((wild / "phi-3.json").read_text()) if (wild / "phi-3.json").exists() else None
    if phi:
        pieces = phi["model"]
    else:
        learnt = learn([text.replace(" ", "▁") for text in texts], 8000, (), [metaspace()], ["<unk>", "<s>", "</s>", *ALL_BYTES], limit_alphabet=2000)
        pieces = learnt | {"byte_fallback": True, "fuse_unk": True, "unk_token": "<unk>"}

    def sentence(name, norms=(), pres=(), decoder=LLAMA_DECODER, adds=("<unk>", "<s>", "</s>"), post=template("<s>"), **fields):
        adds = [token if isinstance(token, dict) else added(token) for token in adds]
        return "mimic", name, [f"mimic:{name}"], tokenizer_file(dict(pieces) | fields, norms, pres, decoder, post, adds)

    yield sentence("llama-2", PREPEND)
    yield sentence("llama-2-normalized", PREPEND, adds=[added(token, normalized=True) for token in ("<unk>", "<s>", "</s>")])
    yield sentence("llama-2-not-legacy", (), [metaspace("first", False)])
    yield sentence("codellama", PREPEND, adds=["<unk>", "<s>", "</s>", *(added(f"▁<{name}>", normalized=False) for name in ("PRE", "MID", "SUF", "EOT"))])
    yield sentence("mistral-v0.1", PREPEND, adds=[added(token, normalized=False) for token in ("<unk>", "<s>", "</s>")], ignore_merges=False)
    yield sentence("mistral-v0.3", (), [metaspace("first", False)], adds=["<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]"])
    yield sentence("tinyllama-no-merges-of-unknown", PREPEND, fuse_unk=False)
    yield sentence("chatglm3", PREPEND, adds=["<unk>", "<s>", "</s>", *(added(token, special=special) for token, special in (
        ("[MASK]", True), ("[gMASK]", True), ("sop", False), ("eop", False), ("<|system|>", False), ("<|user|>", False), ("<|assistant|>", False)))],
        post=template("[gMASK]", "sop"))
    yield sentence("phi-3-added", PREPEND, adds=["<unk>", "<s>", added("</s>", rstrip=True, special=False), *(
        added(f"<|{name}|>", rstrip=True) for name in ("end", "user", "assistant", "system", "placeholder1"))])
    gemma = [kind("Sequence", decoders=[replace("▁", " "), kind("ByteFallback"), kind("Fuse")])][0]
    runs = [added(character * count, special=False) for character in ("\n", "▁", "\t") for count in range(2, 9)]
    yield sentence("gemma", [replace(" ", "▁")], [split(" ", "MergedWithPrevious")], gemma, post=template("<s>"), adds=[
        "<unk>", "<s>", "</s>", added("[multimodal]", special=False), *runs, *(added(f"<{tag}>", special=False) for tag in ("table", "h1", "b", "blockquote")),
        "<start_of_turn>", "<end_of_turn>"])
    yield sentence("gemma-not-fused", [replace(" ", "▁")], [split(" ", "MergedWithPrevious")], gemma, fuse_unk=False, adds=["<unk>", "<s>", *runs])
    yield sentence("helium", [replace(regex("^ "), "▁"), replace(" ", "▁")], [metaspace("first", False)])
    yield sentence("minimal-no-decoder", PREPEND, decoder=None, post=None)
    if phi:
        yield "mimic", "phi-3", ["mimic:phi-3"], json.dumps(phi)
        for file in ("roberta-base.json", "whisper-tiny.json"):
            yield "mimic", file[:-5], [f"mimic:{file[:-5]}"], (wild / file).read_text()

    llama3 = [split(regex(LLAMA3)), BYTES]
    both = kind("Sequence", processors=[byte_level(True, False), template("<|begin_of_text|>")])
    yield byte("llama-3", llama3, ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|eot_id|>"], post=both, fields={"ignore_merges": True},
               extra=["Ġnewspapers", "ĠUnited", "ĊĊĊĊ", "çļĦä¸"])
    yield byte("falcon", [kind("Punctuation", behavior="Contiguous"), byte_level(), kind("Digits", individual_digits=False), split(regex("[0-9][0-9][0-9]"))],
               [">>TITLE<<", ">>ABSTRACT<<", ">>INTRODUCTION<<", ">>SUMMARY<<", ">>COMMENT<<", ">>ANSWER<<", ">>QUESTION<<", ">>DOMAIN<<", ">>PREFIX<<",
                ">>SUFFIX<<", ">>MIDDLE<<", end])
    yield byte("clip", [split(regex(CLIP), "Removed", True), byte_level()], ["<|startoftext|>", end],
               [kind("NFC"), replace(regex(r"\s+"), " "), kind("Lowercase")], post=kind(
                   "RobertaProcessing", sep=[end, 1], cls=["<|startoftext|>", 0], trim_offsets=False, add_prefix_space=False),
               adds=[added("<|startoftext|>", normalized=True), added(end, normalized=False)],
               fields={"unk_token": end, "continuing_subword_prefix": ""}, end_of_word_suffix="</w>")
    cohere = ["<PAD>", "<UNK>", "<CLS>", "<SEP>", "<MASK_TOKEN>", "<BOS_TOKEN>", "<EOS_TOKEN>", "<EOP_TOKEN>"]
    yield byte("command-r", [kind("Digits", individual_digits=True), byte_level()], cohere, [kind("NFC")], post=template("<BOS_TOKEN>"),
               extra=["한", "中文", " a", "\u200d", "🏽", "é☃"], adds=[*map(added, cohere), added("<|START_OF_TURN_TOKEN|>"), added("<|USER_TOKEN|>", special=False)])
    glm = [end, "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"]
    yield byte("glm-4", llama3, glm, post=byte_level(), adds=[added(token, special=not token.startswith("<|a")) for token in glm])
    yield byte("bloom", [split(regex(BLOOM)), BYTES], ["<unk>", "<s>", "</s>", "<pad>"], post=byte_level(True, False), fields={"unk_token": None})
    mask = [added("<s>", normalized=True), added("<pad>", normalized=True), added("</s>", normalized=True), added("<unk>", normalized=True),
            added("<mask>", lstrip=True)]
    roberta = kind("RobertaProcessing", sep=["</s>", 2], cls=["<s>", 0], trim_offsets=True, add_prefix_space=False)
    yield byte("roberta", [byte_level()], [token["content"] for token in mask], adds=mask, post=roberta)
    yield byte("roberta-prefix", [byte_level(True)], [token["content"] for token in mask], adds=mask, post=roberta | {"add_prefix_space": True})
    spaces = [added(" " * count, special=False, normalized=True) for count in range(24, 1, -1)]
    yield byte("gpt-neox", [byte_level()], [end, "<|padding|>"], [kind("NFC")], post=byte_level(), adds=[added(end), added("<|padding|>"), *spaces])
    yield byte("phi-2", [byte_level()], adds=[added(end, normalized=True), *spaces, *(added("\t" * count, special=False) for count in range(9, 1, -1))],
               post=byte_level(True, False))
    yield byte("starcoder", [kind("Digits", individual_digits=True), byte_level()], [end, "<fim_prefix>", "<fim_middle>", "<filename>", "<gh_stars>"])
    yield byte("qwen2", [split(regex(LLAMA3.replace("{1,3}", ""))), BYTES], [end, "<|im_start|>", "<|im_end|>"], [kind("NFC")], post=byte_level(False, False))
    yield byte("gpt-oss", [split(regex(O200K)), BYTES], ["<|startoftext|>", end, "<|return|>"], fields={"ignore_merges": True})
    yield byte("tekken", [split(regex(TEKKEN)), BYTES], ["<unk>", "<s>", "</s>", "[INST]", "[/INST]"], post=template("<s>"), fields={"ignore_merges": True})
    yield byte("deepseek-v3", [split(regex(r"\p{N}{1,3}")), split(regex("[一-龥぀-ゟ゠-ヿ]+")), split(regex(DEEPSEEK)), BYTES],
               ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"], [kind("Sequence", normalizers=[])], post=template("<｜begin▁of▁sentence｜>"))
    yield byte("deepseek-coder", [split(regex("[\r\n]")), split(regex(r"\s?\p{L}+")), split(regex(r"\s?\p{P}+")), split(regex("[一-龥ࠀ-一가-퟿]+")),
                                  kind("Digits", individual_digits=True), BYTES], ["<｜begin▁of▁sentence｜>"], [kind("Sequence", normalizers=[])])
    yield byte("gpt-2", [byte_level()], post=byte_level(False, False))
    yield byte("whisper", [byte_level()], post=template("<|startoftranscript|>"), adds=[added(end), *(added(f"<|{code}|>") for code in (
        "startoftranscript", "en", "de", "transcribe", "notimestamps")), *(added(f"<|{time:.2f}|>", special=False) for time in (0, 0.02, 29.98))])
    for name, normalizer, tokens in (("openai-gpt", bert(True, True, None, True), ["<unk>"]),
                                     ("herbert", bert(True, True, False, False), ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])):
        pres = [kind("BertPreTokenizer")]
        model = learn(texts, 8000, [normalizer], pres, tokens, end_of_word_suffix="</w>", limit_alphabet=1500) | {"unk_token": "<unk>"}
        yield "mimic", name, [f"mimic:{name}"], tokenizer_file(model, [normalizer], pres, kind("BPEDecoder", suffix="</w>"), kind(
            "BertProcessing", sep=[tokens[-1], 0], cls=[tokens[0], 0]) if name == "herbert" else None, [added(token) for token in tokens])
    spm = pathlib.Path(data or "/nowhere") / "vocabs/sentencepiece/test_model.model"
    if spm.exists():
        norms = [kind("Precompiled", precompiled_charsmap=charsmap(spm)), replace(regex(" {2,}"), " ")]
        yield sentence("nllb", norms, [metaspace("always")], metaspace("always"), post=template(after=["</s>"]))
        yield sentence("camembert-like", [kind("Strip", strip_left=False, strip_right=True), *norms], [kind("WhitespaceSplit"), metaspace("always")],
                       metaspace("always"), byte_fallback=False)
