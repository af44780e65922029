public import BytePairEncoding
import PreTokenization
import UnicodeText

extension Tokenizer {
  /// The text of some tokens, as bytes: a token may end inside a character.
  ///
  /// Without a ``decoder``, the inverse of encoding up to normalisation, for every lossless
  /// pre-tokeniser. If the model says so, a space separates two tokens, unless the pre-tokeniser
  /// marks spaces. With a decoder, the result of applying its steps to the pieces.
  /// Complexity: O(length of the result).
  ///
  /// - Parameters:
  ///   - tokens: Ids; an id without a token contributes nothing.
  ///   - skipsSpecial: Whether special tokens are left out.
  /// - Returns: The bytes of the tokens, in order; not always valid UTF-8.
  public func decode(_ tokens: some Sequence<TokenID>, skipsSpecial: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    if let decoder {
      var chain = DecodingChain(decoder)
      let kept = tokens.filter { !(skipsSpecial && isSpecial($0)) }
      for start in stride(from: 0, to: kept.count, by: Self.decodingBatch) {
        let end = min(start + Self.decodingBatch, kept.count)
        bytes += chain.push(kept[start..<end].compactMap(writtenPiece))
      }
      return bytes + chain.finish()
    }
    var previous: TokenID?
    for token in tokens where !(skipsSpecial && isSpecial(token)) {
      append(textOf: token, after: previous, to: &bytes)
      previous = token
    }
    return bytes
  }

  /// Appends the text of a token that follows another.
  func append(textOf token: TokenID, after previous: TokenID?, to bytes: inout [UInt8]) {
    let content = normalizedContent(of: token)?[...] ?? self.bytes(of: token)
    if let marking = preTokenizer.marking {
      bytes += marking.unmarked(content, isFirst: previous == nil)
      return
    }
    if let previous, model.needsSpace(between: previous, and: token) {
      bytes.append(UInt8(ascii: " "))
    }
    bytes.append(contentsOf: content)
  }

  /// The number of pieces that a decoder takes at a time.
  private static let decodingBatch = 256

  /// The piece of a token; nil if there is no such token.
  func writtenPiece(_ token: TokenID) -> [UInt8]? {
    let piece = normalizedContent(of: token) ?? Array(piece(of: token).utf8)
    return piece.isEmpty ? nil : piece
  }
}
