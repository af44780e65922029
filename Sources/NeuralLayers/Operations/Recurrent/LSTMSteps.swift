// Procedure: the parts of a time that threads compute, and when they wait for each other.
// Determinism: the parts are fixed by the shape, and no element depends on them.

import TensorCore

/// How the times of a window are divided among the threads.
struct LSTMSteps {
  let pool: ComputePool
  let batch: Int
  let hidden: Int

  /// Runs a body for all times in order, each cut into parts that do not wait for each other.
  ///
  /// If the weights fit a core's own cache, a part is some sequences through all times. Larger
  /// weights are cut into units, so that each core reads only a part of them; the cores then wait
  /// for each other after each time.
  func run(
    _ times: some Sequence<Int>,
    panels: Int,
    _ body: (_ time: Int, _ rows: Range<Int>, _ panels: Range<Int>) -> Void
  ) {
    if 4 * hidden * hidden <= Self.ownCache {
      let shards = RowShards(rows: batch, atLeast: 8)
      pool.run(shards: shards.count) { shard in
        for time in times { body(time, shards[shard], 0..<panels) }
      }
    } else {
      let shards = RowShards(rows: panels, atLeast: 4)
      for time in times {
        pool.run(shards: shards.count) { body(time, 0..<batch, shards[$0]) }
      }
    }
  }

  /// The most weights that fit a core's own cache.
  private static var ownCache: Int { 1 << 18 }
}
