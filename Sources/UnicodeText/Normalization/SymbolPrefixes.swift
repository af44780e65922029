// Procedure: the texts are sorted, and the range of those that begin with the bytes so far is
//   narrowed byte by byte with binary search.
// Complexity: O(length · log count) for a search.

/// Finds the longest of some texts at a position.
struct SymbolPrefixes: Sendable {
  private let sorted: [[UInt8]]
  private var isFirst = [Bool](repeating: false, count: 256)

  /// - Parameter symbols: Any texts; empty ones are never found.
  init(_ symbols: [[UInt8]]) {
    sorted = Set(symbols).filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
    for symbol in sorted { isFirst[Int(symbol[0])] = true }
  }

  /// Whether a text starts with a byte.
  @inline(__always)
  func mayStart(with byte: UInt8) -> Bool { isFirst[Int(byte)] }

  /// The length of the longest text at a position; 0 if there is none.
  func longest(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    guard mayStart(with: text[position]) else { return 0 }
    var range = sorted.startIndex..<sorted.endIndex
    var depth = 0
    var best = 0
    while !range.isEmpty {
      // Of texts with the same beginning, the one that ends here comes first.
      if sorted[range.lowerBound].count == depth {
        best = depth
        range = range.lowerBound + 1..<range.upperBound
      }
      guard position + depth < text.count else { break }
      let byte = text[position + depth]
      let start = first(in: range) { $0[depth] >= byte }
      range = start..<first(in: start..<range.upperBound) { $0[depth] > byte }
      depth += 1
    }
    return best
  }

  /// The first index of a range whose text, and all after it, have a property.
  private func first(in range: Range<Int>, where holds: ([UInt8]) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
