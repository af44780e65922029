// Procedure: draw k of a document has a key of its own. Distinct draws are those of k = 0, 1, 2, …, without
//   those that came up before: drawing without replacement.
// Complexity: that of one encoding for each draw; at most 64 for each distinct one that is wanted.
// Determinism: a draw is a function of (seed, epoch, its number, document, offset).

public import BytePairEncoding
import Noise
public import Tokenization

/// How many times a document is encoded, each time under noise of its own.
public struct DocumentDraws: Hashable, Sendable {
  /// How often the noise is drawn for each distinct result that is wanted, before fewer are returned.
  public static let triesPerDraw = 64

  /// How many results a document has, at least 1.
  public let count: Int
  /// Whether no two results of a document are the same; then a document may have fewer.
  public let areDistinct: Bool

  /// - Parameters:
  ///   - count: At least 1.
  ///   - areDistinct: Whether no two results of a document may be the same.
  public init(_ count: Int = 1, areDistinct: Bool = false) {
    precondition(count >= 1, "a document is drawn at least once, but \(count) times are asked for")
    self.count = count
    self.areDistinct = areDistinct
  }

  /// Makes the draws of one document.
  ///
  /// - Parameters:
  ///   - noise: Of draw 0; nil for plain tokens, which are one result.
  ///   - encode: Encodes the document under some noise.
  ///   - consume: Takes each result, in the order of the draws, and the draw's number.
  /// - Throws: What the two throw.
  public func run(
    noise: SegmentationNoise?,
    encode: (SegmentationNoise?) throws -> EncodedDocument,
    consume: (EncodedDocument, Int) throws -> Void
  ) throws {
    guard count > 1 else { return try consume(try encode(noise), 0) }
    guard areDistinct else {
      for number in 0..<count {
        try consume(try encode(noise?.sample(UInt64(number))), number)
      }
      return
    }
    var seen: Set<[UInt32]> = []
    let tries = (noise?.rate ?? .zero) == .zero ? 1 : count * Self.triesPerDraw
    for number in 0..<tries where seen.count < count {
      let encoded = try encode(noise?.sample(UInt64(number)))
      if seen.insert(encoded.ids).inserted { try consume(encoded, number) }
    }
  }
}
