// Procedure: workers make the rows of batches of documents. Where rows are as long as the longest,
//   they wait until their batch of rows is whole; otherwise the worker pads and formats them. Rows
//   that wait, and those that padding makes large, are padded and passed on a few at a time.
// Complexity: O(n) over the threads; memory for a few batches of documents, or for a batch of rows
//   without padding.
// Determinism: the same output for any number of threads.

import BytePairEncoding
import Diagnostics
import Execution
public import Tokenization

extension CorpusEncoder {
  /// Makes rows of a model's input of all documents, and passes them on.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - inputs: What rows contain; the tokens of a text are those of the encoder's options.
  ///   - batchSize: The number of texts and pairs whose rows are padded to the longest of them; nil
  ///     for all, which are then kept in memory.
  ///   - format: Formats some padded rows; called in parallel.
  ///   - consume: Takes what `format` returns, in order.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData``, or any error of `consume`.
  public func run<Output: Sendable>(
    _ reader: DocumentReader,
    inputs: ModelInputOptions,
    batchSize: Int?,
    format: @Sendable ([InputGroup]) -> Output,
    consume: (Output) throws -> Void
  ) throws {
    try start(reader)
    if let noise = options.noise, case .refused(let reason) = tokenizer.model.response(to: noise) {
      throw InvalidData(reason)
    }
    let padding = inputs.rules.padding
    var waiting: [InputGroup] = []
    func passOn(_ groups: ArraySlice<InputGroup>) throws {
      let target = groups.paddedLength(padding)
      var rest = groups
      let isLarge = target * groups.count > Self.tokensAtOnce
      try OrderedMap(threads: isLarge ? threads : 1).run(
        next: {
          var tokens = 0
          let piece = rest.prefix { group in
            defer { tokens += max(target * group.rows.count, group.tokenCount) }
            return tokens < Self.tokensAtOnce
          }
          rest = rest.dropFirst(piece.count)
          return piece.isEmpty ? nil : piece
        },
        makeScratch: {},
        transform: { _, groups in format(groups.map { $0.padded(padding, to: target) }) },
        consume: consume
      )
    }
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: { TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity) },
      transform: { encoder, batch -> Rows<Output> in
        let groups = try groups(of: batch, inputs, with: &encoder)
        if padding?.length == .longest { return .waiting(groups) }
        let target = groups[...].paddedLength(padding)
        if padding != nil && target * groups.count > Self.tokensAtOnce { return .large(groups) }
        return .formatted(format(groups.map { $0.padded(padding, to: target) }))
      },
      consume: { rows in
        switch rows {
        case .formatted(let output): try consume(output)
        case .large(let groups): try passOn(groups[...])
        case .waiting(let groups):
          waiting += groups
          guard let batchSize else { return }
          var start = 0
          while waiting.count - start >= batchSize {
            try passOn(waiting[start..<start + batchSize])
            start += batchSize
          }
          waiting.removeFirst(start)
        }
      }
    )
    try passOn(waiting[...])
  }

  /// So many tokens are padded and formatted at a time, and up to a text's rows more.
  private static let tokensAtOnce = 1 << 18

  private enum Rows<Output: Sendable>: Sendable {
    case formatted(Output)
    case waiting([InputGroup])
    case large([InputGroup])
  }

  private func groups(
    of batch: DocumentBatch,
    _ inputs: ModelInputOptions,
    with encoder: inout TokenizerEncoder
  ) throws -> [InputGroup] {
    var groups: [InputGroup] = []
    try forEachDocument(of: batch) { text, second, place in
      do {
        try draws.run(
          noise: place.noise,
          encode: { noise in
            var inputs = inputs
            inputs.encoding = options
            inputs.encoding.noise = noise
            return try encoder.inputs(text, second: second, number: place.number, options: inputs)
          },
          ids: { $0.flatMap(\.ids) },
          consume: { rows, draw in
            groups.append(InputGroup(document: place.number, draw: draw, rows: rows))
          }
        )
      } catch let error as TokenizerEncoder.WordTooLong {
        throw error.inFile(place.path, offset: place.offset)
      } catch let error as InvalidData where error.place == nil {
        if fields != nil { throw batch.invalidLine(at: place.position, error.message) }
        throw InvalidData(path: place.path, place: "byte \(place.offset)", error.message)
      }
    }
    return groups
  }
}

extension ArraySlice<InputGroup> {
  /// The length that padding fills these rows up to.
  fileprivate func paddedLength(_ padding: Padding?) -> Int {
    padding?.target(longest: reduce(0) { Swift.max($0, $1.rows.first?.ids.count ?? 0) }) ?? 0
  }
}

extension InputGroup {
  fileprivate var tokenCount: Int { rows.reduce(0) { $0 + $1.ids.count } }

  fileprivate func padded(_ padding: Padding?, to length: Int) -> InputGroup {
    guard let padding else { return self }
    var group = self
    padding.pad(&group.rows, to: length)
    return group
  }
}
