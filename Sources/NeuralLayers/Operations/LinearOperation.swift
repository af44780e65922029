// Source: y = f(x W^T + b), weights stored [out, in] as in PyTorch and llm.c.
// Procedure: one product with the bias. Backward: dx = dz W, dW += dz^T x, db += column sums of dz,
//   dz = dy f'(z); z is saved unless f is the identity.
// Complexity: 2 rows in out operations forward, twice that backward, in BLAS.
// Determinism: products by ``ComputePool``; column sums run down the rows in order.

import TensorCore

/// The activation fused into a linear map.
public enum Activation: Sendable {
  /// No activation.
  case identity
  /// GELU in its tanh form (D. Hendrycks, K. Gimpel, arXiv 1606.08415).
  case gelu
}

extension Tape {
  /// A linear map with bias and activation.
  ///
  /// **Shapes**: x […, in], weight [out, in], bias [out] → […, out].
  ///
  /// - Parameters:
  ///   - x: The input.
  ///   - weight: The matrix.
  ///   - bias: Added to each row; nil for none.
  ///   - activation: Applied after the bias.
  /// - Returns: The activation.
  public func linear(
    _ x: Variable<Element>,
    weight: Parameter<Element>,
    bias: Parameter<Element>? = nil,
    activation: Activation = .identity
  ) -> Variable<Element> {
    let (rows, inner) = (x.value.rows, x.value.columns)
    let (weight, bias) = (used(weight), bias.map(used))
    precondition(
      weight.shape.count == 2 && weight.shape[1] == inner,
      "\(weight.name) of shape \(weight.shape) cannot multiply rows of an input \(x.shape)"
    )
    let columns = weight.shape[0]
    precondition(
      bias.map { $0.shape == [columns] } ?? true,
      "the bias of \(weight.name) must have shape \([columns])"
    )
    let pool = pool
    var z: Tensor<Element> = pool.tensor(x.shape.dropLast() + [columns])
    z.write { z in
      pool.multiply(
        MatrixProduct(.transposedB, rows: rows, columns: columns, inner: inner),
        x.value,
        weight.value,
        bias: bias?.value,
        z
      )
    }
    let saved = z
    if activation == .gelu {
      var y: Tensor<Element> = pool.tensor(z.shape)
      saved.read { z in
        y.write { y in
          pool.forRows(rows, cost: 4 * columns) { range in
            let offset = range.lowerBound * columns
            Element.gelu(y + offset, z + offset, range.count * columns)
          }
        }
      }
      z = y
    }
    let output = output(z)
    let operations = 2 * Double(rows) * Double(columns) * Double(inner)
    record(output, as: "linear", operations: operations) { gradient in
      var dz = gradient
      if activation == .gelu {
        dz = pool.tensor(gradient.shape)
        dz.write { dz in
          Tensor.read(gradient, saved) { inputs in
            pool.forRows(rows, cost: 4 * columns) { range in
              let offset = range.lowerBound * columns
              let count = range.count * columns
              Element.geluBackward(dz + offset, inputs[0] + offset, inputs[1] + offset, count)
            }
          }
        }
      }
      pool.linearBackward(
        dz,
        x: x.value,
        weight: weight.value,
        dx: x.gradient,
        dWeight: weight.gradient,
        dBias: bias?.gradient
      )
    }
    return output
  }
}

extension ComputePool {
  /// z = x W^T + b.
  func multiply<Element: TensorElement>(
    _ product: MatrixProduct,
    _ x: Tensor<Element>,
    _ weight: Tensor<Element>,
    bias: Tensor<Element>?,
    _ z: UnsafeMutablePointer<Element>
  ) {
    Tensor.read(x, weight, bias ?? weight) { inputs in
      let bias = bias == nil ? nil : inputs[2]
      multiply(product, inputs[0], inputs[1], bias: bias, beta: 0, z)
    }
  }

  /// sum = column sums of x + beta * sum, down the rows in order.
  func sumRows<Element: TensorElement>(
    _ sum: UnsafeMutablePointer<Element>,
    _ x: UnsafePointer<Element>,
    rows: Int,
    columns: Int,
    beta: Element
  ) {
    let shards = min(RowShards(rows: columns, cost: rows).count, max(columns / 64, 1))
    run(shards: shards) { shard in
      let range = shardRange(columns, parts: shards, index: shard)
      let part = sum + range.lowerBound
      if beta == 0 { part.clear(range.count) }
      for row in 0..<rows {
        Element.axpby(part, 1, x + row * columns + range.lowerBound, 1, range.count)
      }
    }
  }

  /// Adds the gradients of z = x W^T + b to those that are needed.
  func linearBackward<Element: TensorElement>(
    _ dz: Tensor<Element>,
    x: Tensor<Element>,
    weight: Tensor<Element>,
    dx: Gradient<Element>?,
    dWeight: Gradient<Element>,
    dBias: Gradient<Element>?
  ) {
    let (rows, columns, inner) = (x.rows, weight.shape[0], weight.shape[1])
    Tensor.read(dz, x, weight) { inputs in
      dx?.accumulate { dx, beta in
        let product = MatrixProduct(.plain, rows: rows, columns: inner, inner: columns)
        multiply(product, inputs[0], inputs[2], beta: beta, dx)
      }
      dWeight.accumulate { dWeight, beta in
        let product = MatrixProduct(.transposedA, rows: columns, columns: inner, inner: rows)
        multiply(product, inputs[0], inputs[1], beta: beta, dWeight)
      }
      dBias?.accumulate { dBias, beta in
        sumRows(dBias, inputs[0], rows: rows, columns: columns, beta: beta)
      }
    }
  }
}
