// Source: YouTokenToMe (bpe.cpp, encode_sentence): ▁ is put before each word, and the word is
//   encoded with it.
// Procedure: a model over characters encodes mark and word; the mark counts no bytes of the text.
// Complexity: that of the model.

public import BytePairEncoding
import Diagnostics

/// A model over characters that puts a mark before each word.
public struct MarkedModel: Sendable {
  /// The model of marked words.
  public let marked: CharacterModel
  /// The mark: ▁ in YouTokenToMe's files.
  public let mark: [UInt8]

  /// - Parameters:
  ///   - marked: The model of marked words; it must have no affixes, and a token for the mark.
  ///   - mark: A character.
  /// - Throws: ``InvalidData`` if the model has no token for the mark.
  public init(_ marked: CharacterModel, mark: [UInt8]) throws {
    guard marked.settings.prefix.isEmpty, marked.settings.suffix.isEmpty,
      !marked.settings.ignoresMerges, marked.vocabulary.id(of: mark) != nil
    else {
      throw InvalidData("no token is the mark of a word, \(String(decoding: mark, as: UTF8.self))")
    }
    self.marked = marked
    self.mark = mark
  }
}

extension MarkedModel: MergingModel {
  /// "a model over characters of marked words".
  public var name: String { "a model over characters of marked words" }

  /// The tokens as the file spells them, marks included.
  public var vocabulary: Vocabulary { marked.vocabulary }

  /// The merges by rank.
  public var mergesByRank: [Merge] { marked.merges }

  /// As the model of marked words.
  public func mergeUsage(tokenCounts: [UInt64]) -> [UInt64] {
    marked.mergeUsage(tokenCounts: tokenCounts)
  }

  /// The limit of the model, without the mark.
  public var longestWord: Int { marked.longestWord - mark.count }

  /// The text of a token, without the mark.
  public func text(of token: TokenID) -> ArraySlice<UInt8> {
    let text = marked.text(of: token)
    return beginsWord(token) ? text.dropFirst(mark.count) : text
  }

  private func beginsWord(_ token: TokenID) -> Bool {
    marked.vocabulary.bytes(of: token).starts(with: mark)
  }

  /// A space stands before each mark.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool {
    beginsWord(next)
  }

  /// As the model of marked words.
  public func response(to noise: SegmentationNoise) -> NoiseResponse {
    marked.response(to: noise)
  }

  /// An encoder with a word cache of its own.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder {
    MarkedEncoder(self, cacheCapacity: cacheCapacity)
  }
}

/// Encodes marked words; one for each thread.
struct MarkedEncoder: WordEncoder {
  private let mark: [UInt8]
  private var encoder: CharacterEncoder
  private var word: [UInt8] = []

  init(_ model: MarkedModel, cacheCapacity: Int) {
    mark = model.mark
    encoder = CharacterEncoder(model.marked, cacheCapacity: cacheCapacity)
  }

  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) throws {
    self.word.removeAll(keepingCapacity: true)
    self.word += mark
    self.word += word
    let start = lengths.count
    self.word.withUnsafeBufferPointer {
      encoder.encode($0, noise: noise, at: address, into: &tokens, lengths: &lengths)
    }
    // The mark is a token or the beginning of one.
    if lengths.count > start { lengths[start] -= mark.count }
  }
}
