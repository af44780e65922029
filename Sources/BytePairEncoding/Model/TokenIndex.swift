// Procedure: open addressing with linear probing in a table of at least twice as many slots as
//   tokens. A slot holds 32 bits of the hash besides the id: tokens are compared only where these
//   agree, and a larger table is filled without a look at the tokens.
// Complexity: O(length) for a look-up and an addition; 8 bytes per slot.

/// Token ids by the bytes of the tokens, which lie in a pool.
struct TokenIndex: Sendable {
  /// One more than the id in the lower half, and a part of the hash in the upper; 0 if empty.
  private(set) var slots: Pages<UInt64>
  /// The number of tokens.
  private(set) var count = 0
  /// Secret, so that no file can be made to collide; no output depends on it.
  let seed: UInt64

  /// An empty index.
  init() {
    slots = Pages(zeroed: 16)
    seed = UInt64(truncatingIfNeeded: Hasher().finalize())
  }

  /// An index of a number of tokens whose slots are filled.
  init(slots: Pages<UInt64>, count: Int, seed: UInt64) {
    (self.slots, self.count, self.seed) = (slots, count, seed)
  }

  /// The index of the first tokens that have their bytes, with a seed that is not secret.
  init(of vocabulary: Vocabulary, seed: UInt64) {
    slots = Pages(zeroed: 16)
    self.seed = seed
    reserveCapacity(vocabulary.count)
    vocabulary.withUnsafeTokens { pool, starts in
      for id in 0..<vocabulary.count where vocabulary.contains(TokenID(id)) {
        let range = Int(starts[id])..<Int(starts[id + 1])
        let token = UnsafeBufferPointer(rebasing: pool[range])
        _ = insert(UInt32(truncatingIfNeeded: id), token, pool, starts)
      }
    }
  }

  /// Makes room for a number of tokens.
  mutating func reserveCapacity(_ tokens: Int) {
    var size = slots.count
    while size < 2 * tokens + 2 { size *= 2 }
    if size > slots.count { grow(to: size) }
  }

  /// Finds the token with the given bytes.
  ///
  /// - Parameters:
  ///   - bytes: A token's.
  ///   - pool: The bytes of all tokens.
  ///   - starts: Where each starts, and the end.
  /// - Returns: The id, or nil.
  func id(
    of bytes: UnsafeBufferPointer<UInt8>,
    _ pool: UnsafeBufferPointer<UInt8>,
    _ starts: UnsafeBufferPointer<UInt32>
  ) -> UInt32? {
    let entry = slots.elements[slot(of: bytes, tag(of: bytes), pool, starts)]
    return entry == 0 ? nil : Self.id(entry)
  }

  /// Adds a token, unless one with its bytes is there.
  ///
  /// - Returns: The id of the token that is there, or nil.
  mutating func insert(
    _ id: UInt32,
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ pool: UnsafeBufferPointer<UInt8>,
    _ starts: UnsafeBufferPointer<UInt32>
  ) -> UInt32? {
    if 2 * (count + 1) > slots.count { grow(to: 2 * slots.count) }
    let tag = tag(of: bytes)
    let slot = slot(of: bytes, tag, pool, starts)
    if slots.elements[slot] != 0 { return Self.id(slots.elements[slot]) }
    if slots.isShared || !isKnownUniquelyReferenced(&slots) {
      slots = slots.copy(first: slots.count)
    }
    slots.elements[slot] = tag << 32 | (UInt64(id) + 1)
    count += 1
    return nil
  }

  private static func id(_ entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry) &- 1 }

  /// The 32 bits of the hash that a slot holds, and that determine the slot.
  private func tag(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    WordHash.of(bytes, seed: seed) >> 32
  }

  /// The slot that holds these bytes, or the empty slot where they belong.
  @inline(__always)
  private func slot(
    of bytes: UnsafeBufferPointer<UInt8>,
    _ tag: UInt64,
    _ pool: UnsafeBufferPointer<UInt8>,
    _ starts: UnsafeBufferPointer<UInt32>
  ) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: tag) & mask
    while true {
      // SAFETY: the mask keeps the slot below the count, and its id has a start and an end.
      let entry = slots.elements[slot]
      if entry == 0 { return slot }
      if entry >> 32 == tag {
        let id = Int(Self.id(entry))
        let start = Int(starts[id])
        if Int(starts[id + 1]) - start == bytes.count {
          guard let base = pool.baseAddress, let text = bytes.baseAddress else { return slot }
          if Vocabulary.isEqual(base + start, text, bytes.count) { return slot }
        }
      }
      slot = (slot + 1) & mask
    }
  }

  /// Spreads the entries over more slots.
  private mutating func grow(to size: Int) {
    let larger = Pages<UInt64>(zeroed: size)
    for index in 0..<slots.count where slots.elements[index] != 0 {
      let entry = slots.elements[index]
      var slot = Int(truncatingIfNeeded: entry >> 32) & (size - 1)
      // SAFETY: the mask keeps the slot below the count.
      while larger.elements[slot] != 0 { slot = (slot + 1) & (size - 1) }
      larger.elements[slot] = entry
    }
    slots = larger
  }
}
