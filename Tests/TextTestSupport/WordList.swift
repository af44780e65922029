public import BytePairEncoding

/// A text of words, and where they lie in it.
public struct WordList {
  /// All words, one after another.
  public private(set) var text: [UInt8] = []
  /// Where each starts.
  public private(set) var starts: [Int] = []
  /// Where each ends.
  public private(set) var ends: [Int] = []

  /// No words.
  public init() {}

  /// Adds a word; an empty one is left out.
  public mutating func append(_ word: [UInt8]) {
    guard !word.isEmpty else { return }
    starts.append(text.count)
    text += word
    ends.append(text.count)
  }

  /// The tokens by batches of a size.
  public func encode(
    with encoder: inout BPEEncoder,
    batch size: Int,
    noise: SegmentationNoise?,
    origin: WordAddress
  ) -> [UInt32] {
    var ids: [UInt32] = []
    text.withUnsafeBufferPointer { bytes in
      for first in stride(from: 0, to: starts.count, by: size) {
        let end = min(first + size, starts.count)
        encoder.encode(
          bytes,
          starts: Array(starts[first..<end]),
          ends: Array(ends[first..<end]),
          count: end - first,
          noise: noise,
          origin: WordOrigin(origin),
          into: &ids
        )
      }
    }
    return ids
  }
}
