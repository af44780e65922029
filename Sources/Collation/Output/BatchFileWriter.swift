// Formats: npy: NumPy format 1.0, little-endian. `NAME.npy`: inputs, uint32, rows × length.
//   `NAME.targets.npy`: int32, -100 where there is none. `NAME.lengths.npy`: int32, rows.
//   `NAME.target_bytes.npy`: uint32. `NAME.documents.npy`: uint32, 2^32 - 1 at padding; only where
//   documents are known. `NAME.ARRAY.npy`: int32; one for each of the objective's extra arrays.

import Files

/// Writes batches to files of one of the formats, whole or not at all.
public final class BatchFileWriter {
  private let format: BatchFormat
  private let layout: BatchLayout
  private let files: [OutputFile]
  private var rows = 0

  /// - Parameters:
  ///   - format: The format.
  ///   - path: `-` for standard output, which `npy` does not allow.
  ///   - layout: Of the batches' stream.
  /// - Throws: ``FileError``.
  public init(_ format: BatchFormat, path: String, layout: BatchLayout) throws {
    self.format = format
    self.layout = layout
    switch format {
    case .jsonl, .raw:
      files = [try OutputFile(path)]
    case .npy:
      let stem = path.hasSuffix(".npy") ? String(path.dropLast(4)) : path
      files = try layout.parts.map { part in
        try OutputFile(part.name == "inputs" ? path : "\(stem).\(part.name).npy")
      }
    }
    try writeHeaders { try $0.write($1) }
  }

  /// Appends a batch.
  ///
  /// - Throws: ``FileError``.
  public func write(_ batch: FormattedBatch) throws {
    for (file, bytes) in zip(files, batch.parts) { try file.write(bytes) }
    rows += batch.rows
  }

  /// Hands everything written so far to the system, for a reader at the other end of a pipe.
  ///
  /// - Throws: ``FileError``.
  public func flush() throws { for file in files { try file.flush() } }

  /// Completes the files and makes them appear.
  ///
  /// - Throws: ``FileError``.
  public func commit() throws {
    try writeHeaders { try $0.overwriteFront($1) }
    for file in files.reversed() { try file.commit() }
  }

  private func writeHeaders(_ write: (OutputFile, [UInt8]) throws -> Void) throws {
    guard format == .npy else { return }
    for (part, file) in zip(layout.parts, files) {
      let shape = part.width.map { "(\(rows), \($0))" } ?? "(\(rows),)"
      let text = "{'descr': '\(part.type)', 'fortran_order': False, 'shape': \(shape), }"
      let padding = String(repeating: " ", count: 117 - text.utf8.count)
      let front = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
      try write(file, front + Array("\(text)\(padding)\n".utf8))
    }
  }
}
