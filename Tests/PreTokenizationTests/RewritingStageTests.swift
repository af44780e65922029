import PreTokenization
import Testing
import UnicodeText

private func mark(_ prepending: SpaceMarking.Prepending) -> PreTokenizer.Stage {
  .mark(SpaceMarking(mark: "▁", prepending: prepending))
}

private func split(
  _ literal: String,
  _ behavior: SplitRule.Behavior
) -> PreTokenizer.Stage {
  .split(SplitRule(known: .literal(literal), behavior))
}

/// Stages, a text, and the pieces of Hugging Face tokenizers 0.23.
private let examples: [(stages: [PreTokenizer.Stage], text: String, pieces: [String])] = [
  (
    [.split(SplitRule(known: .digit, .contiguous)), mark(.first), .metaspace], "a1b 2 c",
    ["▁a", "1", "b", "▁", "2", "▁c"]
  ),
  (
    [.split(SplitRule(known: .digit, .contiguous)), mark(.always), .metaspace], "a1b 2 c",
    ["▁a", "▁1", "▁b", "▁", "▁2", "▁c"]
  ),
  (
    [.split(SplitRule(known: .digit, .contiguous)), mark(.first)], "a1b 2 c",
    ["▁a", "1", "b▁", "2", "▁c"]
  ),
  ([.whitespaceSplit, mark(.first)], " 1", ["1"]),
  ([.whitespaceSplit, mark(.always)], " 1 2", ["▁1", "▁2"]),
  ([split("a", .removed), mark(.first)], "a1b 2 c", ["1b▁2▁c"]),
  ([split("a", .removed), mark(.always), .metaspace], "aab a", ["▁b", "▁"]),
  ([mark(.never), .metaspace], "a  b", ["a", "▁", "▁b"]),
  ([mark(.first)], "▁a", ["▁a"]),
  ([.scripts], "  a", ["a"]),
  ([.scripts], "a.я", ["a", ".", "я"]),
  ([.scripts], "a я", ["a ", "я"]),
  ([.scripts], "どこで生れ。Yes", ["どこで生れ", "。", "Yes"]),
  ([.scripts], "カー", ["カー"]),
  ([.scripts], "aー\u{378}b", ["a", "ー\u{378}", "b"]),
  ([.scripts], "\u{20AC}\u{61C}", ["\u{20AC}\u{61C}"]),
  ([.scripts], "  ", []),
  ([.fixedLength(2)], "é中😀ab", ["é中", "😀a", "b"]),
  ([.fixedLength(5)], "", []),
  ([split("", .isolated)], "ab", ["a", "b"]),
  ([.spell], "a é", ["aĠÃ©"]),
  (
    [.gpt2, .spell, .split(SplitRule(known: .digit, .contiguous))], "x³¼ 中",
    ["x", "Â", "³", "Â", "¼", "Ġä¸Ń"]
  ),
  ([.gpt2, .spell, mark(.always)], "a2", ["▁a", "▁2"]),
  ([.spell, .spell], "²", ["ÃĤÂ²"]),
]

@Suite struct RewritingStageTests {
  @Test(arguments: examples.indices)
  func `pieces are those of Hugging Face`(index: Int) throws {
    let example = examples[index]
    let pieces = try PreTokenizer(example.stages).split(Array(example.text.utf8))
    #expect(pieces.map { String(decoding: $0, as: UTF8.self) } == example.pieces)
  }

  /// Behind ByteLevel, pieces may stay bytes: their spellings are the pieces of the spelled text.
  @Test(arguments: [
    PreTokenizer.Stage.split(SplitRule(known: .digit, .contiguous)),
    .split(SplitRule(known: .punctuation, .isolated)), .whitespace, .fixedLength(3), .scripts,
    .gpt2,
  ])
  func `a stage over spellings cuts bytes where it cuts spelled text`(
    stage: PreTokenizer.Stage
  ) throws {
    for text in ["a2²b", "x³¼ 中,é «y»", "", " ", "100 ½ – ١٢٣", "\u{FF}é\n"] {
      let bytes = try PreTokenizer([.gpt2, .spelled(stage)]).split(Array(text.utf8))
      let spelled = try PreTokenizer([.gpt2, .spell, stage]).split(Array(text.utf8))
      #expect(
        bytes.map { ByteAlphabet.encode($0) }
          == spelled.map {
            String(decoding: $0, as: UTF8.self)
          }
      )
    }
  }
}
