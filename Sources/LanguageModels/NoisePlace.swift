// Procedure: a place is declared beside the model that has it. Its number derives the keys of its
//   masks, its name stands in flags and checkpoints; neither may change once it is released.
// Determinism: numbers and names are append-only.

/// A place in a language model where noise acts.
public struct NoisePlace: Hashable, Sendable, CustomStringConvertible {
  /// Derives the keys of its masks; unique, and never changed.
  public let number: UInt64
  /// Names it in flags and checkpoints; unique, and never changed.
  public let name: String
  /// Whether the noise must be asked for by name.
  ///
  /// A common rate (`--dropout`) does not reach such a place, and the text of the rates leaves it
  /// out while its rate is 0, so that checkpoints from before there was such a place are read as
  /// ever.
  public let isOptional: Bool

  /// A place.
  ///
  /// - Parameters:
  ///   - number: Unique among all places.
  ///   - name: Unique among all places, such as `attention`.
  ///   - isOptional: Whether the noise must be asked for by name.
  public init(number: UInt64, name: String, isOptional: Bool = false) {
    (self.number, self.name, self.isOptional) = (number, name, isOptional)
  }

  /// The name.
  public var description: String { name }
}

extension NoisePlace {
  /// Behind the embedding of any model.
  public static let embedding = NoisePlace(number: 1, name: "embedding")

  /// The places of all kinds of models, by number.
  public static let all: [NoisePlace] = Set(
    LSTMLanguageModel<Float>.noisePlaces + TransformerLanguageModel<Float>.noisePlaces
  ).sorted { $0.number < $1.number }

  /// The place of a name; nil if no model has one.
  ///
  /// - Parameter name: As in flags and checkpoints.
  public init?(named name: String) {
    guard let place = Self.all.first(where: { $0.name == name }) else { return nil }
    self = place
  }
}
