// Procedure: windows: the positions of the stream are cut by WindowGrid.swift, and windows are
//   rows. Contiguous rows: the positions are cut into one run for each row of a batch, of equal
//   lengths, or, where all are kept, of lengths that differ by one, the longest first; row r of
//   step s is window s of run r.
// Complexity: O(1) for an address, O(n) to read a row.
// Determinism: the offset of the grid is one draw of the stream (site windows; item 0).

import Corpora
package import Noise

/// Windows of a stream of tokens.
struct WindowRows: RowSource {
  private let stream: TokenStream

  init(_ tokens: TokenStream) { stream = tokens }

  var tokens: TokenStream? { stream }

  func plan(_ epoch: Epoch) -> any EpochPlan { Plan(stream, epoch) }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    private let tokens: TokenStream
    private let collator: Collator
    private let positions: Int
    private let offset: Int

    init(_ tokens: TokenStream, _ epoch: Epoch) {
      let collator = epoch.collator
      (self.tokens, self.collator) = (tokens, collator)
      if collator.shiftsWindows {
        let key = NoiseKey(seed: epoch.seed, epoch: epoch.number, site: .windows)
        var draws = RandomStream(key: key, item: 0)
        offset = Int(draws.next(below: UInt32(clamping: collator.stride)))
      } else {
        offset = 0
      }
      positions = collator.positions(ofTokens: tokens.count)
      if collator.rows == .contiguous {
        let run = Self.run(0, of: positions, collator)
        order = RowOrder(epoch, steps: Self.grid(run.count, offset, collator).count)
      } else {
        order = RowOrder(epoch, samples: Self.grid(positions, offset, collator).count)
      }
    }

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      let window = window(ofSample: sample)
      let end = window.lowerBound + collator.tokens(forPositions: window.count)
      try row.read(window.lowerBound..<end, of: tokens)
    }

    private func window(ofSample sample: Int) -> Range<Int> {
      guard collator.rows == .contiguous else {
        return Self.grid(positions, offset, collator)[order.place(ofSample: sample)]
      }
      let run = Self.run(sample % collator.batchSize, of: positions, collator)
      let window = Self.grid(run.count, offset, collator)[sample / collator.batchSize]
      return run.lowerBound + window.lowerBound..<run.lowerBound + window.upperBound
    }

    private static func grid(_ positions: Int, _ offset: Int, _ collator: Collator) -> WindowGrid {
      WindowGrid(
        positions: positions,
        length: collator.stride,
        offset: offset,
        keepsPartial: collator.keepsPartialRows
      )
    }

    /// The positions that a row of every batch reads.
    private static func run(_ row: Int, of positions: Int, _ collator: Collator) -> Range<Int> {
      let (share, rest) = positions.quotientAndRemainder(dividingBy: collator.batchSize)
      if !collator.keepsPartialRows { return row * share..<(row + 1) * share }
      let start = row * share + min(row, rest)
      return start..<start + share + (row < rest ? 1 : 0)
    }
  }
}

extension NoiseSite {
  /// Where the grid of windows over a token stream begins in an epoch.
  package static var windows: NoiseSite { NoiseSite(number: 9, name: "windows") }
}
