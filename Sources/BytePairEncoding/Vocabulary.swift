/// The tokens of a model: byte strings numbered from 0, possibly with gaps.
///
/// Tokens are told apart by their bytes. (Swift's `String` calls canonically equivalent texts equal,
/// so it cannot be a key here.)
public struct Vocabulary: Sendable {
  private var pool: [UInt8] = []
  private var starts: [Int] = [0]
  private var isPresent: [Bool] = []
  private var ids: [[UInt8]: TokenID] = [:]

  /// An empty vocabulary.
  public init() {}

  /// One more than the largest id.
  public var count: Int { isPresent.count }

  /// Adds a token at the next id.
  ///
  /// - Returns: The new id, or the id that a token of the same bytes has already.
  @discardableResult
  public mutating func append(_ bytes: [UInt8]) -> TokenID {
    if let id = ids[bytes] { return id }
    let id = TokenID(isPresent.count)
    ids[bytes] = id
    pool.append(contentsOf: bytes)
    starts.append(pool.count)
    isPresent.append(true)
    return id
  }

  /// Leaves the next id without a token.
  public mutating func appendGap() {
    starts.append(pool.count)
    isPresent.append(false)
  }

  /// The bytes of a token; empty for an id that has none.
  public func bytes(of id: TokenID) -> ArraySlice<UInt8> {
    guard id.index < count else { return [] }
    return pool[starts[id.index]..<starts[id.index + 1]]
  }

  /// The number of bytes of a token; 0 for an id that has none.
  public func byteCount(of id: TokenID) -> Int {
    id.index < count ? starts[id.index + 1] - starts[id.index] : 0
  }

  /// Whether an id has a token.
  public func contains(_ id: TokenID) -> Bool { id.index < count && isPresent[id.index] }

  /// The id of a token, or nil.
  public func id(of bytes: [UInt8]) -> TokenID? { ids[bytes] }
}
