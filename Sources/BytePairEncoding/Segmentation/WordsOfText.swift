/// The words of a batch: parts of one text, from left to right.
struct WordsOfText {
  /// The first byte of the text.
  let base: UnsafePointer<UInt8>
  /// How many bytes the text has.
  let length: Int
  /// Where the words start and end.
  let starts: [Int]
  let ends: [Int]

  /// The bytes of a word.
  ///
  /// - Parameter index: Less than the number of words.
  @inline(__always)
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    // SAFETY: the caller has checked that there is such a word, and that it lies in the text.
    let start = starts.span[unchecked: index]
    return UnsafeBufferPointer(start: base + start, count: ends.span[unchecked: index] &- start)
  }

  /// The address of a word in a text that starts at another.
  @inline(__always)
  func address(of index: Int, _ origin: WordAddress) -> WordAddress {
    var address = origin
    address.position &+= starts.span[unchecked: index]
    return address
  }

  /// How many bytes some words have, with what may lie between them.
  func length(of range: Range<Int>) -> Int { ends[range.upperBound - 1] - starts[range.lowerBound] }
}
