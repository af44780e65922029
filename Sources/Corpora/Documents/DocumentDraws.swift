// Procedure: draw k of a document has its own key. Distinct draws are those of k = 0, 1, 2, …,
//   without repetitions: drawing without replacement.
// Complexity: that of one encoding per draw; at most 64 draws for each distinct result requested.
// Determinism: a draw is a function of (seed, epoch, its number, document, offset).

public import BytePairEncoding
import Noise

/// The number of encodings of a document, each under noise of its own.
public struct DocumentDraws: Hashable, Sendable {
  /// The most draws for each distinct result requested, before fewer are returned.
  public static let triesPerDraw = 64

  /// The number of results of a document, at least 1.
  public let count: Int
  /// Whether the results of a document must differ; a document may then have fewer.
  public let areDistinct: Bool

  /// - Parameters:
  ///   - count: At least 1.
  ///   - areDistinct: Whether the results of a document must differ.
  public init(_ count: Int = 1, areDistinct: Bool = false) {
    precondition(count >= 1, "a document is drawn at least once, but \(count) times are asked for")
    self.count = count
    self.areDistinct = areDistinct
  }

  /// Makes the draws of one document.
  ///
  /// - Parameters:
  ///   - noise: The noise of draw 0; nil for plain tokens, which give a single result.
  ///   - encode: Encodes the document under a given noise.
  ///   - ids: The ids of a result, by which results differ.
  ///   - consume: Takes each result with the number of its draw, in order.
  /// - Throws: Any error of the closures.
  public func run<Encoded>(
    noise: SegmentationNoise?,
    encode: (SegmentationNoise?) throws -> Encoded,
    ids: (Encoded) -> [UInt32],
    consume: (Encoded, Int) throws -> Void
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
      if seen.insert(ids(encoded)).inserted { try consume(encoded, number) }
    }
  }
}
