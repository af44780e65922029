// Procedure: every part of an added token that is as long as another one is looked up among all of
//   them, and so is every proper ending among the proper beginnings.
// Complexity: O(bytes · lengths), and of tokens up to 64 bytes only.

public import BytePairEncoding

/// What may surprise about a tokenizer's added tokens.
public struct AddedTokenFindings: Hashable, Sendable {
  /// Two added tokens that lay claim to the same bytes of some text.
  public struct Overlap: Hashable, Sendable {
    /// The one that begins first.
    public let first: TokenID
    /// The one that it contains, or that begins inside it.
    public let second: TokenID
    /// Whether the first contains the second.
    public let isInside: Bool
  }

  /// The longest added tokens that are compared, in bytes.
  public static let longestCompared = 64
  /// The most overlaps that are kept.
  public static let mostOverlaps = 10_000

  /// Those whose bytes the model has as a token of the same id.
  public private(set) var alsoInModel: [TokenID] = []
  /// Those whose bytes the model has as a token of another id, with that id.
  public private(set) var otherID: [TokenID: TokenID] = [:]
  /// Those whose id the model gives to other bytes.
  public private(set) var takenID: [TokenID] = []
  /// Those that are found in normalised text, and that normalisation changes.
  public private(set) var normalized: [TokenID] = []
  /// Those that overlap, by ids; of containment each pair once, of endings each pair once.
  public private(set) var overlaps: [Overlap] = []
  /// The number of those too long to be compared.
  public private(set) var notCompared = 0

  init(_ tokenizer: Tokenizer) {
    for token in tokenizer.addedTokens {
      let same = tokenizer.model.vocabulary.id(of: token.content)
      if same == token.id {
        alsoInModel.append(token.id)
      } else {
        if let same { otherID[token.id] = same }
        if tokenizer.vocabulary.contains(token.id) { takenID.append(token.id) }
      }
      if tokenizer.normalizedContent(of: token.id) != nil { normalized.append(token.id) }
    }
    findOverlaps(tokenizer.addedTokens)
  }

  private mutating func findOverlaps(_ added: [AddedToken]) {
    let tokens = added.filter { (1...Self.longestCompared).contains($0.content.count) }
    notCompared = added.count { $0.content.count > Self.longestCompared }
    var contents = Vocabulary()
    var owners: [TokenID] = []
    var beginnings = Vocabulary()
    var beginners: [[TokenID]] = []
    for token in tokens {
      if contents.append(token.content).index == owners.count { owners.append(token.id) }
      for length in 1..<token.content.count {
        let number = beginnings.append(Array(token.content[..<length])).index
        if number == beginners.count { beginners.append([]) }
        beginners[number].append(token.id)
      }
    }
    let lengths = Set(tokens.map(\.content.count)).sorted()
    var found: Set<Overlap> = []
    for token in tokens where found.count < Self.mostOverlaps {
      token.content.withUnsafeBufferPointer { content in
        for start in content.indices {
          let rest = UnsafeBufferPointer(rebasing: content[start...])
          for length in lengths.prefix(while: { $0 <= rest.count }) where length < content.count {
            let part = UnsafeBufferPointer(rebasing: rest[..<length])
            guard let owner = contents.id(of: part).map({ owners[$0.index] }) else { continue }
            found.insert(Overlap(first: token.id, second: owner, isInside: true))
          }
          guard start > 0, let beginning = beginnings.id(of: rest) else { continue }
          for other in beginners[beginning.index]
          where other != token.id && found.count < Self.mostOverlaps {
            found.insert(Overlap(first: token.id, second: other, isInside: false))
          }
        }
      }
    }
    overlaps = found.sorted {
      ($0.first, $0.second, $0.isInside ? 0 : 1) < ($1.first, $1.second, $1.isInside ? 0 : 1)
    }
  }
}
