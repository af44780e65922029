public import BytePairEncoding

/// A token that stands beside the model's own: found in the text as it is, before anything else.
public struct AddedToken: Hashable, Sendable {
  /// Its number in the tokenizer; the model may have a token of the same number.
  public let id: TokenID
  /// Its UTF-8.
  public let content: [UInt8]
  /// Whether it is a control token, found in text only where the caller allows it, and left out of
  /// decoded text where the caller wants that.
  public let isSpecial: Bool

  /// - Parameters:
  ///   - id: Its number in the tokenizer.
  ///   - content: Its UTF-8; an empty one is never found.
  ///   - isSpecial: Whether it is a control token.
  public init(id: TokenID, content: [UInt8], isSpecial: Bool = true) {
    self.id = id
    self.content = content
    self.isSpecial = isSpecial
  }
}

/// The added tokens of a tokenizer, found from left to right, the longest first.
///
/// Complexity: O(n · longest token), whatever the number of tokens; bytes that begin no token cost
/// one look-up.
struct AddedTokenMatcher: Sendable {
  /// A trie: node 0 is the root; children of a node by byte.
  private var children: [[UInt8: Int]] = [[:]]
  private var tokens: [AddedToken?] = [nil]
  private var begins = [Bool](repeating: false, count: 256)

  let isEmpty: Bool

  init(_ added: [AddedToken]) {
    isEmpty = added.isEmpty
    for token in added {
      guard let first = token.content.first else { continue }
      begins[Int(first)] = true
      var node = 0
      for byte in token.content {
        if let child = children[node][byte] {
          node = child
        } else {
          children.append([:])
          tokens.append(nil)
          children[node][byte] = children.count - 1
          node = children.count - 1
        }
      }
      tokens[node] = token
    }
  }

  /// The first token at or after a position.
  func next(
    in text: UnsafeBufferPointer<UInt8>,
    from position: Int
  ) -> (token: AddedToken, range: Range<Int>)? {
    guard !isEmpty else { return nil }
    for start in position..<max(text.count, position) where begins[Int(text[start])] {
      var node = 0
      var end = start
      var found: (AddedToken, Range<Int>)?
      while end < text.count, let child = children[node][text[end]] {
        node = child
        end += 1
        if let token = tokens[node] { found = (token, start..<end) }
      }
      if let found { return found }
    }
    return nil
  }
}
