// Procedure: workers take batches of documents, normalise and cut them, and count the pre-tokens,
//   each in its own table. A table that has grown too large is sorted and written to a temporary
//   file as a run; at the end the tables are added up, or the runs merged.
// Complexity: O(n) time over the threads; memory for the distinct pre-tokens, once per thread, or
//   up to the memory limit.
// Determinism: sums do not depend on which thread counted a document, nor on when runs were
//   written.

public import BytePairEncoding
import Diagnostics
import Execution
public import PreTokenization
import Synchronization
public import UnicodeText

/// Counts the pre-tokens of a corpus.
public struct PreTokenCounter: Sendable {
  /// Applied to each document before it is cut.
  public let normalizer: TextNormalizer
  /// How normalised documents are cut.
  public let preTokenizer: PreTokenizer
  /// The number of threads, at least 1; it does not affect the counts.
  public let threads: Int
  /// Whether text that is not UTF-8 is an error.
  public let isStrict: Bool
  /// The member of a JSON object that holds a document; nil if a document is text.
  public var jsonField: String?
  /// The factor for the counts of a file, by its path; 1 for a path without one.
  public var weights: [String: UInt64] = [:]
  /// An approximate bound on the size of the tables in bytes; beyond it they spill to a temporary
  /// file.
  public var memoryLimit = Int.max

  /// - Parameters:
  ///   - normalizer: Applied to each document before it is cut.
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
  ///   - isSorted: Whether to sort the result; learning does not need the order.
  ///   - progress: Called from time to time.
  /// - Returns: Each distinct pre-token with its number of occurrences, by ascending bytes.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData`` (invalid UTF-8, a pre-token
  ///   that is too long, a line that should be JSON and is not).
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

  /// Counts the pre-tokens of all documents of a reader, and passes them on one by one, so that
  /// they need not fit into memory.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - progress: Called from time to time.
  ///   - body: Takes each distinct pre-token with its number of occurrences, by ascending bytes.
  /// - Throws: As ``count(_:isSorted:progress:)``, and any error of `body`.
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
