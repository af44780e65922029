import BytePairEncoding
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

/// A text that is one word is encoded in parts; the oracle encodes it whole.
@Suite struct WordPartingTests {
  private static let characters = ["a", "b", "▁", "é", ":", "x"]

  /// A random model over few characters, among them the mark, with its oracle.
  private func randomModel(
    _ source: inout NastyText,
    settings: CharacterModel.Settings
  ) throws -> (model: CharacterModel, oracle: CharacterModelOracle) {
    var settings = settings
    var oracle = CharacterModelOracle()
    var vocabulary = Vocabulary()
    func add(_ token: String) -> TokenID {
      let id = vocabulary.append(Array(token.utf8))
      oracle.ids[Array(token.utf8)] = id.index
      return id
    }
    if source.number(below: 3) > 0 {
      settings.unknown = add("<unk>")
      oracle.unknown = settings.unknown?.index
    }
    if settings.fallsBackToBytes {
      for byte in UInt8.min...UInt8.max {
        let digits = String(byte, radix: 16, uppercase: true)
        _ = add("<0x\(digits.count == 1 ? "0" : "")\(digits)>")
      }
    }
    oracle.fusesUnknown = settings.fusesUnknown
    oracle.fallsBackToBytes = settings.fallsBackToBytes
    var tokens = Self.characters.dropLast().map { (text: $0, id: add($0)) }
    var merges: [Merge] = []
    for _ in 0..<source.number(below: 30) {
      let left = tokens[Int(source.number(below: UInt32(tokens.count)))]
      let right = tokens[Int(source.number(below: UInt32(tokens.count)))]
      // Most merges with the mark on the right are left out, as in real vocabularies.
      if right.text.hasPrefix("▁"), !left.text.hasSuffix("▁"), source.number(below: 8) > 0 {
        continue
      }
      let text = left.text + right.text
      if text.count > 6 || oracle.ids[Array(text.utf8)] != nil { continue }
      let product = add(text)
      tokens.append((text, product))
      merges.append(Merge(left: left.id, right: right.id, product: product))
      oracle.merges.append((left.id.index, right.id.index, product.index))
    }
    return (
      try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings), oracle
    )
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `parts have the tokens, offsets and word of the whole`(seed: UInt64) throws {
    var source = NastyText(seed: 700 + seed)
    for _ in 0..<40 {
      var settings = CharacterModel.Settings()
      settings.fusesUnknown = source.number(below: 2) == 0
      settings.fallsBackToBytes = source.number(below: 2) == 0
      let (model, oracle) = try randomModel(&source, settings: settings)
      let tokenizer = Tokenizer(normalizer: .none, preTokenizer: .none, model: model)
      var encoder = TokenizerEncoder(tokenizer)
      var options = EncodingOptions()
      for _ in 0..<20 {
        var text = ""
        for _ in 0..<source.number(below: 24) {
          text += Self.characters[Int(source.number(below: UInt32(Self.characters.count)))]
        }
        let expected = oracle.tokens(of: Array(text.utf8))
        options.wantsOffsets = false
        let ids = try encoder.encode(Array(text.utf8), options: options).ids
        #expect(ids == expected.map { UInt32($0.id) }, "\(text)")
        options.wantsOffsets = true
        let encoded = try encoder.encode(Array(text.utf8), options: options)
        #expect(encoded.ids == ids)
        #expect(encoded.wordIDs.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func `dropout is the same with and without offsets, and on any threads`() throws {
    var source = NastyText(seed: 77)
    var settings = CharacterModel.Settings()
    settings.fallsBackToBytes = true
    let (model, _) = try randomModel(&source, settings: settings)
    let tokenizer = Tokenizer(
      normalizer: TextNormalizer([.prepend("▁"), .replace(.literal(" "), with: "▁")]),
      preTokenizer: .none,
      model: model
    )
    let documents = (0..<200).map { _ in source.next(isValid: false) }
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: try #require(DropoutRate(0.4)), seed: 5, epoch: 2)
    let plain = try BatchEncoder(tokenizer, threads: 1).encode(documents, options: options)
    for threads in [2, 8] {
      let other = try BatchEncoder(tokenizer, threads: threads).encode(documents, options: options)
      #expect(other.map(\.ids) == plain.map(\.ids))
    }
    options.wantsOffsets = true
    let located = try BatchEncoder(tokenizer, threads: 2).encode(documents, options: options)
    #expect(located.map(\.ids) == plain.map(\.ids))
  }
}
