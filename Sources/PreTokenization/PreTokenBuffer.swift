/// A batch of pre-tokens between a scanner and an encoder: byte ranges of one text, in order.
///
/// The caller owns and reuses it, so that no word costs an allocation.
public struct PreTokenBuffer: Sendable {
  /// The number of ranges that a batch can hold.
  public static let capacity = 256

  /// The number of ranges left by the last scan.
  public private(set) var count = 0
  /// Where the first `count` pre-tokens start and end.
  package private(set) var starts: [Int]
  package private(set) var ends: [Int]

  /// An empty batch.
  public init() {
    starts = Array(repeating: 0, count: Self.capacity)
    ends = Array(repeating: 0, count: Self.capacity)
  }

  /// The range of one pre-token.
  @inlinable
  public subscript(index: Int) -> Range<Int> {
    let (start, end) = bounds(index)
    return Range(uncheckedBounds: (start, end))
  }

  @usableFromInline
  func bounds(_ index: Int) -> (Int, Int) { (starts[index], ends[index]) }

  /// The first pre-token of more than `limit` bytes.
  package func first(longerThan limit: Int) -> Range<Int>? {
    guard count > 0, ends[count - 1] - starts[0] > limit else { return nil }
    let starts = starts.span
    let ends = ends.span
    // SAFETY: the last scan left `count` starts and ends.
    for index in 0..<count where ends[unchecked: index] &- starts[unchecked: index] > limit {
      return self[index]
    }
    return nil
  }

  var isFull: Bool { count == Self.capacity }

  func hasRoom(for more: Int) -> Bool { count + more <= Self.capacity }

  package mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func append(_ start: Int, _ end: Int) {
    starts[count] = start
    ends[count] = end
    count += 1
  }

  /// Lets a scanner write many pre-tokens at once.
  ///
  /// - Parameter body: Takes the destinations of starts and ends and the room in each, and returns
  ///   the number of pre-tokens it wrote.
  /// - Returns: The same number.
  @inline(__always)
  mutating func appendMany(
    _ body: (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>, Int) -> Int
  ) -> Int {
    let room = Self.capacity - count
    let used = count
    let added = starts.withUnsafeMutableBufferPointer { starts in
      ends.withUnsafeMutableBufferPointer { ends in
        guard let starts = starts.baseAddress, let ends = ends.baseAddress else { return 0 }
        // SAFETY: `room` elements from `used` on belong to the arrays.
        return body(starts + used, ends + used, room)
      }
    }
    count += added
    return added
  }
}
