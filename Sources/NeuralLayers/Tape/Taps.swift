public import TensorCore

/// The hidden states after the layers of a model, collected while it runs over a window.
///
/// An LSTM reports the output of each layer before dropout, a transformer the residual stream after
/// each block, before the norm that follows. A tape has taps if ``Tape/taps`` is set; the default
/// is none.
public final class Taps<Element: TensorElement> {
  /// The number of each layer, from 0 at the bottom, and the state after it, in the order of
  /// execution.
  public private(set) var states: [(layer: Int, state: Variable<Element>)] = []

  /// Creates an empty collection.
  public init() {}

  /// Collects the state after a layer.
  ///
  /// - Parameters:
  ///   - state: A value on the tape; a loss may ``Tape/seed(_:at:)`` a gradient there.
  ///   - layer: From 0 at the bottom.
  public func note(_ state: Variable<Element>, behind layer: Int) {
    states.append((layer, state))
  }
}
