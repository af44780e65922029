// Source, Determinism: as WordSegmenter.swift, with the same draws in the same order.
// Procedure: the first draws of all words of a part are made at once; they tell of each known word at
//   which step its first drop is, if it has one. For words with a drop the next draws are made at once, too,
//   and the course behind the drop is asked for (DropoutMemo.swift). Then tokens are written: plain ones,
//   or those of the course where it has no second drop. All else is followed word by word.
// Complexity: O(1) for a word whose courses are remembered.

import CTextKernels
import Noise

/// How the known words were cut under dropout.
package struct DropoutWork: Sendable {
  /// Without a drop: plain tokens.
  package internal(set) var plain = 0
  /// By what is remembered of their drops.
  package internal(set) var remembered = 0
  /// By going through their derivation.
  package internal(set) var simulated = 0

  /// Nothing done.
  package init() {}

  /// Adds what another encoder did.
  package static func += (sum: inout DropoutWork, other: DropoutWork) {
    sum.plain += other.plain
    sum.remembered += other.remembered
    sum.simulated += other.simulated
  }
}

/// What the first draws decided about one word.
struct PlannedWord {
  /// The place of its slot.
  var place: Int
  /// The first drop, or a step below 0 where the plain tokens stand.
  var drop: DropoutMemo.Drop
  /// The number of the word among those with drops.
  var number: Int
}

/// Blocks of random streams: the first of the words of a batch, two more of a part's words with drops.
struct StreamBlocks {
  var first: [bpd_block]
  var second: [bpd_block]
  var third: [bpd_block]

  /// - Parameters:
  ///   - batch: The most words of a batch.
  ///   - part: The most words with drops that are looked at together.
  init(batch: Int, part: Int) {
    first = Array(repeating: bpd_block(), count: batch)
    second = Array(repeating: bpd_block(), count: part)
    third = second
  }

  /// How many of the first four steps behind the first drop, in a row, drop nothing.
  @inline(__always)
  func keptSteps(_ number: Int, _ noise: SegmentationNoise) -> Int {
    // SAFETY: a part has so many words with drops.
    let (second, third) = (second.span[unchecked: number], third.span[unchecked: number])
    if noise.run(of: second.low) > 0 { return 0 }
    if noise.run(of: second.high) > 0 { return 1 }
    if noise.run(of: third.low) > 0 { return 2 }
    return noise.run(of: third.high) > 0 ? 3 : 4
  }
}

extension BPEEncoder {
  /// Appends the tokens of words up to the first that is not remembered, and returns its index.
  mutating func appendSampled(
    _ range: Range<Int>,
    _ base: UnsafePointer<UInt8>,
    _ starts: [Int],
    _ ends: [Int],
    _ noise: SegmentationNoise,
    _ origin: WordAddress,
    _ tokens: inout [UInt32]
  ) -> Int {
    forgetCourses(unlessOf: noise.unit)
    let end = Self.makePlan(range, base, starts, noise, origin, keys, cache, memo, &plan, &blocks)
    var next = range.lowerBound
    while next < end {
      let rest = next..<end
      next = Self.appendPlanned(
        rest,
        range.lowerBound,
        noise,
        plan,
        blocks,
        cache,
        memo,
        &known,
        &tokens,
        &work
      )
      guard next < end else { break }
      let planned = plan[next - range.lowerBound]
      let start = starts[next]
      let word = UnsafeBufferPointer(start: base + start, count: ends[next] - start)
      var address = origin
      address.position += start
      appendSampled(word, planned.place, planned.drop, noise, address, &tokens)
      next += 1
    }
    return end
  }

  /// Finds words and their first drops; returns the index of the first word that is not known.
  private static func makePlan(
    _ range: Range<Int>,
    _ base: UnsafePointer<UInt8>,
    _ starts: [Int],
    _ noise: SegmentationNoise,
    _ origin: WordAddress,
    _ keys: [HashedKey],
    _ cache: WordCache,
    _ memo: DropoutMemo,
    _ plan: inout [PlannedWord],
    _ blocks: inout StreamBlocks
  ) -> Int {
    let view = cache.view
    let firstBlocks = blocks.first
    let (keys, bounds, firsts) = (keys.span, noise.keptBounds.span, firstBlocks.span)
    var words = plan.mutableSpan
    var dropped = (starts: [Int](), words: [Int]())
    dropped.starts.reserveCapacity(range.count)
    dropped.words.reserveCapacity(range.count)
    var end = range.upperBound
    for index in range {
      // SAFETY: index is less than the number of words, and a part has a place in each array.
      let entry = keys[unchecked: index]
      guard
        let place = view.place(entry.key, entry.hash)
          ?? cache.find(entry.key, hash: entry.hash, word: base + starts[index])
      else {
        end = index
        break
      }
      let steps = view[place].derivation.unprotectedSteps(noise.unit)
      let block = firsts[unchecked: index]
      var word = PlannedWord(place: place, drop: DropoutMemo.Drop(step: -1, run: 0), number: 0)
      let isKept = steps < bounds.count && block.low < bounds[unchecked: steps]
      if steps > 0, !isKept, let step = noise.firstDrop(block.low, of: steps) {
        word.drop = DropoutMemo.Drop(step: step, run: noise.run(of: block.high))
        word.number = dropped.starts.count
        dropped.starts.append(starts[index])
        dropped.words.append(index - range.lowerBound)
        cache.prefetchName(at: place)
      }
      words[unchecked: index &- range.lowerBound] = word
    }
    guard noise.repeatsCourses else { return end }
    makeBlocks(dropped.starts[...], noise, origin, 1, &blocks.second)
    for index in dropped.words {
      let word = words[unchecked: index]
      memo.prefetch(DropoutMemo.key(cache.name(at: word.place), word.drop))
    }
    makeBlocks(dropped.starts[...], noise, origin, 2, &blocks.third)
    return end
  }

  /// Makes a block of the stream of each of some words, from a place on.
  static func makeBlocks(
    _ starts: ArraySlice<Int>,
    _ noise: SegmentationNoise,
    _ origin: WordAddress,
    _ number: UInt32,
    _ blocks: inout [bpd_block],
    from place: Int = 0
  ) {
    precondition(
      origin.position + (starts.last ?? 0) < RandomStream.positionLimit,
      "a position must be less than 2^42, but is \(origin.position + (starts.last ?? 0))"
    )
    // SAFETY: there are as many starts, and room for as many blocks behind the place.
    starts.withUnsafeBytes { bytes in
      blocks.withUnsafeMutableBufferPointer { blocks in
        bpd_stream_blocks(
          noise.streamKey(origin.index).bits,
          origin.document,
          UInt64(origin.position),
          bytes.baseAddress?.assumingMemoryBound(to: Int.self),
          starts.count,
          number,
          blocks.baseAddress.map { $0 + place }
        )
      }
    }
  }

  /// Appends tokens up to the first word whose course is not known to have no drop.
  ///
  /// - Returns: The word's index.
  private static func appendPlanned(
    _ range: Range<Int>,
    _ first: Int,
    _ noise: SegmentationNoise,
    _ plan: [PlannedWord],
    _ blocks: StreamBlocks,
    _ cache: WordCache,
    _ memo: DropoutMemo,
    _ known: inout [UInt32],
    _ tokens: inout [UInt32],
    _ work: inout DropoutWork
  ) -> Int {
    let words = plan.span
    let view = cache.view
    var known = known.mutableSpan
    var written = 0
    var dropped = 0
    var index = range.lowerBound
    while index < range.upperBound {
      // SAFETY: index is that of a planned word; there are four places for tokens for each.
      let word = words[unchecked: index &- first]
      if word.drop.step < 0 {
        let slot = view[word.place]
        if slot.isSpilled {
          known.withUnsafeBufferPointer { tokens.append(contentsOf: $0[..<written]) }
          written = 0
          cache.appendTokens(of: slot, to: &tokens)
        } else {
          known[unchecked: written] = slot.tokens.0
          known[unchecked: written &+ 1] = slot.tokens.1
          known[unchecked: written &+ 2] = slot.tokens.2
          written &+= slot.tokenCount
        }
      } else {
        guard noise.repeatsCourses,
          let course = memo.find(DropoutMemo.key(cache.name(at: word.place), word.drop)),
          course.steps <= blocks.keptSteps(word.number, noise)
        else { break }
        dropped &+= 1
        if course.isSpilled {
          known.withUnsafeBufferPointer { tokens.append(contentsOf: $0[..<written]) }
          written = 0
          memo.appendTokens(of: course, to: &tokens)
        } else {
          known[unchecked: written] = course.tokens.0
          known[unchecked: written &+ 1] = course.tokens.1
          known[unchecked: written &+ 2] = course.tokens.2
          known[unchecked: written &+ 3] = course.tokens.3
          written &+= course.tokenCount
        }
      }
      index &+= 1
    }
    known.withUnsafeBufferPointer { tokens.append(contentsOf: $0[..<written]) }
    work.plain += index - range.lowerBound - dropped
    work.remembered += dropped
    return index
  }

  /// Appends the tokens of a known word with a drop.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - place: Where it is remembered.
  ///   - first: The first drop.
  ///   - noise: The dropout.
  ///   - address: Which word it is.
  ///   - tokens: Grows by the word's tokens.
  mutating func appendSampled(
    _ word: UnsafeBufferPointer<UInt8>,
    _ place: Int,
    _ first: DropoutMemo.Drop,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    forgetCourses(unlessOf: noise.unit)
    guard noise.repeatsCourses, word.count <= ShortSplit.longestWord, let name = name(at: place)
    else { return simulate(word, first.step, noise, address, &tokens) }
    var key = DropoutMemo.key(name, first)
    var stream = noise.streamBehindFirstBlock(address)
    var drops = DropoutMemo.Drops(first)
    while let course = memo.find(key) ?? newCourse(key, drops, word, noise.unit) {
      guard let drop = noise.nextDrop(course.steps, &stream) else {
        work.remembered += 1
        return memo.appendTokens(of: course, to: &tokens)
      }
      if drops.isFull { break }
      key = DropoutMemo.key(course.name, drop)
      drops.append(drop)
    }
    simulate(word, first.step, noise, address, &tokens)
  }

  /// Empties the memo where its courses are those of the other unit.
  private mutating func forgetCourses(unlessOf unit: SegmentationNoise.Unit) {
    if unit == memoUnit { return }
    memo = DropoutMemo()
    cache.forgetNames()
    memoUnit = unit
  }

  /// Finds out the course behind drops and remembers it; nil where there is no memory.
  @inline(never)
  private mutating func newCourse(
    _ key: UInt64,
    _ drops: DropoutMemo.Drops,
    _ word: UnsafeBufferPointer<UInt8>,
    _ unit: SegmentationNoise.Unit
  ) -> DropoutMemo.Course? {
    scratch.removeAll(keepingCapacity: true)
    let steps = segmenter.follow(drops, of: word, unit, into: &scratch)
    let capacity = cacheCapacity - cache.byteCount
    return memo.insert(key, steps: steps, tokens: scratch, capacity: capacity)
  }

  /// The name of a word in the memo; nil where it can have none.
  private mutating func name(at place: Int) -> UInt32? {
    let known = cache.name(at: place)
    if known != 0 { return known }
    guard let name = memo.newName() else { return nil }
    cache.setName(name, at: place)
    return name
  }

  /// The first drop, or nil where nothing is dropped.
  func firstDrop(
    _ derivation: WordSegmenter.Derivation,
    _ noise: SegmentationNoise,
    _ address: WordAddress
  ) -> DropoutMemo.Drop? {
    let steps = derivation.unprotectedSteps(noise.unit)
    if steps == 0 { return nil }
    var stream = noise.stream(address)
    return noise.keptRun.run(below: steps, from: &stream).map {
      DropoutMemo.Drop(step: $0, run: noise.run(of: stream.next64()))
    }
  }

  /// Appends the tokens of a word with a drop without the memo.
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
