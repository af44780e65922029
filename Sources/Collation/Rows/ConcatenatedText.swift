// Procedure: an epoch encodes its documents one behind the other, in its order and under its noise;
//   row r begins at token r · stride. The number of tokens before a row is known once all text
//   before it has been encoded, by chunks of 64 KiB of text; a chunk that is encoded to be counted
//   is kept for the rows cut from it.
// Complexity: a row O(its tokens) where rows are read in order; otherwise, once an epoch, encoding
//   all text before it. Memory: some chunks, and one number for each chunk of an epoch.
// Determinism: a function of (text, collator, seed, epoch). The order of documents: site shuffle.
//   The schedules of rates count documents: text noise takes the place of the document in the
//   order, noise on tokens that of the first document of the step.

import BytePairEncoding
import Corpora
import Execution
import Noise
import Synchronization
import Tokenization

/// Documents concatenated and chunked into rows, encoded anew in every epoch; nothing is cut, and
/// only the last row has padding.
final class ConcatenatedText: Sendable {
  let text: LiveText
  private let collator: Collator
  private let seed: UInt64
  private let threads: Int
  private let epochs = Mutex<[UInt32: ConcatenatedEpoch]>([:])

  /// - Parameters:
  ///   - text: What is encoded.
  ///   - collator: With rows of the kind `concatenated`.
  ///   - seed: The run's seed.
  ///   - threads: The threads that count all rows of an epoch.
  init(_ text: LiveText, collator: Collator, seed: UInt64, threads: Int) {
    self.text = text
    self.collator = collator
    self.seed = seed
    self.threads = threads
  }

  /// One epoch; the chunks of other epochs are dropped, their counts stay.
  func epoch(_ number: UInt32) -> ConcatenatedEpoch {
    epochs.withLock { epochs in
      if let epoch = epochs[number] { return epoch }
      for other in epochs.values { other.forget() }
      let epoch = ConcatenatedEpoch(text, collator, seed: seed, epoch: number, threads: threads)
      epochs[number] = epoch
      return epoch
    }
  }
}

/// One epoch of concatenated text.
final class ConcatenatedEpoch: Sendable {
  /// Some documents in a row, encoded.
  private struct Chunk: Sendable {
    let ids, byteCounts, documents: [UInt32]
    /// Where each document begins, and the last ends.
    let starts: [Int]
  }

  private static let chunkBytes = 1 << 16

  private let text: LiveText
  private let collator: Collator
  private let seed: UInt64
  private let epoch: UInt32
  private let threads: Int
  private let order: IndexPermutation?
  /// The place of each chunk's first document in the order, and the end.
  private let places: [Int]
  private let chunks: MeasuredPieces<Chunk>
  /// The number of all rows, once it has been counted.
  private let allRows = Mutex<Int?>(nil)

  fileprivate init(
    _ text: LiveText,
    _ collator: Collator,
    seed: UInt64,
    epoch: UInt32,
    threads: Int
  ) {
    (self.text, self.collator, self.seed, self.epoch) = (text, collator, seed, epoch)
    self.threads = threads
    let count = text.store.count
    let key = NoiseKey(seed: seed, epoch: epoch, site: .shuffle)
    let order = collator.isShuffled ? IndexPermutation(count: UInt64(count), key: key) : nil
    var places = [0]
    var bytes = 0
    for place in 0..<count {
      let document = order.map { Int($0[UInt64(place)]) } ?? place
      bytes += text.store.ranges[document].count + 16
      if bytes >= Self.chunkBytes || place + 1 == count {
        places.append(place + 1)
        bytes = 0
      }
    }
    self.order = order
    self.places = places
    // Those of a batch, and of some that are made ahead.
    let ofBatch = collator.batchSize * collator.stride / (Self.chunkBytes / 4)
    chunks = MeasuredPieces(count: places.count - 1, kept: 24 + 8 * ofBatch) { $0.ids.count }
  }

  func forget() { chunks.forget() }

  /// The moment of the epoch's first document.
  var firstMoment: NoiseContext { moment(ofPlace: 0) }

  private func document(at place: Int) -> Int { order.map { Int($0[UInt64(place)]) } ?? place }

  private func moment(ofPlace place: Int) -> NoiseContext {
    let count = UInt64(text.store.count)
    return NoiseContext(
      seed: seed,
      epoch: epoch,
      step: UInt64(epoch) * count + UInt64(place),
      total: UInt64(collator.epochs) * count
    )
  }

  private func make(_ number: Int, with encoder: inout LiveEncoder) throws -> Chunk {
    var row = Row()
    var starts = [0]
    for place in places[number]..<places[number + 1] {
      let noise = encoder.noise(collator, at: moment(ofPlace: place))
      try encoder.encode(document(at: place), of: text, noise, into: &row)
      starts.append(row.ids.count)
    }
    return Chunk(ids: row.ids, byteCounts: row.byteCounts, documents: row.documents, starts: starts)
  }

  /// The number of rows.
  ///
  /// A row in which a document cannot be encoded counts as the last: reading it throws.
  ///
  /// - Parameters:
  ///   - limit: The rows to look for.
  ///   - encoder: Of the text's tokenizer.
  /// - Returns: At most `limit`.
  func rowCount(upTo limit: Int, with encoder: inout LiveEncoder) -> Int {
    let (needed, isHuge) = limit.multipliedReportingOverflow(by: collator.stride)
    let last = isHuge || limit == .max ? Int.max : needed + collator.objective.overlap - 1
    let (end, isBroken) = chunks.end(measuringTo: last) { try make($0, with: &encoder) }
    let rows = WindowGrid(
      positions: collator.positions(ofTokens: end),
      length: collator.stride,
      keepsPartial: collator.keepsPartialRows && !isBroken
    )
    return min(rows.count + (isBroken ? 1 : 0), limit)
  }

  /// The number of all rows; the first call encodes all text, on several threads.
  var rowCount: Int {
    if let rows = allRows.withLock({ $0 }) { return rows }
    WorkerThreads.run(threads) { _ in
      var encoder = LiveEncoder(self.text.tokenizer)
      let rows = self.rowCount(upTo: .max, with: &encoder)
      self.allRows.withLock { $0 = rows }
    }
    return allRows.withLock { $0 } ?? 0
  }

  /// The moment of a row, which the noise on its tokens is a function of.
  ///
  /// - Parameters:
  ///   - number: Of a row that there is.
  ///   - encoder: Of the text's tokenizer.
  /// - Returns: The moment of the document with which it begins.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  func moment(ofRow number: Int, with encoder: inout LiveEncoder) throws -> NoiseContext {
    let first = number * collator.stride
    let found = try chunks.piece(at: first) { try make($0, with: &encoder) }
    guard let (chunk, number, start) = found else { return moment(ofPlace: 0) }
    let index = chunk.starts.partitioningIndex { $0 > first - start } - 1
    return moment(ofPlace: places[number] + index)
  }

  /// Reads a row.
  ///
  /// - Parameters:
  ///   - number: From 0.
  ///   - encoder: Of the text's tokenizer.
  ///   - row: Empty; with a trace where noise on the text is traced.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  func read(_ number: Int, with encoder: inout LiveEncoder, into row: inout Row) throws {
    let first = number * collator.stride
    let end = first + collator.tokens(forPositions: collator.stride)
    var place = first
    while place < end {
      let found = try chunks.piece(at: place) { try make($0, with: &encoder) }
      guard let (chunk, number, start) = found else { break }
      let range = place - start..<min(end - start, chunk.ids.count)
      if row.trace != nil {
        // A token that the next row begins with counts there.
        let told = first - start..<first + collator.stride - start
        try trace(number, range, told: told, with: &encoder, into: &row)
      } else {
        row.ids += chunk.ids[range]
        row.byteCounts += chunk.byteCounts[range]
        row.documents += chunk.documents[range]
      }
      place = start + range.upperBound
    }
    row.joinSegments()
  }

  /// Encodes some tokens of a chunk again, and traces the noise on their text; the trials of a
  /// document count with its first token.
  private func trace(
    _ chunk: Int,
    _ range: Range<Int>,
    told: Range<Int>,
    with encoder: inout LiveEncoder,
    into row: inout Row
  ) throws {
    var document = Row()
    var start = 0
    for place in places[chunk]..<places[chunk + 1] where start < range.upperBound {
      document.removeAll()
      document.trace = RowTrace()
      let noise = encoder.noise(collator, at: moment(ofPlace: place))
      try encoder.encode(self.document(at: place), of: text, noise, into: &document)
      let count = document.ids.count
      let first = min(max(range.lowerBound - start, 0), count)
      let part = first..<max(min(range.upperBound - start, count), first)
      if let trace = document.trace {
        row.trace?.add(trace, part, at: row.ids.count, told: told.contains(start))
      }
      row.ids += document.ids[part]
      row.byteCounts += document.byteCounts[part]
      row.documents += document.documents[part]
      start += count
    }
  }
}
