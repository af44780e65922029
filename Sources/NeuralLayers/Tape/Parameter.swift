public import TensorCore

/// A named tensor that training changes, with its gradient.
///
/// Used in several places (tied weights), its gradient is the sum over all of them.
public final class Parameter<Element: TensorElement> {
  /// The name in a model file, such as `layers.0.weight`.
  public let name: String
  /// The numbers.
  public var value: Tensor<Element>
  /// What the recorded uses added.
  public let gradient: Gradient<Element>

  /// A parameter with its first value.
  ///
  /// - Parameters:
  ///   - name: In model files.
  ///   - value: The first value; its shape never changes.
  public init(_ name: String, _ value: Tensor<Element>) {
    self.name = name
    self.value = value
    self.gradient = Gradient(shape: value.shape)
  }

  /// The extents.
  public var shape: [Int] { gradient.shape }
}
