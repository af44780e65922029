import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

/// Texts of few characters, of one to four bytes, some for private use, which stand for others inside.
private let alphabet: [Unicode.Scalar] = [
  "a", "b", "é", "中", "😀", "\u{F0000}", "\u{F0001}", "<", "#",
]

@Suite struct CharacterModelTests {
  /// A random model with its oracle; nil where its tokens do not fit together.
  private func randomModel(
    _ text: inout NastyText
  ) throws -> (model: CharacterModel, oracle: CharacterModelOracle) {
    var settings = CharacterModel.Settings()
    let marks = text.number(below: 4)
    if marks & 1 != 0 { settings.prefix = Array("@@".utf8) }
    if marks & 2 != 0 { settings.suffix = Array("</w>".utf8) }
    settings.fallsBackToBytes = marks == 0 && text.number(below: 2) == 0
    settings.fusesUnknown = text.number(below: 2) == 0
    var oracle = CharacterModelOracle()
    oracle.prefix = settings.prefix
    oracle.suffix = settings.suffix
    oracle.fusesUnknown = settings.fusesUnknown
    oracle.fallsBackToBytes = settings.fallsBackToBytes
    var vocabulary = Vocabulary()
    func add(_ token: [UInt8]) -> TokenID {
      let id = vocabulary.append(token)
      oracle.ids[token] = id.index
      return id
    }
    if text.number(below: 3) > 0 {
      settings.unknown = add(Array("<unk>".utf8))
      oracle.unknown = settings.unknown?.index
    }
    if settings.fallsBackToBytes {
      // Where some bytes have no tokens, characters with them are unknown.
      for byte in UInt8.min...UInt8.max where byte != 0xC3 || text.number(below: 2) == 0 {
        _ = add(Array(CharacterModelOracle.piece(of: byte).utf8))
      }
    }
    for character in alphabet {
      let plain = Array(String(character).utf8)
      for symbol in [
        plain, settings.prefix + plain, plain + settings.suffix,
        settings.prefix + plain + settings.suffix,
      ] where text.number(below: 4) > 0 {
        _ = add(symbol)
      }
    }
    var merges: [Merge] = []
    let symbols = (0..<vocabulary.count).map { Array(vocabulary.bytes(of: TokenID($0))) }
      .filter {
        $0.count < 10 && !$0.starts(with: Array("<unk>".utf8))
          && !$0.starts(with: Array("<0x".utf8))
      }
    var parts = symbols
    for _ in 0..<24 where !parts.isEmpty {
      let left = parts[Int(text.number(below: UInt32(parts.count)))]
      let right = parts[Int(text.number(below: UInt32(parts.count)))]
      let goesOn = right.count > settings.prefix.count && right.starts(with: settings.prefix)
      let ends =
        !settings.suffix.isEmpty && left.count > settings.suffix.count
        && left.suffix(settings.suffix.count) == settings.suffix[...]
      guard goesOn, !ends, left.count + right.count < 60 else { continue }
      let product = left + right.dropFirst(settings.prefix.count)
      let merge = Merge(left: add(left), right: add(right), product: add(product))
      merges.append(merge)
      oracle.merges.append((merge.left.index, merge.right.index, merge.product.index))
      parts.append(product)
    }
    return (
      try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings), oracle
    )
  }

  private func encoder(_ model: CharacterModel) -> TokenizerEncoder {
    TokenizerEncoder(
      Tokenizer(normalizer: TextNormalizer([]), preTokenizer: .none, model: model)
    )
  }

  @Test func `random models cut words as step by step, with the bytes of each token`() throws {
    var text = NastyText(seed: 91)
    var compared = 0
    var refused = 0
    for _ in 0..<2000 {
      let model: CharacterModel
      let oracle: CharacterModelOracle
      do {
        (model, oracle) = try randomModel(&text)
      } catch is InvalidData {
        refused += 1
        continue
      }
      var encoder = encoder(model)
      var options = EncodingOptions()
      options.wantsOffsets = true
      for _ in 0..<8 {
        let word = (0..<text.number(below: 30)).flatMap { _ in
          Array(String(alphabet[Int(text.number(below: UInt32(alphabet.count)))]).utf8)
        }
        let expected = oracle.tokens(of: word)
        let encoded = try encoder.encode(word, options: options)
        #expect(encoded.ids.map { Int($0) } == expected.map(\.id))
        #expect(try encoder.encode(word).ids == encoded.ids)
        guard let last = encoded.offsets.last else { continue }
        // What is left out has no token, but belongs to one.
        #expect(last.upperBound == word.count)
        if oracle.unknown != nil, !oracle.fallsBackToBytes {
          #expect(encoded.offsets.map(\.count) == expected.map(\.length))
        }
        compared += expected.count
      }
    }
    #expect(compared > 50_000)
    #expect(refused < 400)
  }

  @Test func `a file says everything`() throws {
    var text = NastyText(seed: 92)
    var models = 0
    for _ in 0..<200 {
      guard let (model, _) = try? randomModel(&text), !model.merges.isEmpty else { continue }
      let tokenizer = Tokenizer(
        normalizer: TextNormalizer([.nfc]),
        preTokenizer: .whitespaceSplit,
        model: model
      )
      for legacy in [false, true] {
        let json = try tokenizer.json(legacyMerges: legacy)
        let again = try Tokenizer(json: json)
        #expect(try again.json(legacyMerges: legacy) == json)
        guard let read = again.model as? CharacterModel else {
          Issue.record("no model over characters")
          continue
        }
        #expect(read.settings == model.settings)
        #expect(read.merges == model.merges)
      }
      models += 1
    }
    #expect(models > 100)
  }

  @Test func `any bytes: byte fallback brings them back, an unknown token stands for each`() throws
  {
    var vocabulary = Vocabulary()
    for byte in UInt8.min...UInt8.max {
      vocabulary.append(Array(CharacterModelOracle.piece(of: byte).utf8))
    }
    for token in ["a", "b", "ab", "中", "a中"] { vocabulary.append(Array(token.utf8)) }
    let merges = [(256, 257, 258), (256, 259, 260)].map {
      Merge(left: TokenID($0.0), right: TokenID($0.1), product: TokenID($0.2))
    }
    var settings = CharacterModel.Settings()
    settings.fallsBackToBytes = true
    let model = try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
    let tokenizer = Tokenizer(
      normalizer: TextNormalizer([]),
      preTokenizer: .none,
      model: model
    )
    var encoder = TokenizerEncoder(tokenizer)
    var text = NastyText(seed: 93)
    var options = EncodingOptions()
    options.wantsOffsets = true
    for number in 0..<2000 as Range<UInt64> {
      options.noise =
        number % 2 == 0 ? nil : SegmentationNoise(rate: dropoutRate(0.5), seed: 1, epoch: 0)
      let document = text.next(isValid: false) + Array("ab中a中".utf8)
      let encoded = try encoder.encode(document, number: number, options: options)
      #expect(tokenizer.decode(encoded.tokens) == document)
      var decoder = TokenDecoder(tokenizer)
      let pushed = encoded.tokens.map { decoder.push($0) }.joined() + decoder.finish()
      #expect(pushed == String(decoding: document, as: UTF8.self))
      var end = 0
      for range in encoded.offsets {
        #expect(range.lowerBound == end)
        end = range.upperBound
      }
      #expect(end == document.count)
    }
    var unknowing = CharacterModel.Settings()
    unknowing.unknown = TokenID(0)
    var other = self.encoder(
      try CharacterModel(vocabulary: vocabulary, merges: merges, settings: unknowing)
    )
    #expect(try other.encode([0xFF, 0x61, 0x80, 0x62]).ids == [0, 256, 0, 257])
    #expect(try other.encode([]).ids == [])
  }

  @Test func `dropout drops merges of characters, and no other law is known`() throws {
    var vocabulary = Vocabulary()
    for token in ["é", "中", "é中"] { vocabulary.append(Array(token.utf8)) }
    let model = try CharacterModel(
      vocabulary: vocabulary,
      merges: [Merge(left: TokenID(0), right: TokenID(1), product: TokenID(2))],
      settings: CharacterModel.Settings()
    )
    var encoder = encoder(model)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.3), seed: 5, epoch: 0)
    var whole = 0
    for number in 0..<10_000 as Range<UInt64> {
      let ids = try encoder.encode(Array("é中".utf8), number: number, options: options).ids
      #expect(ids == [2] || ids == [0, 1])
      whole += ids == [2] ? 1 : 0
    }
    // Six standard deviations of a binomial.
    #expect((6725...7275).contains(whole))
    options.noise = SegmentationNoise(rate: dropoutRate(1), seed: 5, epoch: 0)
    #expect(try encoder.encode(Array("é中".utf8), options: options).ids == [0, 1])
    for noise in [
      SegmentationNoise(rate: dropoutRate(0.3), law: .huggingface, seed: 5, epoch: 0),
      SegmentationNoise(rate: dropoutRate(0.3), seed: 5, epoch: 0, unit: .byte),
    ] {
      options.noise = noise
      #expect(throws: InvalidData.self) { try encoder.encode(Array("é".utf8), options: options) }
    }
  }

  @Test func `what does not fit together is refused`() {
    func model(_ tokens: [String], _ merges: [(Int, Int, Int)], unknown: Int? = nil) throws {
      var vocabulary = Vocabulary()
      for token in tokens { vocabulary.append(Array(token.utf8)) }
      var settings = CharacterModel.Settings()
      settings.unknown = unknown.map { TokenID($0) }
      let merges = merges.map {
        Merge(left: TokenID($0.0), right: TokenID($0.1), product: TokenID($0.2))
      }
      _ = try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
    }
    #expect(throws: InvalidData.self) { try model(["a", "b", "ba"], [(0, 1, 2)]) }
    #expect(throws: InvalidData.self) { try model(["a", "b"], [(0, 1, 2)]) }
    #expect(throws: InvalidData.self) { try model(["a", "u", "ua"], [(1, 0, 2)], unknown: 1) }
  }
}
