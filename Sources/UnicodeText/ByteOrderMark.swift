// Source: The Unicode Standard, section 23.8 (byte order mark), and table 3-6.

/// The mark U+FEFF at the beginning of a file, which indicates the encoding of its text.
public enum ByteOrderMark: String, CaseIterable, Sendable {
  /// EF BB BF.
  case utf8 = "UTF-8"
  // Those of UTF-32 first: the one of little endian begins as the one of UTF-16 does.
  /// FF FE 00 00.
  case utf32LittleEndian = "UTF-32LE"
  /// 00 00 FE FF.
  case utf32BigEndian = "UTF-32BE"
  /// FF FE.
  case utf16LittleEndian = "UTF-16LE"
  /// FE FF.
  case utf16BigEndian = "UTF-16BE"

  /// The bytes of the mark.
  public var bytes: [UInt8] {
    switch self {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .utf32LittleEndian: [0xFF, 0xFE, 0x00, 0x00]
    case .utf32BigEndian: [0x00, 0x00, 0xFE, 0xFF]
    }
  }

  /// The mark at the beginning of a text; nil if there is none.
  ///
  /// - Parameter text: At least the first four bytes of a file, or all of a shorter one.
  public init?(startOf text: some Collection<UInt8>) {
    guard let mark = Self.allCases.first(where: { text.starts(with: $0.bytes) }) else {
      return nil
    }
    self = mark
  }

  /// Whether a text is so short that more bytes may change the result.
  public static func isUndecided(_ text: some Collection<UInt8>) -> Bool {
    allCases.contains { $0.bytes.count > text.count && $0.bytes.starts(with: text) }
  }
}
