import Corpora

/// Documents of a stream of tokens, packed into rows.
struct BestFitRows: RowSource {
  private let documents: TokenDocuments
  /// How the documents are packed.
  let packing: PackedRows

  /// - Parameters:
  ///   - tokens: Of known documents.
  ///   - collator: How long rows are.
  init(_ tokens: TokenStream, _ collator: Collator) {
    documents = TokenDocuments(tokens)
    packing = PackedRows(
      tokens.documentStarts,
      length: collator.stride,
      overlap: collator.objective.overlap
    )
  }

  var tokens: TokenStream? { documents.tokens }

  func plan(_ epoch: Epoch) -> any EpochPlan {
    Plan(
      order: RowOrder(epoch, samples: packing.count),
      tokens: documents.tokens,
      packing: packing,
      collator: epoch.collator
    )
  }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    let tokens: TokenStream
    let packing: PackedRows
    let collator: Collator

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      for piece in packing[order.place(ofSample: sample)] {
        let end = piece.start + collator.tokens(forPositions: piece.count)
        try row.read(piece.start..<end, of: tokens)
      }
    }
  }
}
