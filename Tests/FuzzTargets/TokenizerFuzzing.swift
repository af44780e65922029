import BytePairEncoding
import PreTokenization
import TestSupport
import Tokenization
import TokenizerFormats

/// Files of tokenizers; one that is read must encode, and be read back as what it is written.
enum TokenizerFuzzing {
  static func run(_ input: inout FuzzInput) throws {
    let kind = input.number(below: 4)
    guard let tokenizer = try? read(kind, input) else { return }
    try check(tokenizer, input)
  }

  private static func read(_ kind: Int, _ input: FuzzInput) throws -> Tokenizer {
    let folder = try TemporaryFolder()
    switch kind {
    case 0: return try Tokenizer(json: input.bytes)
    case 1: return try Tokenizer(contentsOf: folder.put("tokenizer.json", input.bytes))
    case 2:
      return try Tokenizer(
        contentsOf: folder.put("ranks.tiktoken", input.bytes),
        preTokenizer: .gpt2
      )
    default:
      try folder.put("vocab.json", input.halves.first)
      return try Tokenizer(contentsOf: folder.put("merges.txt", input.halves.second))
    }
  }

  private static func check(_ tokenizer: Tokenizer, _ input: FuzzInput) throws {
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 12)
    var options = EncodingOptions()
    options.allowsSpecial = true
    options.wantsOffsets = true
    let text = Array("The 42nd é ﬁ  ab\n".utf8) + input.rest.suffix(256)
    guard let encoded = try? encoder.encode(text, options: options) else { return }
    try expect(
      encoded.offsets.allSatisfy { $0.upperBound <= text.count },
      "offsets lie in the text"
    )
    try checkRows(tokenizer, text, with: &encoder)
    _ = tokenizer.decode(encoded.tokens, skipsSpecial: true)
    _ = tokenizer.vocabularySize
    let written = try tokenizer.json()
    let copy = try Tokenizer(json: written)
    try expect(try copy.json() == written, "what is written is read as the same")
    // A file has no word for some things, such as ranks that are shared.
    guard tokenizer.foreignParts == nil else { return }
    var other = TokenizerEncoder(copy, cacheCapacity: 0)
    try expect(
      try other.encode(text, options: options).ids == encoded.ids,
      "what is written gives the same ids"
    )
  }

  /// The rules of a file may refuse a text; its rows are whole.
  private static func checkRows(
    _ tokenizer: Tokenizer,
    _ text: [UInt8],
    with encoder: inout TokenizerEncoder
  ) throws {
    var options = ModelInputOptions(tokenizer.inputRules)
    options.wantsOverflow = true
    options.offsetUnit = .chars
    for second in [nil, Array("a é".utf8)] {
      guard let rows = try? encoder.inputs(text, second: second, options: options) else { continue }
      var batch = [rows]
      // Rows of a million tokens take too long here.
      if let padding = options.rules.padding, padding.target(longest: 0) < 5000 {
        padding.pad(&batch)
      }
      for row in batch.joined() {
        let count = row.ids.count
        try expect(
          row.offsets.count == count && row.wordIDs.count == count && row.typeIDs.count == count
            && row.sequenceIDs.count == count && row.attentionMask.count == count
            && row.specialTokensMask.count == count && row.pieces(tokenizer).count == count,
          "all arrays of a row are of one length"
        )
      }
    }
  }
}
