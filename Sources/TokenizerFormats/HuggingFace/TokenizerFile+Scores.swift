// Procedure: tokenizer.json with an additional member "bpedrop" after the model:
//     {"scores": [0, 0, 0, -1, -2, ...]}    the score of each id, as in SentencePiece's file
//   Merges follow from the scores, and are listed for readers that do not know the member.
// Complexity: O(size of the file).

import BytePairEncoding
import Diagnostics
import JSONText
import Tokenization

/// Reads and writes the scores of a model of SentencePiece.
struct ScoreReader {
  private let scores: [Float]

  static func member(_ scores: [Float]) -> JSONMember {
    let values = scores.map { JSONValue.number(Double($0)) }
    return JSONMember("bpedrop", .object([JSONMember("scores", .array(values))]))
  }

  /// - Parameter value: The member "bpedrop".
  /// - Throws: ``InvalidData``.
  init(_ value: JSONValue) throws {
    guard case .array(let values)? = value["scores"] else {
      throw InvalidData(place: "bpedrop.scores", "an array of numbers was expected")
    }
    scores = try values.enumerated().map { id, value in
      guard case .number(let number) = value else {
        throw InvalidData(place: "bpedrop.scores[\(id)]", "a number was expected")
      }
      return Float(number)
    }
  }

  /// The model of pieces with scores.
  ///
  /// - Parameters:
  ///   - reader: The pieces.
  ///   - settings: The properties of the model.
  ///   - frozen: Pieces that text never becomes by merging.
  ///   - merges: The list of the file, which must be that of the scores.
  /// - Returns: The model.
  /// - Throws: ``InvalidData``.
  func model(
    _ reader: VocabularyReader,
    settings: CharacterModel.Settings,
    frozen: Set<TokenID>,
    merges: JSONValue
  ) throws -> CharacterModel {
    let listed = try reader.merges(merges)
    let model = try CharacterModel(
      vocabulary: reader.vocabulary,
      scores: scores,
      frozen: frozen,
      settings: settings
    )
    guard model.merges == listed else {
      throw InvalidData(place: "bpedrop.scores", "other merges follow than model.merges lists")
    }
    return model
  }
}
