import BytePairEncoding
import TestSupport
import TextTestSupport
import Tokenization
import TokenizerFormats

/// Models of SentencePiece: any bytes, broken files, and random models against their oracle.
enum SentencePieceFuzzing {
  static func run(_ input: inout FuzzInput) throws {
    switch input.number(below: 3) {
    case 0: try check(input.bytes)
    case 1:
      var text = NastyText(seed: UInt64(input.byte()))
      var file = SentencePieceSample.file(SentencePieceSample.model(&text))
      while !input.rest.isEmpty {
        let place = Int(input.byte()) << 8 | Int(input.byte())
        file[place % file.count] = input.byte()
      }
      try check(file)
    default:
      var text = NastyText(seed: UInt64(input.byte()))
      let oracle = SentencePieceSample.model(&text)
      let tokenizer = try Tokenizer(sentencePiece: SentencePieceSample.file(oracle))
      let ids = try tokenizer.encode(String(decoding: input.bytes, as: UTF8.self)).map(\.index)
      let valid = Array(String(decoding: input.bytes, as: UTF8.self).utf8)
      try expect(ids == oracle.ids(valid), "ids are those of the oracle")
      try expect(
        tokenizer.decode(ids.map { TokenID($0) }) == oracle.text(ids),
        "text is that of the oracle"
      )
    }
  }

  /// A file that is read encodes, and is written as it is read.
  private static func check(_ file: [UInt8]) throws {
    guard let tokenizer = try? Tokenizer(sentencePiece: file) else { return }
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 12)
    var options = EncodingOptions()
    options.allowsSpecial = true
    options.wantsOffsets = true
    let text = Array("  The 42nd é ﬁ  ab \u{2581}<s>\n".utf8) + file.suffix(64)
    let encoded = try encoder.encode(text, options: options)
    try expect(
      encoded.offsets.allSatisfy { $0.upperBound <= text.count },
      "offsets lie in the text"
    )
    _ = tokenizer.decode(encoded.tokens, skipsSpecial: true)
    let written = try tokenizer.sentencePiece()
    let copy = try Tokenizer(sentencePiece: written)
    try expect(try copy.sentencePiece() == written, "what is written is read as the same")
    let json = try tokenizer.json()
    try expect(try copy.json() == json, "a copy is the same in another format")
    try expect(try Tokenizer(json: json).json() == json, "tokenizer.json holds it")
  }
}
