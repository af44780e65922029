// Procedure: tokens are sorted by their bytes. Those that share a prefix are adjacent, and each
//   further byte narrows their range by binary search.
// Complexity: O(t log t) comparisons to build, for t tokens; O(log t) for each byte of a walk.

/// An index of the tokens that are prefixes of a text: single bytes and products of merges.
struct TokenPrefixes: Sendable {
  private let vocabulary: Vocabulary
  private let order: [UInt32]
  /// For each first byte, the index in `order` at which its tokens begin; then the end.
  private let firsts: [Int]

  init(_ model: BPEModel) {
    vocabulary = model.vocabulary
    let made = Set(model.merges.merges.map(\.product.rawValue) + model.byteTokens)
      .subtracting([BPEModel.absent])
    order = model.vocabulary.withUnsafeTokens { pool, starts in
      made.sorted { first, second in
        pool[Int(starts[Int(first)])..<Int(starts[Int(first) + 1])]
          .lexicographicallyPrecedes(
            pool[Int(starts[Int(second)])..<Int(starts[Int(second) + 1])]
          )
      }
    }
    var firsts = [Int](repeating: 0, count: 257)
    for id in order {
      if let byte = vocabulary.bytes(of: TokenID(id)).first { firsts[Int(byte) + 1] += 1 }
    }
    for byte in 0..<256 { firsts[byte + 1] += firsts[byte] }
    self.firsts = firsts
  }

  /// Calls with every token that is a prefix of a text, the shortest first.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - body: Takes the length of a token and its id.
  func forEach(
    of text: Slice<UnsafeBufferPointer<UInt8>>,
    _ body: (_ length: Int, _ id: UInt32) -> Void
  ) {
    guard let first = text.first else { return }
    vocabulary.withUnsafeTokens { pool, starts in
      var low = firsts[Int(first)]
      var high = firsts[Int(first) + 1]
      var length = 1
      while low < high {
        let id = Int(order[low])
        if starts[id + 1] - starts[id] == length {
          body(length, order[low])
          low += 1
        }
        guard length < text.count else { return }
        let byte = text[text.startIndex + length]
        // Only longer tokens are left.
        low = partition(low, high) { pool[Int(starts[Int(order[$0])]) + length] >= byte }
        high = partition(low, high) { pool[Int(starts[Int(order[$0])]) + length] > byte }
        length += 1
      }
    }
  }

  /// The first index of a range from which on a monotone condition holds.
  private func partition(_ low: Int, _ high: Int, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (low, high)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
