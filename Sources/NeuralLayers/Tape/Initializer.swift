// Procedure: element (row, column) is computed from words of the stream of (key of the name, row):
//   one 64-bit word for a uniform number, six words' twelve halves for a normal one (the sum of
//   twelve uniform numbers minus 6: variance 1, kurtosis 2.9, never beyond 6).
// Determinism: a pure function of (key, name, row, column); no libm.

public import Noise
public import TensorCore

/// The law of a parameter's initial values.
public enum Initializer: Hashable, Sendable {
  /// All the same.
  case constant(Double)
  /// Uniform in -bound...bound.
  case uniform(bound: Double)
  /// Approximately normal, with mean 0.
  case normal(deviation: Double)

  /// Creates a parameter with initial values.
  ///
  /// - Parameters:
  ///   - name: The name of the parameter; its values are a function of it.
  ///   - shape: Its extents.
  ///   - key: Seed and site of the run.
  /// - Returns: A new parameter.
  public func parameter<Element: TensorElement>(
    _ name: String,
    _ shape: [Int],
    key: NoiseKey
  ) -> Parameter<Element> {
    let tensor = Tensor<Element>(zeros: shape)
    let own = key.derived(Digest(name.utf8).value)
    var elements: [Element] = []
    elements.reserveCapacity(tensor.count)
    for row in 0..<tensor.rows {
      var stream = RandomStream(key: own, item: UInt64(row))
      for _ in 0..<tensor.columns { elements.append(Element(value(from: &stream))) }
    }
    return Parameter(name, Tensor(elements, shape: shape))
  }

  private func value(from stream: inout RandomStream) -> Double {
    switch self {
    case .constant(let value):
      return value
    case .uniform(let bound):
      return (Double(stream.next64() >> 11) * 0x1p-52 - 1) * bound
    case .normal(let deviation):
      var sum: UInt32 = 0
      for _ in 0..<6 {
        let word = stream.next32()
        sum += (word >> 16) + (word & 0xFFFF)
      }
      // Each half is the midpoint of a cell of width 2^-16.
      return ((Double(sum) + 6) * 0x1p-16 - 6) * deviation
    }
  }
}
