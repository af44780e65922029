// Procedure: the rules of a model and the table that finds them, as arrays that a file can hold. What
//   encoding relies on is checked: ids and ranks exist, look-ups end, and each product is as long as
//   its parts together, so that tokens cover their word and no rule makes a part of itself. That
//   products have the bytes of their parts is not checked: a file that was changed on purpose may
//   give other tokens, but no others than it has.
// Complexity: O(merges) to write and to check; the table is not copied.

import Execution

/// The parts of a merge table as a file holds them.
///
/// SAFETY: the memory must outlive them; what is made of them keeps the owner that it is given.
package struct MergeTables: @unchecked Sendable {
  /// The left part, the right part and the product of each rule, by rank.
  package var merges: UnsafeBufferPointer<UInt32>
  /// Pair, rank and product of each slot.
  package var slots: UnsafeBufferPointer<UInt64>
  /// The filter of pairs.
  package var filter: UnsafeBufferPointer<UInt64>
  /// The multiplier, the shift, and whether rules share ranks.
  package var settings: UnsafeBufferPointer<UInt64>

  package init(
    merges: UnsafeBufferPointer<UInt32>,
    slots: UnsafeBufferPointer<UInt64>,
    filter: UnsafeBufferPointer<UInt64>,
    settings: UnsafeBufferPointer<UInt64>
  ) {
    (self.merges, self.slots, self.filter, self.settings) = (merges, slots, filter, settings)
  }
}

extension MergeTable {
  /// Calls with the tables, which must not escape.
  package func withTables(_ body: (MergeTables) throws -> Void) rethrows {
    let numbers = merges.flatMap { [$0.left.rawValue, $0.right.rawValue, $0.product.rawValue] }
    let settings: [UInt64] = [multiplier, shift, sharesRanks ? 1 : 0]
    // SAFETY: an entry is two words of 64 bits, and the pages live as long as the table.
    let words = UnsafeRawBufferPointer(start: slots.elements, count: slots.count * 16)
    try numbers.withUnsafeBufferPointer { numbers in
      try settings.withUnsafeBufferPointer { settings in
        try body(
          MergeTables(
            merges: numbers,
            slots: words.assumingMemoryBound(to: UInt64.self),
            filter: UnsafeBufferPointer(start: filter.elements, count: filter.count),
            settings: settings
          )
        )
      }
    }
  }

  /// The table of tables.
  ///
  /// - Parameters:
  ///   - tables: Any.
  ///   - vocabulary: The tokens of the rules.
  ///   - owner: What their memory belongs to; it is kept.
  /// - Throws: ``InvalidTables`` if they do not fit together.
  package init(
    _ tables: MergeTables,
    of vocabulary: Vocabulary,
    owner: any AnyObject & Sendable
  ) throws {
    guard tables.settings.count == 3, (24...62).contains(tables.settings[1]),
      tables.slots.count == 2 << (64 - tables.settings[1]),
      tables.filter.count == Self.filterCount(shift: tables.settings[1]),
      tables.merges.count % 3 == 0
    else { throw InvalidTables("the tables of the merges have lengths that do not fit") }
    // SAFETY: an entry is two words of 64 bits, and a merge three numbers of 32.
    let entries = UnsafeRawBufferPointer(tables.slots).assumingMemoryBound(to: Entry.self)
    let rules = UnsafeRawBufferPointer(tables.merges).assumingMemoryBound(to: Merge.self)
    try vocabulary.withUnsafeTokenLengths { lengths in
      try Self.check(rules, lengths)
      try Self.check(entries, rules.count, lengths)
    }
    let merges = [Merge](unsafeUninitializedCapacity: rules.count) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rules))
      count = rules.count
    }
    self.init(
      merges,
      sharesRanks: tables.settings[2] == 1,
      slots: Pages(entries, of: owner),
      filter: Pages(tables.filter, of: owner),
      multiplier: tables.settings[0],
      shift: tables.settings[1]
    )
  }

  /// Whether a product is as long as its parts, none of which is empty; all ids have tokens.
  @inline(__always)
  private static func isJoined(
    _ left: UInt32,
    _ right: UInt32,
    _ product: UInt32,
    _ lengths: UnsafePointer<UInt16>
  ) -> Bool {
    let first = UInt32(lengths[Int(left)])
    let second = UInt32(lengths[Int(right)])
    // The lengths of non-empty parts are below that of the product.
    return first &+ second == UInt32(lengths[Int(product)]) && first > 0 && second > 0
  }

  private static func check(
    _ rules: UnsafeBufferPointer<Merge>,
    _ lengths: UnsafeBufferPointer<UInt16>
  ) throws {
    let largest = rules.reduce(0) {
      max($0, $1.left.rawValue, $1.right.rawValue, $1.product.rawValue)
    }
    // SAFETY: the ids are below the number of lengths.
    guard largest < lengths.count, let base = lengths.baseAddress,
      rules.allSatisfy({
        isJoined($0.left.rawValue, $0.right.rawValue, $0.product.rawValue, base)
      })
    else { throw InvalidTables("a merge does not have the length of its parts") }
  }

  /// What a part of the slots is like.
  private struct Slots {
    var entries = 0
    var longestRun = 0
    /// Not 0 if an id or rank does not exist, or a product is not as long as its parts.
    var misfits: UInt8 = 0
  }

  /// Checks the slots, in parts.
  private static func check(
    _ entries: UnsafeBufferPointer<Entry>,
    _ ruleCount: Int,
    _ lengths: UnsafeBufferPointer<UInt16>
  ) throws {
    let partCount = entries.count < 1 << 16 ? 1 : 8
    var part = 0
    var all = Slots()
    try OrderedMap(threads: min(partCount, WorkerThreads.available)).run(
      next: {
        defer { part += 1 }
        let length = entries.count / partCount
        return part < partCount ? part * length..<(part + 1) * length : nil
      },
      makeScratch: {},
      transform: { (_: inout Void, range) in
        slots(UnsafeBufferPointer(rebasing: entries[range]), ruleCount, lengths)
      },
      consume: { (part: Slots) in
        all.entries += part.entries
        all.longestRun = max(all.longestRun, part.longestRun)
        all.misfits |= part.misfits
      }
    )
    guard all.misfits == 0 else {
      throw InvalidTables("the table of the merges has a pair that is no merge")
    }
    guard 2 * all.entries <= entries.count, all.longestRun <= VocabularyTables.longestRun else {
      throw InvalidTables("the table of the merges is too full")
    }
  }

  private static func slots(
    _ entries: UnsafeBufferPointer<Entry>,
    _ ruleCount: Int,
    _ lengths: UnsafeBufferPointer<UInt16>
  ) -> Slots {
    var slots = Slots()
    var run = 0
    let blockLength = 256
    for start in stride(from: 0, to: entries.count, by: blockLength) {
      let block = start..<min(start + blockLength, entries.count)
      // The largest numbers first, so that the other loop needs no look at them.
      var (ids, ranks): (UInt64, UInt32) = (0, 0)
      for index in block {
        let entry = entries[index]
        ids = max(ids, entry.pair >> 32, entry.pair & 0xFFFF_FFFF, UInt64(entry.product))
        ranks = max(ranks, entry.nextRank)
      }
      guard ids < lengths.count, ranks <= ruleCount, let base = lengths.baseAddress else {
        slots.misfits = 1
        return slots
      }
      for index in block {
        let entry = entries[index]
        let isFull = entry.nextRank != 0
        run = isFull ? run &+ 1 : 0
        slots.entries &+= isFull ? 1 : 0
        slots.longestRun = max(slots.longestRun, run)
        // SAFETY: the ids are below the number of lengths.
        let first = UInt32(base[Int(truncatingIfNeeded: entry.pair >> 32)])
        let second = UInt32(base[Int(truncatingIfNeeded: entry.pair & 0xFFFF_FFFF)])
        let isLong = first &+ second == UInt32(base[Int(entry.product)])
        // Bits rather than branches, which could not be predicted.
        slots.misfits |= isFull && !(isLong && first &* second > 0) ? 1 : 0
      }
    }
    return slots
  }
}
