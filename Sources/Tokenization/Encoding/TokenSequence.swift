public import BytePairEncoding

/// The tokens of a document that comes in pieces, as it comes.
public struct TokenSequence<Base: AsyncSequence>: AsyncSequence
where Base.Element: Sequence<UInt8> {
  private let base: Base
  private let tokenizer: Tokenizer
  private let number: UInt64
  private let options: EncodingOptions

  /// - Parameters:
  ///   - base: The bytes of the document, in pieces of any size.
  ///   - tokenizer: Shared.
  ///   - number: The running number of the document: its noise depends on it.
  ///   - options: What is wanted; offsets are left out.
  public init(
    _ base: Base,
    tokenizer: Tokenizer,
    number: UInt64 = 0,
    options: EncodingOptions = EncodingOptions()
  ) {
    self.base = base
    self.tokenizer = tokenizer
    self.number = number
    self.options = options
  }

  /// Reads pieces until some tokens are certain.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var base: Base.AsyncIterator
    fileprivate var encoder: StreamingEncoder
    fileprivate var isAtEnd = false

    /// The next tokens, at least one; nil at the end.
    ///
    /// - Throws: What the base throws, ``UnicodeTextError``, or ``TokenizerEncoder/WordTooLong``.
    public mutating func next() async throws -> [TokenID]? {
      var tokens: [UInt32] = []
      while tokens.isEmpty && !isAtEnd {
        if let bytes = try await base.next() {
          try encoder.append(bytes, into: &tokens)
        } else {
          isAtEnd = true
          try encoder.finish(into: &tokens)
        }
      }
      return tokens.isEmpty ? nil : tokens.map { TokenID($0) }
    }
  }

  /// Begins at the front of the document.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(
      base: base.makeAsyncIterator(),
      encoder: StreamingEncoder(tokenizer, number: number, options: options)
    )
  }
}
