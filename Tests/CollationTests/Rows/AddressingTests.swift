import BytePairEncoding
import Collation
import Corpora
import Execution
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

@Suite("Any batch, at any time, on any thread")
struct AddressingTests {
  /// A stream of every kind of rows, with all the noise that it can have.
  private static func stream(_ rows: Collator.Rows, seed: UInt64 = 3) throws -> BatchStream {
    var collator = CollationSamples.collator(rows, batch: 5, length: 24)
    let tokenizer = try CollationSamples.tokenizer()
    let mask = TokenID(401)
    let classes = TokenClasses(tokenizer, special: [mask])
    if rows == .grid || rows == .documents {
      collator.objective = TokenMasking(
        rate: NoiseRate(dropoutRate(0.3)),
        mask: mask,
        classes: classes
      )
    } else {
      collator.shiftsWindows = true
      collator.noise = [
        TokenDropout(
          rate: NoiseRate(dropoutRate(0.3), schedule: .linear(from: 0, to: 1)),
          replacement: mask,
          classes: classes
        )
      ]
    }
    if rows == .grid { collator.segmentation = NoiseRate(dropoutRate(0.4)) }
    return try BatchStream(
      CollationSamples.store(),
      tokenizer: tokenizer,
      separator: TokenID(400),
      collator: collator,
      seed: seed
    )
  }

  @Test("any threads, any depth, and after a stop at any step", arguments: Collator.Rows.allCases)
  func prefetch(rows: Collator.Rows) throws {
    let stream = try Self.stream(rows)
    let expected = try stream.batches(epoch: 2)
    #expect(expected.count > 5)
    for threads in [1, 2, 8] {
      for depth in [0, 1, 2, 7, 100] {
        let ring = stream.prefetched(
          epoch: 2,
          steps: 0..<expected.count,
          threads: threads,
          depth: depth
        )
        var batches: [Batch] = []
        while let batch = try ring.next() { batches.append(batch) }
        #expect(batches == expected)
      }
    }
    for first in expected.indices {
      let ring = stream.prefetched(epoch: 2, steps: first..<expected.count, threads: 2, depth: 3)
      #expect(try ring.next() == expected[first])
    }
  }

  @Test("steps in reverse, by one builder or by many", arguments: Collator.Rows.allCases)
  func reverse(rows: Collator.Rows) throws {
    let stream = try Self.stream(rows)
    let expected = try stream.batches(epoch: 1)
    var builder = BatchBuilder(stream)
    for step in expected.indices.reversed() {
      #expect(try builder.batch(epoch: 1, step: step) == expected[step])
      #expect(try stream.batch(epoch: 1, step: step) == expected[step])
    }
    var uncached = BatchBuilder(stream, cacheCapacity: 0)
    #expect(try uncached.batch(epoch: 1, step: 4) == expected[4])
  }

  @Test("rows a..<b of a step are those rows of the whole batch", arguments: Collator.Rows.allCases)
  func microBatches(rows: Collator.Rows) throws {
    let stream = try Self.stream(rows)
    for (step, whole) in try stream.batches().enumerated() {
      for first in 0...5 {
        for end in first...5 {
          let part = try stream.batch(step: step, rows: first..<end)
          let rows = (first..<end).clamped(to: 0..<whole.rows)
          let range = rows.lowerBound * whole.length..<rows.upperBound * whole.length
          #expect(part.rows == rows.count && part.length == whole.length)
          #expect(part.firstRow == rows.lowerBound)
          #expect(part.inputs == Array(whole.inputs[range]))
          #expect(part.targets == Array(whole.targets[range]))
          #expect(part.targetBytes == Array(whole.targetBytes[range]))
          #expect(part.documents == Array(whole.documents[range]))
          #expect(part.lengths == Array(whole.lengths[rows]))
        }
      }
    }
  }

  @Test("a run goes on from epoch to epoch", arguments: Collator.Rows.allCases)
  func run(rows: Collator.Rows) throws {
    let stream = try Self.stream(rows)
    let expected = try (0..<3 as Range<UInt32>).flatMap { try stream.batches(epoch: $0) }
    for first in [0, 1, expected.count / 2, expected.count - 1] {
      let ring = stream.prefetched(stepsOfRun: first..<expected.count, threads: 2, depth: 3)
      var batches: [Batch] = []
      while let batch = try ring.next() { batches.append(batch) }
      #expect(batches == Array(expected[first...]))
    }
    let none = BatchStream(TokenStream(ids: []), collator: Collator())
    #expect(try none.prefetched(stepsOfRun: 0..<9).next() == nil)
  }

  @Test("threads that prepare the data change nothing", arguments: [2, 8])
  func preparation(threads: Int) throws {
    let tokenizer = try CollationSamples.tokenizer()
    for rows in Collator.Rows.allCases {
      let collator = CollationSamples.collator(rows, batch: 4, length: 16)
      let streams = try [1, threads].map {
        try BatchStream(
          CollationSamples.store(200),
          tokenizer: tokenizer,
          separator: nil,
          collator: collator,
          threads: $0
        )
      }
      #expect(try streams[0].batches() == streams[1].batches())
    }
  }

  @Test("an error of the data comes at its step, and the steps behind it go on")
  func errors() throws {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](repeating: 0, count: 200)
    bytes[90] = 77
    try folder.put("tokens", bytes)
    let shard = try TokenShard(folder["tokens"], format: .nanogpt, vocabularySize: 50)
    var collator = CollationSamples.collator(.windows, batch: 1, length: 10)
    collator.isShuffled = false
    let stream = BatchStream(TokenStream([shard]), collator: collator)
    for depth in [0, 1, 4] {
      let ring = stream.prefetched(steps: 0..<10, threads: 2, depth: depth)
      var failures: [Int] = []
      for step in 0..<10 {
        do {
          #expect(try ring.next()?.step == step)
        } catch { failures.append(step) }
      }
      #expect(failures == [4])
      #expect(try ring.next() == nil)
    }
  }
}
