// Procedure: open addressing with linear probing in a table of two to four times as many slots as
//   merges; the slot is the top of a product with an odd constant. If a file is made to collide,
//   other constants and larger tables are tried until every probe is short, or the file is
//   rejected. A filter of 16 to 32 bits per merge, small enough for the processor's caches,
//   precedes the table: most pairs do not merge, and it answers for 19 of 20 of them.
// Complexity: O(1) for a look-up, with a fixed bound; 16 bytes per slot.

/// One merge rule: two adjacent tokens become one.
public struct Merge: Hashable, Sendable {
  /// The left token.
  public let left: TokenID
  /// The right token, which follows it directly.
  public let right: TokenID
  /// The token that replaces both and has their bytes.
  public let product: TokenID

  /// - Parameters:
  ///   - left: The left token.
  ///   - right: The right token, which follows it directly.
  ///   - product: The token that replaces both.
  public init(left: TokenID, right: TokenID, product: TokenID) {
    self.left = left
    self.right = right
    self.product = product
  }
}

/// The merge rules of a model in order of rank, with a fast look-up of pairs.
public struct MergeTable: Sendable {
  /// The product of a pair, and its rank.
  struct Entry: BitwiseCopyable {
    var pair: UInt64
    /// One more than the rank; 0 for an empty slot.
    var nextRank: UInt32
    var product: UInt32
  }

  /// A rank that no merge has.
  static let noRank = UInt32.max
  private static let longestProbe = 32
  private static let multipliers: [UInt64] = [
    0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB,
  ]

  /// The rules; the rank of a rule is its index or, if ranks are shared, the index of the first
  /// rule that shares it.
  public let merges: [Merge]
  /// Whether rules may share their rank.
  public let sharesRanks: Bool
  let slots: Pages<Entry>
  /// A bit for the top of each product of an existing merge.
  let filter: Pages<UInt64>
  let multiplier: UInt64
  let shift: UInt64

  /// Creates a table of rules.
  ///
  /// Nil if the pairs collide beyond what a trained file can.
  ///
  /// - Parameters:
  ///   - merges: In order of rank. Of several rules for one pair the last counts, as in Hugging
  ///     Face tokenizers.
  ///   - sharesRank: Whether a rule shares the rank of the rule before it, given the indices of the
  ///     two: among such rules the position in the word decides, as in tiktoken and SentencePiece. Nil
  ///     if no rules do.
  public init?(
    _ merges: [Merge],
    sharesRank: ((_ previous: Int, _ next: Int) -> Bool)? = nil
  ) {
    precondition(merges.count < Int(Self.noRank), "a table has fewer than 2^32 - 1 merges")
    self.merges = merges
    var ranks: [UInt32] = []
    if let sharesRank {
      ranks.reserveCapacity(merges.count)
      for index in merges.indices {
        if index > 0 && sharesRank(index - 1, index) {
          ranks.append(ranks[index - 1])
        } else {
          ranks.append(UInt32(truncatingIfNeeded: index))
        }
      }
    }
    sharesRanks = sharesRank != nil
    let bits = UInt64(64 - max(merges.count * 2, 4).leadingZeroBitCount)
    for growth in 0...3 as ClosedRange<UInt64> {
      for multiplier in Self.multipliers {
        let shift = 64 - min(bits + growth, 40)
        if let filled = Self.filled(merges, ranks, multiplier: multiplier, shift: shift) {
          (slots, filter) = filled
          self.multiplier = multiplier
          self.shift = shift
          return
        }
      }
    }
    return nil
  }

  /// The slots and the filter, or nil if the pairs collide; `ranks` is empty if each rule has its
  /// index.
  private static func filled(
    _ merges: [Merge],
    _ ranks: [UInt32],
    multiplier: UInt64,
    shift: UInt64
  ) -> (slots: Pages<Entry>, filter: Pages<UInt64>)? {
    let count = 1 << (64 - shift)
    let pages = Pages<Entry>(zeroed: count)
    let filter = Pages<UInt64>(zeroed: filterCount(shift: shift))
    // SAFETY: the shifts leave less than the number of slots and of bits, and the mask keeps it so.
    let slots = pages.elements
    for (index, merge) in merges.enumerated() {
      let pair = key(merge.left.rawValue, merge.right.rawValue)
      let product = pair &* multiplier
      let bit = product >> (shift - filterBits)
      filter.elements[Int(bit / 64)] |= 1 << (bit % 64)
      var slot = Int(product >> shift)
      var probes = 0
      while slots[slot].nextRank != 0 && slots[slot].pair != pair {
        slot = (slot + 1) & (count - 1)
        probes += 1
        if probes > longestProbe { return nil }
      }
      let rank = ranks.isEmpty ? UInt32(truncatingIfNeeded: index) : ranks[index]
      slots[slot] = Entry(pair: pair, nextRank: rank + 1, product: merge.product.rawValue)
    }
    return (pages, filter)
  }

  static let filterBits: UInt64 = 3

  /// The number of words of the filter.
  static func filterCount(shift: UInt64) -> Int { max((1 << Int(64 - shift + filterBits)) / 64, 1) }

  /// Puts the parts of a table together, which must fit.
  init(
    _ merges: [Merge],
    sharesRanks: Bool,
    slots: Pages<Entry>,
    filter: Pages<UInt64>,
    multiplier: UInt64,
    shift: UInt64
  ) {
    (self.merges, self.sharesRanks) = (merges, sharesRanks)
    (self.slots, self.filter, self.multiplier, self.shift) = (slots, filter, multiplier, shift)
  }

  @inline(__always)
  private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  /// The rank of a pair, or ``noRank``.
  @inline(__always)
  func rank(_ left: UInt32, _ right: UInt32) -> UInt32 { find(left, right).rank }

  /// The rank and product of a pair, or ``noRank`` and a meaningless number.
  @inline(__always)
  func find(_ left: UInt32, _ right: UInt32) -> (rank: UInt32, product: UInt32) {
    let pair = Self.key(left, right)
    let product = pair &* multiplier
    let bit = product &>> (shift &- Self.filterBits)
    // SAFETY: the shift leaves less than the number of bits.
    let word = filter.elements[Int(truncatingIfNeeded: bit / 64)]
    if word &>> (bit % 64) & 1 == 0 { return (Self.noRank, 0) }
    var slot = Int(truncatingIfNeeded: product &>> shift)
    while true {
      // SAFETY: the shift leaves less than the number of slots, and the mask keeps it so.
      let entry = slots.elements[slot]
      if entry.nextRank == 0 || entry.pair == pair { return (entry.nextRank &- 1, entry.product) }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
  }

  /// The rank of a pair of tokens, or nil if they do not merge.
  public func rank(of left: TokenID, _ right: TokenID) -> Int? {
    let rank = rank(left.rawValue, right.rawValue)
    return rank == Self.noRank ? nil : Int(rank)
  }
}
