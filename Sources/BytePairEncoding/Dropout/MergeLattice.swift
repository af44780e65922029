// Source: lattices of spans: J. Cocke, D. Younger, T. Kasami. No source is known for sampling a BPE
//   derivation on one; the law is that of WordSegmenter.swift.
// Procedure: a lattice lists all merges that any derivation of a word can apply, in order of rank
//   and start. A split is a bit mask with a bit for each boundary between bytes at which a token
//   ends. A merge of (start, middle, end) is a candidate if the split has these three bits and no
//   others between them. So a few instructions test eight merges (`bpd_lattice_sample`), the first
//   candidate is the lowest bit of the result, and merging clears the bit of the middle; no pair is
//   looked up. A lattice is built from left to right, and for each end the shortest span first, so
//   that both parts of a span are known before the span itself. Two merges of one rank and start
//   are never candidates of one split.
// Complexity: O(merges / 8) for a step. Building a lattice takes O(n^2), and a look-up for each two
//   adjacent spans that are tokens. A word of 7 bytes has 8 merges and 100 bytes on average.
// Determinism: a lattice holds what the segmenter would compute; it affects only time.

import CMergeKernels

/// Builds the merge lattice of one word after another.
struct MergeLattice {
  /// The longest word that can have a lattice, in bytes.
  static let longestWord = 31
  /// The longest word whose splits fit in 16 bits.
  private static let longestNarrow = 15
  private static let mostMerges = 64
  /// The length of a row of ``symbols``.
  private static let row = 32

  private struct Entry {
    /// The merge's rank and start.
    var key: UInt64 = 0
    var product: UInt32 = 0
    /// The bits of start, middle and end.
    var wanted: UInt32 = 0
    /// All bits from start to end.
    var lookedAt: UInt32 = 0
    var isProtected = false

    /// The split with the bit of the middle cleared.
    func applied(to split: UInt32) -> UInt32 {
      let inner = wanted & (wanted &- 1)
      return split ^ inner & (0 &- inner)
    }
  }

  private var length = 0
  private var entries: [Entry] = []
  /// The token of each span; rows by start, columns by last byte.
  private var symbols: [UInt32] = []

  /// Builds the lattice of a word, replacing that of the word before.
  ///
  /// - Parameters:
  ///   - word: At most ``longestWord`` bytes.
  ///   - model: The vocabulary and merges.
  /// - Returns: Whether the word has one: at most 64 merges, and no span that can be two different
  ///   tokens.
  mutating func make(of word: UnsafeBufferPointer<UInt8>, _ model: BPEModel) -> Bool {
    length = word.count
    if symbols.isEmpty {
      symbols = Array(repeating: 0, count: Self.row * Self.row)
      entries.reserveCapacity(Self.mostMerges)
    }
    entries.removeAll(keepingCapacity: true)
    guard Self.findMerges(word, model, &symbols, &entries) else { return false }
    sort()
    return true
  }

  /// Sorts the few entries.
  private mutating func sort() {
    for index in entries.indices.dropFirst() {
      let entry = entries[index]
      var place = index
      while place > 0 && entries[place - 1].key > entry.key {
        entries[place] = entries[place - 1]
        place -= 1
      }
      entries[place] = entry
    }
  }

  /// Finds all merges; false if the word can have no lattice.
  private static func findMerges(
    _ word: UnsafeBufferPointer<UInt8>,
    _ model: BPEModel,
    _ symbols: inout [UInt32],
    _ entries: inout [Entry]
  ) -> Bool {
    let characters = ShortSplit.characterStarts(word)
    // For each start, the ends of its spans, as bits.
    var ends = InlineArray<32, UInt32>(repeating: 0)
    let bytes = model.byteTokens.span
    var symbols = symbols.mutableSpan
    // SAFETY: starts, middles and ends are at most the length of the word, which is less than that
    // of a row.
    for end in 1..<word.count &+ 1 {
      symbols[unchecked: (row + 1) &* (end &- 1)] = bytes[unchecked: Int(word[end &- 1])]
      ends[unchecked: end &- 1] = 1 &<< UInt32(end)
      // The starts of the spans with this end, as bits.
      var starts = UInt32(1) &<< UInt32(end &- 1)
      var start = end &- 2
      while start >= 0 {
        let span = row &* start &+ end &- 1
        var middles = ends[unchecked: start] & starts
        while middles != 0 {
          let middle = middles.trailingZeroBitCount
          middles &= middles &- 1
          let left = symbols[unchecked: row &* start &+ middle &- 1]
          let right = symbols[unchecked: row &* middle &+ end &- 1]
          let (rank, product) = model.merges.find(left, right)
          if rank == MergeTable.noRank { continue }
          let isKnown = starts &>> UInt32(start) & 1 == 1
          if isKnown && symbols[unchecked: span] != product { return false }
          if entries.count == mostMerges { return false }
          symbols[unchecked: span] = product
          ends[unchecked: start] |= 1 &<< UInt32(end)
          starts |= 1 &<< UInt32(start)
          let inner = (UInt64(1) &<< UInt64(end)) &- (UInt64(2) &<< UInt64(start))
          entries.append(
            Entry(
              key: UInt64(rank) << 32 | UInt64(start),
              product: product,
              wanted: 1 &<< UInt32(start) | 1 &<< UInt32(middle) | 1 &<< UInt32(end),
              lookedAt: .max &<< UInt32(start) & .max &>> UInt32(31 &- end),
              isProtected: characters & inner == 0
            )
          )
        }
        start &-= 1
      }
    }
    return true
  }

  // MARK: - Memory

  private var groupCount: Int { (entries.count + 7) / 8 }
  /// The padded number of splits, ends and remainders; a derivation has fewer steps than bytes.
  private var splitCount: Int { (length + 3) / 4 * 4 }
  private var splitSize: Int { length > Self.longestNarrow ? 4 : 2 }

  /// The size of the lattice in bytes, a multiple of 8.
  var byteCount: Int {
    let splits = (2 * splitCount + 16 * groupCount) * splitSize
    return (MemoryLayout<bpd_lattice>.size + splits + splitCount + 4 * entries.count + 7) / 8 * 8
  }

  /// The largest size of a lattice, in bytes.
  static let mostBytes =
    MemoryLayout<bpd_lattice>.size + (2 * row + 2 * mostMerges) * 4 + row + 4 * mostMerges

  /// Writes the lattice in the format that `bpd_lattice_sample` reads.
  ///
  /// - Parameter memory: Room for ``byteCount`` bytes, aligned to 8.
  func write(to memory: UnsafeMutableRawPointer) {
    let splits = memory + MemoryLayout<bpd_lattice>.size
    let ends = splits + splitCount * splitSize
    let rests = ends + splitCount * splitSize
    let groups = rests + splitCount
    let products = groups + 16 * groupCount * splitSize
    var head = bpd_lattice()
    head.groups = UInt8(groupCount)
    head.splits = UInt8(splitCount)
    for (index, entry) in entries.enumerated() {
      if entry.isProtected { head.certain |= 1 << UInt64(index) }
      products.storeBytes(of: entry.product, toByteOffset: 4 * index, as: UInt32.self)
    }
    for index in 0..<8 * groupCount {
      // A lane that wants bits which it masks out never matches.
      let entry = index < entries.count ? entries[index] : Entry(wanted: 1)
      store(entry.wanted, index / 8 * 16 + index % 8, groups)
      store(entry.lookedAt, index / 8 * 16 + index % 8 + 8, groups)
    }
    // The derivation of plain BPE, and the result of one drop at each step.
    var split = UInt32(truncatingIfNeeded: (UInt64(2) << UInt64(length)) - 1)
    var step = 0
    while let first = candidate(of: split, from: 0) {
      store(split, step, splits)
      if entries[first].isProtected { head.certain_steps |= 1 << UInt32(step) }
      var other = split
      var rest = 0
      var next = candidate(of: other, from: first + 1)
      while let merge = next {
        other = entries[merge].applied(to: other)
        rest += 1
        next = candidate(of: other, from: 0)
      }
      store(other, step, ends)
      rests.storeBytes(of: UInt8(rest), toByteOffset: step, as: UInt8.self)
      split = entries[first].applied(to: split)
      step += 1
    }
    memory.storeBytes(of: head, as: bpd_lattice.self)
  }

  /// The first candidate of a split at or after a merge.
  private func candidate(of split: UInt32, from start: Int) -> Int? {
    for index in start..<max(start, entries.count)
    where split & entries[index].lookedAt == entries[index].wanted {
      return index
    }
    return nil
  }

  private func store(_ split: UInt32, _ index: Int, _ memory: UnsafeMutableRawPointer) {
    if splitSize == 4 {
      memory.storeBytes(of: split, toByteOffset: 4 * index, as: UInt32.self)
    } else {
      let narrow = UInt16(truncatingIfNeeded: split)
      memory.storeBytes(of: narrow, toByteOffset: 2 * index, as: UInt16.self)
    }
  }
}
