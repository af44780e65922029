import Corpora
import Noise

/// Documents of a stream of tokens, in batches of about equally many positions.
struct BucketRows: RowSource {
  private let documents: TokenDocuments
  private let buckets: LengthBuckets

  /// - Parameters:
  ///   - tokens: Of known documents.
  ///   - collator: How batches are padded, and which are kept.
  ///   - budget: The positions of a batch.
  init(_ tokens: TokenStream, _ collator: Collator, budget: Int) {
    documents = TokenDocuments(tokens)
    buckets = LengthBuckets(
      documents.positions(collator).map {
        $0 == 0 ? 0 : collator.inputLength(ofPositions: $0)
      },
      budget: budget,
      multiple: collator.lengthMultiple,
      keepsPartial: collator.keepsPartialBatch
    )
  }

  var tokens: TokenStream? { documents.tokens }

  func plan(_ epoch: Epoch) -> any EpochPlan { Plan(documents, buckets, epoch) }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    private let documents: TokenDocuments
    private let buckets: LengthBuckets
    private let epoch: Epoch
    /// The order of the batches.
    private let batches: IndexPermutation?

    init(_ documents: TokenDocuments, _ buckets: LengthBuckets, _ epoch: Epoch) {
      (self.documents, self.buckets, self.epoch) = (documents, buckets, epoch)
      let count = buckets.batchCount
      order = RowOrder(epoch, samples: buckets.documents.count, steps: count)
      batches =
        epoch.collator.isShuffled
        ? IndexPermutation(count: UInt64(count), key: epoch.key.derived(0)) : nil
    }

    func samples(ofStep step: Int, with encoder: inout LiveEncoder?) -> Range<Int> {
      buckets.places(ofBatch: batches.map { Int($0[UInt64(step)]) } ?? step)
    }

    /// Documents change places inside their bucket.
    private func document(ofSample sample: Int) -> Int {
      guard epoch.collator.isShuffled else { return buckets.documents[sample] }
      let (number, places) = buckets.bucket(ofPlace: sample)
      let order = IndexPermutation(
        count: UInt64(places.count),
        key: epoch.key.derived(UInt64(number) + 1)
      )
      let place = places.lowerBound + Int(order[UInt64(sample - places.lowerBound)])
      return buckets.documents[place]
    }

    func tokenCount(ofSample sample: Int) -> Int {
      documents.tokenCount(document(ofSample: sample))
    }

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      let document = document(ofSample: sample)
      try documents.read(document, at: moment, epoch.collator, into: &row)
    }
  }
}
