import Diagnostics
import UnicodeText

/// The limits and rules for reading files.
public struct DocumentReading: Sendable {
  /// The most bytes in one document.
  ///
  /// A document is held in memory, so a file without a line feed, an endless device or a small
  /// compressed file of a huge one would exhaust it.
  public var largestDocument: Int
  /// Whether U+FEFF at the beginning of a file is skipped.
  public var stripsMark: Bool
  /// Called with the path of a file that begins with U+FEFF if it is not skipped.
  public var noteMark: (@Sendable (String) -> Void)?

  /// - Parameters:
  ///   - largestDocument: The most bytes in one document, at least 1.
  ///   - stripsMark: Whether U+FEFF at the beginning of a file is skipped.
  ///   - noteMark: Called with the path of a file that begins with U+FEFF if it is not skipped.
  public init(
    largestDocument: Int = 1 << 30,
    stripsMark: Bool = false,
    noteMark: (@Sendable (String) -> Void)? = nil
  ) {
    precondition(largestDocument >= 1, "a document of \(largestDocument) bytes holds nothing")
    self.largestDocument = largestDocument
    self.stripsMark = stripsMark
    self.noteMark = noteMark
  }

  /// Examines the beginning of a file.
  ///
  /// - Parameters:
  ///   - text: At least the first four bytes, or all of a shorter file.
  ///   - path: The file.
  /// - Returns: The number of bytes to skip.
  /// - Throws: ``InvalidData`` if the mark says that the text is in UTF-16 or UTF-32.
  func markLength(of text: [UInt8], path: String) throws -> Int {
    guard let mark = ByteOrderMark(startOf: text) else { return 0 }
    guard mark == .utf8 else {
      let name = String(mark.rawValue.dropLast(2))
      throw InvalidData(
        path: path,
        place: "byte 0",
        "found the byte order mark of \(mark.rawValue) where UTF-8 was expected; convert the text "
          + "first: iconv -f \(name) -t UTF-8 \(path == "-" ? "" : path + " ")> NEW"
      )
    }
    if !stripsMark { noteMark?(path) }
    return stripsMark ? mark.bytes.count : 0
  }

  /// The error for a document that is too long and begins at a byte of a file.
  func tooLong(path: String, offset: Int) -> InvalidData {
    InvalidData(
      path: path,
      place: "byte \(offset)",
      "found a document of more than \(largestDocument) bytes, the most that is accepted"
    )
  }
}
