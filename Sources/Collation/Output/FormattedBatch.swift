// Formats: jsonl: a line for each batch: `epoch`, `step`, `inputs`, `targets`, `documents` (rows of
//   numbers, padding included; null where documents are not known), `lengths`, `target_bytes`,
//   `cut_tokens`, `cut_bytes`, and the objective's extra arrays. npy: see BatchFileWriter.swift.
//   raw: see BatchFrame.swift.

/// How batches are written.
public enum BatchFormat: String, CaseIterable, Sendable {
  /// A line of JSON for each batch.
  case jsonl
  /// NumPy: one array of all rows for inputs, one for targets, and more.
  case npy
  /// Frames of plain arrays, for pipes.
  case raw
}

/// The bytes of some batches, in one piece for each file of the format.
public struct FormattedBatch: Sendable {
  /// The bytes for each of the files, in the order of ``BatchFileWriter``.
  var parts: [[UInt8]]
  /// The rows that they are of.
  public let rows: Int
  /// The tokens that did not fit their rows.
  public let cutTokens: Int
  /// The tokens that did.
  public let tokens: Int

  /// Formats a batch.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - format: How.
  ///   - layout: Of the batch's stream.
  public init(_ batch: Batch, format: BatchFormat, layout: BatchLayout) {
    rows = batch.rows
    cutTokens = batch.cutTokens
    tokens = batch.lengths.reduce(0, +)
    switch format {
    case .jsonl:
      parts = [Self.line(batch)]
    case .npy:
      parts = layout.parts.map { Self.array(batch, $0) }
    case .raw:
      parts = [batch.frame(layout)]
    }
  }

  private static func array(_ batch: Batch, _ part: BatchLayout.Part) -> [UInt8] {
    let (numbers, columns) = part.values(batch)
    let missing = (part.width ?? columns) - columns
    var bytes: [UInt8] = []
    if missing == 0 {
      bytes.append(numbers: numbers)
      return bytes
    }
    for row in 0..<batch.rows {
      bytes.append(numbers: Array(numbers[row * columns..<(row + 1) * columns]))
      bytes.append(numbers: [UInt32](repeating: part.fill, count: missing))
    }
    return bytes
  }

  private static func line(_ batch: Batch) -> [UInt8] {
    var line = Array("{\"epoch\": \(batch.epoch), \"step\": \(batch.step), \"inputs\": ".utf8)
    appendRows(batch.inputs, of: batch.length, to: &line)
    line += Array(", \"targets\": ".utf8)
    appendRows(batch.targets, of: batch.targetLength, to: &line)
    line += Array(", \"lengths\": ".utf8)
    appendList(batch.lengths[...], to: &line)
    line += Array(", \"documents\": ".utf8)
    if batch.documents.isEmpty {
      line += Array("null".utf8)
    } else {
      // Padding is -1 here, where numbers have no width.
      let numbers = batch.documents.map { $0 == Batch.noDocument ? -1 : Int($0) }
      appendRows(numbers, of: batch.length, to: &line)
    }
    line += Array(", \"target_bytes\": \(batch.targetByteCount)".utf8)
    line += Array(", \"cut_tokens\": \(batch.cutTokens)".utf8)
    line += Array(", \"cut_bytes\": \(batch.cutBytes)".utf8)
    for extra in batch.extras where !extra.values.isEmpty {
      line += Array(", \"\(extra.array.name)\": ".utf8)
      switch extra.array.width {
      case .row: appendList(extra.values[...], to: &line)
      case .inputs: appendRows(extra.values, of: batch.length, to: &line)
      case .targets: appendRows(extra.values, of: batch.targetLength, to: &line)
      }
    }
    line += Array("}\n".utf8)
    return line
  }

  private static func appendRows(
    _ values: [some FixedWidthInteger],
    of length: Int,
    to line: inout [UInt8]
  ) {
    line.append(UInt8(ascii: "["))
    for start in stride(from: 0, to: values.count, by: length) {
      if start > 0 { line += Array(", ".utf8) }
      appendList(values[start..<start + length], to: &line)
    }
    line.append(UInt8(ascii: "]"))
  }

  private static func appendList(
    _ values: ArraySlice<some FixedWidthInteger>,
    to line: inout [UInt8]
  ) {
    line.append(UInt8(ascii: "["))
    var isFirst = true
    for value in values {
      if !isFirst { line += [UInt8(ascii: ","), UInt8(ascii: " ")] }
      isFirst = false
      line.append(contentsOf: String(value).utf8)
    }
    line.append(UInt8(ascii: "]"))
  }
}
