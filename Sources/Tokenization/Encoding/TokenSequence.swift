public import BytePairEncoding

/// The tokens of a document that arrives in pieces, as it arrives.
public struct TokenSequence<Base: AsyncSequence>: AsyncSequence
where Base.Element: Sequence<UInt8> {
  private let base: Base
  private let tokenizer: Tokenizer
  private let number: UInt64
  private let options: EncodingOptions

  /// - Parameters:
  ///   - base: The bytes of the document, in pieces of any size.
  ///   - tokenizer: Shared.
  ///   - number: The running number of the document, which determines its noise.
  ///   - options: What to produce; offsets are left out.
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

  /// Reads pieces until some tokens are final.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var base: Base.AsyncIterator
    fileprivate var encoder: StreamingEncoder
    fileprivate var isAtEnd = false

    /// The next tokens, at least one; nil at the end.
    ///
    /// - Throws: Any error of the base, ``UnicodeTextError``, or ``TokenizerEncoder/WordTooLong``.
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

  /// Starts at the beginning of the document.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(
      base: base.makeAsyncIterator(),
      encoder: StreamingEncoder(tokenizer, number: number, options: options)
    )
  }
}
