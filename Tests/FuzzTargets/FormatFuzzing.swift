import BytePairEncoding
import PreTokenization
import TestSupport
import Tokenization
import TokenizerFormats

/// Files whose format is found in their content, and conversions between formats.
enum FormatFuzzing {
  static func run(_ input: inout FuzzInput) throws {
    let kind = input.number(below: 8)
    guard let tokenizer = try? read(kind, input) else { return }
    try check(tokenizer, input)
  }

  /// What each kind of file begins with, so that the fuzzer need not find it.
  private static let beginnings = [
    "", "#version: 0.2\n", "GGUF\u{3}\0\0\0\0\0\0\0\0\0\0\0", "minbpe v1\n\n0\n",
    "2 1\n9601 4\n97 5\n",
  ].map { Array($0.utf8) }

  private static func read(_ kind: Int, _ input: FuzzInput) throws -> Tokenizer {
    let folder = try TemporaryFolder()
    if kind < beginnings.count {
      let path = try folder.put("file", beginnings[kind] + input.bytes)
      return try Tokenizer(contentsOf: path)
    }
    let codes = try Tokenizer(contentsOf: folder.put("codes", input.halves.first))
    let vocabulary = try SubwordVocabulary(
      contentsOf: folder.put("vocabulary", input.halves.second),
      threshold: kind == 5 ? 3 : nil
    )
    let glossaries = kind == 7 ? try [Glossary("[a-c]+")] : []
    return try codes.restricted(to: kind == 6 ? nil : vocabulary, glossaries: glossaries)
  }

  private static func check(_ tokenizer: Tokenizer, _ input: FuzzInput) throws {
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 12)
    var options = EncodingOptions()
    options.allowsSpecial = true
    options.wantsOffsets = true
    let text = Array("The 42nd é ab\r\n abc aé".utf8) + input.rest.suffix(256)
    guard let encoded = try? encoder.encode(text, options: options) else { return }
    try expect(
      encoded.offsets.allSatisfy { $0.upperBound <= text.count },
      "offsets lie in the text"
    )
    try expect(
      zip(encoded.offsets, encoded.offsets.dropFirst()).allSatisfy {
        $0.upperBound <= $1.lowerBound
      },
      "offsets ascend"
    )
    _ = tokenizer.decode(encoded.tokens, skipsSpecial: true)
    for target in TokenizerConversion.targets {
      guard let there = try? TokenizerConversion(tokenizer, to: target) else { continue }
      guard there.losses.isEmpty else { continue }
      var other = TokenizerEncoder(there.result, cacheCapacity: 0)
      try expect(
        try other.encode(text, options: options).ids == encoded.ids,
        "what is said to lose nothing gives the same ids as \(target)"
      )
      let again = try TokenizerConversion(there.result, to: target)
      try expect(
        again.losses.isEmpty && again.files.map(\.bytes) == there.files.map(\.bytes),
        "\(target) is written and read as the same"
      )
    }
  }
}
