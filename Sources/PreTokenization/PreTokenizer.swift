import UnicodeText

/// How a text is cut into pre-tokens, across which no merge ever reaches.
public enum PreTokenizer: String, CaseIterable, Hashable, Sendable {
  /// GPT-2's pattern, Hugging Face's ByteLevel: letters, numbers or other signs with one space
  /// before them; English contractions; runs of white space. Covers every byte.
  case gpt2
  /// `\w+|[^\w\s]+`, Hugging Face's Whitespace. White space is left out.
  case whitespace
  /// Everything between white space, Hugging Face's WhitespaceSplit. White space is left out.
  case whitespaceSplit = "whitespace-split"
  /// Words by Unicode Standard Annex #29 and ICU's dictionaries, with one space before them. Covers
  /// every byte.
  case icuWords = "icu-words"
  /// The whole text as one pre-token.
  case none

  /// Whether the pre-tokens cover every byte, so that decoding gives the text back.
  public var isLossless: Bool {
    switch self {
    case .gpt2, .icuWords, .none: true
    case .whitespace, .whitespaceSplit: false
    }
  }
}

/// Cuts texts, one after another; one for each thread.
public struct PreTokenScanner {
  private let preTokenizer: PreTokenizer
  private var position = 0
  private var words = WordBreakScanner()

  /// - Parameter preTokenizer: How to cut.
  public init(_ preTokenizer: PreTokenizer) { self.preTokenizer = preTokenizer }

  /// Starts on a text.
  ///
  /// - Throws: ``UnicodeTextError`` where ICU fails.
  public mutating func start(_ text: UnsafeBufferPointer<UInt8>) throws {
    position = 0
    if preTokenizer == .icuWords { try words.start(text) }
  }

  /// Fills a batch with the next pre-tokens.
  ///
  /// - Parameters:
  ///   - batch: Replaced by up to ``PreTokenBuffer/capacity`` ranges; empty at the end.
  ///   - text: The text given to ``start(_:)``.
  public mutating func fill(_ batch: inout PreTokenBuffer, from text: UnsafeBufferPointer<UInt8>) {
    batch.removeAll()
    switch preTokenizer {
    case .gpt2: GPT2Scanner.fill(&batch, from: text, at: &position)
    case .whitespace: WhitespaceScanner.fillWords(&batch, from: text, at: &position)
    case .whitespaceSplit: WhitespaceScanner.fillRuns(&batch, from: text, at: &position)
    case .icuWords: words.fill(&batch)
    case .none:
      if position < text.count {
        batch.append(position, text.count)
        position = text.count
      }
    }
  }
}

extension PreTokenizer {
  /// The pre-tokens of a text, as arrays of bytes: for tests, examples and small texts.
  ///
  /// - Throws: ``UnicodeTextError`` where ICU fails.
  public func split(_ text: [UInt8]) throws -> [[UInt8]] {
    try text.withUnsafeBufferPointer { bytes in
      var scanner = PreTokenScanner(self)
      var batch = PreTokenBuffer()
      var pieces: [[UInt8]] = []
      try scanner.start(bytes)
      repeat {
        scanner.fill(&batch, from: bytes)
        for index in 0..<batch.count { pieces.append(Array(text[batch[index]])) }
      } while batch.count > 0
      return pieces
    }
  }
}
