public import Noise

extension NoiseSite {
  /// Dropout inside a model: of activations, attention and embeddings.
  public static var dropout: NoiseSite { NoiseSite(number: 6, name: "dropout") }
}
