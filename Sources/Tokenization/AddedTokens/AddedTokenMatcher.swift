// Source: A. V. Aho, M. J. Corasick, "Efficient string matching", CACM 18 (1975); leftmost-longest
//   matches as in BurntSushi's aho-corasick, which Hugging Face tokenizers uses.
// Procedure: the tokens, sorted, become a trie whose nodes are numbered breadth first, so that the
//   child of edge e is node e + 1. A node's failure is the node of its longest proper suffix, but a
//   node at or after the end of a token has none: a later start can no longer win there, and the
//   search ends with the last token it has seen. A table of hashes of the tokens' first bytes, up
//   to four, skips positions where no token starts.
// Complexity: O(n) for a text whatever the number of tokens; building takes O(bytes of the tokens ·
//   log).

import BytePairEncoding
import CUnicode
import Glibc

/// Finds added tokens in text.
struct AddedTokenMatcher: Sendable {
  private static let root = 0
  /// The failure of a node at or after the end of a token.
  private static let dead = -1
  private static let noToken = -1

  /// A node of the trie.
  private struct Node {
    /// Its edges, by ascending byte; edge e leads to node e + 1.
    var edges = 0..<0
    var failure = AddedTokenMatcher.dead
    /// The token that ends here, and its length.
    var found = AddedTokenMatcher.noToken
    var foundLength = 0
  }

  private let tokens: [AddedToken]
  private var nodes = [Node()]
  private var edgeBytes: [UInt8] = []
  /// The node after each byte for the first nodes, which most steps start from: 256 entries each.
  private var rows: [Int32] = []
  private static let longestRows = 512
  /// A bit for each hash of the first bytes of some token.
  private var beginnings = [UInt64](repeating: 0, count: 1024)
  /// The first bytes that are hashed, as a mask with the first byte in the low bits; no more than
  /// the shortest token has.
  private let beginningMask: UInt32
  /// The first byte of all tokens, if they share it.
  private let onlyFirstByte: UInt8?
  private let hasOnlySpecialTokens: Bool

  /// - Parameter added: Each token, and the bytes that identify it; of equal bytes the first wins.
  init(_ added: [(token: AddedToken, content: [UInt8])]) {
    let sorted = added.enumerated().filter { !$0.element.content.isEmpty }.sorted {
      $0.element.content == $1.element.content
        ? $0.offset < $1.offset
        : $0.element.content.lexicographicallyPrecedes($1.element.content)
    }.map(\.element)
    tokens = sorted.map(\.token)
    hasOnlySpecialTokens = tokens.allSatisfy(\.isSpecial)
    let contents = sorted.map(\.content)
    let firsts = Set(contents.map { $0[0] })
    onlyFirstByte = firsts.count == 1 ? firsts.first : nil
    let shortest = min(contents.map(\.count).min() ?? 4, 4)
    beginningMask = UInt32.max >> UInt32(8 * (4 - shortest))
    buildTrie(contents)
    linkFailures()
    fillRows()
    for content in contents {
      let start = content.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let hash = Self.hash(start & beginningMask)
      beginnings[hash >> 6] |= 1 << UInt64(hash & 63)
    }
  }

  @inline(__always)
  private static func hash(_ beginning: UInt32) -> Int {
    Int((beginning &* 0x9E37_79B1) >> 16)
  }

  /// Whether no token can ever match.
  func isIdle(allowsSpecial: Bool) -> Bool {
    tokens.isEmpty || (hasOnlySpecialTokens && !allowsSpecial)
  }

  /// Builds breadth first over the ranges of sorted tokens that share a prefix.
  private mutating func buildTrie(_ contents: [[UInt8]]) {
    var ranges = [0..<contents.count]
    var depths = [0]
    var node = 0
    while node < ranges.count {
      let depth = depths[node]
      let firstEdge = edgeBytes.count
      var index = ranges[node].lowerBound
      while index < ranges[node].upperBound {
        guard contents[index].count > depth else {
          if nodes[node].found == Self.noToken { nodes[node].found = index }
          nodes[node].foundLength = depth
          index += 1
          continue
        }
        let start = index
        let byte = contents[start][depth]
        while index < ranges[node].upperBound && contents[index][depth] == byte { index += 1 }
        edgeBytes.append(byte)
        ranges.append(start..<index)
        depths.append(depth + 1)
        nodes.append(Node())
      }
      nodes[node].edges = firstEdge..<edgeBytes.count
      node += 1
    }
  }

  private mutating func linkFailures() {
    for node in nodes.indices {
      for edge in nodes[node].edges where nodes[edge + 1].found == Self.noToken {
        let failure =
          node == Self.root ? Self.root : followEdges(nodes[node].failure, edgeBytes[edge])
        nodes[edge + 1].failure = failure
        if failure != Self.dead {
          nodes[edge + 1].found = nodes[failure].found
          nodes[edge + 1].foundLength = nodes[failure].foundLength
        }
      }
    }
  }

  private mutating func fillRows() {
    for node in 0..<min(nodes.count, Self.longestRows) {
      for byte in UInt8.min...UInt8.max {
        rows.append(Int32(truncatingIfNeeded: followEdges(node, byte)))
      }
    }
  }

  /// The node after a byte; `dead` if no start at or before the current one can continue.
  @inline(__always)
  private func next(_ node: Int, _ byte: UInt8) -> Int {
    let place = node << 8 | Int(byte)
    return place < rows.count ? Int(rows[place]) : followEdges(node, byte)
  }

  @inline(__always)
  private func followEdges(_ node: Int, _ byte: UInt8) -> Int {
    nodes.withUnsafeBufferPointer { nodes in
      edgeBytes.withUnsafeBufferPointer { edgeBytes in
        var node = node
        while node != Self.dead {
          // SAFETY: node and edge indices are those that the trie was built with.
          for edge in nodes[node].edges where edgeBytes[edge] == byte { return edge + 1 }
          if node == Self.root { return Self.root }
          node = nodes[node].failure
        }
        return Self.dead
      }
    }
  }

  /// The first match at or after a position, the longest of those that start there.
  func match(
    in text: UnsafeBufferPointer<UInt8>,
    from start: Int
  ) -> (token: AddedToken, range: Range<Int>)? {
    var node = Self.root
    var last: (token: Int, end: Int, length: Int)?
    var position = start
    while position < text.count {
      if node == Self.root {
        position = possibleStart(in: text, from: position)
        if position == text.count { break }
      }
      node = next(node, text[position])
      if node == Self.dead { break }
      position += 1
      let found = nodes[node].found
      if found != Self.noToken { last = (found, position, nodes[node].foundLength) }
    }
    return last.map { (tokens[$0.token], $0.end - $0.length..<$0.end) }
  }

  /// The first position from which a token may start.
  private func possibleStart(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = text.baseAddress else { return text.count }
    if let onlyFirstByte {
      // SAFETY: the bytes from `start` on lie inside the text.
      let place = memchr(base + start, Int32(onlyFirstByte), text.count - start)
      return place.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? text.count
    }
    let bytes = UnsafeRawBufferPointer(text)
    return beginnings.withUnsafeBufferPointer { beginnings in
      var position = start
      while position + 4 <= bytes.count {
        // SAFETY: four bytes from here lie inside the text.
        let four = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
        let hash = Self.hash(UInt32(littleEndian: four) & beginningMask)
        if beginnings[hash >> 6] >> UInt64(hash & 63) & 1 != 0 { return position }
        position += 1
      }
      // Any of the last three bytes may start a token.
      return position
    }
  }
}
