// Procedure: every pre-token (word model) or every character of it (character model) is looked up
//   as a whole; anything outside the vocabulary becomes the unknown token.
// Complexity: O(n).

public import BytePairEncoding
import CUnicode

/// A model without merges: a vocabulary of whole words, or of characters.
public struct UnitModel: Sendable {
  /// The unit of look-up.
  public enum Unit: String, Sendable {
    /// Whole pre-tokens.
    case word
    /// Single characters.
    case character
  }

  /// Whether pre-tokens are looked up whole or character by character.
  public let unit: Unit
  /// All tokens, special ones included.
  public let vocabulary: Vocabulary
  /// The token for everything else; nil to leave it out.
  public let unknown: TokenID?

  /// Special tokens; text that spells one counts as unknown.
  fileprivate let reserved: Set<TokenID>

  /// The tokens of ASCII characters, which dominate most texts.
  fileprivate let asciiTokens: [TokenID?]

  /// - Parameters:
  ///   - unit: The unit of look-up.
  ///   - vocabulary: All tokens.
  ///   - unknown: The token for everything else; nil to leave it out.
  ///   - reserved: Tokens that text never becomes, whatever it spells.
  public init(unit: Unit, vocabulary: Vocabulary, unknown: TokenID?, reserved: Set<TokenID>) {
    self.unit = unit
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.reserved = reserved
    asciiTokens = (0..<128 as Range<UInt8>).map { vocabulary.id(of: [$0]) }
  }
}

extension UnitModel: WordModel {
  /// "a model of words or characters".
  public var name: String { "a model of words or characters" }

  /// Words are separated by spaces; characters are not.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool { unit == .word }

  /// An encoder, which has no cache.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder { UnitEncoder(model: self) }
}

/// Looks words or characters up.
struct UnitEncoder: WordEncoder {
  let model: UnitModel

  /// Appends the tokens of a pre-token, and for each the number of bytes that it stands for.
  func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) {
    switch model.unit {
    case .word:
      append(model.vocabulary.id(of: Array(word)), length: word.count, &tokens, &lengths)
    case .character:
      guard let base = word.baseAddress else { return }
      var position = 0
      while position < word.count {
        if word[position] < 128 {
          append(model.asciiTokens[Int(word[position])], length: 1, &tokens, &lengths)
          position += 1
        } else {
          // SAFETY: position is inside the word, and the decoder reads no more than it is given.
          let length = Int(bpd_decode_utf8(base + position, word.count - position).length)
          let character = Array(word[position..<position + length])
          append(model.vocabulary.id(of: character), length: length, &tokens, &lengths)
          position += length
        }
      }
    }
  }

  private func append(
    _ id: TokenID?,
    length: Int,
    _ tokens: inout [UInt32],
    _ lengths: inout [Int]
  ) {
    guard let id = id.flatMap({ model.reserved.contains($0) ? nil : $0 }) ?? model.unknown else {
      return
    }
    tokens.append(id.rawValue)
    lengths.append(length)
  }
}
