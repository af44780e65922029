public import TensorCore

/// A named, trainable tensor with its gradient.
///
/// If it is used in several places (tied weights), its gradient is the sum over all of them.
public final class Parameter<Element: TensorElement> {
  /// The name in a model file, such as `layers.0.weight`.
  public let name: String
  /// The numbers.
  public var value: Tensor<Element>
  /// The sum of the gradients of its recorded uses.
  public let gradient: Gradient<Element>

  /// Creates a parameter.
  ///
  /// - Parameters:
  ///   - name: The name in a model file.
  ///   - value: The initial value; its shape never changes.
  public init(_ name: String, _ value: Tensor<Element>) {
    self.name = name
    self.value = value
    self.gradient = Gradient(shape: value.shape)
  }

  /// The extents.
  public var shape: [Int] { gradient.shape }
}
