package import Noise

extension NoiseSite {
  /// Text generation: which token comes next.
  package static var sampling: NoiseSite { NoiseSite(number: 10, name: "sampling") }
}
