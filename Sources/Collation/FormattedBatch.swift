// Formats: jsonl: a line for each batch: `epoch`, `step`, `inputs`, `targets`, `documents` (rows of
//   numbers, padding included; null where documents are not known), `lengths`, `target_bytes`,
//   `cut_tokens`, `cut_bytes`. npy: see BatchFileWriter.swift.

/// How batches are written.
public enum BatchFormat: String, CaseIterable, Sendable {
  /// A line of JSON for each batch.
  case jsonl
  /// NumPy: one array of all rows for inputs, one for targets, and more.
  case npy
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
  ///   - length: To which arrays of `npy` are padded; at least the length of the batch.
  ///   - padding: The id for it.
  public init(_ batch: Batch, format: BatchFormat, length: Int, padding: UInt32) {
    rows = batch.rows
    cutTokens = batch.cutTokens
    tokens = batch.lengths.reduce(0, +)
    switch format {
    case .jsonl:
      parts = [Self.line(batch)]
    case .npy:
      parts = [
        Self.array(batch, batch.inputs, to: length, padding),
        Self.array(batch, batch.targets.map { UInt32(bitPattern: $0) }, to: length, Self.ignored),
        Self.numbers(batch.lengths.map { UInt32(truncatingIfNeeded: $0) }),
        Self.array(batch, batch.targetBytes, to: length, 0),
        Self.array(batch, batch.documents, to: length, Batch.noDocument),
      ]
    }
  }

  private static let ignored = UInt32(bitPattern: Batch.ignoredTarget)

  private static func numbers(_ numbers: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * numbers.count)
    for number in numbers {
      for shift in [0, 8, 16, 24] as [UInt32] {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    return bytes
  }

  private static func array(
    _ batch: Batch,
    _ values: [UInt32],
    to length: Int,
    _ padding: UInt32
  ) -> [UInt8] {
    if values.isEmpty || batch.length == length { return numbers(values) }
    var padded: [UInt32] = []
    for row in 0..<batch.rows {
      padded += values[row * batch.length..<(row + 1) * batch.length]
      padded.append(contentsOf: repeatElement(padding, count: length - batch.length))
    }
    return numbers(padded)
  }

  private static func line(_ batch: Batch) -> [UInt8] {
    var line = Array("{\"epoch\": \(batch.epoch), \"step\": \(batch.step), \"inputs\": ".utf8)
    appendRows(batch, batch.inputs, to: &line)
    line += Array(", \"targets\": ".utf8)
    appendRows(batch, batch.targets, to: &line)
    line += Array(", \"lengths\": ".utf8)
    appendList(batch.lengths[...], to: &line)
    line += Array(", \"documents\": ".utf8)
    if batch.documents.isEmpty {
      line += Array("null".utf8)
    } else {
      // Padding is -1 here, where numbers have no width.
      let numbers = batch.documents.map { $0 == Batch.noDocument ? -1 : Int($0) }
      appendRows(batch, numbers, to: &line)
    }
    line += Array(", \"target_bytes\": \(batch.targetByteCount)".utf8)
    line += Array(", \"cut_tokens\": \(batch.cutTokens)".utf8)
    line += Array(", \"cut_bytes\": \(batch.cutBytes)}\n".utf8)
    return line
  }

  private static func appendRows(
    _ batch: Batch,
    _ values: [some FixedWidthInteger],
    to line: inout [UInt8]
  ) {
    line.append(UInt8(ascii: "["))
    for row in 0..<batch.rows {
      if row > 0 { line += Array(", ".utf8) }
      appendList(values[row * batch.length..<(row + 1) * batch.length], to: &line)
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
