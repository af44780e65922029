/// What a model must be able to predict, to train on the batches of an objective.
public enum TrainingTarget: Hashable, Sendable {
  /// The next token, from those before it: causal language models.
  case nextToken
  /// Hidden tokens at their own positions: encoders.
  case maskedTokens
  /// A sequence of its own length: encoder-decoder models.
  case sequenceToSequence
  /// Anything else; no model of this package trains on it.
  case other
}
