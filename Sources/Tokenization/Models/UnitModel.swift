// Procedure: every pre-token (word model) or every character of it (character model) is looked up as
//   a whole; what is not in the vocabulary becomes the unknown token.
// Complexity: O(n).

public import BytePairEncoding
import CUnicode

/// A model without merges: a vocabulary of whole words, or of characters.
public struct UnitModel: Sendable {
  /// What is looked up.
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
  /// What stands for everything else; without one it is left out.
  public let unknown: TokenID?

  /// Special tokens: text that spells one is unknown text.
  fileprivate let reserved: Set<TokenID>

  /// The tokens of the characters below 128, which most texts are made of.
  fileprivate let asciiTokens: [TokenID?]

  /// - Parameters:
  ///   - unit: What is looked up.
  ///   - vocabulary: All tokens.
  ///   - unknown: What stands for everything else.
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

  /// Words stand apart; characters do not.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool { unit == .word }

  /// An encoder, which remembers nothing.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder { UnitEncoder(model: self) }
}

/// Looks words or characters up.
struct UnitEncoder: WordEncoder {
  let model: UnitModel

  /// Appends the tokens of a pre-token, and the length in bytes of what each stands for.
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
          // SAFETY: position is inside the word, and the decoder reads no further than it is told.
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
