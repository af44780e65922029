// Procedure: the tokens of a vocabulary and the index of their bytes, as arrays of numbers that a
//   file can hold. The index has a seed that is not secret, so its longest run is bounded instead.
// Complexity: O(bytes of the tokens) to write; O(tokens) to check, and the index is not copied.

import Glibc

/// Tables that do not fit together, as a sentence without a full stop.
package struct InvalidTables: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// The parts of a vocabulary as a file holds them.
///
/// SAFETY: the memory must outlive them; what is made of them keeps the owner that it is given.
package struct VocabularyTables: @unchecked Sendable {
  /// The bytes of all tokens.
  package var pool: UnsafeBufferPointer<UInt8>
  /// Where each id's token starts, and the end: one more than there are ids.
  package var starts: UnsafeBufferPointer<UInt32>
  /// 1 for each id with a token, 0 for a gap.
  package var presence: UnsafeBufferPointer<UInt8>
  /// The slots of the index, a power of two.
  package var slots: UnsafeBufferPointer<UInt64>

  package init(
    pool: UnsafeBufferPointer<UInt8>,
    starts: UnsafeBufferPointer<UInt32>,
    presence: UnsafeBufferPointer<UInt8>,
    slots: UnsafeBufferPointer<UInt64>
  ) {
    (self.pool, self.starts, self.presence, self.slots) = (pool, starts, presence, slots)
  }

  static let seed: UInt64 = 0
  /// The longest run of full slots, here and of merges; a trained model has none of a tenth of that.
  static let longestRun = 1 << 10
}

extension Vocabulary {
  /// Calls with the tables of the vocabulary, which must not escape.
  package func withTables(_ body: (VocabularyTables) throws -> Void) rethrows {
    let index = TokenIndex(of: self, seed: VocabularyTables.seed)
    let presence = (0..<count).map { contains(TokenID($0)) ? 1 : 0 as UInt8 }
    try withUnsafeTokens { pool, starts in
      try presence.withUnsafeBufferPointer { presence in
        try body(
          VocabularyTables(
            pool: pool,
            starts: starts,
            presence: presence,
            slots: UnsafeBufferPointer(start: index.slots.elements, count: index.slots.count)
          )
        )
      }
    }
  }

  /// The vocabulary of tables.
  ///
  /// - Parameters:
  ///   - tables: Any.
  ///   - owner: What their memory belongs to; it is kept.
  /// - Throws: ``InvalidTables`` if they do not fit together.
  package init(_ tables: VocabularyTables, of owner: any AnyObject & Sendable) throws {
    let (starts, presence) = (tables.starts, tables.presence)
    guard starts.count == presence.count + 1, starts.count <= UInt32.max else {
      throw InvalidTables("the tables of the tokens have different lengths")
    }
    var isAscending = starts[0] == 0 && starts[presence.count] == tables.pool.count
    var tokens = 0
    for id in 0..<presence.count {
      isAscending = isAscending && starts[id] <= starts[id + 1]
      isAscending = isAscending && (presence[id] == 1 || starts[id] == starts[id + 1])
      tokens += presence[id] == 1 ? 1 : 0
    }
    guard isAscending else { throw InvalidTables("the tokens overlap, or leave a gap") }
    let known = try Self.check(tables.slots, below: presence.count)
    self.init(
      pool: Array(tables.pool),
      starts: Array(starts),
      isPresent: presence.map { $0 == 1 },
      index: TokenIndex(
        slots: Pages(tables.slots, of: owner),
        count: known,
        seed: VocabularyTables.seed
      ),
      hasCopies: known < tokens
    )
  }

  /// Calls with the length of each token, in bytes, and 0 for a gap.
  ///
  /// - Throws: ``InvalidTables`` if there are none, or one is longer than a table can say.
  func withUnsafeTokenLengths(_ body: (UnsafeBufferPointer<UInt16>) throws -> Void) throws {
    let lengths = try withUnsafeTokens { _, starts in
      try (0..<count).map { id in
        let length = starts[id + 1] - starts[id]
        guard length <= UInt16.max else { throw InvalidTables("a token has 2^16 bytes or more") }
        return UInt16(length)
      }
    }
    guard !lengths.isEmpty else { throw InvalidTables("there are no tokens") }
    try lengths.withUnsafeBufferPointer(body)
  }

  /// The number of entries of an index.
  ///
  /// - Throws: ``InvalidTables`` if a look-up could leave the table, or hang.
  private static func check(_ slots: UnsafeBufferPointer<UInt64>, below count: Int) throws -> Int {
    guard slots.count >= 2, slots.count & (slots.count - 1) == 0 else {
      throw InvalidTables("the slots of the tokens are no power of two")
    }
    var (entries, ids) = (0, 0)
    var (run, longestRun) = (0, 0)
    var largest: UInt64 = 0
    for entry in slots {
      let next = entry & 0xFFFF_FFFF
      run = entry == 0 ? 0 : run &+ 1
      entries &+= entry == 0 ? 0 : 1
      ids &+= next == 0 ? 0 : 1
      longestRun = max(longestRun, run)
      largest = max(largest, next)
    }
    // An entry without an id would be one with a hash alone.
    guard largest <= count, ids == entries, 2 * entries <= slots.count,
      longestRun <= VocabularyTables.longestRun
    else { throw InvalidTables("the slots of the tokens hold what no vocabulary has") }
    return entries
  }
}
