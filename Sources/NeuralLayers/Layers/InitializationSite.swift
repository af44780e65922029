public import Noise

extension NoiseSite {
  /// The initial values of a model's parameters.
  public static var initialization: NoiseSite { NoiseSite(number: 5, name: "initialization") }
}
