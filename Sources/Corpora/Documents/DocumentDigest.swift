// Source: 128 bits of two hashes of WordHash.swift. Two documents of a corpus of 10^9 collide with
//   a probability below 10^-20, unless somebody constructed them to.
// Complexity: O(n).
// Determinism: a function of the bytes.

import BytePairEncoding
import Noise

/// A digest that identifies the content of a document.
public struct DocumentDigest: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// The digest of a document's bytes.
  public init(_ document: UnsafeBufferPointer<UInt8>) {
    high = WordHash.of(document, seed: 0x1F83_D9AB_FB41_BD6B)
    low = WordHash.of(document, seed: 0x5BE0_CD19_137E_2179)
  }

  /// A number in 0..<1 drawn for this content: equal documents get the same number.
  ///
  /// - Parameter seed: The seed of the draw.
  /// - Returns: A multiple of 2^-53.
  public func fraction(seed: UInt64) -> Double {
    let key = NoiseKey(seed: seed, epoch: 0, site: .split).derived(high)
    var stream = RandomStream(key: key, item: low)
    return Double(stream.next64() >> 11) * 0x1p-53
  }
}
