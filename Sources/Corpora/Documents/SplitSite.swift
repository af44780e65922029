package import Noise

extension NoiseSite {
  /// Which part of a corpus a document belongs to.
  package static var split: NoiseSite { NoiseSite(number: 20, name: "split") }
}
