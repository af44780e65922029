/// A byte-level BPE model: a vocabulary, the tokens of the 256 bytes, and the merges.
public struct BPEModel: Sendable {
  /// A vocabulary and merges that do not fit together.
  public struct InvalidModel: Error, Sendable, CustomStringConvertible {
    /// What does not fit, as a sentence without a full stop.
    public let description: String
  }

  /// The model's tokens; bytes that it lacks are listed by ``missingBytes``.
  public let vocabulary: Vocabulary
  /// The merge rules by rank; the lowest rank is applied first.
  public let merges: MergeTable
  /// The token for a byte missing from the vocabulary; nil to leave such bytes out.
  public let unknown: TokenID?
  /// The number of first merges that only put characters together; no law drops one of them.
  package let characterMergeCount: Int
  /// Whether a pre-token that is itself in the vocabulary is taken whole before any merge.
  ///
  /// It does not apply under dropout with a rate above 0.
  public private(set) var ignoresMerges: Bool

  /// The token of each byte, or `absent`.
  let byteTokens: [UInt32]
  static let absent = UInt32.max
  /// The token written for each byte that does not merge: its own, or ``unknown``, or `absent`.
  let writtenBytes: [UInt32]

  /// Combines a vocabulary with merges.
  ///
  /// - Parameters:
  ///   - vocabulary: All tokens.
  ///   - merges: In order of rank; the product of each must be the concatenation of its parts.
  ///   - unknown: The token for a missing byte.
  ///   - ignoresMerges: See ``ignoresMerges``.
  /// - Throws: ``InvalidModel`` if a merge does not fit the vocabulary.
  public init(
    vocabulary: Vocabulary,
    merges: [Merge],
    unknown: TokenID? = nil,
    ignoresMerges: Bool = false
  ) throws {
    try Self.check(merges, vocabulary)
    self.init(
      vocabulary,
      try Self.table(merges),
      unknown: unknown,
      ignoresMerges: ignoresMerges
    )
  }

  private static func check(_ merges: [Merge], _ vocabulary: Vocabulary) throws {
    guard let rank = vocabulary.firstUnfit(merges) else { return }
    let merge = merges[rank]
    throw InvalidModel(
      description:
        "merge \(rank) (\(merge.left) + \(merge.right) -> \(merge.product)): the product is "
        + "not the concatenation of its parts"
    )
  }

  /// Combines a vocabulary with merges that put characters together, and with those of characters.
  ///
  /// - Parameters:
  ///   - vocabulary: All tokens.
  ///   - characters: The merges of the first ranks; no law drops one of them.
  ///   - merges: The others in order of rank.
  ///   - ignoresMerges: See ``ignoresMerges``.
  ///   - sharesRank: Whether one of the others shares the rank of the one before it, by their
  ///     indices.
  /// - Throws: ``InvalidModel`` if a merge does not fit the vocabulary.
  package init(
    vocabulary: Vocabulary,
    characters: [Merge],
    merges: [Merge],
    ignoresMerges: Bool,
    sharesRank: @escaping (_ previous: Int, _ next: Int) -> Bool
  ) throws {
    let all = characters + merges
    try Self.check(all, vocabulary)
    self.init(
      vocabulary,
      try Self.table(all) {
        $0 >= characters.count && sharesRank($0 - characters.count, $1 - characters.count)
      },
      unknown: nil,
      ignoresMerges: ignoresMerges,
      characterMergeCount: characters.count
    )
  }

  /// Combines a vocabulary with a table of merges that fits it.
  private init(
    _ vocabulary: Vocabulary,
    _ merges: MergeTable,
    unknown: TokenID?,
    ignoresMerges: Bool,
    characterMergeCount: Int = 0
  ) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.unknown = unknown
    self.ignoresMerges = ignoresMerges
    self.characterMergeCount = characterMergeCount
    byteTokens = (UInt8.min...UInt8.max).map { (byte: UInt8) -> UInt32 in
      vocabulary.id(of: [byte])?.rawValue ?? Self.absent
    }
    let instead = unknown?.rawValue ?? Self.absent
    writtenBytes = byteTokens.map { $0 == Self.absent ? instead : $0 }
  }

  /// - Throws: ``InvalidModel`` if the pairs collide beyond what a trained file can.
  private static func table(
    _ merges: [Merge],
    sharesRank: ((_ previous: Int, _ next: Int) -> Bool)? = nil
  ) throws -> MergeTable {
    guard let table = MergeTable(merges, sharesRank: sharesRank) else {
      throw InvalidModel(description: "the merges collide as no trained table does")
    }
    return table
  }

  /// Combines a vocabulary with a table of merges that has been checked against it.
  ///
  /// - Parameters:
  ///   - vocabulary: All tokens.
  ///   - table: The merges.
  ///   - unknown: The token for a missing byte.
  ///   - ignoresMerges: See ``ignoresMerges``.
  ///   - characterMergeCount: The number of first merges that only put characters together.
  package init(
    vocabulary: Vocabulary,
    table: MergeTable,
    unknown: TokenID?,
    ignoresMerges: Bool,
    characterMergeCount: Int = 0
  ) {
    self.init(
      vocabulary,
      table,
      unknown: unknown,
      ignoresMerges: ignoresMerges,
      characterMergeCount: characterMergeCount
    )
  }

  /// Creates tiktoken's model: two neighbours merge if their concatenation is a token, the lowest
  /// id first, and a word that is a token is taken whole.
  ///
  /// - Parameter vocabulary: All tokens; their ids are their ranks.
  /// - Throws: ``InvalidModel`` if its rules collide.
  public init(ranks vocabulary: Vocabulary) throws {
    let rules = try ConcatenationMerges.rules(of: vocabulary)
    self.init(
      vocabulary,
      try Self.table(rules) { rules[$0].product == rules[$1].product },
      unknown: nil,
      ignoresMerges: true
    )
  }

  /// The model that takes no word whole before any merge.
  package var withoutWholeWords: BPEModel {
    var model = self
    model.ignoresMerges = false
    return model
  }

  /// The bytes without a token in the vocabulary, ascending.
  public var missingBytes: [UInt8] {
    (UInt8.min...UInt8.max).filter { byteTokens[Int($0)] == Self.absent }
  }
}
