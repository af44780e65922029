/// The first stage, and the third for tokens in normalised text: cuts a stretch at its added
/// tokens.
struct AddedTokenPieces {
  /// A piece between two cuts.
  enum Piece {
    /// An added token and its range in the stretch.
    case token(AddedToken, Range<Int>)
    /// Non-empty text.
    case text(Stretch)
  }

  private let stretch: Stretch
  private var matches: AddedTokenMatches
  private var position = 0
  /// The token after the text that was returned last.
  private var held: (token: AddedToken, range: Range<Int>)?

  /// - Parameters:
  ///   - matcher: The added tokens.
  ///   - stretch: Must outlive the iteration.
  ///   - allowsSpecial: Whether special tokens are recognised.
  init(_ matcher: AddedTokenMatcher, in stretch: Stretch, allowsSpecial: Bool) {
    self.stretch = stretch
    matches = AddedTokenMatches(matcher, in: stretch.text, allowsSpecial: allowsSpecial)
  }

  /// The next piece, from left to right; nil at the end.
  mutating func next() -> Piece? {
    if let held { return take(held) }
    guard let match = matches.next() else {
      guard position < stretch.text.count else { return nil }
      defer { position = stretch.text.count }
      return .text(position == 0 ? stretch : stretch.part(position..<stretch.text.count))
    }
    guard position < match.range.lowerBound else { return take(match) }
    held = match
    return .text(stretch.part(position..<match.range.lowerBound))
  }

  private mutating func take(_ match: (token: AddedToken, range: Range<Int>)) -> Piece {
    held = nil
    position = match.range.upperBound
    return .token(match.token, match.range)
  }
}
