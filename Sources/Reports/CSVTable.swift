/// A table as comma-separated values (RFC 4180, with LF), for spreadsheets and plotting.
public struct CSVTable: Sendable {
  private var text: String

  /// A table with a head row.
  public init(_ head: [String]) { text = Self.line(head) }

  /// Adds a row.
  public mutating func append(_ row: [String]) { text += Self.line(row) }

  /// The whole table.
  public func rendered() -> String { text }

  /// One row as a line, for logs that grow while work goes on.
  ///
  /// - Parameter row: The cells.
  /// - Returns: The line with its LF.
  public static func line(_ row: [String]) -> String {
    row.map { cell in
      let needsQuotes = cell.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      return needsQuotes ? "\"\(cell.replacingQuotes())\"" : cell
    }.joined(separator: ",") + "\n"
  }
}

extension String {
  fileprivate func replacingQuotes() -> String {
    split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
  }
}
