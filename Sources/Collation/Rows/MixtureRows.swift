import Corpora
package import Noise

/// The rows of several sources, of which an epoch takes a fixed number of each.
struct MixtureRows: RowSource {
  private let mixture: SourceMixture

  init(_ mixture: SourceMixture) { self.mixture = mixture }

  var liveText: LiveText? { mixture.parts.lazy.compactMap { $0.source.liveText }.first }

  var documentCount: Int { mixture.parts.reduce(0) { $0 + $1.source.documentCount } }

  var hasDocuments: Bool { mixture.parts.allSatisfy { $0.source.hasDocuments } }

  func plan(_ epoch: Epoch) -> any EpochPlan {
    Plan(order: RowOrder(epoch, samples: mixture.count), mixture: mixture, epoch: epoch)
  }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    let mixture: SourceMixture
    let epoch: Epoch

    private func place(ofSample sample: Int) -> SourceMixture.Place {
      mixture.place(order.place(ofSample: sample), epoch: epoch.number)
    }

    /// A pass over a source has the order and the noise of the source's own seed.
    private func plan(_ place: SourceMixture.Place) -> any EpochPlan {
      let part = place.part
      return part.source.plan(
        Epoch(collator: epoch.collator, seed: part.seed, number: place.pass)
      )
    }

    func tokenCount(ofSample sample: Int) -> Int {
      let place = place(ofSample: sample)
      return plan(place).tokenCount(ofSample: place.sample)
    }

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      let place = place(ofSample: sample)
      row.byteTable = place.part.source.tokens?.byteTable
      var own = moment
      (own.seed, own.epoch) = (place.part.seed, place.pass)
      try plan(place).read(place.sample, at: own, with: &encoder, into: &row)
      row.move(to: place)
    }
  }
}

extension NoiseSite {
  /// Which source of a mixture, and which of its rows, a sample is.
  package static var mixture: NoiseSite { NoiseSite(number: 22, name: "mixture") }
}
