// Source, Determinism: as WordSegmenter.swift, with the same draws in the same order.
// Procedure: the first draws of all words of a part are made at once (PartDraws.swift); they give
//   the step of the first drop of each cached word, or none. For words with a drop the next draws
//   are also made at once, and their lattices prefetched (MergeLattice.swift). Then tokens are
//   written: the plain ones, or those sampled on the lattice. A word without a lattice is segmented
//   afresh.
// Complexity: O(1) for a word without a drop; otherwise see MergeLattice.swift and
//   WordSegmenter.swift.

import CMergeKernels
import CRandomDraws
import Noise

extension BPEEncoder {
  /// Appends the tokens of words up to the first uncached one, and returns its index.
  mutating func append(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ tokens: inout [UInt32]
  ) -> Int {
    let end = draws.makePlan(range, sampled, known)
    var next = range.lowerBound
    while next < end {
      let start = next
      let onLattice: Int
      (next, onLattice) = Self.appendPlanned(
        start..<end,
        sampled,
        draws,
        model,
        known.cache,
        &known.scratch,
        &tokens
      )
      work.plain += next - start - onLattice
      work.onLattice += onLattice
      guard next < end else { break }
      let planned = draws.plan[next - range.lowerBound]
      appendSampled(
        sampled.words[next],
        Int(planned.place),
        Int(planned.drop),
        sampled.noise,
        sampled.address(of: next),
        &tokens
      )
      next += 1
    }
    return end
  }

  /// Appends tokens up to the first word with a drop that has no lattice or needs more draws.
  ///
  /// - Returns: The word's index, and the number of words sampled on a lattice.
  private static func appendPlanned(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ draws: PartDraws,
    _ model: BPEModel,
    _ cache: WordCache,
    _ scratch: inout TokenScratch,
    _ tokens: inout [UInt32]
  ) -> (end: Int, onLattice: Int) {
    let text = sampled.words
    let view = cache.view
    let first = draws.planned.lowerBound
    let (words, starts, ends) = (draws.plan.span, text.starts.span, text.ends.span)
    var onLattice = 0
    let end = draws.ahead.withUnsafeBytes { ahead in
      model.writtenBytes.withUnsafeBufferPointer { bytes in
        guard let ahead = ahead.baseAddress else { return range.lowerBound }
        let draws = ahead.assumingMemoryBound(to: UInt64.self)
        let procedure = sampled.noise.latticeNoise(bytes.baseAddress)
        return scratch.append(
          range,
          byteCount: text.length(of: range),
          to: &tokens
        ) { index, target in
          // SAFETY: the index is that of a planned word, and a block is two draws.
          let word = words[unchecked: index &- first]
          if word.drop < 0 { return cache.write(view[Int(word.place)], to: target) }
          guard let lattice = cache.lattices.lattice(at: Int(word.place)) else { return -1 }
          let start = starts[unchecked: index]
          let count = bpd_lattice_sample(
            lattice,
            text.base + start,
            ends[unchecked: index] &- start,
            procedure,
            bpd_lattice_draws(
              words: draws + 2 &* PartDraws.blockCount &* Int(word.number) + 1,
              count: UInt32(PartDraws.drawCount),
              step: UInt32(truncatingIfNeeded: word.drop)
            ),
            target
          )
          onLattice &+= count < 0 ? 0 : 1
          return count
        }
      }
    }
    return (end, onLattice)
  }

  /// Appends the tokens of a cached word with a drop.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - place: The index of its cache slot.
  ///   - firstDrop: The number of unprotected steps before the first drop.
  ///   - noise: The dropout.
  ///   - address: The position of the word in its corpus.
  ///   - tokens: Grows by the word's tokens.
  mutating func appendSampled(
    _ word: UnsafeBufferPointer<UInt8>,
    _ place: Int,
    _ firstDrop: Int,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    guard let lattice = known.cache.lattice(of: word, at: place, model) else {
      return simulate(word, firstDrop, noise, address, &tokens)
    }
    // There are fewer merges than bytes, and a block is two draws.
    let blockCount = word.count / 2 + 1
    let end = withUnsafeTemporaryAllocation(of: bpd_block.self, capacity: blockCount) { blocks in
      model.writtenBytes.withUnsafeBufferPointer { bytes in
        guard let base = blocks.baseAddress else { return 0 }
        // SAFETY: there is room for the blocks, all of which are written.
        bpd_stream_run(
          noise.streamKey(address.index).bits,
          address.document,
          UInt64(address.position),
          blockCount,
          base
        )
        let draws = bpd_lattice_draws(
          words: UnsafeRawPointer(base).assumingMemoryBound(to: UInt64.self) + 1,
          count: UInt32(truncatingIfNeeded: word.count),
          step: UInt32(truncatingIfNeeded: firstDrop)
        )
        let procedure = noise.latticeNoise(bytes.baseAddress)
        return known.scratch.append(0..<1, byteCount: word.count, to: &tokens) { _, target in
          bpd_lattice_sample(lattice, word.baseAddress, word.count, procedure, draws, target)
        }
      }
    }
    guard end > 0 else { return simulate(word, firstDrop, noise, address, &tokens) }
    work.onLattice += 1
  }

  /// The first drop of a word that is encoded alone, or nil if nothing is dropped.
  mutating func firstDrop(
    _ derivation: WordSegmenter.Derivation,
    _ noise: SegmentationNoise,
    _ address: WordAddress
  ) -> Int? {
    let steps = derivation.unprotectedSteps(noise.unit)
    var stream = noise.stream(address)
    let drop = steps == 0 ? nil : noise.keptRun.run(below: steps, from: &stream)
    work.count(steps: steps, isDropped: drop != nil)
    return drop
  }

  /// Appends the tokens of a word with a drop but no lattice.
  mutating func simulate(
    _ word: UnsafeBufferPointer<UInt8>,
    _ firstDrop: Int,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    work.simulated += 1
    var stream = noise.stream(address)
    _ = stream.next64()
    segmenter.sample(word, noise: noise, firstDrop: firstDrop, stream: &stream, into: &tokens)
  }
}

extension SegmentationNoise {
  /// The constants of a batch for its lattices.
  ///
  /// - Parameter byteTokens: The token written for each byte that does not merge.
  /// - Returns: Valid as long as this noise and `byteTokens`.
  @inline(__always)
  fileprivate func latticeNoise(_ byteTokens: UnsafePointer<UInt32>?) -> bpd_lattice_noise {
    bpd_lattice_noise(
      law: droppedRuns.runs,
      byte_tokens: byteTokens,
      protects: unit == .character
    )
  }
}
