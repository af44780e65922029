/// A pattern evaluated as its regular expression reads, one alternative after the other, over whole
/// characters.
///
/// Slow and obvious: no look-up tables or memory, and a quantifier that is followed by a condition
/// gives characters back one at a time, as a backtracking matcher does.
public struct PatternSpecification: Sendable {
  /// One character: its bytes, and its kind.
  public struct Character: Sendable {
    /// Its UTF-8, or one byte that is not UTF-8.
    public let bytes: [UInt8]
    /// Whether `\p{L}` matches.
    public let isLetter: Bool
    /// Whether `\p{N}` matches.
    public let isNumber: Bool
    /// Whether `\s` matches.
    public let isSpace: Bool
    /// Whether `\w` matches.
    public let isWord: Bool

    /// - Parameters:
    ///   - bytes: Its UTF-8, or one byte that is not UTF-8.
    ///   - isLetter: Whether `\p{L}` matches.
    ///   - isNumber: Whether `\p{N}` matches.
    ///   - isSpace: Whether `\s` matches.
    ///   - isWord: Whether `\w` matches.
    public init(bytes: [UInt8], isLetter: Bool, isNumber: Bool, isSpace: Bool, isWord: Bool) {
      self.bytes = bytes
      self.isLetter = isLetter
      self.isNumber = isNumber
      self.isSpace = isSpace
      self.isWord = isWord
    }
  }

  /// Tries an alternative at an index: the index after the match, or nil.
  private typealias Alternative = @Sendable ([Character], Int) -> Int?

  private let alternatives: [Alternative]

  private init(_ alternatives: [Alternative]) { self.alternatives = alternatives }

  /// GPT-2's pattern.
  ///
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  public static let gpt2 = PatternSpecification(
    ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { literal($0) } + [
      optionalSpace { $0.isLetter }, optionalSpace { $0.isNumber },
      optionalSpace { !$0.isSpace && !$0.isLetter && !$0.isNumber },
      spacesNotBeforeOther, oneOrMore { $0.isSpace },
    ]
  )

  /// Hugging Face's Whitespace: `\w+|[^\w\s]+`.
  public static let whitespace = PatternSpecification([
    oneOrMore { $0.isWord }, oneOrMore { !$0.isWord && !$0.isSpace },
  ])

  /// Hugging Face's WhitespaceSplit: `\S+`.
  public static let whitespaceSplit = PatternSpecification([oneOrMore { !$0.isSpace }])

  /// All matches, left to right; characters at which nothing matches are skipped.
  public func split(_ text: [Character]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var index = 0
    while index < text.count {
      if let end = alternatives.lazy.compactMap({ $0(text, index) }).first {
        pieces.append(text[index..<end].flatMap(\.bytes))
        index = end
      } else {
        index += 1
      }
    }
    return pieces
  }

  private static func literal(_ literal: String) -> Alternative {
    { text, start in
      let wanted = literal.utf8.map { [$0] }
      guard start + wanted.count <= text.count else { return nil }
      let found = text[start..<start + wanted.count].map(\.bytes)
      return found == wanted ? start + wanted.count : nil
    }
  }

  private static func oneOrMore(_ belongs: @escaping @Sendable (Character) -> Bool) -> Alternative {
    { text, start in
      var end = start
      while end < text.count && belongs(text[end]) { end += 1 }
      return end > start ? end : nil
    }
  }

  private static func optionalSpace(
    then belongs: @escaping @Sendable (Character) -> Bool
  ) -> Alternative {
    { text, start in
      if text[start].bytes == [0x20], start + 1 < text.count,
        let end = oneOrMore(belongs)(text, start + 1)
      {
        return end
      }
      return oneOrMore(belongs)(text, start)
    }
  }

  /// White space, its last character given back if something follows: `\s+(?!\S)`.
  private static let spacesNotBeforeOther: Alternative = { text, start in
    guard var end = oneOrMore({ $0.isSpace })(text, start) else { return nil }
    while end > start {
      if end == text.count || text[end].isSpace { return end }
      end -= 1
    }
    return nil
  }
}
