// Source: see ScaffoldLearning.swift and PickyLearning.swift.
// Procedure: the tokens left out have ids after those of the vocabulary, and never reach the
//   output. A scaffold token is split by its rules into as few tokens of the vocabulary as
//   possible; on a tie, the first rule wins. A removed token is split into the two tokens that it
//   was first made of, and recursively those of them that are removed at that time.
// Complexity: O(merges + bytes of the tokens that are split).

/// A byte-level BPE model with intermediate tokens that its vocabulary leaves out.
public struct PrunedModel: Sendable {
  /// The tokens that text is turned into.
  public let vocabulary: Vocabulary
  /// The vocabulary followed by the tokens left out.
  public let expanded: Vocabulary
  /// The merges in order, by the ids of ``expanded``.
  public let merges: [Merge]
  /// The tokens left out, by the ids of ``expanded``.
  public let pruning: VocabularyPruning

  enum Procedure: Sendable {
    /// BPE, then a split of each token left out, by id from the first of them.
    case splitting(BPEModel, [[UInt32]])
    case replay(MergeEvents)
  }

  let procedure: Procedure

  /// Combines tokens, merges and pruning.
  ///
  /// - Parameters:
  ///   - tokens: All tokens, with any ids: they are renumbered, those that stay first.
  ///   - merges: In order; the product of each must be the concatenation of its parts.
  ///   - pruning: The tokens left out.
  /// - Throws: ``BPEModel/InvalidModel`` if they do not fit together.
  public init(tokens: Vocabulary, merges: [Merge], pruning: VocabularyPruning) throws {
    let isMade = try Self.products(of: merges, tokens)
    let isLeftOut =
      switch pruning {
      case .scaffold(let scaffold): try Self.scaffold(scaffold, isMade)
      case .removals(let removals): try Self.removed(removals, isMade, merges)
      }
    var vocabulary = Vocabulary()
    var renumbered = [TokenID](repeating: TokenID(0), count: tokens.count)
    for id in 0..<tokens.count where !isLeftOut[id] {
      renumbered[id] = TokenID(vocabulary.count)
      if tokens.contains(TokenID(id)) {
        vocabulary.append(Array(tokens.bytes(of: TokenID(id))))
      } else {
        vocabulary.appendGap()
      }
    }
    self.vocabulary = vocabulary
    for id in 0..<tokens.count where isLeftOut[id] {
      renumbered[id] = vocabulary.append(Array(tokens.bytes(of: TokenID(id))))
    }
    expanded = vocabulary
    self.merges = merges.map { merge in
      Merge(
        left: renumbered[merge.left.index],
        right: renumbered[merge.right.index],
        product: renumbered[merge.product.index]
      )
    }
    switch pruning {
    case .scaffold(let scaffold):
      self.pruning = .scaffold(scaffold.map { renumbered[$0.index] }.sorted())
      let first = self.vocabulary.count
      procedure = .splitting(
        try BPEModel(vocabulary: expanded, merges: self.merges),
        Self.splits(from: first, expanded, self.merges)
      )
    case .removals(let removals):
      let renumberedRemovals = removals.map {
        VocabularyPruning.Removal(renumbered[$0.token.index], after: $0.mergeCount)
      }
      self.pruning = .removals(renumberedRemovals)
      procedure = .replay(try MergeEvents(expanded, self.merges, renumberedRemovals))
    }
  }

  /// The number of tokens left out.
  public var leftOutCount: Int { expanded.count - vocabulary.count }

  // MARK: - Checks

  /// For each token, whether a merge makes it; all merges must be consistent.
  private static func products(of merges: [Merge], _ tokens: Vocabulary) throws -> [Bool] {
    var isMade = [Bool](repeating: false, count: tokens.count)
    let unfit = tokens.firstUnfit(merges)
    for (rank, merge) in merges.enumerated() {
      guard rank != unfit, tokens.byteCount(of: merge.left) > 0,
        tokens.byteCount(of: merge.right) > 0
      else {
        throw BPEModel.InvalidModel(
          description: "merge \(rank) (\(merge.left) + \(merge.right) -> \(merge.product)): the "
            + "product is not the concatenation of its parts"
        )
      }
      isMade[merge.product.index] = true
    }
    return isMade
  }

  private static func scaffold(_ scaffold: [TokenID], _ isMade: [Bool]) throws -> [Bool] {
    var isLeftOut = [Bool](repeating: false, count: isMade.count)
    for token in scaffold {
      guard token.index < isMade.count, isMade[token.index] else {
        throw BPEModel.InvalidModel(description: "no merge makes the scaffold token \(token)")
      }
      isLeftOut[token.index] = true
    }
    return isLeftOut
  }

  private static func removed(
    _ removals: [VocabularyPruning.Removal],
    _ isMade: [Bool],
    _ merges: [Merge]
  ) throws -> [Bool] {
    var isPresent = isMade.map { !$0 }
    var rest = removals[...]
    for count in 0...merges.count {
      if count > 0 { isPresent[merges[count - 1].product.index] = true }
      while let removal = rest.first, removal.mergeCount == count {
        let token = removal.token.index
        guard token < isMade.count, isMade[token], isPresent[token] else {
          throw BPEModel.InvalidModel(
            description: "the token \(token) is removed after \(count) merges, but is not there"
          )
        }
        isPresent[token] = false
        rest.removeFirst()
      }
    }
    guard rest.isEmpty else {
      throw BPEModel.InvalidModel(
        description: "the removals are not in the order of the merges before them"
      )
    }
    return isPresent.map { !$0 }
  }

  /// The parts of each token from an id on.
  private static func splits(
    from first: Int,
    _ tokens: Vocabulary,
    _ merges: [Merge]
  ) -> [[UInt32]] {
    var rules = [[Merge]](repeating: [], count: tokens.count - first)
    for merge in merges where merge.product.index >= first {
      rules[merge.product.index - first].append(merge)
    }
    var splits = [[UInt32]](repeating: [], count: rules.count)
    func split(_ token: TokenID) -> [UInt32] {
      token.index < first ? [token.rawValue] : splits[token.index - first]
    }
    // Parts are shorter, so their own splits are known first.
    let byLength = rules.indices.sorted {
      (tokens.byteCount(of: TokenID($0 + first)), $0)
        < (tokens.byteCount(of: TokenID($1 + first)), $1)
    }
    for index in byLength {
      for rule in rules[index] {
        let parts = split(rule.left) + split(rule.right)
        if splits[index].isEmpty || parts.count < splits[index].count { splits[index] = parts }
      }
    }
    return splits
  }
}
