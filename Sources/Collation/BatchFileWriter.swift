// Formats: npy: NumPy format 1.0, little-endian. `NAME.npy`: inputs, uint32, rows × length.
//   `NAME.targets.npy`: int32, -100 where there is none. `NAME.lengths.npy`: int32, rows.
//   `NAME.target_bytes.npy`: uint32. `NAME.documents.npy`: uint32, 2^32 - 1 at padding; only where
//   documents are known.

import Files

/// Writes batches to files of one of the formats, whole or not at all.
public final class BatchFileWriter {
  private struct Part {
    let file: OutputFile
    let type: String
    let isTable: Bool
  }

  private let format: BatchFormat
  private let length: Int
  private let parts: [Part]
  private var rows = 0

  /// - Parameters:
  ///   - format: The format.
  ///   - path: `-` for standard output, which only `jsonl` allows.
  ///   - length: The length of rows in `npy`.
  ///   - hasDocuments: Whether documents are known.
  /// - Throws: ``FileError``.
  public init(_ format: BatchFormat, path: String, length: Int, hasDocuments: Bool) throws {
    self.format = format
    self.length = length
    switch format {
    case .jsonl:
      parts = [Part(file: try OutputFile(path), type: "", isTable: false)]
    case .npy:
      let stem = path.hasSuffix(".npy") ? String(path.dropLast(4)) : path
      let files = [
        ("", "<u4", true), (".targets", "<i4", true), (".lengths", "<i4", false),
        (".target_bytes", "<u4", true), (".documents", "<u4", true),
      ]
      parts = try files.prefix(hasDocuments ? 5 : 4).map { name, type, isTable in
        let file = try OutputFile(name.isEmpty ? path : "\(stem)\(name).npy")
        return Part(file: file, type: type, isTable: isTable)
      }
    }
    try writeHeaders { try $0.write($1) }
  }

  /// Appends a batch.
  ///
  /// - Throws: ``FileError``.
  public func write(_ batch: FormattedBatch) throws {
    for (part, bytes) in zip(parts, batch.parts) { try part.file.write(bytes) }
    rows += batch.rows
  }

  /// Hands everything written so far to the system, for a reader at the other end of a pipe.
  ///
  /// - Throws: ``FileError``.
  public func flush() throws { for part in parts { try part.file.flush() } }

  /// Completes the files and makes them appear.
  ///
  /// - Throws: ``FileError``.
  public func commit() throws {
    try writeHeaders { try $0.overwriteFront($1) }
    for part in parts.reversed() { try part.file.commit() }
  }

  private func writeHeaders(_ write: (OutputFile, [UInt8]) throws -> Void) throws {
    if format == .jsonl { return }
    for part in parts {
      let shape = part.isTable ? "(\(rows), \(length))" : "(\(rows),)"
      let text = "{'descr': '\(part.type)', 'fortran_order': False, 'shape': \(shape), }"
      let padding = String(repeating: " ", count: 117 - text.utf8.count)
      let front = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
      try write(part.file, front + Array("\(text)\(padding)\n".utf8))
    }
  }
}
