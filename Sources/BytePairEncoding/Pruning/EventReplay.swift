// Source: PickyBPE (see PickyLearning.swift), "the events in their order". Its reference
//   implementation takes a word that is a token whole; here the events decide, as in learning.
// Procedure: for each pair of neighbours and each token a heap holds the next event that applies to
//   it, with its position; events that find other tokens there are skipped. Each event is thus
//   applied from left to right wherever it applies, and the words of a corpus end as they did in
//   learning. Under dropout each occurrence of a merge's pair is skipped with probability p; a
//   later event of the same pair may still merge it. Removals always happen. A merge inside one
//   character is never skipped, unless bytes are the unit.
// Complexity: O((n + s) log n) for a word of n bytes whose removals make s tokens. A hostile file
//   could make and remove the same tokens without end, so s is bounded linearly in n; a word that
//   exceeds the bound is refused.
// Determinism: draws are made in order of (event, position), from the stream of the word's address.

import CUnicode
import Noise

/// Applies the events of a model to one word after another.
struct EventReplay: Sendable {
  private let events: MergeEvents
  /// The tokens of the word, laid out as in FlatCorpus.swift.
  private var slots: [UInt32] = []
  /// Events with positions, the next first.
  private var heap = CandidateHeap()
  /// For each byte, whether a character begins there; empty if that does not matter.
  private var beginsCharacter: [Bool] = []
  /// The events examined for the last word, plus the parts that its tokens were split into.
  private(set) var steps = 0

  /// The upper bound of steps for a word of a given length in bytes.
  ///
  /// Models learned with thresholds of 0.5 or more take 5 per byte.
  static func mostSteps(_ byteCount: Int) -> Int { 4096 + 256 * byteCount }
  /// The upper bound of events in the heap, for a word of a given length in bytes.
  static func mostWaiting(_ byteCount: Int) -> Int { 4096 + 32 * byteCount }

  init(_ events: MergeEvents) { self.events = events }

  /// Appends the tokens of a word, or nothing if it takes too many steps.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32]
  ) throws(PrunedEncoder.TooManyEvents) {
    start(word, noise)
    steps = 0
    var draws = noise?.stream(address)
    let threshold = BernoulliThreshold(noise?.rate.value ?? 0)
    for position in 1..<max(slots.count - 1, 1) { queueMerge(at: position, from: 0) }
    var last: UInt64?
    while let entry = heap.pop() {
      // A pair that reappeared is queued twice.
      if entry == last { continue }
      last = entry
      steps += 1
      guard steps <= Self.mostSteps(word.count), heap.count <= Self.mostWaiting(word.count) else {
        throw PrunedEncoder.TooManyEvents(byteCount: word.count)
      }
      let number = Int(entry >> 32)
      let event = events.events[number]
      let start = Int(entry & 0xFFFF_FFFF)
      guard slots[start] == event.token else { continue }
      if event.isSplit {
        let parts = events.parts[Int(event.product)...].prefix(Int(event.count))
        let end = split(at: start, into: parts)
        steps += parts.count
        queueAll(from: start, to: end, after: number)
        continue
      }
      let middle = start + span(of: event.token)
      guard slots[middle] == event.next else { continue }
      let end = middle + span(of: event.next)
      if !isProtected(start, end), draws?.happens(threshold) == true {
        queueMerge(at: start, from: number + 1)
        continue
      }
      slots[start] = event.product
      slots[middle] = event.product | FlatCorpus.inner
      slots[end - 1] = event.product | FlatCorpus.inner
      queueAll(from: start, to: end, after: number)
    }
    var position = 1
    while position < slots.count - 1 {
      tokens.append(slots[position])
      position += span(of: slots[position])
    }
  }

  @inline(__always)
  private func span(of token: UInt32) -> Int { Int(events.spans[Int(token)]) }

  /// Writes tokens over the one that they spell, and returns where it ends.
  private mutating func split(at start: Int, into parts: ArraySlice<UInt32>) -> Int {
    var position = start
    for part in parts {
      let end = position + span(of: part)
      slots[end - 1] = part | FlatCorpus.inner
      slots[position] = part
      position = end
    }
    return position
  }

  private mutating func start(_ word: UnsafeBufferPointer<UInt8>, _ noise: SegmentationNoise?) {
    slots.removeAll(keepingCapacity: true)
    heap.removeAll()
    beginsCharacter.removeAll(keepingCapacity: true)
    slots.append(FlatCorpus.boundary)
    beginsCharacter.append(true)
    var next = 0
    for (index, byte) in word.enumerated() {
      let begins = index == next
      if begins, let base = word.baseAddress {
        // SAFETY: the index is inside the word, and the decoder reads no more than the given
        // length.
        next += Int(bpd_decode_utf8(base + index, word.count - index).length)
      }
      let token = events.byteTokens[Int(byte)]
      if token == BPEModel.absent { continue }
      slots.append(token)
      beginsCharacter.append(begins)
    }
    slots.append(FlatCorpus.boundary)
    beginsCharacter.append(true)
    if noise == nil || noise?.unit == .byte { beginsCharacter.removeAll(keepingCapacity: true) }
  }

  /// Whether a token would lie within one character.
  private func isProtected(_ start: Int, _ end: Int) -> Bool {
    !beginsCharacter.isEmpty && !beginsCharacter[start + 1..<end].contains(true)
  }

  /// Queues the next events of new tokens and their neighbours.
  private mutating func queueAll(from start: Int, to end: Int, after event: Int) {
    let before = slots[start - 1] & ~FlatCorpus.inner
    if before != FlatCorpus.boundary {
      queueMerge(at: start - span(of: before), from: event + 1)
    }
    var position = start
    while position < end {
      let token = slots[position]
      if let split = events.split(token, from: event + 1) { push(split, position) }
      queueMerge(at: position, from: event + 1)
      position += span(of: token)
    }
  }

  /// Queues the next merge of the token at a position with the one after it.
  private mutating func queueMerge(at position: Int, from event: Int) {
    let left = slots[position]
    let right = slots[position + span(of: left)]
    guard right != FlatCorpus.boundary, let merge = events.merge(left, right, from: event) else {
      return
    }
    push(merge, position)
  }

  private mutating func push(_ event: Int, _ position: Int) {
    heap.push(UInt64(event) << 32 | UInt64(position))
  }
}
