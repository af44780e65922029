/// How often each word of a corpus occurs: what a vocabulary is learned from.
public struct WordCounts: Sendable, Equatable {
  private var pool: [UInt8] = []
  private var starts: [UInt32] = [0]
  private var occurrences: [UInt64] = []

  /// The most bytes that all words together may have.
  public static let byteLimit = 1 << 31

  /// No words.
  public init() {}

  /// Makes room.
  package mutating func reserveCapacity(words: Int, bytes: Int) {
    pool.reserveCapacity(bytes)
    starts.reserveCapacity(words + 1)
    occurrences.reserveCapacity(words)
  }

  /// The number of different words.
  public var count: Int { occurrences.count }

  /// The number of bytes of the different words.
  public var byteCount: Int { pool.count }

  /// The bytes that it holds.
  package var memory: Int { pool.count + 12 * count }

  /// The number of all words.
  public var total: UInt64 { occurrences.reduce(0, &+) }

  /// Adds a word; the caller adds each once, and in ascending order of bytes where the order is to
  /// be the same whatever the words came from.
  ///
  /// All words together have at most ``byteLimit`` bytes.
  public mutating func append(_ word: some Collection<UInt8>, occurrences count: UInt64) {
    pool.append(contentsOf: word)
    precondition(pool.count <= Self.byteLimit, "more than 2 GB of different words")
    starts.append(UInt32(pool.count))
    occurrences.append(count)
  }

  /// The bytes of a word.
  public func word(_ index: Int) -> ArraySlice<UInt8> {
    pool[Int(starts[index])..<Int(starts[index + 1])]
  }

  /// How often a word occurs.
  public func occurrences(_ index: Int) -> UInt64 { occurrences[index] }

  /// The numbers of all words, the most frequent first.
  func indicesByFallingOccurrences() -> [UInt32] {
    // Most words are rare: those are put in order by counting, the others by comparing.
    let limit = 1 << 12
    var places = [Int](repeating: 0, count: limit + 1)
    var frequent: [UInt32] = []
    for (index, count) in occurrences.enumerated() {
      if count < limit {
        places[limit - 1 - Int(count) + 1] += 1
      } else {
        frequent.append(UInt32(index))
      }
    }
    frequent.sort { occurrences[Int($0)] > occurrences[Int($1)] }
    for place in 1...limit { places[place] += places[place - 1] }
    var order = frequent + [UInt32](repeating: 0, count: occurrences.count - frequent.count)
    for (index, count) in occurrences.enumerated() where count < limit {
      let bucket = limit - 1 - Int(count)
      order[frequent.count + places[bucket]] = UInt32(index)
      places[bucket] += 1
    }
    return order
  }
}
