// Formats: NumPy format 1.0. `NAME.npy`, int32, the ids, a row for each row; beside it
//   `NAME.attention_mask.npy` and `NAME.special_tokens_mask.npy`, uint8, and `NAME.type_ids.npy`,
//   int32, of the same shape; where texts may have several rows also `NAME.documents.npy`, int64, the
//   number of the text or pair of each row.

import Diagnostics
import Files
import Tokenization

/// Writes rows of one length as matrices that NumPy loads.
public final class InputMatrixWriter {
  /// Some rows as the bytes of each file; made in parallel.
  public struct Rows: Sendable {
    fileprivate var bytes: [[UInt8]] = [[], [], [], [], []]
    fileprivate var count = 0
    /// The length of the rows, and that of a row of another length.
    fileprivate var length: Int?
    fileprivate var otherLength: Int?

    /// - Parameter groups: Padded rows.
    public init(_ groups: [InputGroup]) {
      for group in groups {
        for row in group.rows {
          length = length ?? row.ids.count
          if row.ids.count != length { otherLength = otherLength ?? row.ids.count }
          for id in row.ids { Self.append(id, to: &bytes[0]) }
          bytes[1] += row.attentionMask
          bytes[2] += row.specialTokensMask
          for id in row.typeIDs { Self.append(id, to: &bytes[3]) }
          bytes[4] += TokenFileWriter.bytes(Int64(truncatingIfNeeded: group.document))
          count += 1
        }
      }
    }

    /// Appends an int32, little-endian; ids and types are below 2^31.
    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
      bytes.append(UInt8(truncatingIfNeeded: number))
      bytes.append(UInt8(truncatingIfNeeded: number >> 8))
      bytes.append(UInt8(truncatingIfNeeded: number >> 16))
      bytes.append(UInt8(truncatingIfNeeded: number >> 24))
    }
  }

  private static let types = ["<i4", "|u1", "|u1", "<i4", "<i8"]
  private static let names = [
    "", ".attention_mask", ".special_tokens_mask", ".type_ids", ".documents",
  ]

  private let files: [OutputFile]
  private let path: String
  private var count = 0
  private var length: Int?

  /// - Parameters:
  ///   - path: Where the ids go; the names of the other files are made from it.
  ///   - hasDocuments: Whether to write the numbers of texts and pairs.
  /// - Throws: ``FileError``.
  public init(path: String, hasDocuments: Bool) throws {
    let stem = path.hasSuffix(".npy") ? String(path.dropLast(4)) : path
    self.path = path
    files = try Self.names.prefix(hasDocuments ? 5 : 4).map { name in
      try OutputFile(name.isEmpty ? path : "\(stem)\(name).npy")
    }
    try forEachFile { try $0.write(header($1)) }
  }

  /// Appends rows.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` if they are not as long as the others.
  public func write(_ rows: Rows) throws {
    guard let rowLength = rows.length else { return }
    let length = length ?? rowLength
    guard rows.otherLength == nil, rowLength == length else {
      throw InvalidData(
        path: path,
        "one row has \(length) tokens and another \(rows.otherLength ?? rowLength), but a matrix has "
          + "rows of one length: cut them by --max-length, or pad to the longest"
      )
    }
    self.length = length
    count += rows.count
    try forEachFile { try $0.write(rows.bytes[$1]) }
  }

  /// Completes the files and moves them into place.
  ///
  /// - Throws: ``FileError``.
  public func commit() throws {
    try forEachFile { file, index in
      try file.overwriteFront(header(index))
      try file.flush()
    }
    for file in files.reversed() { try file.commit() }
  }

  private func forEachFile(_ body: (OutputFile, Int) throws -> Void) rethrows {
    for (index, file) in files.enumerated() { try body(file, index) }
  }

  private func header(_ index: Int) -> [UInt8] {
    TokenFileWriter.numpyHeader(
      type: Self.types[index],
      shape: index == 4 ? [count] : [count, length ?? 0]
    )
  }
}
