// Source: as WordSegmenter.swift.
// Procedure: the split of a word of at most 32 bytes is three masks with a bit for each byte: where
//   tokens start, where characters start, and which tokens merge with the next. The first candidate is
//   found by looking at all: for so few that is faster than a heap.
// Complexity: O(n^2) for n <= 32; no memory besides the value itself.

import CTextKernels

/// A short word on its way from bytes to tokens.
struct ShortSplit {
  /// The longest word in bytes.
  static let longestWord = 32

  /// The token that starts at each byte, and the rank of its merge with the next; meaningless where no
  /// token starts, or none merges.
  private var symbols = InlineArray<32, UInt32>(repeating: 0)
  private var ranks = InlineArray<32, UInt32>(repeating: 0)
  private var starts: UInt64
  private let characters: UInt64
  /// The bytes at which a token starts that merges with the next.
  private(set) var candidates: UInt64 = 0

  /// The split into bytes.
  ///
  /// - Parameters:
  ///   - word: At most ``longestWord`` bytes.
  ///   - model: Vocabulary and merges.
  @inline(__always)
  init(_ word: UnsafeBufferPointer<UInt8>, _ model: BPEModel) {
    // The bit behind the last byte ends the last token.
    starts = (2 << UInt64(word.count)) - 1
    characters = Self.characterStarts(word)
    guard word.count > 0 else { return }
    let tokens = model.byteTokens.span
    for index in 0..<word.count {
      // SAFETY: there is a token for each byte, and index is less than 32.
      symbols[unchecked: index] = tokens[unchecked: Int(word[index])]
    }
    for index in 0..<word.count - 1 { enter(index, index + 1, model.merges) }
  }

  private static func characterStarts(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let base = word.baseAddress else { return 0 }
    if bpd_ascii_prefix(base, word.count) == word.count { return .max }
    var mask: UInt64 = 0
    var position = 0
    while position < word.count {
      mask |= 1 << UInt64(position)
      // SAFETY: position is inside the word, and the decoder reads no further than it is told.
      position += Int(bpd_decode_utf8(base + position, word.count - position).length)
    }
    return mask | 1 << UInt64(position)
  }

  /// The first of some candidates in order (rank, position).
  ///
  /// - Parameter candidates: Not empty, and all of them valid.
  @inline(__always)
  func first(of candidates: UInt64) -> Int {
    var best = UInt64.max
    var left = candidates
    while left != 0 {
      let position = left.trailingZeroBitCount
      // SAFETY: a candidate starts at a byte of the word, of which there are at most 32.
      best = min(best, UInt64(ranks[unchecked: position]) << 32 | UInt64(position))
      left &= left &- 1
    }
    return Int(best & 0xFFFF_FFFF)
  }

  /// Whether both parts of a candidate lie inside one character.
  @inline(__always)
  func isProtected(_ position: Int) -> Bool {
    let end = next(next(position))
    let inner = (UInt64(1) &<< UInt64(end)) &- (UInt64(2) &<< UInt64(position))
    return characters & inner == 0
  }

  /// Merges a candidate with the token behind it.
  @inline(__always)
  mutating func apply(_ position: Int, _ table: MergeTable) {
    let right = next(position)
    // SAFETY: a candidate starts at one of at most 32 bytes, and its rank is that of a merge.
    let rank = Int(ranks[unchecked: position])
    symbols[unchecked: position] = table.merges.span[unchecked: rank].product.rawValue
    starts &= ~(1 &<< UInt64(right))
    candidates &= ~(1 &<< UInt64(right) | 1 &<< UInt64(position))
    let end = next(position)
    // Only the end of the word has no start behind it.
    if starts >> UInt64(end) > 1 { enter(position, end, table) }
    let before = starts & ((1 &<< UInt64(position)) &- 1)
    if before != 0 { enter(63 - before.leadingZeroBitCount, position, table) }
  }

  @inline(__always)
  private func next(_ position: Int) -> Int {
    (starts & ~((2 &<< UInt64(position)) &- 1)).trailingZeroBitCount
  }

  @inline(__always)
  private mutating func enter(_ left: Int, _ right: Int, _ table: MergeTable) {
    // SAFETY: both are starts of tokens, below 32.
    let rank = table.rank(symbols[unchecked: left], symbols[unchecked: right])
    ranks[unchecked: left] = rank
    let bit = UInt64(1) &<< UInt64(left)
    candidates = rank == MergeTable.noRank ? candidates & ~bit : candidates | bit
  }

  /// Appends the tokens.
  @inline(__always)
  func emit(_ model: BPEModel, into tokens: inout [UInt32]) {
    var left = starts
    while left & (left &- 1) != 0 {
      // SAFETY: a token starts at one of at most 32 bytes; the last bit is the word's end.
      let symbol = symbols[unchecked: left.trailingZeroBitCount]
      if symbol != BPEModel.absent {
        tokens.append(symbol)
      } else if let unknown = model.unknown {
        tokens.append(unknown.rawValue)
      }
      left &= left &- 1
    }
  }
}
