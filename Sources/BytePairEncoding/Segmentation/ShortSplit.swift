// Source, Determinism: as WordSegmenter.swift.
// Procedure: the split of a word of at most 62 bytes is three masks with a bit for each byte: where
//   tokens start, where characters start, and which tokens merge with the next. The first candidate
//   is found by a scan of all, which is faster than a heap for so few.
// Complexity: O(n^2) for n <= 62, and O(n^2 k) if a step drops k candidates; 750 bytes of memory.

import CUnicode
import Noise

/// A split of a short word.
struct ShortSplit: WordSplit {
  /// The longest word in bytes.
  static let longestWord = 62

  /// The longest word that is sampled by a scan.
  ///
  /// If a step drops many candidates, the trees of ``LongSplit`` are faster.
  static func longestSample(_ noise: SegmentationNoise) -> Int {
    noise.rate.value <= 0.5 ? longestWord : 32
  }

  /// The length of a split's scratch memory, in numbers.
  static let scratchLength = 3 * longestWord

  /// The token that starts at each byte, and the rank and product of its merge with the next;
  /// meaningless if no token starts there, or none merges.
  ///
  /// SAFETY: each has an element for each byte of the longest word, and every position below is
  /// that of a byte of the word: a bit of `starts` except its last, or of `candidates`.
  private let symbols: UnsafeMutablePointer<UInt32>
  private let ranks: UnsafeMutablePointer<UInt32>
  private let products: UnsafeMutablePointer<UInt32>
  private var starts: UInt64
  private let characters: UInt64
  /// Whether candidates inside one character are distinguished.
  private let protects: Bool
  /// The bytes at which a token starts that merges with the next.
  private var candidates: UInt64 = 0

  /// The split into bytes.
  ///
  /// - Parameters:
  ///   - word: At most ``longestWord`` bytes.
  ///   - model: Vocabulary and merges.
  ///   - protects: Whether candidates inside one character are distinguished.
  ///   - scratch: ``scratchLength`` numbers, which the split uses as long as it lives.
  @inline(__always)
  private init(
    _ word: UnsafeBufferPointer<UInt8>,
    _ model: BPEModel,
    protects: Bool,
    scratch: UnsafeMutablePointer<UInt32>
  ) {
    self.protects = protects
    symbols = scratch
    ranks = scratch + Self.longestWord
    products = scratch + 2 * Self.longestWord
    // The bit after the last byte ends the last token.
    starts = (2 << UInt64(word.count)) - 1
    characters = Self.characterStarts(word)
    guard word.count > 0 else { return }
    let tokens = model.byteTokens.span
    for index in 0..<word.count {
      // SAFETY: there is a token for each byte.
      symbols[index] = tokens[unchecked: Int(word[index])]
    }
    for index in 0..<word.count - 1 { enter(index, index + 1, model.merges) }
  }

  /// Calls with the split of a word into bytes.
  ///
  /// - Parameters:
  ///   - word: At most ``longestWord`` bytes.
  ///   - model: Vocabulary and merges.
  ///   - protects: Whether candidates inside one character are distinguished.
  ///   - body: Must not let the split escape.
  /// - Returns: What `body` returns.
  @inline(__always)
  static func with<Result>(
    _ word: UnsafeBufferPointer<UInt8>,
    _ model: BPEModel,
    protects: Bool,
    _ body: (inout ShortSplit) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: scratchLength) { scratch in
      guard let base = scratch.baseAddress else {
        preconditionFailure("scratch memory has a place")
      }
      var split = ShortSplit(word, model, protects: protects, scratch: base)
      return body(&split)
    }
  }

  /// A bit for each byte at which a character starts, and for the end; all bits if each byte is a
  /// character.
  static func characterStarts(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let base = word.baseAddress else { return 0 }
    if bpd_ascii_prefix(base, word.count) == word.count { return .max }
    var mask: UInt64 = 0
    var position = 0
    while position < word.count {
      mask |= 1 << UInt64(position)
      // SAFETY: position is inside the word, and the decoder reads no more than it is given.
      position += Int(bpd_decode_utf8(base + position, word.count - position).length)
    }
    return mask | 1 << UInt64(position)
  }

  // MARK: - Candidates

  /// Where the left part of the first candidate starts.
  @inline(__always)
  func first() -> Int? { candidates == 0 ? nil : first(of: candidates) }

  @inline(__always)
  func isDroppable(_ position: Int) -> Bool { !(protects && isProtected(position)) }

  var candidateCount: Int {
    @inline(__always) get { candidates.nonzeroBitCount }
  }

  /// A table suffices: the longest of its runs exceeds the number of candidates.
  @inline(__always)
  func drawDrops(_ noise: SegmentationNoise, _ stream: inout RandomStream) -> Int {
    noise.droppedRuns.run(of: stream.next64())
  }

  /// The first of some candidates, which must not be empty.
  @inline(__always)
  private func first(of candidates: UInt64) -> Int {
    var best = UInt64.max
    var left = candidates
    while left != 0 {
      let position = left.trailingZeroBitCount
      best = min(best, UInt64(ranks[position]) << 32 | UInt64(position))
      left &= left &- 1
    }
    return Int(best & 0xFFFF_FFFF)
  }

  /// Whether both parts of a candidate lie inside one character.
  @inline(__always)
  private func isProtected(_ position: Int) -> Bool {
    let end = next(next(position))
    let inner = (UInt64(1) &<< UInt64(end)) &- (UInt64(2) &<< UInt64(position))
    return characters & inner == 0
  }

  @inline(__always)
  func kept(behind dropped: Int) -> Int? {
    var left = candidates
    var dropped = dropped
    while left != 0 {
      let candidate = first(of: left)
      if dropped == 0 || !isDroppable(candidate) { return candidate }
      dropped -= 1
      left &= ~(1 &<< UInt64(candidate))
    }
    return nil
  }

  @inline(__always)
  mutating func apply(_ position: Int, _ table: MergeTable) {
    let right = next(position)
    symbols[position] = products[position]
    starts &= ~(1 &<< UInt64(right))
    candidates &= ~(1 &<< UInt64(right) | 1 &<< UInt64(position))
    let end = next(position)
    // Only the end of the word has no start after it.
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
    let (rank, product) = table.find(symbols[left], symbols[right])
    ranks[left] = rank
    products[left] = product
    let bit = UInt64(1) &<< UInt64(left)
    candidates = rank == MergeTable.noRank ? candidates & ~bit : candidates | bit
  }

  @inline(__always)
  func forEachToken(_ body: (_ token: UInt32, _ start: Int) -> Void) {
    var left = starts
    while left & (left &- 1) != 0 {
      let start = left.trailingZeroBitCount
      body(symbols[start], start)
      left &= left &- 1
    }
  }
}
