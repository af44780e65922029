// Source: Hugging Face tokenizers 0.23, `truncation` of tokenizer.json (truncate_encodings,
//   Encoding::truncate).
// Procedure: special tokens are counted first; what is left of the length is shared between the
//   texts. A text is cut into parts of the same length, of which neighbours have `stride` tokens in
//   common; the first part is kept, and the others overflow.
// Complexity: O(1), and O(parts) for the parts.

import Diagnostics

/// How rows that are too long are cut.
public struct Truncation: Hashable, Sendable {
  /// Which text of a pair is cut.
  public enum Strategy: String, CaseIterable, Sendable {
    /// The longer one, and both where that is not enough.
    case longestFirst = "longest-first"
    /// The first one.
    case onlyFirst = "only-first"
    /// The second one.
    case onlySecond = "only-second"
  }

  /// The most tokens of a row, special tokens included.
  public var maxLength: Int
  /// Which text of a pair is cut.
  public var strategy: Strategy
  /// The number of tokens that neighbouring parts of a text have in common.
  public var stride: Int
  /// The end of a text at which tokens are cut off.
  public var side: InputSide

  /// - Parameters:
  ///   - maxLength: The most tokens of a row, special tokens included.
  ///   - strategy: Which text of a pair is cut.
  ///   - stride: The number of tokens that neighbouring parts of a text have in common.
  ///   - side: The end of a text at which tokens are cut off.
  public init(
    maxLength: Int,
    strategy: Strategy = .longestFirst,
    stride: Int = 0,
    side: InputSide = .right
  ) {
    precondition(maxLength >= 0 && stride >= 0, "lengths are not negative")
    self.maxLength = maxLength
    self.strategy = strategy
    self.stride = stride
    self.side = side
  }

  /// The tokens that texts may have beside special tokens.
  ///
  /// - Parameter added: The number of special tokens of a row.
  /// - Returns: The most tokens of the text or of both texts.
  /// - Throws: ``InvalidData`` if special tokens alone are too many, or the stride is too large for
  ///   any text.
  func room(beside added: Int) throws -> Int {
    guard maxLength >= added else {
      throw InvalidData(
        "a row of at most \(maxLength) tokens has no room for the \(added) special tokens of its "
          + "template: truncate to \(added + 1) or more, or leave out the template"
      )
    }
    guard stride <= maxLength - added else {
      throw InvalidData(
        "a stride of \(stride) must be below the \(maxLength - added) tokens of text of a row "
          + "(\(maxLength), less \(added) special tokens)"
      )
    }
    return maxLength - added
  }

  /// The number of tokens that the texts keep.
  ///
  /// - Parameters:
  ///   - counts: The number of tokens of the text, or of both texts of a pair.
  ///   - room: The most tokens of all texts together.
  /// - Returns: As many numbers, none larger than its count.
  /// - Throws: ``InvalidData`` if the strategy cannot cut enough.
  func keptCounts(_ counts: [Int], room: Int) throws -> [Int] {
    let total = counts.reduce(0, +)
    guard total > room else { return counts }
    if room == 0 { return counts.map { _ in 0 } }
    switch strategy {
    case .longestFirst:
      return counts.count == 2 ? Self.longestFirst(counts[0], counts[1], room) : [room]
    case .onlyFirst: return try cut(0, of: counts, by: total - room)
    case .onlySecond:
      guard counts.count == 2 else {
        throw InvalidData(
          "a text of \(total) tokens is too long, and only-second truncation cuts only the second "
            + "text of a pair: use longest-first or only-first"
        )
      }
      return try cut(1, of: counts, by: total - room)
    }
  }

  private func cut(_ index: Int, of counts: [Int], by excess: Int) throws -> [Int] {
    guard counts[index] > excess else {
      throw InvalidData(
        "\(strategy.rawValue) truncation cannot cut \(excess) tokens off a text of "
          + "\(counts[index]): use longest-first, or allow longer rows"
      )
    }
    var kept = counts
    kept[index] -= excess
    return kept
  }

  /// Only the longer text is cut if that is enough; otherwise both get half of the room, and the
  /// longer one an odd token.
  private static func longestFirst(_ first: Int, _ second: Int, _ room: Int) -> [Int] {
    var shorter = min(first, second)
    var longer = shorter > room ? shorter : max(shorter, room - shorter)
    if shorter + longer > room {
      shorter = room / 2
      longer = shorter + room % 2
    }
    return first > second ? [longer, shorter] : [shorter, longer]
  }

  /// The parts of a text: the one that is kept, and then those that overflow.
  ///
  /// A text of which nothing is kept overflows as a whole.
  ///
  /// - Parameters:
  ///   - count: The number of its tokens.
  ///   - kept: The most tokens of a part.
  ///   - wantsOverflow: Whether parts behind the first are wanted.
  /// - Returns: Ranges of tokens, at least one.
  /// - Throws: ``InvalidData`` if a part is not longer than the stride.
  func parts(of count: Int, keeping kept: Int, wantsOverflow: Bool) throws -> [Range<Int>] {
    guard kept < count else { return [0..<count] }
    guard kept > 0 else { return wantsOverflow ? [0..<0, 0..<count] : [0..<0] }
    guard stride < kept else {
      throw InvalidData(
        "a stride of \(stride) must be below the \(kept) tokens that a text keeps beside special "
          + "tokens and the other text: choose a smaller stride or a larger maximum"
      )
    }
    var parts: [Range<Int>] = []
    var start = 0
    while true {
      let end = min(start + kept, count)
      parts.append(side == .right ? start..<end : count - end..<count - start)
      if end == count || !wantsOverflow { return parts }
      start += kept - stride
    }
  }
}
