/// A table in plain text: columns as wide as their widest cell, numbers to the right.
public struct TextTable: Sendable {
  private var rows: [[String]]

  /// A table with a head row.
  public init(_ head: [String]) { rows = [head] }

  /// Adds a row; it may be shorter than the head.
  public mutating func append(_ row: [String]) { rows.append(row) }

  /// The lines of the table, each ended by LF, with a rule under the head.
  public func rendered() -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? TerminalWidth.columns(of: $0[column]) : 0 }.max() ?? 0
    }
    let isNumeric = (0..<columns).map { column in
      rows.dropFirst().allSatisfy { column >= $0.count || Self.looksNumeric($0[column]) }
    }
    var text = ""
    for (index, row) in rows.enumerated() {
      var line = ""
      for column in 0..<columns {
        let cell = column < row.count ? row[column] : ""
        let padding = String(
          repeating: " ",
          count: widths[column] - TerminalWidth.columns(of: cell)
        )
        line += (column > 0 ? "  " : "") + (isNumeric[column] ? padding + cell : cell + padding)
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
      if index == 0 {
        text += widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n"
      }
    }
    return text
  }

  private static func looksNumeric(_ cell: String) -> Bool {
    guard let first = cell.utf8.first else { return true }
    return (0x30...0x39).contains(first) || cell == "–" || (first == 0x2D && cell.utf8.count > 1)
  }
}

/// How many columns of a terminal a text takes, near enough for tables.
public enum TerminalWidth {
  /// Wide for East Asian scripts and emoji, none for marks and joiners.
  public static func columns(of text: String) -> Int {
    text.reduce(0) { total, character in
      guard let scalar = character.unicodeScalars.first else { return total }
      return total + width(of: scalar)
    }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    case 0x200B...0x200F, 0x2060...0x2064, 0xFE00...0xFE0F:
      return 0
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark: return 0
      default: return 1
      }
    }
  }
}
