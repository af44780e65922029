// Procedure: whether two tokens may be joined is a function of the pair alone, never of its
//   position.

/// Which tokens may be joined.
public struct JoinLimits: Sendable, Equatable {
  /// The most bytes that a token may have.
  public var longestToken: Int
  /// Whether joins across a character boundary take whole characters only, so that no token holds
  /// part of one character and something of another.
  public var wholeCharacters: Bool

  /// - Parameters:
  ///   - longestToken: In bytes.
  ///   - wholeCharacters: Whether no token may hold part of a character beside something else.
  public init(longestToken: Int = .max, wholeCharacters: Bool = false) {
    self.longestToken = longestToken
    self.wholeCharacters = wholeCharacters
  }
}

/// How the bytes of a token align with character boundaries.
enum CharacterShape: UInt8, BitwiseCopyable {
  /// Whole characters, or bytes that belong to none.
  case whole
  /// The first bytes of one character.
  case beginning
  /// Bytes from inside one character, possibly its last.
  case continuation
  /// Parts of characters beside others.
  case mixed

  init(_ bytes: some Collection<UInt8>) {
    let text = Array(bytes)
    if text.allSatisfy({ $0 & 0xC0 == 0x80 }) {
      self = text.isEmpty ? .whole : .continuation
    } else if String(validating: text, as: UTF8.self) != nil {
      self = .whole
    } else if text.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) {
      let length = text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4
      self = (0xC2...0xF4).contains(text[0]) && text.count < length ? .beginning : .mixed
    } else {
      self = .mixed
    }
  }

  /// Whether a token of this shape may be joined with one of the next shape after it.
  @inline(__always)
  func joins(_ next: CharacterShape) -> Bool {
    switch self {
    case .whole: next == .whole
    case .beginning, .continuation: next == .continuation
    case .mixed: false
    }
  }
}
