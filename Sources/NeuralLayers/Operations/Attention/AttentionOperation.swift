// Source: A. Vaswani et al., "Attention Is All You Need", 2017; grouped heads: J. Ainslie et al.,
//   "GQA", EMNLP 2023; blocks of keys, the running softmax and the saved log sums: T. Dao et al.,
//   "FlashAttention", 2022.
// Procedure: rows are cut into runs, one for each sequence or document, and attention never crosses
//   their bounds; AttentionBlocks.swift computes a run for one head. The forward pass saves the
//   result, one log sum for each row and head, and under dropout one bit for each score of a run.
// Complexity: 2 T^2 columns operations for a causal run of length T forward, 2.5 times that
//   backward, and twice as much without a causal mask; two blocks of scores per thread.
// Determinism: each run and head forward, and each run and group of heads backward, is computed
//   separately, its blocks in a fixed order. Dropout: word j of (key of the head, item, time of the
//   query) for the key at time j of the sequence.

import Noise
import TensorCore

extension Tape {
  /// Multi-head self-attention, within each sequence or within each document.
  ///
  /// **Shapes**: qkv [batch, times, (heads + 2 keyHeads) width], the queries of all heads, then the
  /// keys, then the values of all key heads → [batch, times, heads width].
  ///
  /// - Parameters:
  ///   - qkv: Queries, keys and values, side by side.
  ///   - heads: The number of query heads.
  ///   - keyHeads: The number of heads of keys and values, each shared by `heads / keyHeads` query
  ///     heads; nil for as many as `heads`.
  ///   - isCausal: Whether a query sees only keys that are not later.
  ///   - bounds: The start of each document over all rows of the batch, and the end of the last
  ///     (`cu_seqlens`): a query sees keys of its own document only. Nil if each sequence is one
  ///     document. No document crosses the end of a sequence.
  ///   - noise: On probabilities and scores; nil for none.
  ///   - firstItem: The item of the first sequence.
  /// - Returns: The weighted means of the values, heads side by side.
  public func attention(
    _ qkv: Variable<Element>,
    heads: Int,
    keyHeads: Int? = nil,
    isCausal: Bool = true,
    bounds: [Int32]? = nil,
    noise: AttentionNoise? = nil,
    firstItem: UInt64 = 0
  ) -> Variable<Element> {
    let keyHeads = keyHeads ?? heads
    precondition(
      qkv.shape.count == 3 && heads > 0 && keyHeads > 0 && heads % keyHeads == 0
        && qkv.shape[2] % (heads + 2 * keyHeads) == 0,
      "attention of \(heads) heads over \(keyHeads) wants [batch, times, (heads + 2 keyHeads) width], "
        + "not \(qkv.shape)"
    )
    let (batch, times, pool) = (qkv.shape[0], qkv.shape[1], pool)
    let blocks = AttentionBlocks<Element>(
      batch: batch,
      times: times,
      heads: heads,
      keyHeads: keyHeads,
      width: qkv.shape[2] / (heads + 2 * keyHeads),
      isCausal: isCausal,
      runs: attentionRuns(batch: batch, times: times, bounds: bounds),
      dropout: noise?.dropout.flatMap { $0.rate == .zero ? nil : $0 },
      scores: noise?.scores,
      firstItem: firstItem
    )
    var y: Tensor<Element> = pool.tensor([batch, times, blocks.columns])
    var logSums: Tensor<Element> = pool.tensor([batch, heads, times])
    var masks = [UInt64](repeating: 0, count: blocks.maskWords)
    qkv.value.read { qkv in
      y.write { y in
        logSums.write { logSums in
          masks.withUnsafeMutableBufferPointer { masks in
            // SAFETY: each run and head has its own rows in log sums and masks, and its own columns
            // in y.
            let pass = AttentionBlocks<Element>.Forward(
              qkv: qkv,
              logSums: logSums,
              masks: masks.baseAddress,
              y: y
            )
            pool.forUnits(blocks.runs.count * heads, cost: blocks.cost) { units in
              blocks.forward(units, pass)
            }
          }
        }
      }
    }
    let output = output(y)
    let (savedSums, savedMasks) = (logSums, masks)
    record(output, as: "attention", operations: blocks.operations) { gradient in
      qkv.gradient?.accumulate { sum, beta in
        Tensor.read(qkv.value, savedSums, output.value, gradient) { inputs in
          savedMasks.withUnsafeBufferPointer { masks in
            let pass = AttentionBlocks<Element>.Backward(
              qkv: inputs[0],
              logSums: inputs[1],
              masks: masks.baseAddress,
              y: inputs[2],
              dy: inputs[3],
              dqkv: sum,
              beta: beta
            )
            // SAFETY: each run and group of heads has its own rows and columns in the gradient.
            let cost = blocks.cost * 5 / 2 * (heads / keyHeads)
            pool.forUnits(blocks.runs.count * keyHeads, cost: cost) { units in
              blocks.backward(units, pass)
            }
          }
        }
      }
    }
    return output
  }
}

/// The rows of all runs, in order, each inside one sequence.
private func attentionRuns(batch: Int, times: Int, bounds: [Int32]?) -> [Range<Int>] {
  guard let bounds else { return (0..<batch).map { $0 * times..<($0 + 1) * times } }
  precondition(
    bounds.first ?? 0 == 0 && Int(bounds.last ?? 0) == batch * times,
    "the bounds of documents must begin with 0 and end with \(batch * times)"
  )
  return zip(bounds, bounds.dropFirst()).map { start, end in
    precondition(
      start < end && Int(start) / times == Int(end - 1) / times,
      "the document \(start)..<\(end) is empty, or crosses the end of a sequence of \(times)"
    )
    return Int(start)..<Int(end)
  }
}

extension ComputePool {
  /// Runs a body over ranges that cover units of work of uneven size; `cost` is their mean.
  fileprivate func forUnits(_ units: Int, cost: Int, _ body: (Range<Int>) -> Void) {
    let shards = max(min(units, units * max(cost, 1) / 65_536, 256), 1)
    run(shards: shards) { body(units * $0 / shards..<units * ($0 + 1) / shards) }
  }
}
