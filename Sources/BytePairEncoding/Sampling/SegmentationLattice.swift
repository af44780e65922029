// Procedure: the edges from a position are the tokens that start there and end where the word may
//   be cut. If the unit is the character, a word may be cut between characters, and inside those
//   that are not themselves tokens.
// Complexity: O(n l log t) for a word of n bytes, tokens of at most l bytes, and t tokens.

import CUnicode

/// The lattice of all segmentations of a word.
struct SegmentationLattice: Sendable {
  /// A token that starts at a position.
  struct Edge: Sendable {
    var end: Int32
    /// The token, or ``BPEModel/absent`` for a byte that has none.
    var symbol: UInt32
  }

  private let prefixes: TokenPrefixes
  private var first: [Int] = []
  private var edges: [Edge] = []
  private var isCut: [Bool] = []

  /// The length of the word in bytes.
  private(set) var length = 0

  init(_ model: BPEModel) { prefixes = TokenPrefixes(model) }

  /// Starts with a word.
  mutating func start(_ word: UnsafeBufferPointer<UInt8>, unit: SegmentationNoise.Unit) {
    length = word.count
    findCuts(word, unit)
    edges.removeAll(keepingCapacity: true)
    first.removeAll(keepingCapacity: true)
    for position in 0..<length {
      first.append(edges.count)
      guard isCut[position] else { continue }
      prefixes.forEach(of: word[position...]) { length, id in
        let end = position + length
        if isCut[end] { edges.append(Edge(end: Int32(truncatingIfNeeded: end), symbol: id)) }
      }
      // A byte that the vocabulary lacks.
      if first[position] == edges.count {
        edges.append(
          Edge(end: Int32(truncatingIfNeeded: position + 1), symbol: BPEModel.absent)
        )
      }
    }
    first.append(edges.count)
  }

  /// The tokens that start at a position, the shortest first; at least one if the word may be cut
  /// there.
  func edges(from position: Int) -> ArraySlice<Edge> {
    edges[first[position]..<first[position + 1]]
  }

  private mutating func findCuts(
    _ word: UnsafeBufferPointer<UInt8>,
    _ unit: SegmentationNoise.Unit
  ) {
    isCut.removeAll(keepingCapacity: true)
    isCut.append(contentsOf: repeatElement(true, count: word.count + 1))
    guard unit == .character, let base = word.baseAddress else { return }
    var position = 0
    while position < word.count {
      // SAFETY: position is inside the word, and the decoder reads no more than the given length.
      let length = Int(bpd_decode_utf8(base + position, word.count - position).length)
      if length > 1 {
        var isToken = false
        prefixes.forEach(of: word[position..<position + length]) { found, _ in
          if found == length { isToken = true }
        }
        if isToken { for inner in position + 1..<position + length { isCut[inner] = false } }
      }
      position += length
    }
  }
}
