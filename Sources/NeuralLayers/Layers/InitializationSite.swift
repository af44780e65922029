public import Noise

extension NoiseSite {
  /// The first values of a model's parameters.
  public static var initialization: NoiseSite { NoiseSite(number: 5, name: "initialization") }
}
