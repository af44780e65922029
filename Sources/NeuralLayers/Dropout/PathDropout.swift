// Source: G. Larsson et al., "FractalNet", ICLR 2017; G. Huang et al., "Deep Networks with
//   Stochastic Depth", ECCV 2016; row by row and scaled as DropPath of vision transformers.
// Procedure: what a branch adds is dropped for a whole sequence if the first word of the random
//   stream of (key, item) lies below the threshold; kept sequences are scaled by 1 / (1 - rate).
// Complexity: O(elements), and one word for each sequence.
// Determinism: a pure function of (key, item).

public import Noise
import TensorCore

/// The rate and key of the branches that are dropped, sequence by sequence.
public struct PathDropout: Sendable {
  /// The probability that a sequence loses the branch.
  public let rate: DropoutRate
  /// Seed, epoch and site, derived for this branch of the model.
  public let key: NoiseKey

  /// Creates the noise of a branch.
  public init(_ rate: DropoutRate, key: NoiseKey) { (self.rate, self.key) = (rate, key) }

  /// Whether a sequence keeps the branch.
  func keeps(_ item: UInt64) -> Bool {
    var stream = RandomStream(key: key, item: item)
    return !stream.happens(BernoulliThreshold(rate.value))
  }
}

extension Tape {
  /// Drops a branch for some of the sequences.
  ///
  /// **Shapes**: x [rows, columns] → [rows, columns], the rows those of the placement.
  ///
  /// - Parameters:
  ///   - x: What the branch adds to the residual stream.
  ///   - paths: Rate and key; nil or rate 0 returns x itself.
  ///   - rows: The sequence of each row.
  /// - Returns: x / (1 - rate) for sequences that keep the branch, else 0.
  public func dropPaths(
    _ x: Variable<Element>,
    _ paths: PathDropout?,
    rows: RowPlacement
  ) -> Variable<Element> {
    guard let paths, paths.rate != .zero else { return x }
    precondition(
      x.value.rows == rows.rows,
      "an activation of shape \(x.shape) has \(x.value.rows) rows, its placement \(rows.rows)"
    )
    let (columns, pool) = (x.value.columns, pool)
    let kept: Element = paths.rate.value < 1 ? Element(1 / (1 - paths.rate.value)) : 0
    let scales = (0..<rows.batch).map {
      paths.keeps(rows.firstItem &+ UInt64($0)) ? kept : 0
    }
    func scaled(_ x: Tensor<Element>) -> Tensor<Element> {
      var y: Tensor<Element> = pool.tensor(x.shape)
      x.read { x in
        y.write { y in
          pool.forRows(rows.rows, cost: columns) { range in
            for row in range {
              let scale = scales[rows.sequence(of: row)]
              let line = y + row * columns
              // A branch that overflowed must not reach a sequence without it.
              if scale == 0 {
                line.clear(columns)
              } else {
                Element.axpby(line, scale, x + row * columns, 0, columns)
              }
            }
          }
        }
      }
      return y
    }
    let output = output(scaled(x.value))
    record(output, as: "drop path") { gradient in
      x.gradient?.add(scaled(gradient), on: pool)
    }
    return output
  }
}
