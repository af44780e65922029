// Procedure: the words lie one behind the other in a flat array of token ids, each in its own
//   stretch, which shrinks in place as merges join its tokens. Pairs have numbers, found by open
//   addressing; a number leads to the pair's count and to the words that have gained it since the
//   last round.
// Complexity: see BPELearner.swift.

/// A corpus under merging: its words as token ids, and the exact count of each pair of neighbours.
struct PairCorpus {
  private var symbols: [UInt32] = []
  private var starts: [Int] = []
  private var lengths: [Int32] = []
  private var weights: [Int64] = []

  private var numbers = PairNumbers()
  private var counts: [Int64] = []
  /// The words that have gained a pair in this round, and the pairs that any word has gained.
  private var gainedWords: [[UInt32]] = []
  private var gainedPairs: [Int] = []

  init(_ words: WordCounts, alphabet: Vocabulary) {
    let tokens = (UInt8.min...UInt8.max).map { alphabet.id(of: [$0])?.rawValue }
    for index in 0..<words.count {
      starts.append(symbols.count)
      weights.append(Int64(clamping: words.occurrences(index)))
      for byte in words.word(index) {
        if let token = tokens[Int(byte)] { symbols.append(token) }
      }
      lengths.append(Int32(symbols.count - starts[index]))
      for position in starts[index]..<max(symbols.count - 1, starts[index]) {
        add(weights[index], symbols[position], symbols[position + 1], word: UInt32(index))
      }
    }
  }

  /// The exact count of a pair (but see the habits in BPELearner.swift).
  func count(of pair: UInt64) -> Int64 { numbers.find(pair).map { counts[$0] } ?? 0 }

  /// Puts the pairs gained since the last call into a queue, with the words that gained them.
  mutating func queueChangedPairs(into queue: inout PairQueue) {
    for number in gainedPairs {
      if counts[number] > 0 {
        let pair = numbers.pair(number)
        queue.push(PairQueue.Entry(count: counts[number], pair: pair, words: gainedWords[number]))
      }
      gainedWords[number] = []
    }
    gainedPairs.removeAll(keepingCapacity: true)
  }

  /// Joins the occurrences of a pair in the given words, from left to right.
  mutating func apply(_ merge: Merge, in words: [UInt32]) {
    let left = merge.left.rawValue
    let right = merge.right.rawValue
    let product = merge.product.rawValue
    for word in words {
      let start = starts[Int(word)]
      let end = start + Int(lengths[Int(word)])
      let weight = weights[Int(word)]
      var read = start
      var write = start
      while read < end {
        if symbols[read] == left && read + 1 < end && symbols[read + 1] == right {
          if write > start {
            let before = symbols[write - 1]
            add(-weight, before, left, word: word)
            add(weight, before, product, word: word)
          }
          if read + 2 < end {
            let after = symbols[read + 2]
            add(-weight, right, after, word: word)
            add(weight, product, after, word: word)
          }
          symbols[write] = product
          read += 2
        } else {
          symbols[write] = symbols[read]
          read += 1
        }
        write += 1
      }
      lengths[Int(word)] = Int32(write - start)
    }
  }

  @inline(__always)
  private mutating func add(_ change: Int64, _ left: UInt32, _ right: UInt32, word: UInt32) {
    let number = numbers.number(UInt64(left) << 32 | UInt64(right))
    if number == counts.count {
      counts.append(0)
      gainedWords.append([])
    }
    counts[number] += change
    guard change > 0 else { return }
    if gainedWords[number].isEmpty { gainedPairs.append(number) }
    // All changes of a word come one after the other, so this keeps each word once.
    if gainedWords[number].last != word { gainedWords[number].append(word) }
  }
}

/// Consecutive numbers for pairs, by open addressing.
private struct PairNumbers {
  private var pairs: [UInt64] = []
  private var slots: [Int32] = Array(repeating: -1, count: 1 << 12)

  func pair(_ number: Int) -> UInt64 { pairs[number] }

  func find(_ pair: UInt64) -> Int? {
    let number = slots[slot(of: pair)]
    return number < 0 ? nil : Int(number)
  }

  /// The number of a pair; a new one where the pair is new.
  @inline(__always)
  mutating func number(_ pair: UInt64) -> Int {
    let slot = slot(of: pair)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    slots[slot] = Int32(pairs.count)
    pairs.append(pair)
    if pairs.count * 2 > slots.count { grow() }
    return pairs.count - 1
  }

  /// The slot of a pair, or the empty slot where it belongs.
  @inline(__always)
  private func slot(of pair: UInt64) -> Int {
    let mixed = (pair ^ (pair >> 29)) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: mixed >> 32) & (slots.count - 1)
    while slots[slot] >= 0 && pairs[Int(slots[slot])] != pair {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (number, pair) in pairs.enumerated() { slots[slot(of: pair)] = Int32(number) }
  }
}

/// Pairs by count, the largest first; of equal counts the smaller pair first.
struct PairQueue {
  struct Entry {
    let count: Int64
    let pair: UInt64
    /// The words in which the pair was found when the entry was made.
    let words: [UInt32]

    @inline(__always)
    func precedes(_ other: Entry) -> Bool {
      count != other.count ? count > other.count : pair < other.pair
    }
  }

  private var entries: [Entry] = []

  mutating func push(_ entry: Entry) {
    var index = entries.count
    entries.append(entry)
    while index > 0 {
      let parent = (index - 1) / 2
      guard entries[index].precedes(entries[parent]) else { break }
      entries.swapAt(index, parent)
      index = parent
    }
  }

  mutating func pop() -> Entry? {
    guard !entries.isEmpty else { return nil }
    entries.swapAt(0, entries.count - 1)
    let first = entries.popLast()
    var index = 0
    while true {
      var best = index
      for child in (2 * index + 1)...(2 * index + 2) where child < entries.count {
        if entries[child].precedes(entries[best]) { best = child }
      }
      if best == index { return first }
      entries.swapAt(index, best)
      index = best
    }
  }
}
