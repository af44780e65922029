// Procedure: the blocks of many words' random streams are made side by side (WordDraws.c): the
//   first block of each word of a batch, and three more for each word of a part that has a drop,
//   since few words need others. The first block gives the step of a cached word's first drop.
// Complexity: O(1) for a cached word.
// Determinism: the blocks are those of each word's own stream.

import CRandomDraws
import Noise

/// The plan of one word, from its first draw.
struct PlannedWord {
  /// The index of its cache slot.
  var place: UInt32 = 0
  /// The first dropped step, counting unprotected steps only; negative if nothing is dropped.
  var drop: Int16 = -1
  /// The index of the word among those with drops.
  var number: UInt16 = 0
}

/// The draws of a batch of words, and the plan of one part of it.
struct PartDraws {
  /// The number of blocks made at once for a word with a drop, its first included.
  static let blockCount = 4
  /// The number of draws in them after the first.
  static let drawCount = 2 * blockCount - 1

  /// The first block of the stream of each word of the batch.
  private var first: [bpd_block]
  /// The part that is planned.
  private(set) var planned = 0..<0
  /// The plan of each word of the part.
  private(set) var plan: [PlannedWord]
  /// The indices of the part's words with drops, and their places; stale beyond their number.
  private var dropped: [Int]
  private var droppedPlaces: [Int]
  /// The first four blocks of each of them.
  private(set) var ahead: [bpd_block]

  /// - Parameters:
  ///   - batch: The most words in a batch.
  ///   - part: The most words in a part.
  init(batch: Int, part: Int) {
    first = Array(repeating: bpd_block(), count: batch)
    plan = Array(repeating: PlannedWord(), count: part)
    dropped = Array(repeating: 0, count: part)
    droppedPlaces = dropped
    ahead = Array(repeating: bpd_block(), count: part * Self.blockCount)
  }

  /// Makes the first blocks of a range of a batch's words.
  mutating func makeFirst(_ range: Range<Int>, _ sampled: SampledWords) {
    sampled.makeBlocks(
      sampled.places[range],
      0..<1,
      stride: 1,
      &first,
      from: range.lowerBound
    )
  }

  /// Plans a part: finds its words and their first drops.
  ///
  /// A word with a drop gets further draws, and its lattice is prefetched.
  ///
  /// - Parameters:
  ///   - range: The part.
  ///   - sampled: The batch.
  ///   - known: The batch's keys, and the cached words.
  /// - Returns: The index of the first uncached word, or the end of the part.
  mutating func makePlan(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ known: borrowing KnownWords
  ) -> Int {
    planned = range
    let (count, end) = Self.findDrops(range, sampled, known, first, &plan, &dropped)
    for number in 0..<count {
      let index = dropped[number]
      known.cache.lattices.prefetchPlace(of: Int(plan[index - range.lowerBound].place))
      ahead[Self.blockCount * number] = first[index]
      droppedPlaces[number] = sampled.places[index]
    }
    sampled.makeBlocks(
      droppedPlaces[..<count],
      1..<Self.blockCount,
      stride: Self.blockCount,
      &ahead,
      from: 0
    )
    for index in dropped[..<count] {
      known.cache.lattices.prefetchLattice(at: Int(plan[index - range.lowerBound].place))
    }
    return end
  }

  /// Finds words and their first drops.
  ///
  /// - Returns: The number of words with a drop, and the index of the first uncached word.
  private static func findDrops(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ known: borrowing KnownWords,
    _ firsts: [bpd_block],
    _ plan: inout [PlannedWord],
    _ dropped: inout [Int]
  ) -> (count: Int, end: Int) {
    let (text, noise) = (sampled.words, sampled.noise)
    let view = known.cache.view
    let (keys, firsts, starts) = (known.keys.span, firsts.span, text.starts.span)
    var plan = plan.mutableSpan
    var dropped = dropped.mutableSpan
    var count = 0
    for index in range {
      // SAFETY: index is less than the number of words, and a part has a place in each array.
      let entry = keys[unchecked: index]
      guard
        let place = view.place(entry.key, entry.hash)
          ?? known.cache.find(
            entry.key,
            hash: entry.hash,
            word: text.base + starts[unchecked: index]
          )
      else { return (count, index) }
      let steps = view[place].derivation.unprotectedSteps(noise.unit)
      let drop = noise.firstDrop(firsts[unchecked: index].low, of: steps)
      plan[unchecked: index &- range.lowerBound] = PlannedWord(
        place: UInt32(truncatingIfNeeded: place),
        drop: Int16(truncatingIfNeeded: drop < steps ? drop : -1),
        number: UInt16(truncatingIfNeeded: count)
      )
      // Gathers the words with drops without a branch: each of the others is overwritten.
      dropped[unchecked: count] = index
      count &+= drop < steps ? 1 : 0
    }
    return (count, range.upperBound)
  }
}

extension SampledWords {
  /// Makes blocks of the streams of several words.
  ///
  /// - Parameters:
  ///   - places: Where the words lie, from the origin.
  ///   - numbers: The range of blocks.
  ///   - stride: The room for each word, in blocks; at least the end of `numbers`.
  ///   - blocks: The destination.
  ///   - first: The index in `blocks` of the first of the words.
  fileprivate func makeBlocks(
    _ places: ArraySlice<Int>,
    _ numbers: Range<Int>,
    stride: Int,
    _ blocks: inout [bpd_block],
    from first: Int
  ) {
    precondition(
      origin.position + (places.last ?? 0) < RandomStream.positionLimit,
      "a position must be less than 2^42, but is \(origin.position + (places.last ?? 0))"
    )
    // SAFETY: there are as many places, and room for the blocks of as many words from the first on.
    places.withUnsafeBytes { bytes in
      blocks.withUnsafeMutableBufferPointer { blocks in
        bpd_stream_blocks(
          noise.streamKey(origin.index).bits,
          origin.document,
          UInt64(origin.position),
          bytes.baseAddress?.assumingMemoryBound(to: Int.self),
          places.count,
          UInt32(truncatingIfNeeded: numbers.lowerBound),
          UInt32(truncatingIfNeeded: numbers.count),
          stride,
          blocks.baseAddress.map { $0 + first * stride + numbers.lowerBound }
        )
      }
    }
  }
}
