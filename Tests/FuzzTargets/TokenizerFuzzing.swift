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
}
