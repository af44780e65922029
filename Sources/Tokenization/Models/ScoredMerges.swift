// Source: T. Kudo, SentencePiece 0.2 (bpe_model.cc): two neighbours merge if their concatenation is
//   a piece; the best score first, of equal scores the leftmost.
// Procedure: the pieces are numbered by falling score, and their merges are those of a model whose
//   ids are its ranks (ConcatenationMerges.swift). Merges whose products have the same score share
//   their rank.
// Complexity: O(bytes of all pieces · log).

import BytePairEncoding
import Diagnostics

/// The merges of pieces with scores.
enum ScoredMerges {
  /// All merges, by falling score of their products.
  ///
  /// - Parameters:
  ///   - pieces: The ids of the pieces that merge and may be merged.
  ///   - vocabulary: Their bytes.
  ///   - scores: A score for each id.
  /// - Returns: The merges, with the ids of the vocabulary.
  /// - Throws: ``InvalidData`` if one of the scores is no finite number.
  static func merges(
    of pieces: [TokenID],
    _ vocabulary: Vocabulary,
    _ scores: [Float]
  ) throws -> [Merge] {
    if let piece = pieces.first(where: { !scores[$0.index].isFinite }) {
      throw InvalidData(place: "piece \(piece)", "its score is no finite number")
    }
    let sorted = pieces.sorted {
      let (first, second) = (scores[$0.index], scores[$1.index])
      return first == second ? $0 < $1 : first > second
    }
    var ranked = Vocabulary()
    for piece in sorted { ranked.append(Array(vocabulary.bytes(of: piece))) }
    return try ConcatenationMerges.rules(of: ranked).map {
      Merge(
        left: sorted[$0.left.index],
        right: sorted[$0.right.index],
        product: sorted[$0.product.index]
      )
    }
  }
}
