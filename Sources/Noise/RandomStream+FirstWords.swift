extension RandomStream {
  /// The first word of the streams of one item at many positions: what `next32()` of each gives.
  ///
  /// For noise that spends one word on each token of a row.
  ///
  /// - Parameters:
  ///   - key: Seed, epoch and site.
  ///   - item: The document, row or step.
  ///   - count: Positions 0..<count; at most 2^32.
  ///   - words: Replaced by one word for each position.
  public static func firstWords(
    key: NoiseKey,
    item: UInt64,
    count: Int,
    into words: inout [UInt32]
  ) {
    precondition(count >= 0 && count <= 1 << 32, "there are 0 through 2^32 positions, not \(count)")
    if words.count > count { words.removeLast(words.count - count) }
    words.append(contentsOf: repeatElement(0, count: count - words.count))
    let (low, high) = (UInt32(truncatingIfNeeded: item), UInt32(truncatingIfNeeded: item >> 32))
    // Positions below 2^32 leave the counter's word 0 at block 0.
    let bits = key.bits
    var span = words.mutableSpan
    for position in 0..<count {
      let counter = PhiloxBlock(0, UInt32(truncatingIfNeeded: position), low, high)
      span[position] = Philox.rounds(key: bits, counter: counter).word0
    }
  }
}
