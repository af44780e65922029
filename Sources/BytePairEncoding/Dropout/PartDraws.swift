// Procedure: blocks of the random streams of many words are made side by side (WordDraws.c): the first of each
//   word of a batch, and of the words with drops of a part three more, since few need others.
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

/// Words under dropout: parts of a text that starts at an address.
struct SampledWords {
  let words: WordsOfText
  let noise: SegmentationNoise
  let origin: WordAddress
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
  /// The first blocks of one word with a lattice.
  var single = [bpd_block](repeating: bpd_block(), count: MergeLattice.longestWord / 2 + 1)

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

  /// Makes blocks of the stream of each of some words.
  ///
  /// - Parameters:
  ///   - starts: Where the words start, behind the origin.
  ///   - noise: The dropout.
  ///   - origin: The address of the text.
  ///   - numbers: Which blocks.
  ///   - stride: How many blocks there is room for of each word, at least as many as the last has numbers.
  ///   - blocks: Room for them.
  ///   - first: The number of the first of the words in `blocks`.
  static func makeBlocks(
    _ starts: ArraySlice<Int>,
    _ noise: SegmentationNoise,
    _ origin: WordAddress,
    _ numbers: Range<Int>,
    stride: Int,
    _ blocks: inout [bpd_block],
    from first: Int = 0
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
