/// Memory that collects the tokens of several words before they are appended at once.
struct TokenScratch {
  private var memory: [UInt32] = []

  /// Appends the tokens of words up to the first that cannot be written.
  ///
  /// - Parameters:
  ///   - range: The words.
  ///   - byteCount: Their total length in bytes; there is room for as many tokens.
  ///   - tokens: Grows by the words' tokens.
  ///   - write: Writes the tokens of a word, possibly followed by up to
  ///     ``WordCache/Slot/packedTokens`` meaningless numbers; returns the number of tokens, or a
  ///     negative number to stop before the word.
  /// - Returns: The first word that was not written, or the end of the range.
  @inline(__always)
  mutating func append(
    _ range: Range<Int>,
    byteCount: Int,
    to tokens: inout [UInt32],
    _ write: (_ index: Int, _ target: UnsafeMutablePointer<UInt32>) -> Int
  ) -> Int {
    let room = byteCount + WordCache.Slot.packedTokens
    if memory.count < room { memory = Array(repeating: 0, count: 2 * room) }
    var index = range.lowerBound
    memory.withUnsafeMutableBufferPointer { memory in
      guard let base = memory.baseAddress else { return }
      var next = base
      while index < range.upperBound {
        let count = write(index, next)
        if count < 0 { break }
        // SAFETY: a word has at most as many tokens as bytes, so there is room for the tokens of
        // all words.
        next += count
        index &+= 1
      }
      tokens.append(contentsOf: UnsafeBufferPointer(start: base, count: next - base))
    }
    return index
  }
}
