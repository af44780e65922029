import BytePairEncoding
import Diagnostics
import JSONText
import PreTokenization
import UnicodeText

/// One thread's table and scratch space.
///
/// SAFETY of the unchecked conformance: one thread uses a worker until all threads have been
/// joined, and the caller after that.
final class CountingWorker: @unchecked Sendable {
  private let normalizer: TextNormalizer
  private let jsonField: String?
  private let weights: [String: UInt64]
  private let tableLimit: Int
  private var scanner: PreTokenScanner
  private let tracksOffsets: Bool
  private var batch = PreTokenBuffer()
  private var weight: UInt64 = 1
  var tally = WordTally()
  let runs = SpilledCounts()

  init(_ counter: PreTokenCounter) {
    normalizer = counter.normalizer
    scanner = PreTokenScanner(counter.preTokenizer)
    tracksOffsets = counter.preTokenizer.dependsOnPlaces
    jsonField = counter.jsonField
    weights = counter.weights
    // A table doubles when it grows, and is copied when it is sorted.
    tableLimit = counter.memoryLimit / (3 * counter.threads)
  }

  /// Writes the counts so far as a run.
  func spill() throws {
    guard tally.count > 0 else { return }
    try runs.append(tally.sortedCounts())
    tally.removeAll()
  }

  func count(_ documents: DocumentBatch) throws {
    weight = weights[documents.path] ?? 1
    try documents.bytes.withUnsafeBufferPointer { bytes in
      for range in documents.ranges where !range.isEmpty {
        let place = documents.offset + range.lowerBound
        if let jsonField {
          let text = try member(jsonField, of: bytes[range], in: documents, at: place)
          try text.withUnsafeBufferPointer { try count($0, in: documents, at: place) }
        } else {
          let text = UnsafeBufferPointer(rebasing: bytes[range])
          try count(text, in: documents, at: place)
        }
      }
    }
  }

  /// The text of a member of a JSON object.
  private func member(
    _ name: String,
    of line: Slice<UnsafeBufferPointer<UInt8>>,
    in documents: DocumentBatch,
    at place: Int
  ) throws -> [UInt8] {
    let value = try? JSONParser.parse(Array(line))
    guard case .string(let text)? = value?[name] else {
      throw documents.invalidLine(
        at: place - documents.offset,
        "a JSON object with the text '\(name)' was expected"
      )
    }
    return text
  }

  /// Counts the pre-tokens of a document.
  private func count(
    _ document: UnsafeBufferPointer<UInt8>,
    in documents: DocumentBatch,
    at place: Int
  ) throws {
    let normalized = try normalizer.normalize(document, tracksOffsets: tracksOffsets)
    try Self.with(normalized, or: document) { text in
      let rewritten = try scanner.rewrite(
        text,
        from: nil,
        start: 0,
        isFirst: true,
        tracksOffsets: tracksOffsets
      )
      try Self.with(rewritten, or: text) { try countWords($0, in: documents, at: place) }
    }
  }

  /// Calls with the bytes of a changed text, or else those of the original.
  private static func with(
    _ changed: NormalizedText?,
    or text: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    guard let changed else { return try body(text) }
    try changed.bytes.withUnsafeBufferPointer(body)
  }

  private func countWords(
    _ text: UnsafeBufferPointer<UInt8>,
    in documents: DocumentBatch,
    at place: Int
  ) throws {
    try scanner.start(text)
    while true {
      scanner.fill(&batch, from: text)
      if batch.count == 0 { return }
      let long = batch.first(longerThan: WordLimits.longestWord)
      guard long == nil, !tally.isFull else {
        throw InvalidData(
          path: documents.path,
          place: "the document at byte \(place)",
          long.map {
            "a pre-token of \($0.count) bytes; at most \(WordLimits.longestWord) are counted"
          } ?? "more than 2 GB of different pre-tokens; set a limit of memory"
        )
      }
      tally.add(
        text,
        starts: batch.starts,
        ends: batch.ends,
        count: batch.count,
        occurrences: weight
      )
      if tally.memory > tableLimit { try spill() }
    }
  }
}
