// Procedure: the file of a model declares its places. The number of a place derives the keys of its
//   masks, and its name appears in flags and checkpoints; neither may change once released.
// Determinism: numbers and names are append-only.

/// A place in a language model where noise acts.
public struct NoisePlace: Hashable, Sendable, CustomStringConvertible {
  /// Derives the keys of its masks; unique, and never changed.
  public let number: UInt64
  /// Names it in flags and checkpoints; unique, and never changed.
  public let name: String
  /// Whether the noise must be requested by name.
  ///
  /// A common rate (`--dropout`) does not apply to such a place, and the text of the rates omits it
  /// while its rate is 0, so that checkpoints older than the place remain readable.
  public let isOptional: Bool

  /// Creates a place.
  ///
  /// - Parameters:
  ///   - number: Unique among all places.
  ///   - name: Unique among all places, such as `attention`.
  ///   - isOptional: Whether the noise must be requested by name.
  public init(number: UInt64, name: String, isOptional: Bool = false) {
    (self.number, self.name, self.isOptional) = (number, name, isOptional)
  }

  /// The name.
  public var description: String { name }
}

extension NoisePlace {
  /// After the embedding of any model.
  public static let embedding = NoisePlace(number: 1, name: "embedding")

  /// The places of all kinds of models, by number.
  public static let all: [NoisePlace] = Set(
    LSTMLanguageModel<Float>.noisePlaces + TransformerLanguageModel<Float>.noisePlaces
  ).sorted { $0.number < $1.number }

  /// The place with a given name; nil if no model has one.
  ///
  /// - Parameter name: As in flags and checkpoints.
  public init?(named name: String) {
    guard let place = Self.all.first(where: { $0.name == name }) else { return nil }
    self = place
  }
}
