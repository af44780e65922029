/// How often each word of a corpus occurs: what a vocabulary is learned from.
public struct WordCounts: Sendable, Equatable {
  private var pool: [UInt8] = []
  private var starts: [Int] = [0]
  private var occurrences: [UInt64] = []

  /// No words.
  public init() {}

  /// The number of different words.
  public var count: Int { occurrences.count }

  /// The number of all words.
  public var total: UInt64 { occurrences.reduce(0, &+) }

  /// Adds a word; the caller adds each once, and in ascending order of bytes where the order is to
  /// be the same whatever the words came from.
  public mutating func append(_ word: some Collection<UInt8>, occurrences count: UInt64) {
    pool.append(contentsOf: word)
    starts.append(pool.count)
    occurrences.append(count)
  }

  /// The bytes of a word.
  public func word(_ index: Int) -> ArraySlice<UInt8> { pool[starts[index]..<starts[index + 1]] }

  /// How often a word occurs.
  public func occurrences(_ index: Int) -> UInt64 { occurrences[index] }
}
