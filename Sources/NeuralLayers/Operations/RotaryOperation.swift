// Source: rotary positions: J. Su et al., "RoFormer", arXiv 2104.09864, pairing the halves of a
//   head (GPT-NeoX, Llama); norms of queries and keys: A. Henry et al., "Query-Key Normalization
//   for Transformers", EMNLP 2020, as RMS norms with gains (Qwen 3).
// Procedure: each head of the queries and of the keys is divided by its root mean square if gains
//   are given, then its pairs (j, half + j) are rotated by position / 10000^(j / half); values pass
//   through. Backward rotates back, then differentiates the norm.
// Complexity: O(elements); a table of times * half angles for each forward pass.
// Determinism: rows are independent; the gains' gradients are summed per shard of rows, in order.

import Glibc
public import TensorCore

/// Cosines and sines of the angles of rotary positions.
public struct RotaryTable<Element: TensorElement>: Sendable {
  /// Half the width of a head.
  public let half: Int
  /// The number of positions.
  public let positions: Int
  let cosines: Tensor<Element>
  let sines: Tensor<Element>

  /// Computes the angles of positions from 0 on.
  ///
  /// - Parameters:
  ///   - width: The width of a head, an even number.
  ///   - positions: The number of positions.
  ///   - base: The base of the frequencies.
  public init(width: Int, positions: Int, base: Double = 10_000) {
    precondition(width > 0 && width % 2 == 0, "a head of \(width) columns has no pairs")
    half = width / 2
    self.positions = positions
    let half = half
    let angles = (0..<positions * half).map {
      Double($0 / half) * pow(base, -Double($0 % half) / Double(half))
    }
    cosines = Tensor(angles.map { Element(cos($0)) }, shape: [positions, half])
    sines = Tensor(angles.map { Element(sin($0)) }, shape: [positions, half])
  }
}

extension Tape {
  /// Normalises and rotates queries and keys; values stay as they are.
  ///
  /// **Shapes**: qkv [batch, times, (heads + 2 keyHeads) width], gains [width] → the same.
  ///
  /// - Parameters:
  ///   - qkv: Queries, keys and values, side by side.
  ///   - heads: The number of query heads.
  ///   - keyHeads: The number of heads of keys and values.
  ///   - gains: The gains of the norms of queries and keys; nil for no norms.
  ///   - table: The angles, for heads of this width; nil for no rotation.
  ///   - positions: The position of each row, inside the table; nil for its time in its sequence.
  ///   - epsilon: Added to the mean of squares in the norms.
  /// - Returns: The input of attention.
  public func rotary(
    _ qkv: Variable<Element>,
    heads: Int,
    keyHeads: Int,
    gains: (query: Parameter<Element>, key: Parameter<Element>)? = nil,
    table: RotaryTable<Element>? = nil,
    positions: [Int32]? = nil,
    epsilon: Double = 1e-5
  ) -> Variable<Element> {
    precondition(
      qkv.shape.count == 3 && heads > 0 && keyHeads > 0
        && qkv.shape[2] % (heads + 2 * keyHeads) == 0,
      "\(heads) heads over \(keyHeads) want [batch, times, (heads + 2 keyHeads) width], not \(qkv.shape)"
    )
    let rotation = HeadRotation(
      times: qkv.shape[1],
      heads: heads,
      turned: heads + keyHeads,
      width: qkv.shape[2] / (heads + 2 * keyHeads),
      columns: qkv.shape[2],
      table: table,
      positions: positions,
      epsilon: Element(epsilon)
    )
    rotation.check(rows: qkv.value.rows, gains: gains.map { [$0.query, $0.key] } ?? [])
    let (rows, pool) = (qkv.value.rows, pool)
    let used = gains.map { ($0.query.value, $0.key.value) }
    var y: Tensor<Element> = pool.tensor(qkv.shape)
    var factors: Tensor<Element> = pool.tensor([gains == nil ? 0 : rows, rotation.turned])
    y.write { y in
      factors.write { factors in
        rotation.read(qkv.value, gains: used) { inputs in
          // SAFETY: ranges of rows are disjoint.
          pool.forRows(rows, cost: 2 * rotation.columns) { range in
            rotation.forward(range, inputs, factors: factors, y)
          }
        }
      }
    }
    let output = output(y)
    let saved = factors
    record(output, as: "rotary") { gradient in
      let shards = RowShards(rows: rows, cost: 2 * rotation.columns)
      var dx = gradient
      var parts = Tensor<Element>(zeros: [2, shards.count, rotation.width])
      dx.write { dx in
        parts.write { parts in
          saved.read { factors in
            rotation.read(qkv.value, gains: used) { inputs in
              // SAFETY: a shard writes only its rows and its own parts.
              pool.run(shards: shards.count) { shard in
                let own = parts + shard * rotation.width
                rotation.backward(
                  shards[shard],
                  inputs,
                  factors: factors,
                  dGains: (own, own + shards.count * rotation.width),
                  dx
                )
              }
            }
          }
        }
      }
      qkv.gradient?.add(dx, on: pool)
      if let gains {
        let (all, half) = (parts.elements, shards.count * rotation.width)
        let shape = [shards.count, rotation.width]
        gains.query.gradient.add(rowsOf: Tensor(Array(all[..<half]), shape: shape))
        gains.key.gradient.add(rowsOf: Tensor(Array(all[half...]), shape: shape))
      }
    }
    return output
  }
}

/// The extents of one rotation, with both directions for a range of rows.
private struct HeadRotation<Element: TensorElement> {
  let times: Int
  let heads: Int
  /// The number of query and key heads, which come first in a row.
  let turned: Int
  let width: Int
  let columns: Int
  let table: RotaryTable<Element>?
  let positions: [Int32]?
  let epsilon: Element

  typealias Gains = (query: Tensor<Element>, key: Tensor<Element>)

  /// The input of both directions; nil for heads that are not rotated, or not normalised.
  struct Inputs {
    let x: UnsafePointer<Element>
    let angles: (cosines: UnsafePointer<Element>, sines: UnsafePointer<Element>)?
    let gains: (query: UnsafePointer<Element>, key: UnsafePointer<Element>)?
  }

  func read(_ x: Tensor<Element>, gains: Gains?, _ body: (Inputs) -> Void) {
    Tensor.read(
      x,
      table?.cosines ?? x,
      table?.sines ?? x,
      gains?.query ?? x,
      gains?.key ?? x
    ) { inputs in
      body(
        Inputs(
          x: inputs[0],
          angles: table == nil ? nil : (inputs[1], inputs[2]),
          gains: gains == nil ? nil : (inputs[3], inputs[4])
        )
      )
    }
  }

  func check(rows: Int, gains: [Parameter<Element>]) {
    for gain in gains {
      precondition(
        gain.shape == [width],
        "\(gain.name) \(gain.shape) cannot scale heads of \(width) columns"
      )
    }
    guard let table else { return }
    precondition(
      2 * table.half == width && (positions?.count ?? rows) == rows,
      "angles for heads of \(2 * table.half) columns cannot turn heads of \(width)"
    )
    let last = positions.map { Int($0.max() ?? -1) } ?? times - 1
    precondition(
      last < table.positions && positions?.contains { $0 < 0 } != true,
      "position \(last) is not below the \(table.positions) of the table"
    )
  }

  private func turn(
    _ row: Int,
    _ head: UnsafeMutablePointer<Element>,
    _ inputs: Inputs,
    sign: Element
  ) {
    guard let (cosines, sines) = inputs.angles else { return }
    let place = (positions.map { Int($0[row]) } ?? row % times) * (width / 2)
    Element.rotate(
      head,
      UnsafePointer(head),
      cosines: cosines + place,
      sines: sines + place,
      sign: sign,
      half: width / 2
    )
  }

  func forward(
    _ rows: Range<Int>,
    _ inputs: Inputs,
    factors: UnsafeMutablePointer<Element>,
    _ y: UnsafeMutablePointer<Element>
  ) {
    for row in rows {
      (y + row * columns).update(from: inputs.x + row * columns, count: columns)
      for head in 0..<turned {
        let place = y + row * columns + head * width
        if let gains = inputs.gains {
          factors[row * turned + head] = Element.rmsNorm(
            place,
            UnsafePointer(place),
            gain: head < heads ? gains.query : gains.key,
            epsilon: epsilon,
            width
          )
        }
        turn(row, place, inputs, sign: 1)
      }
    }
  }

  /// dx initially holds the gradient of the result.
  func backward(
    _ rows: Range<Int>,
    _ inputs: Inputs,
    factors: UnsafePointer<Element>,
    dGains: (query: UnsafeMutablePointer<Element>, key: UnsafeMutablePointer<Element>),
    _ dx: UnsafeMutablePointer<Element>
  ) {
    for row in rows {
      for head in 0..<turned {
        let offset = row * columns + head * width
        turn(row, dx + offset, inputs, sign: -1)
        guard let gains = inputs.gains else { continue }
        let isQuery = head < heads
        Element.rmsNormBackward(
          dx: dx + offset,
          dGain: isQuery ? dGains.query : dGains.key,
          dy: UnsafePointer(dx + offset),
          x: inputs.x + offset,
          gain: isQuery ? gains.query : gains.key,
          scale: factors[row * turned + head],
          width
        )
      }
    }
  }
}
