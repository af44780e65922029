import TensorCore
import TestSupport
import Testing

/// One, two and eight threads: on any machine, fewer and more than there are cores.
let pools = [1, 2, 8].map { ComputePool(threads: $0) }

@Suite(.serialized)
struct ComputePoolTests {
  @Test(arguments: [1, 2, 3, 8])
  func `every shard runs exactly once, in thousands of runs`(threads: Int) {
    let pool = ComputePool(threads: threads)
    for run in 0..<2000 {
      let shards = run % 19
      var counts = [Int](repeating: 0, count: shards)
      counts.withUnsafeMutableBufferPointer { counts in
        pool.run(shards: shards) { counts[$0] += 1 + run }
      }
      #expect(counts == Array(repeating: 1 + run, count: shards))
    }
  }

  @Test func `a body may run shards of its own`() {
    let pool = ComputePool(threads: 2)
    var counts = [Int](repeating: 0, count: 64)
    counts.withUnsafeMutableBufferPointer { counts in
      pool.run(shards: 8) { outer in pool.run(shards: 8) { counts[8 * outer + $0] += 1 } }
    }
    #expect(counts == Array(repeating: 1, count: 64))
  }

  @Test func `rows are covered once, and cut by their number and cost only`() {
    for (rows, cost) in [(0, 1), (1, 1_000_000), (7, 100_000), (1000, 1), (5000, 400)] {
      let shards = RowShards(rows: rows, cost: cost)
      #expect((0..<shards.count).flatMap { Array(shards[$0]) } == Array(0..<rows))
      #expect(shards.count <= 16)
    }
    #expect(RowShards(rows: 1000, cost: 1).count == 1)
    #expect(RowShards(rows: 20, atLeast: 8).count == 2)
    #expect(RowShards(rows: 3, atLeast: 8).count == 1)
  }

  @Test func `the library names its kernel`() {
    #expect(!BLASInfo.current.coreName.isEmpty)
    #expect(BLASInfo.current.configuration.contains("OpenBLAS"))
  }

  @Test func `no threads trap`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = ComputePool(threads: 0)
    }
  }
}
