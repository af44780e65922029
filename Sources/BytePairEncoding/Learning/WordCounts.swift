/// The number of occurrences of each word of a corpus: the input of vocabulary learning.
public struct WordCounts: Sendable, Equatable {
  private var pool: [UInt8] = []
  private var starts: [UInt32] = [0]
  private var occurrences: [UInt64] = []

  /// The upper bound of the total length of all words, in bytes.
  public static let byteLimit = 1 << 31

  /// An empty corpus.
  public init() {}

  /// Reserves memory.
  package mutating func reserveCapacity(words: Int, bytes: Int) {
    pool.reserveCapacity(bytes)
    starts.reserveCapacity(words + 1)
    occurrences.reserveCapacity(words)
  }

  /// The number of distinct words.
  public var count: Int { occurrences.count }

  /// The total length of the distinct words, in bytes.
  public var byteCount: Int { pool.count }

  /// The memory that it holds, in bytes.
  package var memory: Int { pool.count + 12 * count }

  /// The number of words, repetitions included.
  public var total: UInt64 { occurrences.reduce(0, &+) }

  /// Adds a word, which the caller adds only once.
  ///
  /// Results that must not depend on where the words came from require ascending order of bytes. The
  /// words together have at most ``byteLimit`` bytes.
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

  /// The number of occurrences of a word.
  public func occurrences(_ index: Int) -> UInt64 { occurrences[index] }

  /// The indices of all words, the most frequent first.
  func indicesByFallingOccurrences() -> [UInt32] {
    // Most words are rare: a counting sort orders those, a comparison sort the others.
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
