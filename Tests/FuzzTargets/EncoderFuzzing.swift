import BytePairEncoding
import Noise
import PreTokenization
import TestSupport
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

/// One text under one tokenizer, encoded in all the ways that must agree.
struct EncoderFuzzing {
  private static let tokenizers = Result { try makeTokenizers() }
  /// Longer texts only cost time.
  private static let longestText = 1 << 12

  private let tokenizer: Tokenizer
  private let text: [UInt8]
  private var options = EncodingOptions()
  private let chunk: Int

  static func run(_ input: inout FuzzInput) throws {
    let tokenizers = try Self.tokenizers.get()
    let tokenizer = tokenizers[input.number(below: tokenizers.count)]
    try EncoderFuzzing(tokenizer, &input).run()
  }

  private init(_ tokenizer: Tokenizer, _ input: inout FuzzInput) {
    self.tokenizer = tokenizer
    let flags = input.byte()
    options.allowsSpecial = flags & 1 != 0
    options.alignsByCharacters = flags & 2 != 0
    options.appended = flags & 4 != 0 ? TokenID(1) : nil
    if flags & 8 != 0, let rate = DropoutRate(Double(flags >> 5) / 7) {
      let unit: SegmentationNoise.Unit = flags & 16 != 0 ? .byte : .character
      options.noise = SegmentationNoise(rate: rate, seed: 1, unit: unit)
    }
    // Repetition makes long words of short inputs.
    let times = 1 << input.number(below: 12)
    chunk = 1 + input.number(below: 64)
    let part = input.bytes
    text = Array(
      Array(repeating: part, count: min(times, max(Self.longestText / max(part.count, 1), 1)))
        .joined().prefix(Self.longestText)
    )
  }

  private func run() throws {
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 16)
    // A pattern may take too long.
    guard let cold = try? encoder.encode(text, number: 3, options: options) else { return }
    let warm = try encoder.encode(text, number: 3, options: options)
    try expect(warm.ids == cold.ids, "a cache does not show")
    var withOffsets = options
    withOffsets.wantsOffsets = true
    let full = try encoder.encode(text, number: 3, options: withOffsets)
    try expect(full.ids == cold.ids, "ids with offsets are those without")
    try check(full)
    try checkStream(cold.ids)
    try checkDecoding(cold.tokens)
    try checkSegmentation()
  }

  private var isIdentity: Bool {
    tokenizer.addedTokens.isEmpty && tokenizer.normalizer.steps.isEmpty
      && tokenizer.preTokenizer.isLossless
  }

  private func check(_ encoded: EncodedDocument) throws {
    try expect(encoded.offsets.count == encoded.ids.count, "each token has an offset")
    try expect(encoded.wordIDs.count == encoded.ids.count, "each token has a word")
    var end = 0
    var start = 0
    var word: UInt32 = 0
    for (range, id) in zip(encoded.offsets, encoded.wordIDs) {
      try expect(range.upperBound <= text.count, "offsets lie in the text")
      try expect(range.lowerBound >= start, "offsets do not go back")
      try expect(id == word || id == word + 1, "words are numbered in order")
      if isIdentity { try expect(range.lowerBound == end, "offsets leave nothing out") }
      (start, end, word) = (range.lowerBound, range.upperBound, id)
    }
    if isIdentity { try expect(end == text.count, "offsets reach the end") }
    try text.withUnsafeBufferPointer { text in
      for unit in OffsetUnit.allCases {
        let shown = tokenizer.offsets(of: encoded, in: text, unit: unit)
        try expect(shown.count == encoded.ids.count, "each token has a shown offset")
        try expect(
          shown.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= text.count },
          "shown offsets lie in the text"
        )
      }
    }
  }

  private func checkStream(_ ids: [UInt32]) throws {
    var encoder = StreamingEncoder(tokenizer, number: 3, options: options, cacheCapacity: 1 << 16)
    var streamed: [UInt32] = []
    for start in stride(from: 0, to: text.count, by: chunk) {
      try encoder.append(text[start..<min(start + chunk, text.count)], into: &streamed)
    }
    try encoder.finish(into: &streamed)
    try expect(streamed == ids, "pieces of \(chunk) bytes give the ids of the whole")
  }

  private func checkDecoding(_ tokens: [TokenID]) throws {
    let decoded = tokenizer.decode(tokens)
    var decoder = TokenDecoder(tokenizer)
    let parts = tokens.map { decoder.push($0) }.joined() + decoder.finish()
    try expect(
      parts.utf8.elementsEqual(String(decoding: decoded, as: UTF8.self).utf8),
      "token by token the text is the same"
    )
    guard tokenizer.model is BPEModel, tokenizer.preTokenizer.isLossless,
      tokenizer.addedTokens.isEmpty, options.appended == nil
    else { return }
    let normalized = try tokenizer.normalizer.normalize(text)?.bytes ?? text
    try expect(decoded == normalized, "decoding gives the normalised text back")
  }

  /// Plain BPE, word by word, by the definition.
  private func checkSegmentation() throws {
    guard let model = tokenizer.model as? BPEModel, tokenizer.addedTokens.isEmpty,
      !model.ignoresMerges
    else { return }
    let start = Array(text.prefix(64))
    let normalized = try tokenizer.normalizer.normalize(start)?.bytes ?? start
    let expected = try tokenizer.preTokenizer.split(normalized).flatMap {
      plainSegmentation($0, model)
    }
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 0)
    try expect(try encoder.encode(start).tokens == expected, "tokens are those of the definition")
  }
}

extension EncoderFuzzing {
  private static func makeTokenizers() throws -> [Tokenizer] {
    let english = try Tokenizer(
      contentsOf: SharedData.projectFolder + "/vocab/english/tokenizer.json"
    )
    let multilingual = try Tokenizer(
      contentsOf: SharedData.projectFolder + "/vocab/multilingual/tokenizer.json"
    )
    let normalizers = ["none", "nfc", "nfd", "nfkc", "nfkd,lowercase", "nfkc-casefold"]
    var tokenizers: [Tokenizer] = []
    let named =
      PreTokenizer.named.map(\.preTokenizer) + [try .regex(#"(?<=\p{Ll})(?=\p{Lu})|\d+|\b"#)]
    for (index, preTokenizer) in named.enumerated() {
      for tokenizer in [english, multilingual] {
        let name = normalizers[(index + tokenizers.count) % normalizers.count]
        tokenizers.append(
          Tokenizer(
            normalizer: TextNormalizer(name: name) ?? .none,
            preTokenizer: preTokenizer,
            model: tokenizer.model,
            addedTokens: tokenizers.count % 3 == 0 ? [] : added(name.utf8.count),
            inputRules: InputRules(
              postProcessor: PostProcessor(
                index % 2 == 0 ? [] : [.trimming(OffsetTrimming(keepsFirstSpace: index % 4 == 1))]
              )
            )
          )
        )
      }
    }
    for model in [english.model, multilingual.model] {
      tokenizers.append(Tokenizer(normalizer: .none, preTokenizer: .gpt2, model: model))
    }
    for unit in [UnitModel.Unit.word, .character] {
      let model = UnitModel(
        unit: unit,
        vocabulary: english.vocabulary,
        unknown: TokenID(0),
        reserved: [TokenID(0)]
      )
      tokenizers.append(
        Tokenizer(normalizer: .none, preTokenizer: .whitespace, model: model)
      )
    }
    return tokenizers
  }

  /// Tokens with every flag, some of them beginnings of others.
  private static func added(_ variant: Int) -> [AddedToken] {
    let contents = ["<|e|>", "<m>", "<r>", "the", "AB", "ABC", "é", "ﬁ", "  ", "<|e|><r>"]
    return contents.enumerated().map { index, content in
      var matching = AddedToken.Matching()
      let bits = (index &* 7 &+ variant) % 16
      matching.isSingleWord = bits & 1 != 0
      matching.stripsLeft = bits & 2 != 0
      matching.stripsRight = bits & 4 != 0
      matching.isNormalized = bits & 8 != 0
      return AddedToken(
        id: TokenID(5000 + index),
        content: Array(content.utf8),
        isSpecial: index < 3,
        matching: matching
      )
    }
  }
}
