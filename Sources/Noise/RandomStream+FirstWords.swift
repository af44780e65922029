import CRandomDraws

extension RandomStream {
  /// The first two words of the streams of one item at many positions, as `next32()` of each
  /// returns them.
  ///
  /// Use it for noise that takes one word for each token of a row.
  ///
  /// - Parameters:
  ///   - key: Seed, epoch and site.
  ///   - item: The document, row or step.
  ///   - count: Positions 0..<count; at most 2^32.
  ///   - words: Replaced by the first word for each position.
  ///   - seconds: Replaced by the second word for each position.
  public static func firstWords(
    key: NoiseKey,
    item: UInt64,
    count: Int,
    into words: inout [UInt32],
    _ seconds: inout [UInt32]
  ) {
    precondition(count >= 0 && count <= 1 << 32, "there are 0 through 2^32 positions, not \(count)")
    words.resize(to: count)
    seconds.resize(to: count)
    // SAFETY: both arrays have `count` words.
    unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe seconds.withUnsafeMutableBufferPointer { seconds in
        guard let words = words.baseAddress, let seconds = seconds.baseAddress else { return }
        unsafe bpd_first_words(key.bits, item, count, words, seconds)
      }
    }
  }

  /// The positions at which an event of given probability happens, according to `happens(_:)` of
  /// each position's stream.
  ///
  /// - Parameters:
  ///   - threshold: The probability.
  ///   - key: Seed, epoch and site.
  ///   - item: The document, row or step.
  ///   - count: Positions 0..<count; at most 2^32.
  ///   - words: Replaced by the first word of each position.
  ///   - seconds: Replaced by the second word of each position.
  ///   - places: Begins with the positions, ascending; its remaining elements are meaningless.
  /// - Returns: The number of positions.
  public static func places(
    of threshold: BernoulliThreshold,
    key: NoiseKey,
    item: UInt64,
    count: Int,
    words: inout [UInt32],
    seconds: inout [UInt32],
    places: inout [UInt32]
  ) -> Int {
    firstWords(key: key, item: item, count: count, into: &words, &seconds)
    places.resize(to: count)
    // SAFETY: both arrays have `count` words.
    return unsafe words.withUnsafeBufferPointer { words in
      unsafe places.withUnsafeMutableBufferPointer { places in
        guard let words = words.baseAddress, let start = places.baseAddress else { return 0 }
        return unsafe bpd_words_below(words, count, threshold.bits, start)
      }
    }
  }
}

extension [UInt32] {
  fileprivate mutating func resize(to count: Int) {
    if self.count > count { removeLast(self.count - count) }
    append(contentsOf: repeatElement(0, count: count - self.count))
  }
}
