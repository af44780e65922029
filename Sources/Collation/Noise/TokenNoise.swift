public import Noise

/// An operation that changes the tokens of a row's inputs; targets stay whole.
///
/// One file declares everything about an operation: its settings in recipes, the site of its random
/// words, and what it does. Operations act one after the other, in the order of
/// ``CollationKinds/noise``.
public protocol TokenNoise: Sendable {
  /// Its settings in recipes.
  static var settings: [RecipeKey] { get }
  /// Whether it moves tokens, so that only objectives whose targets stand apart can take it.
  static var movesTokens: Bool { get }

  /// Reads the operation's settings; nil where the recipe does not ask for it.
  ///
  /// - Parameter reader: The recipe, the tokenizer, and the classes of its tokens.
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  init?(_ reader: RecipeReader) throws

  /// Refuses a collator that the operation's settings do not go with.
  ///
  /// - Parameters:
  ///   - collator: Complete.
  ///   - reader: The recipe that it was read from.
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  static func check(_ collator: Collator, _ reader: RecipeReader) throws

  /// Its rates by the names of their settings; empty where what it does has none.
  var rates: [(name: String, rate: NoiseRate)] { get }

  /// Whether ``apply(to:at:_:)`` needs the words of the inputs, as they are before any operation.
  var needsWords: Bool { get }

  /// Changes the inputs of a row.
  ///
  /// - Parameters:
  ///   - row: Its inputs and targets have been made.
  ///   - moment: Gives the random words.
  ///   - scratch: Memory that a thread keeps from row to row.
  /// - Throws: ``FileError``, ``InvalidData``, where more of the data is read.
  func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) throws
}

extension TokenNoise {
  /// Tokens stay where they are.
  public static var movesTokens: Bool { false }
  /// Refuses nothing.
  public static func check(_ collator: Collator, _ reader: RecipeReader) throws {}
  /// None.
  public var rates: [(name: String, rate: NoiseRate)] { [] }
  /// No words.
  public var needsWords: Bool { false }
}
