// Procedure: bytes after the last position at which the document may be cut without changing its
//   tokens (SafeCut.swift) are held back; those before it are encoded.
// Complexity: O(n); memory for the longest stretch without such a position, which is bounded.
// Determinism: the tokens are those of the whole document, however it is divided.

public import BytePairEncoding
import PreTokenization
import UnicodeText

/// Encodes one document that arrives in pieces, such as from an endless pipe.
///
/// The ids are those of ``TokenizerEncoder`` for the whole document, also under BPE-dropout. It
/// does not produce offsets.
public struct StreamingEncoder {
  /// The longest stretch that is held back, in bytes; a document with no safe cut for longer is
  /// refused.
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
  ///   - number: The running number of the document, which determines its noise.
  ///   - options: What to produce; offsets are left out.
  ///   - cacheCapacity: The most memory for cached words, in bytes.
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
  ///   - bytes: Any number, including none; they may end inside a character.
  ///   - tokens: Grows by the tokens that are final.
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

  /// Ends the document; the encoder cannot be used for another one.
  ///
  /// - Parameter tokens: Grows by the last tokens.
  /// - Throws: ``UnicodeTextError`` or ``TokenizerEncoder/WordTooLong``.
  public mutating func finish(into tokens: inout [UInt32]) throws {
    try encode(held.count, appended: options.appended, &tokens)
  }

  /// Encodes the first `count` of the held bytes.
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

/// Finds where a tokenizer's documents may be cut without changing their tokens.
package struct DocumentCuts: Sendable {
  private let preTokenizer: PreTokenizer
  private let isASCIIOnly: Bool
  private let isPossible: Bool

  /// - Parameters:
  ///   - tokenizer: The tokenizer that encodes the documents.
  ///   - allowsSpecial: Whether special tokens are recognised in text.
  package init(_ tokenizer: Tokenizer, allowsSpecial: Bool) {
    preTokenizer = tokenizer.preTokenizer
    // Other normalisers may remove the character before the white space.
    let isCanonical = tokenizer.normalizer.isCanonical
    isASCIIOnly = !isCanonical
    // An added token that contains white space might lie across a cut, and one that depends on its
    // surroundings must see them.
    isPossible =
      tokenizer.normalizer.isLocal
      && !tokenizer.addedTokens.contains { token in
        guard allowsSpecial || !token.isSpecial else { return false }
        let matching = token.matching
        return token.content.dropFirst().contains { $0 <= 0x20 } || matching.isSingleWord
          || matching.stripsLeft || matching.stripsRight || (matching.isNormalized && !isCanonical)
      }
  }

  /// The last position to cut at, or nil.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - start: The first position to consider; at least 1.
  /// - Returns: The number of bytes before the cut.
  package func last(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard isPossible else { return nil }
    return (start..<max(text.count, start)).last {
      preTokenizer.isSafeCut(text, at: $0, isASCIIOnly: isASCIIOnly)
    }
  }

  /// The first position to cut at, or nil.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - start: The first position to consider; at least 1.
  /// - Returns: The number of bytes before the cut.
  package func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard isPossible else { return nil }
    return (start..<max(text.count, start)).first {
      preTokenizer.isSafeCut(text, at: $0, isASCIIOnly: isASCIIOnly)
    }
  }
}
