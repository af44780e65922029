public import BytePairEncoding

/// What a model learns to predict, and from which inputs.
///
/// One file declares everything about an objective: its names and settings in recipes, the lengths
/// of its rows, the arrays that it adds to batches, and how a row becomes inputs and targets. A
/// recipe takes objectives of your own by ``CollationKinds``.
public protocol Objective: Sendable {
  /// Its names in recipes.
  static var names: [String] { get }
  /// A few words that the help shows behind the name; nil for none.
  static var gloss: String? { get }
  /// The settings of a recipe that are for this objective, and for others that list them.
  static var settings: [RecipeKey] { get }
  /// What a model must be able to predict.
  static var target: TrainingTarget { get }
  /// The kinds of rows that it can be made of.
  static var rows: [Collator.Rows] { get }
  /// Which noise the inputs may have, besides that of the objective.
  static var acceptedNoise: AcceptedNoise { get }
  /// Whether it keeps the fields of a document apart, rather than joining them.
  static var keepsFields: Bool { get }
  /// The arrays that it adds to batches; ``Row/extras`` has one list of numbers for each.
  static var extras: [ExtraArray] { get }

  /// The tokens that only this objective makes special: noise neither picks them nor puts them in.
  ///
  /// - Parameter reader: The recipe and the tokenizer; its classes are not complete yet.
  /// - Returns: Any number of tokens.
  /// - Throws: ``InvalidData`` for a token that the recipe names and the tokenizer does not have.
  static func marks(_ reader: RecipeReader) throws -> [TokenID]

  /// Reads the objective's settings.
  ///
  /// - Parameter reader: The recipe, the tokenizer, and the classes of its tokens.
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  init(_ reader: RecipeReader) throws

  /// Refuses a collator that the objective does not work with.
  ///
  /// - Parameters:
  ///   - collator: Complete, and with rows of a kind in ``rows``.
  ///   - reader: The recipe that it was read from.
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  func check(_ collator: Collator, _ reader: RecipeReader) throws

  /// The tokens that a row shares with the next: 1 where the last target of one row is the first
  /// input of the next.
  var overlap: Int { get }

  /// The tokens of a full row, without the ``overlap``.
  ///
  /// - Parameter length: The input positions.
  /// - Returns: At least 1.
  func tokens(fitting length: Int) -> Int

  /// The longest input of a row.
  ///
  /// - Parameter tokens: The row's tokens, without the ``overlap``.
  /// - Returns: The input positions.
  func inputLength(ofTokens tokens: Int) -> Int

  /// The longest targets of a row.
  ///
  /// - Parameter tokens: The row's tokens, without the ``overlap``.
  /// - Returns: The target positions; nil where each target stands at an input.
  func targetLength(ofTokens tokens: Int) -> Int?

  /// Whether ``apply(to:at:_:)`` needs the words of a row.
  var needsWords: Bool { get }
  /// Whether ``apply(to:at:_:)`` needs the sentences of a row.
  var needsSentences: Bool { get }

  /// How many tokens of each field stay in a row that is too long; used where ``keepsFields``.
  ///
  /// - Parameters:
  ///   - counts: The tokens of each field.
  ///   - limit: The tokens that stay in all.
  /// - Returns: At most the counts.
  func keptTokens(ofFields counts: [Int], limit: Int) -> [Int]

  /// Makes inputs and targets of a row that has been read.
  ///
  /// - Parameters:
  ///   - row: Its inputs and targets are empty.
  ///   - moment: Gives the random words; a row's noise must be a function of them alone.
  ///   - scratch: Memory that a thread keeps from row to row.
  /// - Throws: ``FileError``, ``InvalidData``, where more of the data is read.
  func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) throws
}

/// The noise that an objective lets change its inputs.
public enum AcceptedNoise: Comparable, Sendable {
  /// None besides its own.
  case none
  /// Noise that changes tokens where they stand.
  case inPlace
  /// Noise that moves tokens, too.
  case moving
}

extension Objective {
  /// No gloss.
  public static var gloss: String? { nil }
  /// No settings.
  public static var settings: [RecipeKey] { [] }
  /// No model of this package.
  public static var target: TrainingTarget { .other }
  /// All kinds but packed rows, whose documents meet inside a row.
  public static var rows: [Collator.Rows] { Collator.Rows.allCases.filter { $0 != .packed } }
  /// None.
  public static var acceptedNoise: AcceptedNoise { .none }
  /// Fields are joined.
  public static var keepsFields: Bool { false }
  /// No array.
  public static var extras: [ExtraArray] { [] }
  /// No tokens.
  public static func marks(_ reader: RecipeReader) throws -> [TokenID] { [] }
  /// Refuses nothing.
  public func check(_ collator: Collator, _ reader: RecipeReader) throws {}
  /// None.
  public var overlap: Int { 0 }
  /// As many tokens as positions.
  public func tokens(fitting length: Int) -> Int { length }
  /// As many positions as tokens.
  public func inputLength(ofTokens tokens: Int) -> Int { tokens }
  /// Each target stands at an input.
  public func targetLength(ofTokens tokens: Int) -> Int? { nil }
  /// No words.
  public var needsWords: Bool { false }
  /// No sentences.
  public var needsSentences: Bool { false }
  /// The first tokens of all fields together.
  public func keptTokens(ofFields counts: [Int], limit: Int) -> [Int] {
    var rest = limit
    return counts.map { count in
      defer { rest -= min(count, rest) }
      return min(count, rest)
    }
  }
  /// The type, for what it says of all objectives of the kind.
  var kind: any Objective.Type { type(of: self) }
}
