// Procedure: workers make the rows of batches of documents. Where rows are as long as the longest,
//   they wait until their batch of rows is whole; otherwise the worker formats them.
// Complexity: O(n) over the threads; memory for a few batches of documents, or for a batch of rows.
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
    func passOn(_ count: Int) throws {
      let groups = Array(waiting.prefix(count))
      waiting.removeFirst(groups.count)
      try consume(format(groups.padded(padding)))
    }
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: { TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity) },
      transform: { encoder, batch -> Rows<Output> in
        let groups = try groups(of: batch, inputs, with: &encoder)
        if padding?.length == .longest { return .waiting(groups) }
        return .formatted(format(groups.padded(padding)))
      },
      consume: { rows in
        switch rows {
        case .formatted(let output): try consume(output)
        case .waiting(let groups):
          waiting += groups
          if let batchSize { while waiting.count >= batchSize { try passOn(batchSize) } }
        }
      }
    )
    if !waiting.isEmpty { try passOn(waiting.count) }
  }

  private enum Rows<Output: Sendable>: Sendable {
    case formatted(Output)
    case waiting([InputGroup])
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

extension [InputGroup] {
  fileprivate func padded(_ padding: Padding?) -> Self {
    guard let padding else { return self }
    var batch = map(\.rows)
    padding.pad(&batch)
    return zip(self, batch).map { InputGroup(document: $0.document, draw: $0.draw, rows: $1) }
  }
}
