/// The words of a batch: parts of one text, from left to right.
struct WordsOfText {
  /// The first byte of the text.
  let base: UnsafePointer<UInt8>
  /// The length of the text in bytes.
  let length: Int
  /// Where the words start and end.
  let starts: [Int]
  let ends: [Int]
  /// The number of words, at least 1.
  let count: Int

  /// Creates a batch of words of a text; nil if there are none.
  ///
  /// - Parameters:
  ///   - text: The text that contains the words.
  ///   - starts: Where they start.
  ///   - ends: Where they end.
  ///   - count: The number of words, at most ``BPEEncoder/longestBatch``; none is empty.
  init?(_ text: UnsafeBufferPointer<UInt8>, starts: [Int], ends: [Int], count: Int) {
    guard let base = text.baseAddress, count > 0 else { return nil }
    precondition(
      count <= min(BPEEncoder.longestBatch, starts.count, ends.count)
        && ends[count - 1] <= text.count,
      "a batch has at most \(BPEEncoder.longestBatch) words of its text, but this has \(count)"
    )
    self.base = base
    length = text.count
    self.starts = starts
    self.ends = ends
    self.count = count
  }

  /// The bytes of a word.
  ///
  /// - Parameter index: Less than ``count``.
  @inline(__always)
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    // SAFETY: the index is below `count`, and the word lies in the text, since the last one does.
    let start = starts.span[unchecked: index]
    return UnsafeBufferPointer(start: base + start, count: ends.span[unchecked: index] &- start)
  }

  /// The length of a range of words in bytes, with anything between them.
  func length(of range: Range<Int>) -> Int { ends[range.upperBound - 1] - starts[range.lowerBound] }
}

/// The words of a batch under noise.
struct SampledWords {
  let words: WordsOfText
  let noise: SegmentationNoise
  /// The address that places count from.
  let origin: WordAddress
  /// For each word, its distance from the origin in the corpus, in bytes.
  let places: [Int]

  /// The address of a word, given by its index.
  @inline(__always)
  func address(of index: Int) -> WordAddress {
    var address = origin
    address.position &+= places.span[unchecked: index]
    return address
  }
}
