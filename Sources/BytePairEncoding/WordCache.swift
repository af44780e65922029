// Procedure: open addressing with a probe of at most eight slots, in a table that doubles at a load of
//   one half until its share of the memory is used; the bytes of the words and their tokens lie in two
//   arrays. When the slots or the arrays are full, everything is forgotten and filling starts anew, so
//   the memory has a bound.
// Complexity: O(length of the word) for a look-up.
// Determinism: the cache holds plain segmentations only, never a sampled one; whether a word is found
//   changes the time, never the tokens.

import Glibc

/// Plain segmentations of words already seen; one for each thread.
struct WordCache {
  /// What is remembered of a word.
  struct Entry {
    var hash: UInt64 = 0
    var wordStart: UInt32 = 0
    var wordLength: UInt32 = 0
    var tokenStart: UInt32 = 0
    var tokenCount: UInt32 = 0
    var derivation = WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
  }

  /// Longer words are rare and not remembered.
  static let longestWord = 256
  private static let longestProbe = 8

  private var slots: [Entry]
  private let slotLimit: Int
  private var words: [UInt8] = []
  private var tokens: [UInt32] = []
  private let wordCapacity: Int
  private let tokenCapacity: Int
  private var used = 0

  /// - Parameter capacity: The most memory, in bytes; below 16 kB nothing is remembered.
  init(capacity: Int) {
    // Half of the memory for slots of 40 bytes, a quarter each for words and tokens.
    let wanted = capacity / 2 / MemoryLayout<Entry>.stride
    let slotCount = wanted < 256 ? 0 : 1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount)
    slotLimit = slotCount
    slots = Array(repeating: Entry(), count: min(slotCount, 1024))
    wordCapacity = min(capacity / 4, Int(UInt32.max))
    tokenCapacity = min(capacity / 16, Int(UInt32.max))
  }

  /// Finds a word.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - hash: ``WordHash/of(_:)`` of the word.
  /// - Returns: What is remembered of the word, or nil.
  @inline(__always)
  func find(_ word: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Entry? {
    guard !slots.isEmpty else { return nil }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    for _ in 0..<Self.longestProbe {
      let entry = slots[slot]
      if entry.hash == hash && holds(entry, word) { return entry }
      if entry.wordLength == 0 { return nil }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Appends the tokens of an entry.
  @inline(__always)
  func appendTokens(of entry: Entry, to result: inout [UInt32]) {
    let start = Int(entry.tokenStart)
    for index in start..<start + Int(entry.tokenCount) { result.append(tokens[index]) }
  }

  /// Remembers a word; a word longer than ``longestWord`` is not remembered.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - hash: ``WordHash/of(_:)`` of the word.
  ///   - result: Its tokens, from `start` to the end.
  ///   - start: Where they begin.
  ///   - derivation: How many steps its plain derivation has.
  mutating func insert(
    _ word: UnsafeBufferPointer<UInt8>,
    hash: UInt64,
    tokens result: [UInt32],
    from start: Int,
    derivation: WordSegmenter.Derivation
  ) {
    guard !slots.isEmpty && word.count <= Self.longestWord && !word.isEmpty else { return }
    let count = result.count - start
    if used >= slots.count / 2 && slots.count < slotLimit { grow() }
    let isFull =
      used >= slots.count / 4 * 3 || words.count + word.count > wordCapacity
      || tokens.count + count > tokenCapacity
    if isFull { forgetAll() }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    var probes = 0
    while slots[slot].wordLength != 0 {
      probes += 1
      if probes == Self.longestProbe { return }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Entry(
      hash: hash,
      wordStart: UInt32(words.count),
      wordLength: UInt32(word.count),
      tokenStart: UInt32(tokens.count),
      tokenCount: UInt32(count),
      derivation: derivation
    )
    words.append(contentsOf: word)
    tokens.append(contentsOf: result[start...])
    used += 1
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Entry(), count: old.count * 2)
    for entry in old where entry.wordLength != 0 {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot].wordLength != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }

  private mutating func forgetAll() {
    for slot in slots.indices { slots[slot].wordLength = 0 }
    words.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    used = 0
  }

  @inline(__always)
  private func holds(_ entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    guard Int(entry.wordLength) == word.count else { return false }
    let start = Int(entry.wordStart)
    // SAFETY: an entry with a length was inserted since the last `forgetAll`, so its bytes lie
    // inside `words`.
    return words.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let other = word.baseAddress else { return true }
      return memcmp(base + start, other, word.count) == 0
    }
  }
}
