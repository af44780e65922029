// Source, Determinism: as WordSegmenter.swift.
// Procedure: the tokens of a word are a linked list over its bytes. Two trees hold the candidates,
//   the protected ones separately, so that the k-th droppable candidate is found without a scan.
// Complexity: O(log n) for each step; about 40 bytes of memory for each byte of the word.

import CUnicode
import Noise

/// A split of a long word.
struct LongSplit: WordSplit, ~Copyable {
  /// A token of the split, at the byte where it starts.
  private struct Part: BitwiseCopyable {
    var symbol: UInt32
    /// Its end, which is the start of the next token.
    var end: UInt32
    /// The start of the token before, or -1.
    var previous: Int32
    /// The rank of its merge with the next, or ``MergeTable/noRank``.
    var rank: UInt32
  }

  /// SAFETY: one part for each byte; every position below is less than `count`.
  private let parts: UnsafeMutablePointer<Part>
  private let pages: Pages<Part>
  private let count: Int
  /// A bit for each byte at which a character starts; empty if characters protect nothing.
  private var characters: [UInt64] = []
  private var droppable: CandidateTree
  private var protected: CandidateTree

  /// The split into bytes.
  ///
  /// - Parameters:
  ///   - word: Not empty, at most ``WordLimits/longestWord`` bytes.
  ///   - model: Vocabulary and merges.
  ///   - protects: Whether candidates inside one character are distinguished.
  init(_ word: UnsafeBufferPointer<UInt8>, _ model: BPEModel, protects: Bool) {
    precondition(
      word.count <= WordLimits.longestWord,
      "a word has at most 16 MiB, but this has \(word.count)"
    )
    count = word.count
    pages = Pages(zeroed: count)
    parts = pages.elements
    if protects { characters = Self.characterStarts(word) }
    for index in 0..<count {
      parts[index] = Part(
        symbol: model.byteTokens[Int(word[index])],
        end: UInt32(truncatingIfNeeded: index + 1),
        previous: Int32(truncatingIfNeeded: index - 1),
        rank: MergeTable.noRank
      )
    }
    var keys: (droppable: [UInt64], protected: [UInt64]) = ([], [])
    keys.droppable.reserveCapacity(count)
    for index in 0..<max(count - 1, 0) {
      let rank = model.merges.rank(parts[index].symbol, parts[index + 1].symbol)
      parts[index].rank = rank
      if rank == MergeTable.noRank { continue }
      let key = UInt64(rank) << 32 | UInt64(index)
      if Self.isProtected(index, index + 2, characters) {
        keys.protected.append(key)
      } else {
        keys.droppable.append(key)
      }
    }
    RankSort.sort(&keys.droppable)
    RankSort.sort(&keys.protected)
    droppable = CandidateTree(keys.droppable, positions: count)
    // If no character has a candidate inside it now, none ever will.
    protected = CandidateTree(keys.protected, positions: keys.protected.isEmpty ? 0 : count)
  }

  private static func characterStarts(_ word: UnsafeBufferPointer<UInt8>) -> [UInt64] {
    guard let base = word.baseAddress, bpd_ascii_prefix(base, word.count) < word.count else {
      return []
    }
    var starts = [UInt64](repeating: 0, count: word.count / 64 + 1)
    var position = 0
    while position < word.count {
      starts[position / 64] |= 1 << UInt64(position % 64)
      // SAFETY: position is inside the word, and the decoder reads no more than it is given.
      position += Int(bpd_decode_utf8(base + position, word.count - position).length)
    }
    return starts
  }

  /// Whether no character starts inside a range of bytes, which then has at most four.
  @inline(__always)
  private static func isProtected(_ start: Int, _ end: Int, _ characters: [UInt64]) -> Bool {
    if characters.isEmpty || end - start > 4 { return false }
    for position in start + 1..<end
    where characters[position / 64] >> UInt64(position % 64) & 1 == 1 {
      return false
    }
    return true
  }

  // MARK: - Candidates

  /// A candidate, and whether it can be dropped.
  struct Candidate {
    fileprivate let key: UInt64
    let isDroppable: Bool

    /// Where its left part starts.
    var position: Int { Int(key & 0xFFFF_FFFF) }
    var rank: Int { Int(key >> 32) }
  }

  func first() -> Candidate? { kept(behind: 0) }

  func isDroppable(_ candidate: Candidate) -> Bool { candidate.isDroppable }

  var candidateCount: Int { droppable.count + protected.count }

  func drawDrops(_ noise: SegmentationNoise, _ stream: inout RandomStream) -> Int {
    noise.droppedRun.run(below: candidateCount, from: &stream) ?? candidateCount
  }

  func kept(behind dropped: Int) -> Candidate? {
    let certain = protected.count > 0 ? protected.select(0) : nil
    let most = certain.map { droppable.count(before: $0) } ?? droppable.count
    if dropped < most { return Candidate(key: droppable.select(dropped), isDroppable: true) }
    return certain.map { Candidate(key: $0, isDroppable: false) }
  }

  /// The tokens of a candidate's parts.
  func tokens(of candidate: Candidate) -> (left: UInt32, right: UInt32) {
    let left = parts[candidate.position]
    return (left.symbol, parts[Int(left.end)].symbol)
  }

  mutating func apply(_ candidate: Candidate, _ table: MergeTable) {
    let left = candidate.position
    let right = Int(parts[left].end)
    let end = Int(parts[right].end)
    let before = Int(parts[left].previous)
    remove(left)
    remove(right)
    if before >= 0 { remove(before) }
    parts[left].symbol = table.find(parts[left].symbol, parts[right].symbol).product
    parts[left].end = UInt32(truncatingIfNeeded: end)
    if end < count {
      parts[end].previous = Int32(truncatingIfNeeded: left)
      enter(left, table)
    }
    if before >= 0 { enter(before, table) }
  }

  /// Removes the candidate whose left part starts here, if there is one.
  @inline(__always)
  private mutating func remove(_ left: Int) {
    let rank = parts[left].rank
    if rank == MergeTable.noRank { return }
    let key = UInt64(rank) << 32 | UInt64(left)
    if isProtected(left) { protected.remove(key) } else { droppable.remove(key) }
    parts[left].rank = MergeTable.noRank
  }

  /// Enters the candidate of the part that starts here and the next, if they merge.
  @inline(__always)
  private mutating func enter(_ left: Int, _ table: MergeTable) {
    let rank = table.rank(parts[left].symbol, parts[Int(parts[left].end)].symbol)
    if rank == MergeTable.noRank { return }
    parts[left].rank = rank
    let key = UInt64(rank) << 32 | UInt64(left)
    if isProtected(left) { protected.insert(key) } else { droppable.insert(key) }
  }

  @inline(__always)
  private func isProtected(_ left: Int) -> Bool {
    Self.isProtected(left, Int(parts[Int(parts[left].end)].end), characters)
  }

  func forEachToken(_ body: (_ token: UInt32, _ start: Int) -> Void) {
    var position = 0
    while position < count {
      body(parts[position].symbol, position)
      position = Int(parts[position].end)
    }
  }
}
