// Source, Determinism: as WordSegmenter.swift, with the same draws in the same order.
// Procedure: the first draws of all words of a part are made at once; they tell of each known word at
//   which step its first drop is, if it has one. For words with a drop the next draws are made at once, too,
//   and their lattices are asked for (MergeLattice.swift). Then tokens are written: plain ones, or a derivation on the
//   lattice. What has no lattice is gone through token by token.
// Complexity: O(1) for a word without a drop; MergeLattice.swift, WordSegmenter.swift.

import CMergeKernels
import CRandomDraws
import Noise

/// How the known words were cut under dropout.
package struct DropoutWork: Sendable {
  /// Without a drop: plain tokens.
  package internal(set) var plain = 0
  /// On a lattice.
  package internal(set) var charted = 0
  /// By going through their derivation token by token.
  package internal(set) var simulated = 0

  /// Nothing done.
  package init() {}

  /// Adds what another encoder did.
  package static func += (sum: inout DropoutWork, other: DropoutWork) {
    sum.plain += other.plain
    sum.charted += other.charted
    sum.simulated += other.simulated
  }
}

extension BPEEncoder {
  /// Appends the tokens of words up to the first that is not remembered, and returns its index.
  mutating func append(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ tokens: inout [UInt32]
  ) -> Int {
    let end = Self.makePlan(range, sampled, keys, cache, &draws)
    let (words, noise) = (sampled.words, sampled.noise)
    var next = range.lowerBound
    while next < end {
      let rest = next..<end
      makeRoom(for: words.length(of: rest))
      let bytes = model.writtenBytes
      let first = range.lowerBound
      next = Self.append(rest, first, sampled, bytes, draws, cache, &known, &tokens, &work)
      guard next < end else { break }
      let planned = draws.plan[next - first]
      let address = words.address(of: next, sampled.origin)
      appendSampled(words[next], Int(planned.place), Int(planned.drop), noise, address, &tokens)
      next += 1
    }
    return end
  }

  /// Finds words and their first drops; returns the index of the first word that is not known.
  private static func makePlan(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ keys: [HashedKey],
    _ cache: WordCache,
    _ draws: inout PartDraws
  ) -> Int {
    let (count, end) = findDrops(
      range,
      sampled,
      keys,
      draws.first,
      cache,
      &draws.plan,
      &draws.dropped
    )
    for number in 0..<count {
      let index = draws.dropped[number]
      cache.lattices.prefetchPlace(of: Int(draws.plan[index - range.lowerBound].place))
      draws.ahead[PartDraws.blockCount * number] = draws.first[index]
      draws.droppedStarts[number] = sampled.words.starts[index]
    }
    PartDraws.makeBlocks(
      draws.droppedStarts[..<count],
      sampled.noise,
      sampled.origin,
      1..<PartDraws.blockCount,
      stride: PartDraws.blockCount,
      &draws.ahead
    )
    for index in draws.dropped[..<count] {
      cache.lattices.prefetchLattice(at: Int(draws.plan[index - range.lowerBound].place))
    }
    return end
  }

  /// Finds words and their first drops: how many have one, and the index of the first that is not known.
  private static func findDrops(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ keys: [HashedKey],
    _ firsts: [bpd_block],
    _ cache: WordCache,
    _ plan: inout [PlannedWord],
    _ dropped: inout [Int]
  ) -> (count: Int, end: Int) {
    let (text, noise) = (sampled.words, sampled.noise)
    let view = cache.view
    let (keys, firsts, starts) = (keys.span, firsts.span, text.starts.span)
    var plan = plan.mutableSpan
    var dropped = dropped.mutableSpan
    var count = 0
    for index in range {
      // SAFETY: index is less than the number of words, and a part has a place in each array.
      let entry = keys[unchecked: index]
      guard
        let place = view.place(entry.key, entry.hash)
          ?? cache.find(entry.key, hash: entry.hash, word: text.base + starts[unchecked: index])
      else { return (count, index) }
      let steps = view[place].derivation.unprotectedSteps(noise.unit)
      let drop = noise.firstDrop(firsts[unchecked: index].low, of: steps)
      plan[unchecked: index &- range.lowerBound] = PlannedWord(
        place: UInt32(truncatingIfNeeded: place),
        drop: Int16(truncatingIfNeeded: drop < steps ? drop : -1),
        number: UInt16(truncatingIfNeeded: count)
      )
      // The words with drops are gathered without a branch: every other is written over.
      dropped[unchecked: count] = index
      count &+= drop < steps ? 1 : 0
    }
    return (count, range.upperBound)
  }

  /// Appends tokens up to the first word with a drop that has no lattice, or needs more draws.
  ///
  /// - Returns: The word's index.
  private static func append(
    _ range: Range<Int>,
    _ first: Int,
    _ sampled: SampledWords,
    _ bytes: [UInt32],
    _ draws: PartDraws,
    _ cache: WordCache,
    _ known: inout [UInt32],
    _ tokens: inout [UInt32],
    _ work: inout DropoutWork
  ) -> Int {
    let text = sampled.words
    let protects = sampled.noise.unit == .character
    let law = sampled.noise.droppedRuns.runs
    let view = cache.view
    let (words, starts, ends) = (draws.plan.span, text.starts.span, text.ends.span)
    var charted = 0
    var index = range.lowerBound
    // SAFETY: indices are those of planned words; there is room for as many tokens as the words have bytes,
    // and a block is two draws.
    known.withUnsafeMutableBufferPointer { known in
      draws.ahead.withUnsafeBytes { ahead in
        bytes.withUnsafeBufferPointer { bytes in
          guard let base = known.baseAddress, let ahead = ahead.baseAddress else { return }
          let draws = ahead.assumingMemoryBound(to: UInt64.self)
          var next = base
          while index < range.upperBound {
            let word = words[unchecked: index &- first]
            if word.drop < 0 {
              next += cache.write(view[Int(word.place)], to: next)
            } else {
              guard let lattice = cache.lattices.lattice(at: Int(word.place)) else { break }
              let start = starts[unchecked: index]
              let written = bpd_lattice_sample(
                lattice,
                text.base + start,
                ends[unchecked: index] &- start,
                protects,
                UInt32(truncatingIfNeeded: word.drop),
                law,
                draws + 2 &* PartDraws.blockCount &* Int(word.number) + 1,
                PartDraws.drawCount,
                bytes.baseAddress,
                next
              )
              if written < 0 { break }
              charted &+= 1
              next += written
            }
            index &+= 1
          }
          tokens.append(contentsOf: UnsafeBufferPointer(start: base, count: next - base))
        }
      }
    }
    work.plain += index - range.lowerBound - charted
    work.charted += charted
    return index
  }

  /// Appends the tokens of a known word with a drop.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - place: Where it is remembered.
  ///   - firstDrop: How many unprotected steps keep their first candidate.
  ///   - noise: The dropout.
  ///   - address: Which word it is.
  ///   - tokens: Grows by the word's tokens.
  mutating func appendSampled(
    _ word: UnsafeBufferPointer<UInt8>,
    _ place: Int,
    _ firstDrop: Int,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    guard let lattice = cache.lattice(of: word, at: place, model) else {
      return simulate(word, firstDrop, noise, address, &tokens)
    }
    makeRoom(for: word.count)
    let count = draws.single.withUnsafeMutableBufferPointer { blocks in
      guard let base = blocks.baseAddress else { return -1 }
      // SAFETY: a word with a lattice has less than 32 bytes, and fewer merges: there is room for its blocks.
      bpd_stream_run(
        noise.streamKey(address.index).bits,
        address.document,
        UInt64(address.position),
        word.count / 2 + 1,
        base
      )
      let draws = UnsafeRawPointer(base).assumingMemoryBound(to: UInt64.self)
      return bpd_lattice_sample(
        lattice,
        word.baseAddress,
        word.count,
        noise.unit == .character,
        UInt32(truncatingIfNeeded: firstDrop),
        noise.droppedRuns.runs,
        draws + 1,
        word.count,
        model.writtenBytes,
        &known
      )
    }
    guard count >= 0 else { return simulate(word, firstDrop, noise, address, &tokens) }
    work.charted += 1
    tokens.append(contentsOf: known[..<count])
  }

  /// The first drop, or nil where nothing is dropped.
  func firstDrop(
    _ derivation: WordSegmenter.Derivation,
    _ noise: SegmentationNoise,
    _ address: WordAddress
  ) -> Int? {
    let steps = derivation.unprotectedSteps(noise.unit)
    if steps == 0 { return nil }
    var stream = noise.stream(address)
    return noise.keptRun.run(below: steps, from: &stream)
  }

  /// Appends the tokens of a word with a drop without a lattice.
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
