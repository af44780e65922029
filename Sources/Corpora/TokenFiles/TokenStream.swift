// Procedure: tokens are either one array with an array of byte counts, or shards end to end with a
//   table of byte counts by id.
// Complexity: O(log shards + tokens read) for a read, in any order, from any thread.

/// All tokens of a corpus in a row, with the starts of its documents.
public struct TokenStream: Sendable {
  private enum Storage {
    case memory(ids: [UInt32], byteCounts: [UInt32])
    /// Shards, the position of each one's first token, and the byte count of each id.
    case shards([TokenShard], starts: [Int], byteTable: [UInt32])
  }

  /// The number of tokens.
  public let count: Int
  /// The start of each document and the end; empty if they are not known.
  public let documentStarts: [Int]
  /// The positions of the documents' fields; nil if they have none.
  public private(set) var fields: TokenFields?
  private let storage: Storage

  /// Creates a stream of tokens in memory.
  ///
  /// - Parameters:
  ///   - ids: All tokens, each below 2^31.
  ///   - byteCounts: The byte count of each; empty if they are not known, and count as 0.
  ///   - documentStarts: The start of each document and the end; empty if they are not known.
  ///   - fields: The positions of the documents' fields; nil if they have none.
  public init(
    ids: [UInt32],
    byteCounts: [UInt32] = [],
    documentStarts: [Int] = [],
    fields: TokenFields? = nil
  ) {
    precondition(
      byteCounts.isEmpty || byteCounts.count == ids.count,
      "\(ids.count) tokens have \(byteCounts.count) byte counts"
    )
    precondition(
      documentStarts.isEmpty || (documentStarts.first == 0 && documentStarts.last == ids.count),
      "documents must reach from token 0 to \(ids.count)"
    )
    count = ids.count
    self.documentStarts = documentStarts
    self.fields = fields
    storage = .memory(ids: ids, byteCounts: byteCounts)
  }

  /// Creates a stream of shards, back to back.
  ///
  /// - Parameters:
  ///   - shards: In order. Document starts are known if all shards know theirs.
  ///   - byteTable: The byte count of each id; empty if they are not known.
  public init(_ shards: [TokenShard], byteTable: [UInt32] = []) {
    let starts = shards.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    count = starts[shards.count]
    var documents = [0]
    for (shard, start) in zip(shards, starts) {
      documents += (shard.documentStarts ?? []).dropFirst().map { $0 + start }
    }
    let areKnown = shards.allSatisfy { $0.documentStarts != nil }
    documentStarts = areKnown && !shards.isEmpty ? documents : []
    storage = .shards(shards, starts: starts, byteTable: byteTable)
  }

  /// Appends a range of tokens and their byte counts.
  ///
  /// - Parameters:
  ///   - range: Tokens within `0..<count`.
  ///   - ids: Grows by the tokens.
  ///   - byteCounts: Grows by as many counts; zeros if they are not known.
  /// - Throws: ``FileError``, ``InvalidData``: only if tokens come from files.
  public func read(
    _ range: Range<Int>,
    into ids: inout [UInt32],
    byteCounts: inout [UInt32]
  ) throws {
    let first = ids.count
    try read(range, into: &ids)
    switch storage {
    case .memory(_, let counts):
      if counts.isEmpty {
        byteCounts.append(contentsOf: repeatElement(0, count: range.count))
      } else {
        byteCounts.append(contentsOf: counts[range])
      }
    case .shards(_, _, let table):
      for id in ids[first...] { byteCounts.append(Int(id) < table.count ? table[Int(id)] : 0) }
    }
  }

  /// The byte count of each id, if it is the same for every occurrence; empty if byte counts are
  /// not known, nil if each token has its own.
  public var byteTable: [UInt32]? {
    if case .shards(_, _, let table) = storage { table } else { nil }
  }

  /// Appends a range of tokens.
  ///
  /// - Parameters:
  ///   - range: Tokens within `0..<count`.
  ///   - ids: Grows by the tokens.
  /// - Throws: ``FileError``, ``InvalidData``: only if tokens come from files.
  public func read(_ range: Range<Int>, into ids: inout [UInt32]) throws {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "tokens \(range) do not lie in 0..<\(count)"
    )
    switch storage {
    case .memory(let all, _): ids.append(contentsOf: all[range])
    case .shards(let shards, let starts, _):
      var position = range.lowerBound
      var number = Self.interval(of: position, in: starts)
      while position < range.upperBound {
        let end = min(starts[number + 1], range.upperBound)
        if end > position {
          try shards[number].read(position - starts[number]..<end - starts[number], into: &ids)
        }
        position = max(position, end)
        number += 1
      }
    }
  }

  /// One token.
  ///
  /// - Parameter place: Below ``count``.
  /// - Returns: Its id.
  /// - Throws: ``FileError``, ``InvalidData``: only if tokens come from files.
  public func id(at place: Int) throws -> UInt32 {
    if case .memory(let ids, _) = storage { return ids[place] }
    var ids: [UInt32] = []
    try read(place..<place + 1, into: &ids)
    return ids[0]
  }

  /// Appends the document number of each token in a range; nothing if documents are not known.
  ///
  /// - Parameters:
  ///   - range: Tokens within `0..<count`.
  ///   - numbers: Grows by one number for each token.
  public func appendDocuments(of range: Range<Int>, to numbers: inout [UInt32]) {
    guard !documentStarts.isEmpty, !range.isEmpty else { return }
    var document = Self.interval(of: range.lowerBound, in: documentStarts)
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(documentStarts[document + 1], range.upperBound)
      let count = max(end - position, 0)
      numbers.append(contentsOf: repeatElement(UInt32(truncatingIfNeeded: document), count: count))
      position += count
      document += 1
    }
  }

  /// The last interval that begins at or before a position.
  private static func interval(of place: Int, in starts: [Int]) -> Int {
    var (low, high) = (0, max(starts.count - 2, 0))
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= place { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
