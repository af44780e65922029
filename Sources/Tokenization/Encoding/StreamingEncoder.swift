// Procedure: bytes are held back from the last place on at which the document may be cut without
//   changing its tokens (SafeCut.swift); what stands before it is encoded.
// Complexity: O(n); memory for the longest stretch without such a place, which is bounded.
// Determinism: the tokens are those of the whole document, however it comes in pieces.

public import BytePairEncoding
import PreTokenization
import UnicodeText

/// Encodes one document that comes in pieces, such as an endless pipe.
///
/// The ids are those of ``TokenizerEncoder`` for the whole document, under BPE-dropout, too. Offsets are
/// not made.
public struct StreamingEncoder {
  /// The longest stretch that is held back, in bytes: a document that offers no place to cut it for so
  /// long is refused.
  public static let longestStretch = WordLimits.longestWord

  private var encoder: TokenizerEncoder
  private var options: EncodingOptions
  private let number: UInt64
  private let cuts: DocumentCuts
  private var held: [UInt8] = []
  private var origin = 0
  private var result = EncodedDocument()

  /// - Parameters:
  ///   - tokenizer: Shared.
  ///   - number: The running number of the document: its noise depends on it.
  ///   - options: What is wanted; offsets are left out.
  ///   - cacheCapacity: The most memory for remembered words, in bytes.
  public init(
    _ tokenizer: Tokenizer,
    number: UInt64 = 0,
    options: EncodingOptions = EncodingOptions(),
    cacheCapacity: Int = BPEEncoder.defaultCacheCapacity
  ) {
    encoder = TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity)
    cuts = DocumentCuts(tokenizer, allowsSpecial: options.allowsSpecial)
    self.number = number
    self.options = options
    self.options.wantsOffsets = false
  }

  /// Takes the next bytes of the document.
  ///
  /// - Parameters:
  ///   - bytes: Any number, also none; they may end inside a character.
  ///   - tokens: Grows by the tokens that are certain.
  /// - Throws: ``UnicodeTextError`` or ``TokenizerEncoder/WordTooLong``.
  public mutating func append(_ bytes: some Sequence<UInt8>, into tokens: inout [UInt32]) throws {
    let searched = max(held.count, 1)
    held.append(contentsOf: bytes)
    let cut = held.withUnsafeBufferPointer { cuts.last(in: $0, from: searched) }
    if let cut {
      try encode(cut, appended: nil, &tokens)
    } else if held.count > Self.longestStretch {
      throw TokenizerEncoder.WordTooLong(offset: origin, length: held.count)
    }
  }

  /// Ends the document; the encoder is then ready for no other.
  ///
  /// - Parameter tokens: Grows by the last tokens.
  /// - Throws: ``UnicodeTextError`` or ``TokenizerEncoder/WordTooLong``.
  public mutating func finish(into tokens: inout [UInt32]) throws {
    try encode(held.count, appended: options.appended, &tokens)
  }

  /// Encodes so many of the bytes held.
  private mutating func encode(
    _ count: Int,
    appended: TokenID?,
    _ tokens: inout [UInt32]
  ) throws {
    var options = options
    options.appended = appended
    try held.withUnsafeBufferPointer {
      try encoder.encode(
        UnsafeBufferPointer(rebasing: $0[..<count]),
        number: number,
        origin: origin,
        options: options,
        into: &result
      )
    }
    tokens.append(contentsOf: result.ids)
    held.removeFirst(count)
    origin += count
  }
}

/// Where the documents of a tokenizer may be cut without changing their tokens.
package struct DocumentCuts: Sendable {
  private let preTokenizer: PreTokenizer
  private let isASCIIOnly: Bool
  private let isPossible: Bool

  /// - Parameters:
  ///   - tokenizer: Whose documents they are.
  ///   - allowsSpecial: Whether special tokens are recognised in text.
  package init(_ tokenizer: Tokenizer, allowsSpecial: Bool) {
    preTokenizer = tokenizer.preTokenizer
    // Other normalisers may remove the character before the white space.
    let isCanonical = tokenizer.normalizer.isCanonical
    isASCIIOnly = !isCanonical
    // An added token with white space inside might lie across a cut, and one that looks at what stands
    // beside it must see it.
    isPossible = !tokenizer.addedTokens.contains { token in
      guard allowsSpecial || !token.isSpecial else { return false }
      let matching = token.matching
      return token.content.dropFirst().contains { $0 <= 0x20 } || matching.isSingleWord
        || matching.stripsLeft || matching.stripsRight || (matching.isNormalized && !isCanonical)
    }
  }

  /// The last place to cut at, or nil.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - start: The first place that counts; at least 1.
  /// - Returns: How many bytes stand before the cut.
  package func last(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard isPossible else { return nil }
    return (start..<max(text.count, start)).last {
      preTokenizer.isSafeCut(text, at: $0, isASCIIOnly: isASCIIOnly)
    }
  }

  /// The first place to cut at, or nil.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - start: The first place that counts; at least 1.
  /// - Returns: How many bytes stand before the cut.
  package func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard isPossible else { return nil }
    return (start..<max(text.count, start)).first {
      preTokenizer.isSafeCut(text, at: $0, isASCIIOnly: isASCIIOnly)
    }
  }
}
