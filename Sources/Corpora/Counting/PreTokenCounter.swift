// Procedure: workers take batches of documents, normalise and cut them, and count the pre-tokens each
//   in a table of its own. A table that has become too large is sorted and written as a run to a
//   temporary file; at the end the tables are added up, or the runs are merged.
// Complexity: O(n) time over the threads; memory for the different pre-tokens, once for each thread, or
//   as much as was allowed.
// Determinism: sums do not depend on who counted what, nor on what was written meanwhile.

public import BytePairEncoding
import Diagnostics
import Execution
public import PreTokenization
import Synchronization
public import UnicodeText

/// Counts the pre-tokens of a corpus.
public struct PreTokenCounter: Sendable {
  /// What each document goes through before it is cut.
  public let normalizer: TextNormalizer
  /// How normalised documents are cut.
  public let preTokenizer: PreTokenizer
  /// How many threads count; at least 1, of no effect on the counts.
  public let threads: Int
  /// Whether text that is not UTF-8 is an error.
  public let isStrict: Bool
  /// The member of a JSON object that holds a document; nil if a document is text.
  public var jsonField: String?
  /// How often a word of a file counts, by the file's path; 1 where none is named.
  public var weights: [String: UInt64] = [:]
  /// About how many bytes the tables may take; beyond that they are written to a temporary file.
  public var memoryLimit = Int.max

  /// - Parameters:
  ///   - normalizer: What each document goes through before it is cut.
  ///   - preTokenizer: How normalised documents are cut.
  ///   - threads: At least 1.
  ///   - isStrict: Whether text that is not UTF-8 is an error.
  public init(
    normalizer: TextNormalizer,
    preTokenizer: PreTokenizer,
    threads: Int,
    isStrict: Bool = false
  ) {
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.threads = threads
    self.isStrict = isStrict
  }

  /// Counts the pre-tokens of all documents of a reader.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - isSorted: Whether the order of the result matters; learning does without.
  ///   - progress: Called every now and then.
  /// - Returns: Each different pre-token with its number of occurrences, by ascending bytes.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData`` (not UTF-8, a pre-token that is
  ///   too long, a line that is not JSON where it should be).
  public func count(
    _ reader: DocumentReader,
    isSorted: Bool = true,
    progress: () -> Void = {}
  ) throws -> WordCounts {
    let workers = try run(reader, progress)
    if workers.allSatisfy(\.runs.isEmpty) { return Self.sum(workers, isSorted: isSorted) }
    var counts = WordCounts()
    var bytes = 0
    try Self.merge(workers) { word, count in
      bytes += word.count
      guard bytes <= WordCounts.byteLimit else {
        throw InvalidData("more than 2 GB of different pre-tokens")
      }
      counts.append(word, occurrences: count)
    }
    return counts
  }

  /// Counts the pre-tokens of all documents of a reader, and hands them on one after another, so that
  /// they need not fit into memory.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - progress: Called every now and then.
  ///   - body: Gets each different pre-token with its number of occurrences, by ascending bytes.
  /// - Throws: As ``count(_:isSorted:progress:)``, and what `body` throws.
  public func count(
    _ reader: DocumentReader,
    progress: () -> Void,
    body: (ArraySlice<UInt8>, UInt64) throws -> Void
  ) throws {
    let workers = try run(reader, progress)
    if workers.allSatisfy(\.runs.isEmpty) {
      let counts = Self.sum(workers, isSorted: true)
      for index in 0..<counts.count { try body(counts.word(index), counts.occurrences(index)) }
    } else {
      try Self.merge(workers, body)
    }
  }

  private func run(_ reader: DocumentReader, _ progress: () -> Void) throws -> [CountingWorker] {
    reader.readsJSONLines = jsonField != nil
    let workers = Mutex<[CountingWorker]>([])
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: {
        let worker = CountingWorker(self)
        workers.withLock { $0.append(worker) }
        return worker
      },
      transform: { worker, batch in
        if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
        try worker.count(batch)
      },
      consume: { progress() }
    )
    return workers.withLock { $0 }
  }

  private static func sum(_ workers: [CountingWorker], isSorted: Bool) -> WordCounts {
    guard let total = workers.first else { return WordCounts() }
    for worker in workers.dropFirst() {
      total.tally.add(worker.tally)
      worker.tally.removeAll()
    }
    return isSorted ? total.tally.sortedCounts() : total.tally.counts()
  }

  private static func merge(
    _ workers: [CountingWorker],
    _ body: (ArraySlice<UInt8>, UInt64) throws -> Void
  ) throws {
    for worker in workers { try worker.spill() }
    try SpilledCounts.merge(workers.map(\.runs), body)
  }
}
