// Source: plain BPE: R. Sennrich, B. Haddow, A. Birch, ACL 2016, section 3.2. Dropout: I. Provilkov,
//   D. Emelianenko, E. Voita, "BPE-Dropout", ACL 2020 (arXiv 1910.13267), algorithm 1.
// Procedure: the candidates of a split are its merge occurrences in order (rank, position). Plain
//   BPE applies the first until none is left. Under dropout each candidate is dropped with
//   probability p, afresh at every step, and the first that is kept is applied; a candidate inside
//   one character is protected and always kept. Drawn in two parts that give this law exactly:
//   1. all steps at which the first candidate is kept follow the plain derivation, so one geometric
//      draw over its unprotected steps gives the step of the first drop (none: the plain result);
//   2. from there one geometric draw a step gives how many candidates are dropped before one is
//      kept. The k-th is kept with probability p^k (1 - p), up to the first protected one.
//   Short words: see ShortSplit.swift. Longer ones keep their candidates in a heap.
// Complexity: O(n log n) plain; under dropout O((n + drops) log n), where drops are the candidates
//   dropped in all steps.
// Determinism: draw 1 is the first word of the stream, made only where the plain derivation has an
//   unprotected step; draw i + 1 belongs to the i-th step from the first drop on, and is made whether
//   or not a candidate is left. Nothing else is drawn, whatever is cached.

import CTextKernels
import Noise

/// Scratch memory that cuts one word after another into tokens; one for each thread.
struct WordSegmenter {
  let model: BPEModel

  /// The token that starts at each byte of the word; meaningless inside of a token.
  private var symbols: [UInt32] = []
  /// Where the token that starts at a byte ends, and where the token that ends before it starts.
  private var ends: [Int32] = []
  private var previous: [Int32] = []
  /// The rank of the candidate whose left part starts at a byte: a heap entry is valid if it agrees.
  private var ranks: [UInt32] = []
  /// Where the character that a byte belongs to ends.
  ///
  /// Filled only where the word is not ASCII.
  private var characterEnds: [Int32] = []
  private var isASCII = true

  /// A min-heap of rank << 32 | position.
  private var heap = CandidateHeap()
  private var dropped: [UInt64] = []

  init(_ model: BPEModel) { self.model = model }

  /// The number of unprotected steps of a plain derivation, as told by ``segment(_:into:)``.
  struct Derivation: Sendable {
    var characterSteps: UInt32
    var byteSteps: UInt32

    func unprotectedSteps(_ unit: SegmentationNoise.Unit) -> Int {
      Int(unit == .character ? characterSteps : byteSteps)
    }
  }

  /// Cuts a word by plain BPE and appends its tokens.
  mutating func segment(
    _ word: UnsafeBufferPointer<UInt8>,
    into tokens: inout [UInt32]
  ) -> Derivation {
    if word.count <= ShortSplit.longestWord { return segmentShort(word, into: &tokens) }
    start(word)
    var derivation = Derivation(characterSteps: 0, byteSteps: 0)
    while let candidate = nextCandidate() {
      derivation.byteSteps += 1
      if !isProtected(candidate, unit: .character) { derivation.characterSteps += 1 }
      apply(candidate)
    }
    emit(into: &tokens)
    return derivation
  }

  /// The merges that plain BPE applies to a word, in order.
  mutating func derivation(of word: UnsafeBufferPointer<UInt8>) -> [MergeStep] {
    start(word)
    var steps: [MergeStep] = []
    while let candidate = nextCandidate() {
      let rank = Int(candidate >> 32)
      let left = Int(candidate & 0xFFFF_FFFF)
      steps.append(
        MergeStep(
          rank: rank,
          merge: Merge(
            left: TokenID(symbols[left]),
            right: TokenID(symbols[Int(ends[left])]),
            product: model.merges.merges[rank].product
          ),
          position: left,
          isProtected: isProtected(candidate, unit: .character)
        )
      )
      apply(candidate)
    }
    return steps
  }

  /// Cuts a word whose first drop happens at a given step of the plain derivation.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - noise: The dropout.
  ///   - firstDrop: How many unprotected candidates are kept first; fewer than the derivation has.
  ///   - stream: Behind its first draw.
  ///   - tokens: Grows by the word's tokens.
  mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise,
    firstDrop: Int,
    stream: inout RandomStream,
    into tokens: inout [UInt32]
  ) {
    if word.count <= Self.longestShortSample {
      return sampleShort(word, noise, firstDrop, &stream, &tokens)
    }
    start(word)
    dropped.removeAll(keepingCapacity: true)
    var kept = 0
    while let candidate = nextCandidate() {
      if !isProtected(candidate, unit: noise.unit) {
        if kept == firstDrop {
          dropped.append(candidate)
          break
        }
        kept += 1
      }
      apply(candidate)
    }
    while let candidate = drawCandidate(noise, &stream) {
      apply(candidate)
      for candidate in dropped { heap.push(candidate) }
      dropped.removeAll(keepingCapacity: true)
    }
    emit(into: &tokens)
  }

  /// The candidate that one step keeps; those before it are put into `dropped`.
  private mutating func drawCandidate(
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) -> UInt64? {
    var left = noise.droppedRun.run(below: heap.count + 1, from: &stream) ?? heap.count
    while let candidate = nextCandidate() {
      if left == 0 || isProtected(candidate, unit: noise.unit) { return candidate }
      left -= 1
      dropped.append(candidate)
    }
    return nil
  }

  // MARK: - The split

  private mutating func start(_ word: UnsafeBufferPointer<UInt8>) {
    let count = word.count
    precondition(
      count <= WordLimits.longestWord,
      "a word has at most 16 MiB, but this has \(count)"
    )
    heap.removeAll()
    symbols.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    ranks.removeAll(keepingCapacity: true)
    for index in 0..<count {
      symbols.append(model.byteTokens[Int(word[index])])
      ends.append(Int32(truncatingIfNeeded: index + 1))
      previous.append(Int32(truncatingIfNeeded: index - 1))
      ranks.append(MergeTable.noRank)
    }
    findCharacters(word)
    guard count > 1 else { return }
    for index in 0..<count - 1 {
      let rank = model.merges.rank(symbols[index], symbols[index + 1])
      ranks[index] = rank
      if rank != MergeTable.noRank { heap.appendUnordered(UInt64(rank) << 32 | UInt64(index)) }
    }
    heap.order()
  }

  private mutating func findCharacters(_ word: UnsafeBufferPointer<UInt8>) {
    guard let base = word.baseAddress else { return }
    isASCII = bpd_ascii_prefix(base, word.count) == word.count
    if isASCII { return }
    characterEnds.removeAll(keepingCapacity: true)
    var position = 0
    while position < word.count {
      // SAFETY: position is inside the word, and the decoder reads no further than it is told.
      let length = Int(bpd_decode_utf8(base + position, word.count - position).length)
      position += length
      for _ in 0..<length { characterEnds.append(Int32(truncatingIfNeeded: position)) }
    }
  }

  /// The first valid candidate in order, taken off the heap; stale ones before it are discarded.
  @inline(__always)
  private mutating func nextCandidate() -> UInt64? {
    while let candidate = heap.pop() {
      let position = Int(candidate & 0xFFFF_FFFF)
      if ranks[position] == UInt32(truncatingIfNeeded: candidate >> 32) { return candidate }
    }
    return nil
  }

  /// Whether both parts of a valid candidate lie inside one character.
  @inline(__always)
  private func isProtected(_ candidate: UInt64, unit: SegmentationNoise.Unit) -> Bool {
    if isASCII || unit == .byte { return false }
    let left = Int(candidate & 0xFFFF_FFFF)
    let end = ends[Int(ends[left])]
    return end <= characterEnds[left]
  }

  /// Merges a valid candidate and enters the candidates that its product makes with its neighbours.
  @inline(__always)
  private mutating func apply(_ candidate: UInt64) {
    let left = Int(candidate & 0xFFFF_FFFF)
    let right = Int(ends[left])
    let end = Int(ends[right])
    symbols[left] = model.merges.merges[Int(candidate >> 32)].product.rawValue
    ends[left] = Int32(truncatingIfNeeded: end)
    ranks[right] = MergeTable.noRank
    if end < symbols.count {
      previous[end] = Int32(truncatingIfNeeded: left)
      enter(left, end)
    } else {
      ranks[left] = MergeTable.noRank
    }
    let before = previous[left]
    if before >= 0 { enter(Int(before), left) }
  }

  @inline(__always)
  private mutating func enter(_ left: Int, _ right: Int) {
    let rank = model.merges.rank(symbols[left], symbols[right])
    ranks[left] = rank
    if rank != MergeTable.noRank { heap.push(UInt64(rank) << 32 | UInt64(left)) }
  }

  private func emit(into tokens: inout [UInt32]) {
    var position = 0
    while position < symbols.count {
      let symbol = symbols[position]
      position = Int(ends[position])
      if symbol != BPEModel.absent {
        tokens.append(symbol)
      } else if let unknown = model.unknown {
        tokens.append(unknown.rawValue)
      }
    }
  }
}
