// Procedure: tokens come in one after another, and whole characters go out. An unfinished character
//   at the end is held back, and so is text that a step of the decoder may still change.
// Complexity: O(bytes of the token) for a token; without a decoder at most three bytes are held. A
//   decoder that changes fused text, other than by stripping its ends, holds all of it.
// Determinism: the output is the decoded text of all tokens, however they are batched.

public import BytePairEncoding
import UnicodeText

/// Decodes tokens one at a time, as a model generates them, without ever emitting half a character.
public struct TokenDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecial: Bool
  private var held: [UInt8] = []
  private var previous: TokenID?
  private var chain: DecodingChain?

  /// - Parameters:
  ///   - tokenizer: The tokenizer that defines the tokens.
  ///   - skipsSpecial: Whether special tokens are left out.
  public init(_ tokenizer: Tokenizer, skipsSpecial: Bool = false) {
    self.tokenizer = tokenizer
    self.skipsSpecial = skipsSpecial
    chain = tokenizer.decoder.map(DecodingChain.init)
  }

  /// Takes the next token.
  ///
  /// - Returns: The text that is now final, in whole characters; often empty, if a token ends
  ///   inside a character. Bytes that are not UTF-8 become U+FFFD, as in `String(decoding:as:)`.
  public mutating func push(_ token: TokenID) -> String {
    if skipsSpecial && tokenizer.isSpecial(token) { return "" }
    if let piece = chain == nil ? nil : tokenizer.writtenPiece(token) {
      held += chain?.push([piece]) ?? []
    } else if chain == nil {
      tokenizer.append(textOf: token, after: previous, to: &held)
      previous = token
    }
    let end = held.withUnsafeBufferPointer { UTF8Text.wholeCharactersEnd($0) }
    let text = String(decoding: held[..<end], as: UTF8.self)
    held.removeFirst(end)
    return text
  }

  /// Returns the remaining text once the tokens have ended.
  public mutating func finish() -> String {
    held += chain?.finish() ?? []
    let text = String(decoding: held, as: UTF8.self)
    held = []
    chain = tokenizer.decoder.map(DecodingChain.init)
    previous = nil
    return text
  }
}
