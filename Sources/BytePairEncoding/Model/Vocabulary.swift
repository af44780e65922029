// Procedure: the bytes of all tokens in one pool; ids are found by open addressing with linear
//   probing in a table of at least twice their number.
// Complexity: O(length) for a look-up and an addition.

import Glibc

/// The tokens of a model: byte strings numbered from 0, possibly with gaps.
///
/// Tokens are distinguished by their bytes, except those of ``appendCopy(_:)``. (Swift's `String` treats canonically equivalent texts
/// as equal, so it cannot be a key here.)
public struct Vocabulary: Sendable {
  private static let empty = UInt32.max

  private var pool: [UInt8] = []
  private var starts: [Int] = [0]
  private var isPresent: [Bool] = []
  /// Ids by the hash of their bytes; the number of slots is a power of two.
  private var slots = [UInt32](repeating: Self.empty, count: 16)
  private var tokenCount = 0
  /// Whether several ids have the same bytes.
  public private(set) var hasCopies = false
  /// Secret, so that no file can be made to collide; no output depends on it.
  private let seed = UInt64(truncatingIfNeeded: Hasher().finalize())

  /// An empty vocabulary.
  public init() {}

  /// Reserves memory.
  ///
  /// - Parameters:
  ///   - tokens: The approximate number of tokens.
  ///   - bytes: Their approximate total length in bytes.
  package mutating func reserveCapacity(tokens: Int, bytes: Int) {
    pool.reserveCapacity(bytes)
    starts.reserveCapacity(tokens + 1)
    isPresent.reserveCapacity(tokens)
    if slots.count < 2 * tokens { resize(for: tokens) }
  }

  /// One more than the largest id.
  public var count: Int { isPresent.count }

  /// Adds a token at the next id.
  ///
  /// - Returns: The new id, or the id of an existing token with the same bytes.
  @discardableResult
  public mutating func append(_ bytes: [UInt8]) -> TokenID {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  /// Adds a token at the next id; see ``append(_:)-([UInt8])``.
  @discardableResult
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) -> TokenID {
    if 2 * (tokenCount + 1) > slots.count { resize(for: 2 * tokenCount) }
    let slot = slot(of: bytes)
    if slots[slot] != Self.empty { return TokenID(slots[slot]) }
    let id = TokenID(isPresent.count)
    slots[slot] = id.rawValue
    tokenCount += 1
    pool.append(contentsOf: bytes)
    starts.append(pool.count)
    isPresent.append(true)
    return id
  }

  /// Adds a token at the next id, whether or not another one has the same bytes.
  ///
  /// Bytes are looked up as the first token that has them. Files that number tokens by merges may
  /// make the same bytes twice.
  ///
  /// - Returns: The new id.
  @discardableResult
  public mutating func appendCopy(_ bytes: [UInt8]) -> TokenID {
    let next = TokenID(count)
    if append(bytes) == next { return next }
    pool.append(contentsOf: bytes)
    starts.append(pool.count)
    isPresent.append(true)
    hasCopies = true
    return next
  }

  /// Leaves the next id without a token.
  public mutating func appendGap() {
    starts.append(pool.count)
    isPresent.append(false)
  }

  /// The bytes of a token; empty for an id without one.
  public func bytes(of id: TokenID) -> ArraySlice<UInt8> {
    guard id.index < count else { return [] }
    return pool[starts[id.index]..<starts[id.index + 1]]
  }

  /// The number of bytes of a token; 0 for an id without one.
  public func byteCount(of id: TokenID) -> Int {
    id.index < count ? starts[id.index + 1] - starts[id.index] : 0
  }

  /// Whether an id has a token.
  public func contains(_ id: TokenID) -> Bool { id.index < count && isPresent[id.index] }

  /// The id of a token, or nil.
  public func id(of bytes: [UInt8]) -> TokenID? { bytes.withUnsafeBufferPointer { id(of: $0) } }

  /// The id of a token, or nil.
  package func id(of bytes: UnsafeBufferPointer<UInt8>) -> TokenID? {
    let id = slots[slot(of: bytes)]
    return id == Self.empty ? nil : TokenID(id)
  }

  /// Calls with the bytes of all tokens, and the start of each, followed by the end; they must not
  /// escape.
  package func withUnsafeTokens<Result>(
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) throws -> Result
  ) rethrows -> Result {
    try pool.withUnsafeBufferPointer { pool in
      try starts.withUnsafeBufferPointer { try body(pool, $0) }
    }
  }

  /// Whether two adjacent tokens have the bytes of a third.
  func isConcatenation(_ product: TokenID, of left: TokenID, _ right: TokenID) -> Bool {
    guard product.index < count, left.index < count, right.index < count else { return false }
    let start = starts[product.index]
    let middle = start + byteCount(of: left)
    guard starts[product.index + 1] - middle == byteCount(of: right) else { return false }
    return pool.withUnsafeBufferPointer { pool in
      // SAFETY: the parts lie inside the pool, and together are as long as the product.
      guard let base = pool.baseAddress else { return true }
      return memcmp(base + start, base + starts[left.index], byteCount(of: left)) == 0
        && memcmp(base + middle, base + starts[right.index], byteCount(of: right)) == 0
    }
  }

  /// The slot that holds these bytes, or the empty slot where they belong.
  private func slot(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: WordHash.of(bytes, seed: seed)) & mask
    return pool.withUnsafeBufferPointer { pool in
      while slots[slot] != Self.empty {
        let index = Int(slots[slot])
        let start = starts[index]
        if starts[index + 1] - start == bytes.count {
          guard let base = pool.baseAddress, let text = bytes.baseAddress else { return slot }
          // SAFETY: both have this number of bytes.
          if memcmp(base + start, text, bytes.count) == 0 { return slot }
        }
        slot = (slot + 1) & mask
      }
      return slot
    }
  }

  /// Makes the table large enough for a number of tokens.
  private mutating func resize(for tokens: Int) {
    var size = slots.count
    while size < 2 * tokens + 2 { size *= 2 }
    slots = Array(repeating: Self.empty, count: size)
    pool.withUnsafeBufferPointer { pool in
      for index in isPresent.indices where isPresent[index] {
        let bytes = UnsafeBufferPointer(rebasing: pool[starts[index]..<starts[index + 1]])
        let slot = slot(of: bytes)
        // Of several copies the first is found.
        if slots[slot] == Self.empty { slots[slot] = UInt32(truncatingIfNeeded: index) }
      }
    }
  }
}
