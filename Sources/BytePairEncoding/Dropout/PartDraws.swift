// Procedure: blocks of the random streams of many words are made side by side (WordDraws.c): the first of each
//   word of a batch, and of the words with drops of a part three more, since few need others. The first says at
//   which step a known word has its first drop.
// Complexity: O(1) for a known word.
// Determinism: the blocks are those of each word's own stream.

import CRandomDraws
import Noise

/// What the first draw decided about one word.
struct PlannedWord {
  /// The place of its slot.
  var place: UInt32 = 0
  /// How many unprotected steps keep their first candidate; below 0 where nothing is dropped.
  var drop: Int16 = -1
  /// The number of the word among those with drops.
  var number: UInt16 = 0
}

/// What was drawn for the words of a batch.
struct PartDraws {
  /// How many blocks are made at once for a word with a drop, that of the first draw among them.
  static let blockCount = 4
  /// How many draws behind the first they have.
  static let drawCount = 2 * blockCount - 1

  /// The first block of the stream of each word of the batch.
  var first: [bpd_block]
  /// What they decided about the words of a part.
  var plan: [PlannedWord]
  /// The indices of the part's words with drops, and where these start; and what is left of parts before.
  var dropped: [Int]
  var droppedStarts: [Int]
  /// The first four blocks of each of them.
  var ahead: [bpd_block]

  /// - Parameters:
  ///   - batch: The most words of a batch.
  ///   - part: The most words of a part.
  init(batch: Int, part: Int) {
    first = Array(repeating: bpd_block(), count: batch)
    plan = Array(repeating: PlannedWord(), count: part)
    dropped = Array(repeating: 0, count: part)
    droppedStarts = dropped
    ahead = Array(repeating: bpd_block(), count: part * Self.blockCount)
  }

  /// Makes the first blocks of some words of a batch.
  mutating func makeFirst(_ range: Range<Int>, _ sampled: SampledWords) {
    sampled.makeBlocks(
      sampled.words.starts[range],
      0..<1,
      stride: 1,
      &first,
      from: range.lowerBound
    )
  }

  /// Finds the words of a part and their first drops, makes more draws for those that have one, and asks for
  /// their lattices.
  ///
  /// - Parameters:
  ///   - range: The part.
  ///   - sampled: The batch.
  ///   - known: Its keys, and what is remembered.
  /// - Returns: The index of the first word that is not known, or the end of the part.
  mutating func makePlan(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ known: borrowing KnownWords
  ) -> Int {
    let (count, end) = Self.findDrops(range, sampled, known, first, &plan, &dropped)
    let lattices = known.cache.lattices
    for number in 0..<count {
      let index = dropped[number]
      lattices.prefetchPlace(of: Int(plan[index - range.lowerBound].place))
      ahead[Self.blockCount * number] = first[index]
      droppedStarts[number] = sampled.words.starts[index]
    }
    sampled.makeBlocks(
      droppedStarts[..<count],
      1..<Self.blockCount,
      stride: Self.blockCount,
      &ahead,
      from: 0
    )
    for index in dropped[..<count] {
      lattices.prefetchLattice(at: Int(plan[index - range.lowerBound].place))
    }
    return end
  }

  /// Finds words and their first drops: how many have one, and the index of the first that is not known.
  private static func findDrops(
    _ range: Range<Int>,
    _ sampled: SampledWords,
    _ known: borrowing KnownWords,
    _ firsts: [bpd_block],
    _ plan: inout [PlannedWord],
    _ dropped: inout [Int]
  ) -> (count: Int, end: Int) {
    let (text, noise) = (sampled.words, sampled.noise)
    let (cache, keys) = (known.cache, known.keys)
    let view = cache.view
    let (entries, firsts, starts) = (keys.span, firsts.span, text.starts.span)
    var plan = plan.mutableSpan
    var dropped = dropped.mutableSpan
    var count = 0
    for index in range {
      // SAFETY: index is less than the number of words, and a part has a place in each array.
      let entry = entries[unchecked: index]
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
}

extension SampledWords {
  /// Makes blocks of the stream of each of some words.
  ///
  /// - Parameters:
  ///   - starts: Where the words start in the text.
  ///   - numbers: Which blocks.
  ///   - stride: How many blocks there is room for of each word, at least as many as the last has numbers.
  ///   - blocks: Room for them.
  ///   - first: The number of the first of the words in `blocks`.
  fileprivate func makeBlocks(
    _ starts: ArraySlice<Int>,
    _ numbers: Range<Int>,
    stride: Int,
    _ blocks: inout [bpd_block],
    from first: Int
  ) {
    precondition(
      origin.position + (starts.last ?? 0) < RandomStream.positionLimit,
      "a position must be less than 2^42, but is \(origin.position + (starts.last ?? 0))"
    )
    // SAFETY: there are as many starts, and room for the blocks of as many words behind the first.
    starts.withUnsafeBytes { bytes in
      blocks.withUnsafeMutableBufferPointer { blocks in
        bpd_stream_blocks(
          noise.streamKey(origin.index).bits,
          origin.document,
          UInt64(origin.position),
          bytes.baseAddress?.assumingMemoryBound(to: Int.self),
          starts.count,
          UInt32(truncatingIfNeeded: numbers.lowerBound),
          UInt32(truncatingIfNeeded: numbers.count),
          stride,
          blocks.baseAddress.map { $0 + first * stride + numbers.lowerBound }
        )
      }
    }
  }
}
