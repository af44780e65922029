// Source: A. V. Aho, M. J. Corasick, "Efficient string matching", CACM 18 (1975); leftmost-longest
//   matches as in BurntSushi's aho-corasick, which Hugging Face tokenizers uses.
// Procedure: the tokens, sorted, become a trie whose nodes are numbered breadth first, so that the
//   child of edge e is node e + 1. A node's failure is the node of its longest proper suffix, but a
//   node at or behind the end of a token has none: a later start can no longer win there, and the
//   search ends with the last token it has seen. Two bytes that begin no token are passed over by a
//   table of pairs.
// Complexity: O(n) for a text whatever the number of tokens; building O(bytes of the tokens · log).

import BytePairEncoding
import CTextKernels
import Glibc
import PreTokenization

/// Finds added tokens in text.
struct AddedTokenMatcher: Sendable {
  private static let root = 0
  /// The failure of a node at or behind the end of a token.
  private static let dead = -1
  private static let noToken = -1

  private let tokens: [AddedToken]
  /// The edges of node v are firstEdge[v]..<firstEdge[v + 1], by ascending byte.
  private var firstEdge: [Int] = [0]
  private var edgeBytes: [UInt8] = []
  /// The node after each byte for the first nodes, which most steps start from: 256 entries each.
  private var rows: [Int32] = []
  private static let longestRows = 512
  private var failures: [Int] = [Self.dead]
  /// The token that ends at a node, and its length.
  private var found: [Int] = [Self.noToken]
  private var foundLengths: [Int] = [0]
  /// A bit for each pair of bytes: whether some token begins with it, or with its first byte alone.
  private var beginsWithPair = [UInt64](repeating: 0, count: 1024)
  /// The first byte of all tokens, where they have the same.
  private let onlyFirstByte: UInt8?
  private let hasOnlySpecialTokens: Bool

  /// - Parameter added: Each token, and the bytes that it is found by; of equal bytes the first counts.
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
    buildTrie(contents)
    linkFailures()
    fillRows()
    for content in contents {
      let seconds = content.count > 1 ? content[1]...content[1] : 0...255
      for second in seconds {
        let pair = Int(content[0]) << 8 | Int(second)
        beginsWithPair[pair >> 6] |= 1 << UInt64(pair & 63)
      }
    }
  }

  /// Whether nothing is ever found.
  func isIdle(allowsSpecial: Bool) -> Bool {
    tokens.isEmpty || (hasOnlySpecialTokens && !allowsSpecial)
  }

  /// Breadth first over the ranges of sorted tokens that share a beginning.
  private mutating func buildTrie(_ contents: [[UInt8]]) {
    var ranges = [0..<contents.count]
    var depths = [0]
    var node = 0
    while node < ranges.count {
      let depth = depths[node]
      var index = ranges[node].lowerBound
      while index < ranges[node].upperBound {
        guard contents[index].count > depth else {
          if found[node] == Self.noToken { found[node] = index }
          foundLengths[node] = depth
          index += 1
          continue
        }
        let start = index
        let byte = contents[start][depth]
        while index < ranges[node].upperBound && contents[index][depth] == byte { index += 1 }
        edgeBytes.append(byte)
        ranges.append(start..<index)
        depths.append(depth + 1)
        found.append(Self.noToken)
        foundLengths.append(0)
        failures.append(Self.dead)
      }
      firstEdge.append(edgeBytes.count)
      node += 1
    }
  }

  private mutating func linkFailures() {
    for node in 0..<failures.count {
      for edge in firstEdge[node]..<firstEdge[node + 1] {
        let child = edge + 1
        if found[child] != Self.noToken { continue }
        failures[child] =
          node == Self.root ? Self.root : followEdges(failures[node], edgeBytes[edge])
        if failures[child] != Self.dead {
          found[child] = found[failures[child]]
          foundLengths[child] = foundLengths[failures[child]]
        }
      }
    }
  }

  private mutating func fillRows() {
    for node in 0..<min(failures.count, Self.longestRows) {
      for byte in UInt8.min...UInt8.max {
        rows.append(Int32(truncatingIfNeeded: followEdges(node, byte)))
      }
    }
  }

  /// The node after a byte; `dead` where no earlier or equal start can go on.
  @inline(__always)
  private func next(_ node: Int, _ byte: UInt8) -> Int {
    let place = node << 8 | Int(byte)
    return place < rows.count ? Int(rows[place]) : followEdges(node, byte)
  }

  private func followEdges(_ node: Int, _ byte: UInt8) -> Int {
    var node = node
    while node != Self.dead {
      for edge in firstEdge[node]..<firstEdge[node + 1] where edgeBytes[edge] == byte {
        return edge + 1
      }
      if node == Self.root { return Self.root }
      node = failures[node]
    }
    return Self.dead
  }

  /// The first match at or after a position, the longest of those that start there.
  fileprivate func match(
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
      if found[node] != Self.noToken { last = (found[node], position, foundLengths[node]) }
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
    return beginsWithPair.withUnsafeBufferPointer { pairs in
      var position = start
      while position + 1 < text.count {
        let pair = Int(text[position]) << 8 | Int(text[position + 1])
        if pairs[pair >> 6] >> UInt64(pair & 63) & 1 != 0 { break }
        position += 1
      }
      return position
    }
  }
}

/// The added tokens of one text, from left to right.
struct AddedTokenMatches {
  private let matcher: AddedTokenMatcher
  private let text: UnsafeBufferPointer<UInt8>
  private let allowsSpecial: Bool
  /// Where the search goes on, and where the token before it ends with its white space.
  private var position = 0
  private var end = 0
  /// The end of the white space that was passed over last, so that it is read once.
  private var spaceEnd = 0

  /// - Parameters:
  ///   - matcher: What is looked for.
  ///   - text: Must stay in place.
  ///   - allowsSpecial: Whether special tokens are recognised.
  init(
    _ matcher: AddedTokenMatcher,
    in text: UnsafeBufferPointer<UInt8>,
    allowsSpecial: Bool
  ) {
    self.matcher = matcher
    self.text = text
    self.allowsSpecial = allowsSpecial
    if matcher.isIdle(allowsSpecial: allowsSpecial) { position = text.count }
  }

  /// The next token and the bytes that become it.
  mutating func next() -> (token: AddedToken, range: Range<Int>)? {
    while position < text.count, let match = matcher.match(in: text, from: position) {
      position = match.range.upperBound
      if match.token.isSpecial && !allowsSpecial { continue }
      let matching = match.token.matching
      if matching.isSingleWord && touchesWord(match.range) { continue }
      let start =
        matching.stripsLeft ? spaceStart(before: match.range.lowerBound) : match.range.lowerBound
      if matching.stripsRight { passSpace(from: position) }
      // All of a token may have been taken by the one before it, as its white space.
      end = max(matching.stripsRight ? spaceEnd : position, start)
      return (match.token, start..<end)
    }
    return nil
  }

  private func touchesWord(_ range: Range<Int>) -> Bool {
    let before = range.lowerBound > 0 && character(before: range.lowerBound).kind.isWord
    return before || (range.upperBound < text.count && character(at: range.upperBound).kind.isWord)
  }

  private func character(at position: Int) -> (kind: CharacterClass, length: Int) {
    guard let base = text.baseAddress else { return (CharacterClass(.max), 1) }
    // SAFETY: position is inside the text, and the decoder reads no further than it is told.
    let decoded = bpd_decode_utf8(base + position, text.count - position)
    return (CharacterClass(decoded.scalar), Int(decoded.length))
  }

  /// The character that ends before a position above 0; an invalid byte is a character.
  private func character(before position: Int) -> (kind: CharacterClass, length: Int) {
    for length in 1...min(4, position) where text[position - length] & 0xC0 != 0x80 {
      let character = character(at: position - length)
      if character.length == length { return character }
      break
    }
    return (CharacterClass(.max), 1)
  }

  private func spaceStart(before position: Int) -> Int {
    var start = position
    while start > end {
      let character = character(before: start)
      if !character.kind.isWhitespace { break }
      start -= character.length
    }
    return max(start, end)
  }

  private mutating func passSpace(from position: Int) {
    if position <= spaceEnd { return }
    spaceEnd = position
    while spaceEnd < text.count {
      let character = character(at: spaceEnd)
      if !character.kind.isWhitespace { return }
      spaceEnd += character.length
    }
  }
}
