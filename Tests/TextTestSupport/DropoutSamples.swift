public import BytePairEncoding

/// How often each segmentation comes up when a word is encoded in many documents.
///
/// - Parameters:
///   - word: Its bytes.
///   - model: The vocabulary and merges.
///   - noise: The dropout.
///   - count: The number of documents.
/// - Returns: Counts by the bytes of the tokens.
public func sampledSegmentations(
  of word: [UInt8],
  model: BPEModel,
  noise: SegmentationNoise,
  count: Int = 100_000
) -> [[[UInt8]]: Int] {
  var encoder = BPEEncoder(model: model)
  var counts: [[UInt32]: Int] = [:]
  var ids: [UInt32] = []
  for document in 0..<UInt64(count) {
    ids.removeAll(keepingCapacity: true)
    word.withUnsafeBufferPointer {
      encoder.encode($0, noise: noise, at: WordAddress(document: document), into: &ids)
    }
    counts[ids, default: 0] += 1
  }
  let byBytes = counts.map { ids, count in
    (ids.map { Array(model.vocabulary.bytes(of: TokenID($0))) }, count)
  }
  return Dictionary(byBytes, uniquingKeysWith: +)
}
