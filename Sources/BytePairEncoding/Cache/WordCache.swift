// Procedure: open addressing with probes of at most 16 slots, in a table that doubles at a load
//   factor of one half until its share of the memory is used. A slot has 32 bytes and holds the key
//   of the word and up to three tokens; words of more than 15 bytes, and longer lists of tokens,
//   lie in two arrays. When the slots or the arrays are full, the cache is emptied, so its memory
//   is bounded.
// Complexity: O(1) for a look-up of a word of at most 15 bytes, O(length) beyond.
// Determinism: the cache holds only plain segmentations, never a sampled one; a hit affects time,
//   never the tokens.

import CMergeKernels
import Glibc

/// A cache of plain segmentations; one for each thread.
struct WordCache {
  /// The plain segmentation of a word.
  struct Slot {
    /// ``WordKey/none`` in an empty slot.
    var key = WordKey.none
    /// From the lowest bit: the number of tokens (10 bits), the steps of the derivation by bytes
    /// (9) and by characters (9), whether the tokens lie in the array (1).
    var header: UInt32 = 0
    /// The tokens, or first their start in the array; for a long word, last the start of its bytes.
    var tokens: (UInt32, UInt32, UInt32) = (0, 0, 0)

    /// The most tokens stored in a slot itself.
    static let packedTokens = 3

    @inline(__always) var tokenCount: Int { Int(header & 0x3FF) }
    @inline(__always) var isSpilled: Bool { header & (1 << 28) != 0 }
    @inline(__always) var derivation: WordSegmenter.Derivation {
      WordSegmenter.Derivation(
        characterSteps: header >> 19 & 0x1FF,
        byteSteps: header >> 10 & 0x1FF
      )
    }
  }

  /// Longer words are rare, and are not cached.
  static let longestWord = 256
  private static let longestProbe = 16

  /// The number of slots: a power of two, or 0.
  private(set) var slotCount: Int
  /// The slots, two to a cache line; an all-zero slot is empty.
  private var storage: Pages<Slot>
  /// The lattices of words that had a drop, by slot.
  private(set) var lattices = LatticeMemory()
  private let capacity: Int
  private let slotLimit: Int
  private var words: [UInt8] = []
  private(set) var tokens: [UInt32] = []
  private let wordCapacity: Int
  private let tokenCapacity: Int
  private var used = 0

  /// - Parameter capacity: The most memory, in bytes; below 16 kB nothing is cached.
  init(capacity: Int) {
    // Half of the memory for slots, a quarter each for words and tokens.
    let wanted = capacity / 2 / MemoryLayout<Slot>.stride
    slotLimit = wanted < 256 ? 0 : 1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount)
    storage = Pages(zeroed: min(slotLimit, 1024))
    slotCount = storage.count
    self.capacity = capacity
    wordCapacity = min(capacity / 4, Int(UInt32.max))
    tokenCapacity = min(capacity / 16, Int(UInt32.max))
  }

  /// The memory in use, in bytes.
  var byteCount: Int {
    slotCount * MemoryLayout<Slot>.stride + lattices.byteCount + words.capacity
      + tokens.capacity * MemoryLayout<UInt32>.stride
  }

  /// The slots, for a loop that looks up many words and inserts none.
  struct View {
    fileprivate let slots: UnsafeMutablePointer<Slot>
    fileprivate let mask: Int

    /// Prefetches the slot of a word.
    @inline(__always)
    func prefetch(_ hash: UInt64) { bpd_prefetch(slots + WordCache.home(hash, mask)) }

    /// The slot at an index returned by ``WordCache/find(_:hash:word:)``.
    @inline(__always)
    subscript(place: Int) -> Slot { slots[place] }

    /// The index of a short word, if it is in its home slot.
    @inline(__always)
    func place(_ key: WordKey, _ hash: UInt64) -> Int? {
      // SAFETY: the mask keeps the index within the slots.
      let place = WordCache.home(hash, mask)
      return slots[place].key == key && !key.isLong ? place : nil
    }
  }

  /// The home slot of a word.
  @inline(__always)
  private static func home(_ hash: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: hash) & mask
  }

  /// A view, valid until the next insertion.
  var view: View { View(slots: storage.elements, mask: max(slotCount - 1, 0)) }

  /// Finds a word.
  ///
  /// - Parameters:
  ///   - key: Its key.
  ///   - hash: The hash of the key.
  ///   - word: Its first byte.
  /// - Returns: The index of its slot, valid until the next insertion, or nil.
  @inline(never)
  func find(_ key: WordKey, hash: UInt64, word: UnsafePointer<UInt8>) -> Int? {
    guard slotCount > 0 else { return nil }
    var place = Self.home(hash, slotCount &- 1)
    for _ in 0..<Self.longestProbe {
      // SAFETY: the mask keeps the index within the slots.
      let slot = storage.elements[place]
      if slot.key == key && (!key.isLong || holds(slot, key, word)) { return place }
      if slot.key == .none { return nil }
      place = (place &+ 1) & (slotCount &- 1)
    }
    return nil
  }

  /// Writes the tokens of a slot.
  ///
  /// - Parameters:
  ///   - slot: A slot that is in use.
  ///   - target: Room for its tokens, and for ``Slot/packedTokens``.
  /// - Returns: The number of tokens written.
  @inline(__always)
  func write(_ slot: Slot, to target: UnsafeMutablePointer<UInt32>) -> Int {
    guard !slot.isSpilled else { return writeSpilled(slot, to: target) }
    target[0] = slot.tokens.0
    target[1] = slot.tokens.1
    target[2] = slot.tokens.2
    return slot.tokenCount
  }

  @inline(never)
  private func writeSpilled(_ slot: Slot, to target: UnsafeMutablePointer<UInt32>) -> Int {
    let start = Int(slot.tokens.0)
    for index in 0..<slot.tokenCount { target[index] = tokens[start + index] }
    return slot.tokenCount
  }

  /// Appends the tokens of a slot.
  func appendTokens(of slot: Slot, to result: inout [UInt32]) {
    let count = slot.tokenCount
    if slot.isSpilled {
      let start = Int(slot.tokens.0)
      result.append(contentsOf: tokens[start..<start + count])
    } else {
      if count > 0 { result.append(slot.tokens.0) }
      if count > 1 { result.append(slot.tokens.1) }
      if count > 2 { result.append(slot.tokens.2) }
    }
  }

  /// The lattice of a word; nil if it can have none, or there is no memory.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - place: The index of its slot.
  ///   - model: The vocabulary and merges.
  /// - Returns: The lattice, valid until the next insertion.
  mutating func lattice(
    of word: UnsafeBufferPointer<UInt8>,
    at place: Int,
    _ model: BPEModel
  ) -> UnsafePointer<bpd_lattice>? {
    lattices.lattice(at: place)
      ?? lattices.makeLattice(
        of: word,
        at: place,
        of: slotCount,
        model,
        limit: capacity - byteCount
      )
  }

  /// Caches a word, unless it is longer than ``longestWord``.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - entry: Its key.
  ///   - result: Its tokens, from `start` to the end.
  ///   - start: Where they begin.
  ///   - derivation: The number of steps of its plain derivation.
  mutating func insert(
    _ word: UnsafeBufferPointer<UInt8>,
    _ entry: HashedKey,
    tokens result: [UInt32],
    from start: Int,
    derivation: WordSegmenter.Derivation
  ) {
    guard slotCount > 0 && word.count <= Self.longestWord else { return }
    let count = result.count - start
    if used >= slotCount / 2 && slotCount < slotLimit { grow() }
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy(first: slotCount) }
    let isFull =
      used >= slotCount / 4 * 3 || words.count + word.count > wordCapacity
      || tokens.count + count > tokenCapacity
    if isFull { forgetAll() }
    let key = entry.key
    var place = Self.home(entry.hash, slotCount - 1)
    var probes = 0
    while storage.elements[place].key != .none {
      probes += 1
      if probes == Self.longestProbe { return }
      place = (place + 1) & (slotCount - 1)
    }
    var slot = Slot(key: key)
    slot.header =
      UInt32(count) | derivation.byteSteps << 10 | derivation.characterSteps << 19
    if key.isLong {
      slot.tokens.2 = UInt32(words.count)
      words.append(contentsOf: word)
    }
    if count > (key.isLong ? 2 : 3) {
      slot.header |= 1 << 28
      slot.tokens.0 = UInt32(tokens.count)
      tokens.append(contentsOf: result[start...])
    } else {
      if count > 0 { slot.tokens.0 = result[start] }
      if count > 1 { slot.tokens.1 = result[start + 1] }
      if count > 2 { slot.tokens.2 = result[start + 2] }
    }
    storage.elements[place] = slot
    used += 1
  }

  private mutating func grow() {
    let larger = Pages<Slot>(zeroed: slotCount * 2)
    let places = Pages<UInt32>(zeroed: lattices.places.count * 2)
    for index in 0..<slotCount {
      let slot = storage.elements[index]
      if slot.key == .none { continue }
      var place = Self.home(slot.key.hash, larger.count - 1)
      while larger.elements[place].key != .none { place = (place + 1) & (larger.count - 1) }
      larger.elements[place] = slot
      if places.count > 0 { places.elements[place] = lattices.places.elements[index] }
    }
    storage = larger
    lattices.places = places
    slotCount = larger.count
  }

  private mutating func forgetAll() {
    lattices.removeAll()
    for index in 0..<slotCount { storage.elements[index].key = .none }
    words.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    used = 0
  }

  private func holds(_ slot: Slot, _ key: WordKey, _ word: UnsafePointer<UInt8>) -> Bool {
    let start = Int(slot.tokens.2)
    // SAFETY: a slot of a long word was filled since the last `forgetAll`, so its bytes, as many as
    // its key states, lie within `words`; and the word being looked up has as many.
    return words.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memcmp($0 + start, word, key.longLength) == 0 } ?? false
    }
  }
}
