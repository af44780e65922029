import BytePairEncoding
import Collation
import Corpora
import Noise
import PreTokenization
import TestSupport
import TextTestSupport
import Tokenization
import UnicodeText

/// Streams and collators that the tests share.
enum CollationSamples {
  /// Tokens of a vocabulary of 40, of which 0, 1, 2, 38 and 39 are special.
  static let vocabularySize = 40
  static let special: [TokenID] = [0, 1, 2, 38, 39].map { TokenID(UInt32($0)) }
  static let classes = TokenClasses(vocabularySize: vocabularySize, special: special)
  static let mask = TokenID(UInt32(2))
  static let padding = TokenID(UInt32(1))

  /// Chance ids of the vocabulary, special ones among them.
  static func ids(_ count: Int, seed: UInt64 = 1) -> [UInt32] {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 7)
    return (0..<count).map { _ in draws.next(below: UInt32(vocabularySize)) }
  }

  /// A stream in which each token is its own place, so that a batch says where it is from.
  static func places(_ count: Int, documents: [Int] = []) -> TokenStream {
    TokenStream(
      ids: (0..<count).map { UInt32($0) },
      byteCounts: (0..<count).map { UInt32($0 % 7 + 1) },
      documentStarts: documents
    )
  }

  static func collator(_ rows: Collator.Rows, batch: Int, length: Int) -> Collator {
    var collator = Collator()
    (collator.rows, collator.batchSize, collator.length) = (rows, batch, length)
    collator.padding = padding
    return collator
  }

  static func masking(
    _ rate: NoiseRate,
    mask share: Double = 0.8,
    random: Double = 0.1
  ) -> TokenMasking {
    TokenMasking(
      rate: rate,
      mask: mask,
      maskShare: share,
      randomShare: random,
      classes: classes
    )
  }

  static func masking(_ rate: Double) -> TokenMasking { masking(NoiseRate(dropoutRate(rate))) }

  static func dropout(_ rate: Double) -> TokenDropout {
    TokenDropout(rate: NoiseRate(dropoutRate(rate)), replacement: mask, classes: classes)
  }

  /// A tokenizer of bytes and a few English merges, with an end-of-text token.
  static func tokenizer() throws -> Tokenizer {
    let model = try toyModel("t-h th-e i-n a-n an-d \\20-the \\20-and i-s \\20-is in-g e-r o-u")
    return Tokenizer(
      normalizer: .init([]),
      preTokenizer: .gpt2,
      model: model,
      addedTokens: [
        AddedToken(id: TokenID(400), content: Array("<|endoftext|>".utf8)),
        AddedToken(id: TokenID(401), content: Array("<mask>".utf8)),
        AddedToken(id: TokenID(402), content: Array("<pad>".utf8)),
      ]
    )
  }

  /// Documents of the toy language: some empty, one long, characters of more than one byte.
  static func store(_ count: Int = 60) -> DocumentStore {
    let words = ["the", "and", "is", "island", "thing", "tethering", "ünder", "中文", "is  a", "\t!"]
    var draws = RandomStream(key: NoiseKey(seed: 5, site: .testing), item: 1)
    return DocumentStore(
      (0..<count).map { document in
        let length = document == 3 ? 400 : Int(draws.next(below: 14))
        let text = (0..<length).map { _ in words[Int(draws.next(below: UInt32(words.count)))] }
        return Array(text.joined(separator: " ").utf8)
      }
    )
  }
}

extension BatchStream {
  /// All batches of an epoch.
  func batches(epoch: UInt32 = 0) throws -> [Batch] {
    var builder = BatchBuilder(self)
    return try (0..<stepCount(epoch: epoch)).map { try builder.batch(epoch: epoch, step: $0) }
  }
}

extension Batch {
  /// The tokens of a row, without padding.
  func inputs(ofRow row: Int) -> [UInt32] {
    Array(inputs[row * length..<row * length + lengths[row]])
  }

  func targets(ofRow row: Int) -> [Int32] {
    Array(targets[row * length..<row * length + lengths[row]])
  }
}
