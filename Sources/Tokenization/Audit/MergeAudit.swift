// Source: as ModelProbe.swift.
// Procedure: a rule is applied in some word if and only if it is the last step of its product's own
//   bytes: where it makes the product, nothing crosses the product's ends, so the steps before it
//   are those of the product alone.
// Complexity: O(bytes of the products · log).

import BytePairEncoding
import UnicodeText

/// A merge that no text applies.
public struct DeadMerge: Hashable, Sendable {
  /// Why no text applies a merge.
  public enum Reason: String, CaseIterable, Sendable {
    /// One of its parts is never made.
    case unmadePart = "a part is never made"
    /// Earlier merges join the bytes of its product otherwise, or to the end.
    case preempted = "earlier merges take its bytes"
    /// The list has the pair again, and the last entry counts.
    case repeated = "the pair is listed again"
  }

  /// Its rank.
  public let rank: Int
  /// Its parts, as the tokenizer's file spells them.
  public let left: String
  /// The right part.
  public let right: String
  /// Why.
  public let reason: Reason
}

/// What makes the products of a model's merges.
struct MergeAudit {
  /// The merges of the file, by rank.
  let merges: [Merge]
  /// For each token of the core, whether bytes or merges make it.
  let isMade: [Bool]
  /// The dead merges, by rank.
  let dead: [DeadMerge]

  /// Nil for a model without a list of merges, or whose merges follow from its tokens.
  init?(_ model: any WordModel) {
    guard let core = model.mergeCore else { return nil }
    let all = core.model.merges.merges
    let vocabulary = core.model.vocabulary
    merges = Array(all[core.first...])
    var isMade = [Bool](repeating: false, count: vocabulary.count)
    var isProduct = isMade
    var makers: [Int32] = Array(repeating: -1, count: vocabulary.count)
    for merge in all { isProduct[merge.product.index] = true }
    for index in 0..<vocabulary.count where vocabulary.contains(TokenID(index)) {
      let bytes = Array(vocabulary.bytes(of: TokenID(index)))
      isMade[index] = bytes.count == 1
      guard isProduct[index], (2...WordLimits.longestWord).contains(bytes.count) else { continue }
      let steps = core.model.derivation(of: bytes)
      guard steps.count == bytes.count - 1, let last = steps.last,
        last.merge.product.index == index
      else { continue }
      isMade[index] = true
      makers[index] = Int32(truncatingIfNeeded: last.rank)
    }
    self.isMade = isMade
    var dead: [DeadMerge] = []
    for rank in core.first..<all.count where makers[all[rank].product.index] != rank {
      let merge = all[rank]
      let isUnmade = !isMade[merge.left.index] || !isMade[merge.right.index]
      let counts = core.model.merges.rank(of: merge.left, merge.right) == rank
      let parts = [merge.left, merge.right].map { core.spelling(of: $0) }
      dead.append(
        DeadMerge(
          rank: rank - core.first,
          left: parts[0],
          right: parts[1],
          reason: isUnmade ? .unmadePart : counts ? .preempted : .repeated
        )
      )
    }
    self.dead = dead
  }
}

/// The model over bytes that applies the merges of another.
struct MergeCore {
  let model: BPEModel
  /// The number of first merges that only put characters together.
  let first: Int
  /// The tokens of the merges, as the file spells them.
  let vocabulary: Vocabulary

  /// A token as the file spells it.
  func spelling(of token: TokenID) -> String {
    let bytes = vocabulary.bytes(of: token)
    return isOverCharacters
      ? String(decoding: bytes, as: UTF8.self) : ByteAlphabet.encode(bytes)
  }

  /// Whether the file's tokens are characters.
  let isOverCharacters: Bool
}

extension WordModel {
  /// The model over bytes that applies the merges of the file; nil if the file has no list of them.
  var mergeCore: MergeCore? {
    switch self {
    case let model as BPEModel where !model.merges.sharesRanks:
      MergeCore(model: model, first: 0, vocabulary: vocabulary, isOverCharacters: false)
    case let model as CharacterModel where model.scores == nil:
      MergeCore(
        model: model.byteLevel,
        first: model.byteLevel.merges.merges.count - model.merges.count,
        vocabulary: model.vocabulary,
        isOverCharacters: true
      )
    case let model as MarkedModel: model.marked.mergeCore
    case let model as SubwordModel: model.codes.mergeCore
    default: nil
    }
  }
}
