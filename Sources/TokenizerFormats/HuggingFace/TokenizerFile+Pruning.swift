// Procedure: tokenizer.json with an additional member "bpedrop" after the model. The vocabulary has
//   the tokens that text is turned into; merges also refer to others, and the member says when
//   those are split:
//     {"scaffold": ["ould", ...]}          after all merging (Scaffold-BPE)
//     {"removals": [["ould", 812], ...]}   after so many merges, in order (PickyBPE)
//   The parts of a split follow from the merges (PrunedModel.swift). Readers that do not know the
//   member find tokens in the merges that the vocabulary lacks; Hugging Face tokenizers refuses the
//   file.
// Complexity: O(size of the file).

import Tokenization
import BytePairEncoding
import Diagnostics
import JSONText
import UnicodeText

extension PrunedModel {
  /// The spelling in the merges of a token that text may never be turned into.
  func pieceInMerges(_ id: TokenID, of tokenizer: Tokenizer) -> String {
    id.index < vocabulary.count ? tokenizer.piece(of: id) : piece(ofLeftOut: id)
  }

  private func piece(ofLeftOut id: TokenID) -> String {
    ByteAlphabet.encode(expanded.bytes(of: id))
  }

  /// The member "bpedrop": the tokens that the vocabulary leaves out.
  var ownMembers: [JSONMember] {
    let member =
      switch pruning {
      case .scaffold(let tokens):
        JSONMember("scaffold", .array(tokens.map { .text(piece(ofLeftOut: $0)) }))
      case .removals(let removals):
        JSONMember(
          "removals",
          .array(
            removals.map {
              .array([.text(piece(ofLeftOut: $0.token)), .number(Double($0.mergeCount))])
            }
          )
        )
      }
    return [JSONMember("bpedrop", .object([member]))]
  }
}

/// Reads the tokens that a vocabulary leaves out.
struct PruningReader {
  private let scaffold: [[UInt8]]?
  private let removals: [(token: [UInt8], mergeCount: Int)]

  /// - Parameter value: The member "bpedrop".
  /// - Throws: ``InvalidData``.
  init(_ value: JSONValue) throws {
    let place = "bpedrop"
    guard case .object(let members) = value, members.count == 1 else {
      throw InvalidData(place: place, "an object with 'scaffold' or 'removals' was expected")
    }
    if case .array(let tokens)? = value["scaffold"] {
      scaffold = try tokens.enumerated().map { index, token in
        guard case .string(let token) = token else {
          throw InvalidData(place: "bpedrop.scaffold[\(index)]", "a token was expected")
        }
        return token
      }
      removals = []
    } else if case .array(let entries)? = value["removals"] {
      scaffold = nil
      removals = try entries.enumerated().map { index, entry in
        guard case .array(let parts) = entry, parts.count == 2, case .string(let token) = parts[0],
          let mergeCount = parts[1].integer(below: VocabularyReader.largestID)
        else {
          throw InvalidData(
            place: "bpedrop.removals[\(index)]",
            "a token and the number of merges before were expected"
          )
        }
        return (token, mergeCount)
      }
    } else {
      throw InvalidData(place: place, "an array 'scaffold' or 'removals' was expected")
    }
  }

  /// Combines the pruning with the vocabulary and the merges.
  ///
  /// - Parameters:
  ///   - reader: The vocabulary.
  ///   - merges: The list of merges.
  /// - Returns: The model.
  /// - Throws: ``InvalidData``.
  func model(_ reader: VocabularyReader, merges: JSONValue) throws -> PrunedModel {
    var reader = reader
    let tokens = try (scaffold ?? removals.map(\.token)).enumerated().map { index, token in
      let place = scaffold == nil ? "bpedrop.removals[\(index)]" : "bpedrop.scaffold[\(index)]"
      return try reader.add(token, isNew: scaffold != nil, place: place)
    }
    let merges = try reader.merges(merges)
    do {
      return try PrunedModel(
        tokens: reader.vocabulary,
        merges: merges,
        pruning: scaffold != nil
          ? .scaffold(tokens)
          : .removals(
            zip(tokens, removals).map { VocabularyPruning.Removal($0, after: $1.mergeCount) }
          )
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(place: "bpedrop", error.description)
    }
  }
}
