// Procedure: workers take batches of documents, normalise and cut them, and count the pre-tokens each
//   in a table of its own; the tables are added up at the end.
// Complexity: O(n) time over the threads; memory for the different pre-tokens, once for each thread.
// Determinism: sums do not depend on who counted what; the result is sorted.

public import BytePairEncoding
import Execution
import Files
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
  ///   - progress: Called every now and then.
  /// - Returns: Each different pre-token with its number of occurrences, by ascending bytes.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData`` (not UTF-8, a pre-token that is
  ///   too long).
  public func count(
    _ reader: DocumentReader,
    progress: () -> Void = {}
  ) throws -> WordCounts {
    let workers = Mutex<[CountingWorker]>([])
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: {
        let worker = CountingWorker(normalizer, preTokenizer)
        workers.withLock { $0.append(worker) }
        return worker
      },
      transform: { worker, batch in
        if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
        try worker.count(batch)
      },
      consume: { progress() }
    )
    return workers.withLock { workers in
      guard let total = workers.first else { return WordCounts() }
      for worker in workers.dropFirst() {
        total.tally.add(worker.tally)
        worker.tally.removeAll()
      }
      return total.tally.sortedCounts()
    }
  }
}

/// One thread's table and scratch.
///
/// SAFETY of the unchecked conformance: a worker is used by one thread until all have been joined, and
/// by the caller after that.
private final class CountingWorker: @unchecked Sendable {
  private let normalizer: TextNormalizer
  private let marking: SpaceMarking?
  private var scanner: PreTokenScanner
  private var batch = PreTokenBuffer()
  var tally = WordTally()

  init(_ normalizer: TextNormalizer, _ preTokenizer: PreTokenizer) {
    self.normalizer = normalizer
    marking = preTokenizer.marking
    scanner = PreTokenScanner(preTokenizer)
  }

  func count(_ documents: DocumentBatch) throws {
    try documents.bytes.withUnsafeBufferPointer { bytes in
      for range in documents.ranges where !range.isEmpty {
        let text = UnsafeBufferPointer(rebasing: bytes[range])
        let place = documents.offset + range.lowerBound
        if let normalized = try normalizer.normalize(text) {
          try normalized.bytes.withUnsafeBufferPointer {
            try mark($0, in: documents, at: place)
          }
        } else {
          try mark(text, in: documents, at: place)
        }
      }
    }
  }

  private func mark(
    _ text: UnsafeBufferPointer<UInt8>,
    in documents: DocumentBatch,
    at place: Int
  ) throws {
    if let marked = marking?.marked(text, from: nil, isFirst: true) {
      try marked.bytes.withUnsafeBufferPointer { try count($0, in: documents, at: place) }
    } else {
      try count(text, in: documents, at: place)
    }
  }

  private func count(
    _ text: UnsafeBufferPointer<UInt8>,
    in documents: DocumentBatch,
    at place: Int
  ) throws {
    try scanner.start(text)
    while true {
      scanner.fill(&batch, from: text)
      if batch.count == 0 { return }
      if let range = batch.first(longerThan: WordLimits.longestWord) {
        throw InvalidData(
          path: documents.path,
          place: "the document at byte \(place)",
          "a pre-token of \(range.count) bytes; at most \(WordLimits.longestWord) are counted"
        )
      }
      if tally.isFull {
        throw InvalidData(
          path: documents.path,
          place: "the document at byte \(place)",
          "more than 2 GB of different pre-tokens"
        )
      }
      tally.add(text, starts: batch.starts, ends: batch.ends, count: batch.count)
    }
  }
}
