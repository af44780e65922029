import Corpora
import Tokenization

/// Encodes documents to a file, as documents, as counts, or as rows for a model.
struct EncodingJob {
  let encoder: CorpusEncoder
  let formatter: TokenFormatter
  /// The output file; `-` for standard output.
  let output: String
  let reader: DocumentReader
  /// Called after each batch of documents.
  let progress: () -> Void

  /// Writes the tokens of each document, or their number.
  func writeDocuments() throws {
    let writer = try TokenFileWriter(formatter, path: output)
    if formatter.format == .counts {
      try encoder.count(reader) { counts in
        try write(Array(counts.map { "\($0)\n" }.joined().utf8), counts, to: writer)
      }
    } else {
      try encoder.run(reader, formatter: formatter) { try write($0, $1, to: writer) }
    }
    try writer.commit()
  }

  /// Writes rows: as a matrix where they are padded in `npy`, else as the format has documents.
  func writeRows(_ inputs: ModelInputOptions, batchSize: Int?) throws {
    var inputs = inputs
    inputs.offsetUnit = formatter.format == .jsonl ? formatter.offsetUnit : nil
    if formatter.format == .npy && inputs.rules.padding != nil {
      return try writeMatrix(inputs)
    }
    let writer = try TokenFileWriter(formatter, path: output)
    let labels = InputLabels(
      hasDraws: encoder.draws.count > 1,
      hasRows: inputs.wantsOverflow
    )
    try encoder.run(
      reader,
      inputs: inputs,
      batchSize: batchSize,
      format: { [formatter] groups in
        var bytes: [UInt8] = []
        for group in groups { formatter.append(group, labels, to: &bytes) }
        return (bytes, groups.flatMap { $0.rows.map(\.ids.count) })
      },
      consume: { try write($0.0, $0.1, to: writer) }
    )
    try writer.commit()
  }

  private func writeMatrix(_ inputs: ModelInputOptions) throws {
    let writer = try InputMatrixWriter(
      path: output,
      hasDocuments: inputs.wantsOverflow || encoder.draws.count > 1
    )
    try encoder.run(
      reader,
      inputs: inputs,
      batchSize: nil,
      format: { InputMatrixWriter.Rows($0) },
      consume: {
        try writer.write($0)
        progress()
      }
    )
    try writer.commit()
  }

  private func write(_ bytes: [UInt8], _ counts: [Int], to writer: TokenFileWriter) throws {
    try writer.write(bytes, tokenCounts: counts)
    if output == "-" { try writer.flush() }
    progress()
  }
}
