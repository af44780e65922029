import Diagnostics
import UnicodeText

/// What a reader accepts of its files.
public struct DocumentReading: Sendable {
  /// The most bytes that one document may have.
  ///
  /// A document is held in memory, so a file without a line feed, a device without an end or a small
  /// compressed file of a huge one would take all of it.
  public var largestDocument: Int
  /// Whether U+FEFF at the front of a file is left out.
  public var stripsMark: Bool
  /// Called with the path of a file that begins with U+FEFF where that is not left out.
  public var noteMark: (@Sendable (String) -> Void)?

  /// - Parameters:
  ///   - largestDocument: The most bytes that one document may have, at least 1.
  ///   - stripsMark: Whether U+FEFF at the front of a file is left out.
  ///   - noteMark: Called with the path of a file that begins with U+FEFF where it stays.
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

  /// Looks at the front of a file.
  ///
  /// - Parameters:
  ///   - text: The first four bytes at least, or all of a shorter file.
  ///   - path: The file.
  /// - Returns: How many bytes are to be left out.
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

  /// The error of a document that begins at a byte of a file.
  func tooLong(path: String, offset: Int) -> InvalidData {
    InvalidData(
      path: path,
      place: "byte \(offset)",
      "found a document of more than \(largestDocument) bytes, the most that is accepted"
    )
  }
}
