// Procedure: words lie back to back in an array with a slot for each byte and a boundary between
//   them. A token takes as many slots as it has bytes. Its id stands in its first slot and, marked,
//   in its last, so neighbours are found in O(1) and a merge moves nothing. Only first slots lack
//   the mark, so one comparison tells whether a token begins in a slot. Words of equal weight form
//   a group, and each group begins at a multiple of the block length, so that one number per block
//   gives the weight of a position.
// Complexity: 4 bytes for each byte of the words; O(1) for neighbours, weights and joining.

import CMergeKernels

/// The distinct words of a corpus as tokens, each with the weight of its word.
struct FlatCorpus: ~Copyable {
  /// Stands before the first word, between words and after the last.
  static let boundary = inner - 1
  /// The mark of slots in which no token begins.
  static let inner: UInt32 = 1 << 31
  private static let blockShift = 4

  /// The id of a token in its first slot and, marked, in its last; in between only the mark is
  /// meaningful.
  var slots = UncheckedArray<UInt32>()
  /// The number of slots of a token, by id.
  private(set) var spans = UncheckedArray<UInt32>()
  private var shapes = UncheckedArray<CharacterShape>()
  private var weights = UncheckedArray<Int64>()

  /// Lays out words.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - vocabulary: The tokens that words are cut into.
  ///   - symbols: How words are cut.
  init(_ words: WordCounts, vocabulary: Vocabulary, symbols: InitialSymbols) {
    for id in 0..<vocabulary.count { addToken(vocabulary.bytes(of: TokenID(id))) }
    var cutter = InitialSymbols.Cutter(symbols, vocabulary)
    slots.reserve(words.byteCount + words.count + 1 + 4096)
    slots.append(Self.boundary)
    var weight: Int64?
    for index in words.indicesByFallingOccurrences().lazy.map(Int.init) {
      let occurrences = Int64(clamping: words.occurrences(index))
      if occurrences != weight { beginBlock() }
      weight = occurrences
      cutter.cut(words.word(index)) { token in append(token) }
      slots.append(Self.boundary)
      while weights.count << Self.blockShift < slots.count { weights.append(occurrences) }
    }
  }

  /// The memory that it holds, in bytes.
  var memory: Int { slots.byteCount + weights.byteCount + 5 * spans.count }

  /// Registers a token under the next id.
  mutating func addToken(_ bytes: some Collection<UInt8>) {
    spans.append(UInt32(truncatingIfNeeded: bytes.count))
    shapes.append(CharacterShape(bytes))
  }

  @inline(__always)
  private mutating func append(_ token: UInt32) {
    slots.append(token)
    guard token != Self.boundary else { return }
    for _ in 1..<max(span(of: token), 1) { slots.append(token | Self.inner) }
  }

  private mutating func beginBlock() {
    while slots.count & (1 << Self.blockShift - 1) != 0 { slots.append(Self.boundary) }
  }

  /// The number of tokens in all words, by weight.
  var tokenTotal: Int64 { tokenCounts().reduce(0, +) }

  /// The number of occurrences of each token in all words, by weight.
  func tokenCounts() -> [Int64] {
    var counts = [Int64](repeating: 0, count: spans.count)
    var position = 0
    while position < slots.count {
      let token = slots[position]
      if token != Self.boundary { counts[Int(token)] += weight(at: position) }
      position += token == Self.boundary ? 1 : span(of: token)
    }
    return counts
  }

  /// The number of occurrences of the word at a position.
  @inline(__always)
  func weight(at position: Int) -> Int64 { weights[position >> Self.blockShift] }

  /// One of many ascending positions; prefetches those after it, which lie far apart.
  @inline(__always)
  func upcoming(_ places: UnsafeBufferPointer<UInt32>, _ number: Int) -> UInt32 {
    let ahead = Int(places[min(number + 12, places.count - 1)])
    bpd_prefetch(slots.pointer(at: ahead))
    return places[number]
  }

  /// Whether a token consists of whole characters, by id.
  @inline(__always)
  func shape(of token: UInt32) -> CharacterShape { shapes[Int(token)] }

  /// The number of slots of the token that ends or begins in a slot.
  @inline(__always)
  func span(of token: UInt32) -> Int { Int(spans[Int(token)]) }

  /// The token that ends before a position at which another begins, or the boundary.
  @inline(__always)
  func token(before position: Int) -> UInt32 { slots[position - 1] & ~Self.inner }

  /// Writes a token over two adjacent ones.
  @inline(__always)
  func join(_ start: Int, _ middle: Int, _ end: Int, into product: UInt32) {
    slots[start] = product
    slots[middle] = product | Self.inner
    slots[end - 1] = product | Self.inner
  }

  /// Writes tokens over the one that they spell.
  func split(at start: Int, into parts: [UInt32]) {
    var position = start
    for part in parts {
      let end = position + span(of: part)
      slots[end - 1] = part | Self.inner
      slots[position] = part
      position = end
    }
  }

  /// The occurrences of a pair in the words that contain given positions, ascending.
  func occurrences(of pair: Pair, inWordsAt places: UnsafeBufferPointer<UInt32>) -> [UInt32] {
    var found: [UInt32] = []
    var end = 0
    for place in places where place >= end {
      var start = Int(place)
      // The token that lay here when the position was noted may have been absorbed since.
      while slots[start - 1] != Self.boundary { start -= 1 }
      while slots[start] != Self.boundary {
        let next = start + span(of: slots[start])
        if slots[start] == pair.left && slots[next] == pair.right { found.append(UInt32(start)) }
        start = next
      }
      end = start
    }
    return found
  }
}
