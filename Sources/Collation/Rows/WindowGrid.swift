// Procedure: positions 0..<count are cut at offset, offset + length, offset + 2 length, …; what is
//   left at both ends are shorter windows.
// Complexity: O(1).
// Determinism: no draws; the offset is drawn by who makes the grid.

/// A run of positions cut into windows: each position lies in exactly one.
public struct WindowGrid: Hashable, Sendable {
  /// The number of positions.
  public let positions: Int
  /// The positions of a whole window.
  public let length: Int
  /// Where the first whole window begins.
  public let offset: Int
  /// The number of windows.
  public let count: Int

  /// - Parameters:
  ///   - positions: At least 0.
  ///   - length: At least 1.
  ///   - offset: Where the first whole window begins, less than `length`.
  ///   - keepsPartial: Whether the shorter windows at both ends count.
  public init(positions: Int, length: Int, offset: Int = 0, keepsPartial: Bool = true) {
    precondition(length >= 1, "a window has at least one position, but \(length) are asked for")
    precondition(
      (0..<length).contains(offset),
      "the offset of a grid must be below \(length), but is \(offset)"
    )
    self.positions = positions
    self.length = length
    self.offset = offset
    self.keepsPartial = keepsPartial
    let rest = max(positions - offset, 0)
    if keepsPartial {
      count = (offset > 0 && positions > 0 ? 1 : 0) + (rest + length - 1) / length
    } else {
      count = rest / length
    }
  }

  private let keepsPartial: Bool

  /// The positions of a window; none for a number of `count` or more.
  public subscript(window: Int) -> Range<Int> {
    precondition(window >= 0, "a window's number must be at least 0, but is \(window)")
    guard window < count else { return positions..<positions }
    if keepsPartial && offset > 0 {
      if window == 0 { return 0..<min(offset, positions) }
      let start = offset + (window - 1) * length
      return start..<min(start + length, positions)
    }
    let start = offset + window * length
    return start..<min(start + length, positions)
  }
}
