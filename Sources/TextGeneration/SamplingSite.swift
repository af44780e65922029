package import Noise

extension NoiseSite {
  /// Text generation: the choice of the next token.
  package static var sampling: NoiseSite { NoiseSite(number: 10, name: "sampling") }
}
