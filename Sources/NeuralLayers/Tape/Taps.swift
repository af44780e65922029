public import TensorCore

/// The hidden states behind the layers of a model, noted while it runs over a window.
///
/// An LSTM notes the output of each layer before dropout, a transformer the residual stream behind
/// each block before the norm that follows. A tape has taps where ``Tape/taps`` is set, none by
/// default.
public final class Taps<Element: TensorElement> {
  /// The number of each layer, from 0 at the bottom, and the state behind it, in the order they
  /// ran.
  public private(set) var states: [(layer: Int, state: Variable<Element>)] = []

  /// No states yet.
  public init() {}

  /// Notes the state behind a layer.
  ///
  /// - Parameters:
  ///   - state: A value on the tape; a loss may ``Tape/seed(_:at:)`` a gradient there.
  ///   - layer: From 0 at the bottom.
  public func note(_ state: Variable<Element>, behind layer: Int) {
    states.append((layer, state))
  }
}
