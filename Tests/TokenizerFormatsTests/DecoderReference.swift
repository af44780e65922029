// Source: made with Hugging Face tokenizers 0.23.3: what `decode(ids, skip_special_tokens=False)`
//   gives for a BPE model over characters with this vocabulary and each of these decoders. (Where the
//   peer panics, as for a Strip of an empty piece, there is no answer.)

enum DecoderReference {
  static let file = #"""
    {"vocab": {
    "<unk>": 0, "▁": 1, "a": 2, "b": 3, "▁a": 4, "▁b": 5, "<0xE2>": 6, "<0x82>": 7, "<0xAC>": 8,
    "<0x41>": 9, "##b": 10, "a</w>": 11, "b</w>": 12, "<pad>": 13, "|": 14, "Ġa": 15, "Ã": 16,
    "©": 17, ".": 18, "n't": 19, "é": 20, "▁▁": 21, "a▁": 22, "do": 23, " ": 24, "<s>": 30,
    "▁x</w>": 31
    },
    "merges": ["▁ a", "▁ b"],
    "added_tokens": [
    {"id": 30, "content": "<s>", "special": true, "normalized": false},
    {"id": 31, "content": "▁x</w>", "special": false, "normalized": false}
    ],
    "cases": [
    {"decoder":
    null,
    "answers": [
    [[4, 5, 2], "▁a ▁b a"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad> a a <pad> a | b b"],
    [[2, 24, 18, 24, 3], "a   .   b"], [[30, 2, 31, 3, 30], "<s> a ▁x</w> b <s>"],
    [[2, 10, 10, 3], "a ##b ##b b"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"String": ""}, "content": "-"},
    "answers": [
    [[4, 5, 2], "-▁-a--▁-b--a-"], [[2, 10, 10, 3], "-a--#-#-b--#-#-b--b-"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"Regex": "a|(?=b)"}, "content": "-"},
    "answers": [
    [[4, 5, 2], "▁-▁-b-"], [[30, 2, 31, 3, 30], "<s>-▁x</w>-b<s>"],
    [[2, 10, 10, 3], "-##-b##-b-b"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
    "answers": [
    [[4, 5, 2], " a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], "  a"],
    [[21, 4, 22], "   aa "], [[4, 13, 4], " a<pad> a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
    "content": " "}, {"type": "Fuse"}]},
    "answers": [
    [[4, 5, 2], " a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], "  a"],
    [[21, 4, 22], "   aa "], [[4, 13, 4], " a<pad> a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
    "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]},
    "answers": [
    [[4, 5, 2], " a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], "  a"],
    [[6, 7, 8], "€"], [[6, 7, 2], "��a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
    "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip",
    "content": " ", "start": 1, "stop": 0}]},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[6, 7, 8], "€"], [[6, 7, 2], "��a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
    "content": " "}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
    "answers": [
    [[4, 5, 2], "aba"], [[2, 24, 18, 24, 3], "a.b"], [[30, 2, 31, 3, 30], "<s>ax</w>b<s>"],
    [[1, 1, 2], "a"], [[21, 4, 22], " aa "]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "b",
    "start": 0, "stop": 2}]},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad>aa<pad>a|"],
    [[2, 24, 18, 24, 3], "a . "], [[2, 10, 10, 3], "a##b##"], [[14, 14, 3], "||"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "a",
    "start": 1, "stop": 1}]},
    "answers": [
    [[4, 5, 2], "▁a▁b"], [[2, 24, 18, 24, 3], " . b"], [[2, 10, 10, 3], "##b##bb"],
    [[2, 18, 3, 19], ".bn't"], [[1, 1, 2], "▁▁"]]},
    {"decoder":
    {"type": "Strip", "content": "▁", "start": 1, "stop": 1},
    "answers": [
    [[4, 5, 2], "aba"], [[4], "a"], [[21, 4, 22], "aa"], [[4, 13, 4], "a<pad>a"],
    [[30, 2, 31, 3, 30], "<s>ax</w>b<s>"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"String": "▁"}, "content": "_"},
    "answers": [
    [[4, 5, 2], "_a_ba"], [[30, 2, 31, 3, 30], "<s>a_x</w>b<s>"], [[1, 1, 2], "__a"],
    [[21, 4, 22], "___aa_"], [[4, 13, 4], "_a<pad>_a"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"String": "▁a"}, "content": "X"},
    "answers": [
    [[4, 5, 2], "X▁ba"], [[4], "X"], [[21, 4, 22], "▁▁Xa▁"], [[4, 13, 4], "X<pad>X"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"Regex": "[ab]+"}, "content": "<$0>"},
    "answers": [
    [[4, 5, 2], "▁<$0>▁<$0><$0>"],
    [[13, 2, 2, 13, 2, 14, 3, 3], "<p<$0>d><$0><$0><p<$0>d><$0>|<$0><$0>"],
    [[2, 24, 18, 24, 3], "<$0> . <$0>"], [[30, 2, 31, 3, 30], "<s><$0>▁x</w><$0><s>"],
    [[2, 10, 10, 3], "<$0>##<$0>##<$0><$0>"]]},
    {"decoder":
    {"type": "Replace", "pattern": {"Regex": "▁"}, "content": ""},
    "answers": [
    [[4, 5, 2], "aba"], [[30, 2, 31, 3, 30], "<s>ax</w>b<s>"], [[1, 1, 2], "a"],
    [[21, 4, 22], "aa"], [[4, 13, 4], "a<pad>a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Replace",
    "pattern": {"Regex": "^▁"}, "content": ""}]},
    "answers": [
    [[4, 5, 2], "a▁ba"], [[4], "a"], [[1, 1, 2], "▁a"], [[21, 4, 22], "▁▁aa▁"],
    [[4, 13, 4], "a<pad>▁a"]]},
    {"decoder":
    {"type": "Fuse"},
    "answers": [
    [[4, 5, 2], "▁a▁ba"]]},
    {"decoder":
    {"type": "ByteFallback"},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[6, 7, 8], "€"], [[6, 7, 2], "��a"], [[9, 2, 6], "Aa�"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[6, 7, 8], "€"], [[6, 7, 2], "��a"], [[9, 2, 6], "Aa�"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "ByteFallback"}]},
    "answers": [
    [[4, 5, 2], "▁a▁ba"]]},
    {"decoder":
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[21, 4, 22], " aa "], [[4, 13, 4], "a<pad> a"]]},
    {"decoder":
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[21, 4, 22], " aa "], [[4, 13, 4], "a<pad> a"]]},
    {"decoder":
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true},
    "answers": [
    [[4, 5, 2], " a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], "  a"],
    [[21, 4, 22], "   aa "], [[4, 13, 4], " a<pad> a"]]},
    {"decoder":
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[21, 4, 22], " aa "], [[4, 13, 4], "a<pad> a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Metaspace", "replacement": "▁",
    "prepend_scheme": "always", "split": true}, {"type": "Fuse"}]},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[21, 4, 22], " aa "], [[4, 13, 4], "a<pad> a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Metaspace", "replacement": "▁",
    "prepend_scheme": "always", "split": true}]},
    "answers": [
    [[4, 5, 2], "aba"], [[30, 2, 31, 3, 30], "<s>ax</w>b<s>"], [[1, 1, 2], "a"],
    [[21, 4, 22], "aa"], [[4, 13, 4], "a<pad>a"]]},
    {"decoder":
    {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[15, 2, 16, 17], " aaé"], [[0, 2, 20], "<unk>a�"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "ByteLevel", "add_prefix_space": true,
    "trim_offsets": true, "use_regex": true}, {"type": "Fuse"}]},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[15, 2, 16, 17], " aaé"], [[0, 2, 20], "<unk>a�"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "ByteLevel",
    "add_prefix_space": true, "trim_offsets": true, "use_regex": true}]},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[15, 2, 16, 17], " aaé"], [[0, 2, 20], "<unk>a�"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "ByteLevel", "add_prefix_space": true,
    "trim_offsets": true, "use_regex": true}, {"type": "Replace", "pattern": {"String": "a"},
    "content": "o"}]},
    "answers": [
    [[4, 5, 2], "▁o▁bo"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pod>oo<pod>o|bb"],
    [[2, 24, 18, 24, 3], "o . b"], [[30, 2, 31, 3, 30], "<s>o▁x</w>b<s>"],
    [[2, 10, 10, 3], "o##b##bb"]]},
    {"decoder":
    {"type": "WordPiece", "prefix": "##", "cleanup": false},
    "answers": [
    [[4, 5, 2], "▁a ▁b a"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad> a a <pad> a | b b"],
    [[2, 24, 18, 24, 3], "a   .   b"], [[30, 2, 31, 3, 30], "<s> a ▁x</w> b <s>"],
    [[2, 10, 10, 3], "abb b"]]},
    {"decoder":
    {"type": "WordPiece", "prefix": "##", "cleanup": true},
    "answers": [
    [[4, 5, 2], "▁a ▁b a"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad> a a <pad> a | b b"],
    [[2, 24, 18, 24, 3], "a  .   b"], [[30, 2, 31, 3, 30], "<s> a ▁x</w> b <s>"],
    [[2, 10, 10, 3], "abb b"]]},
    {"decoder":
    {"type": "WordPiece", "prefix": "▁", "cleanup": false},
    "answers": [
    [[4, 5, 2], "▁ab a"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad> a a <pad> a | b b"],
    [[2, 24, 18, 24, 3], "a   .   b"], [[30, 2, 31, 3, 30], "<s> ax</w> b <s>"],
    [[2, 10, 10, 3], "a ##b ##b b"]]},
    {"decoder":
    {"type": "WordPiece", "prefix": "", "cleanup": false},
    "answers": [
    [[4, 5, 2], "▁a▁ba"]]},
    {"decoder":
    {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": false},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[13, 2, 2, 13, 2, 14, 3, 3], "aa|b"], [[2, 10, 10, 3], "a##bb"],
    [[1, 1, 2], "▁a"], [[14, 14, 3], "|b"]]},
    {"decoder":
    {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[13, 2, 2, 13, 2, 14, 3, 3], "aa b"], [[2, 10, 10, 3], "a##bb"],
    [[1, 1, 2], "▁a"], [[14, 14, 3], " b"]]},
    {"decoder":
    {"type": "BPEDecoder", "suffix": "</w>"},
    "answers": [
    [[4, 5, 2], "▁a▁ba"], [[11, 2, 12], "a ab"], [[30, 2, 31, 3, 30], "<s>a▁x b<s>"]]},
    {"decoder":
    {"type": "BPEDecoder", "suffix": "b"},
    "answers": [
    [[4, 5, 2], "▁a▁ a"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad>aa<pad>a| "],
    [[2, 24, 18, 24, 3], "a . "], [[30, 2, 31, 3, 30], "<s>a▁x</w> <s>"],
    [[2, 10, 10, 3], "a## ## "]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "WordPiece", "prefix": "##", "cleanup": false},
    {"type": "Replace", "pattern": {"String": " "}, "content": "_"}]},
    "answers": [
    [[4, 5, 2], "▁a_▁b_a"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pad>_a_a_<pad>_a_|_b_b"],
    [[2, 24, 18, 24, 3], "a___.___b"], [[30, 2, 31, 3, 30], "<s>_a_▁x</w>_b_<s>"],
    [[2, 10, 10, 3], "abb_b"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "BPEDecoder", "suffix": "</w>"},
    {"type": "Replace", "pattern": {"String": "a"}, "content": ""}]},
    "answers": [
    [[4, 5, 2], "▁▁b"], [[13, 2, 2, 13, 2, 14, 3, 3], "<pd><pd>|bb"], [[2, 24, 18, 24, 3], " . b"],
    [[30, 2, 31, 3, 30], "<s>▁x b<s>"], [[2, 10, 10, 3], "##b##bb"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Sequence", "decoders": [{"type": "Replace",
    "pattern": {"String": "▁"}, "content": " "}]}, {"type": "Sequence",
    "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}]},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[21, 4, 22], "  aa "], [[4, 13, 4], "a<pad> a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": []},
    "answers": [
    [[4, 5, 2], "▁a▁ba"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
    "content": " "}, {"type": "ByteFallback"}, {"type": "Strip", "content": " ", "start": 1,
    "stop": 0}]},
    "answers": [
    [[4, 5, 2], "aba"], [[2, 24, 18, 24, 3], "a.b"], [[30, 2, 31, 3, 30], "<s>ax</w>b<s>"],
    [[1, 1, 2], "a"], [[6, 7, 8], "€"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Metaspace",
    "replacement": "▁", "prepend_scheme": "first", "split": true}]},
    "answers": [
    [[4, 5, 2], "a ba"], [[30, 2, 31, 3, 30], "<s>a x</w>b<s>"], [[1, 1, 2], " a"],
    [[6, 7, 8], "€"], [[6, 7, 2], "��a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
    "content": ""}, {"type": "Fuse"}]},
    "answers": [
    [[4, 5, 2], "aba"], [[30, 2, 31, 3, 30], "<s>ax</w>b<s>"], [[1, 1, 2], "a"],
    [[21, 4, 22], "aa"], [[4, 13, 4], "a<pad>a"]]},
    {"decoder":
    {"type": "Sequence", "decoders": [{"type": "CTC", "pad_token": "<pad>",
    "word_delimiter_token": "|", "cleanup": false}, {"type": "Replace",
    "pattern": {"String": "a"}, "content": "c"}]},
    "answers": [
    [[4, 5, 2], "▁c▁bc"], [[13, 2, 2, 13, 2, 14, 3, 3], "cc|b"], [[2, 24, 18, 24, 3], "c . b"],
    [[30, 2, 31, 3, 30], "<s>c▁x</w>b<s>"], [[2, 10, 10, 3], "c##bb"]]}
    ]}
    """#
}
