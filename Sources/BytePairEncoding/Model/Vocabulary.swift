// Procedure: the bytes of all tokens in one pool; ids are found by their bytes in a TokenIndex.
// Complexity: O(length) for a look-up and an addition.

import Glibc

/// The tokens of a model: byte strings numbered from 0, possibly with gaps.
///
/// Tokens are distinguished by their bytes, except those of ``appendCopy(_:)``. (Swift's `String`
/// treats canonically equivalent texts as equal, so it cannot be a key here.)
public struct Vocabulary: Sendable {
  private var pool: [UInt8]
  private var starts: [UInt32]
  private var isPresent: [Bool]
  private(set) var index: TokenIndex
  /// Whether several ids have the same bytes.
  public private(set) var hasCopies: Bool

  /// An empty vocabulary.
  public init() { self.init(pool: [], starts: [0], isPresent: [], index: TokenIndex()) }

  /// Puts the parts of a vocabulary together, which must fit.
  init(
    pool: [UInt8],
    starts: [UInt32],
    isPresent: [Bool],
    index: TokenIndex,
    hasCopies: Bool = false
  ) {
    (self.pool, self.starts, self.isPresent) = (pool, starts, isPresent)
    (self.index, self.hasCopies) = (index, hasCopies)
  }

  /// Reserves memory.
  ///
  /// - Parameters:
  ///   - tokens: The approximate number of tokens.
  ///   - bytes: Their approximate total length in bytes.
  package mutating func reserveCapacity(tokens: Int, bytes: Int) {
    pool.reserveCapacity(bytes)
    starts.reserveCapacity(tokens + 1)
    isPresent.reserveCapacity(tokens)
    index.reserveCapacity(tokens)
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
    let next = TokenID(count)
    let known = pool.withUnsafeBufferPointer { pool in
      starts.withUnsafeBufferPointer { index.insert(next.rawValue, bytes, pool, $0) }
    }
    if let known { return TokenID(known) }
    add(bytes)
    return next
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
    bytes.withUnsafeBufferPointer { add($0) }
    hasCopies = true
    return next
  }

  private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    pool.append(contentsOf: bytes)
    precondition(pool.count <= UInt32.max, "tokens have fewer than 2^32 bytes in all")
    starts.append(UInt32(truncatingIfNeeded: pool.count))
    isPresent.append(true)
  }

  /// Leaves the next id without a token.
  public mutating func appendGap() {
    starts.append(starts[count])
    isPresent.append(false)
  }

  /// The bytes of a token; empty for an id without one.
  public func bytes(of id: TokenID) -> ArraySlice<UInt8> {
    guard id.index < count else { return [] }
    return pool[Int(starts[id.index])..<Int(starts[id.index + 1])]
  }

  /// The number of bytes of a token; 0 for an id without one.
  public func byteCount(of id: TokenID) -> Int {
    id.index < count ? Int(starts[id.index + 1] - starts[id.index]) : 0
  }

  /// Whether an id has a token.
  public func contains(_ id: TokenID) -> Bool { id.index < count && isPresent[id.index] }

  /// The id of a token, or nil.
  public func id(of bytes: [UInt8]) -> TokenID? { bytes.withUnsafeBufferPointer { id(of: $0) } }

  /// The id of a token, or nil.
  package func id(of bytes: UnsafeBufferPointer<UInt8>) -> TokenID? {
    withUnsafeTokens { index.id(of: bytes, $0, $1) }.map { TokenID($0) }
  }

  /// Whether an id has a token with the given bytes that is found by them.
  package func has(_ bytes: UnsafeBufferPointer<UInt8>, as id: TokenID) -> Bool {
    guard !hasCopies, contains(id), byteCount(of: id) == bytes.count else { return false }
    return withUnsafeTokens { pool, starts in
      guard let base = pool.baseAddress, let text = bytes.baseAddress else { return true }
      // SAFETY: both have this number of bytes.
      return Self.isEqual(base + Int(starts[id.index]), text, bytes.count)
    }
  }

  /// Calls with the bytes of all tokens, and the start of each, followed by the end; they must not
  /// escape.
  package func withUnsafeTokens<Result>(
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt32>) throws -> Result
  ) rethrows -> Result {
    try pool.withUnsafeBufferPointer { pool in
      try starts.withUnsafeBufferPointer { try body(pool, $0) }
    }
  }

  /// The index of the first merge whose product does not have the bytes of its parts, or nil.
  ///
  /// Complexity: O(bytes of the products).
  func firstUnfit(_ merges: [Merge]) -> Int? {
    withUnsafeTokens { pool, starts in
      // SAFETY: ids are found to be below the count, so that tokens lie inside the pool.
      guard let base = pool.baseAddress else { return merges.isEmpty ? nil : 0 }
      return merges.firstIndex { merge in
        let (left, right, product) = (merge.left.index, merge.right.index, merge.product.index)
        guard max(left, right, product) < count, isPresent[product] else { return true }
        let (first, second) = (Int(starts[left]), Int(starts[right]))
        let start = Int(starts[product])
        let (firstLength, secondLength) =
          (Int(starts[left + 1]) - first, Int(starts[right + 1]) - second)
        return Int(starts[product + 1]) - start != firstLength + secondLength
          || !Self.isEqual(base + start, base + first, firstLength)
          || !Self.isEqual(base + start + firstLength, base + second, secondLength)
      }
    }
  }

  /// Whether two texts of the same length are equal.
  @inline(__always)
  static func isEqual(
    _ first: UnsafePointer<UInt8>,
    _ second: UnsafePointer<UInt8>,
    _ count: Int
  ) -> Bool {
    // Most tokens are too short for a call.
    if count > 16 { return memcmp(first, second, count) == 0 }
    var index = 0
    while index < count {
      if first[index] != second[index] { return false }
      index += 1
    }
    return true
  }
}
