import Collation
import Corpora
import Noise
import TestSupport
import Testing
import TextTestSupport

@Suite("Windows of a stream")
struct WindowTests {
  @Test("a grid is the one found by walking, and each position lies in one window")
  func grid() {
    for positions in 0..<40 {
      for length in 1...9 {
        for offset in 0..<length {
          for keeps in [true, false] {
            let grid = WindowGrid(
              positions: positions,
              length: length,
              offset: offset,
              keepsPartial: keeps
            )
            let oracle = CollationOracle.windows(
              Array(0..<positions),
              length: length,
              offset: offset,
              keepsPartial: keeps
            )
            #expect((0..<grid.count).map { Array(grid[$0]) } == oracle)
            #expect(grid[grid.count].isEmpty && grid[grid.count + 5].isEmpty)
            if keeps { #expect(oracle.flatMap { $0 } == Array(0..<positions)) }
          }
        }
      }
    }
  }

  /// The batches of an epoch as the oracle has them: rows of positions, padded.
  private func oracle(
    _ count: Int,
    _ collator: Collator,
    seed: UInt64,
    epoch: UInt32
  ) -> [[[Int]]] {
    let offset =
      collator.shiftsWindows
      ? CollationOracle.offset(seed, epoch, length: collator.length) : 0
    let windows = CollationOracle.windows(
      Array(0..<max(count - 1, 0)),
      length: collator.length,
      offset: offset,
      keepsPartial: collator.keepsPartialRows
    )
    let key = NoiseKey(seed: seed, epoch: epoch, site: .shuffle)
    let order = IndexPermutation(count: UInt64(windows.count), key: key)
    let rows = windows.indices.map {
      windows[collator.isShuffled ? Int(order[UInt64($0)]) : $0]
    }
    let batches = stride(from: 0, to: rows.count, by: collator.batchSize).map {
      Array(rows[$0..<min($0 + collator.batchSize, rows.count)])
    }
    return batches.filter { collator.keepsPartialBatch || $0.count == collator.batchSize }
  }

  @Test("batches are the oracle's, for hundreds of seeds and shapes")
  func oracleAgreement() throws {
    for seed in 0..<300 as Range<UInt64> {
      var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
      let count = Int(draws.next(below: 120))
      var collator = CollationSamples.collator(
        .windows,
        batch: 1 + Int(draws.next(below: 5)),
        length: 1 + Int(draws.next(below: 11))
      )
      collator.shiftsWindows = draws.next(below: 2) == 0
      collator.keepsPartialRows = draws.next(below: 2) == 0
      collator.keepsPartialBatch = draws.next(below: 2) == 0
      collator.isShuffled = draws.next(below: 3) > 0
      let stream = BatchStream(CollationSamples.places(count), collator: collator, seed: seed)
      for epoch in [0, 1, 9] as [UInt32] {
        let expected = oracle(count, collator, seed: seed, epoch: epoch)
        let batches = try stream.batches(epoch: epoch)
        #expect(batches.count == expected.count)
        for (batch, rows) in zip(batches, expected) {
          #expect(batch.rows == rows.count && batch.lengths == rows.map(\.count))
          for (row, positions) in rows.enumerated() {
            #expect(batch.inputs(ofRow: row) == positions.map { UInt32($0) })
            #expect(batch.targets(ofRow: row) == positions.map { Int32($0 + 1) })
          }
          for row in 0..<batch.rows {
            let padding = row * batch.length + batch.lengths[row]..<(row + 1) * batch.length
            #expect(batch.inputs[padding].allSatisfy { $0 == 1 })
            #expect(batch.targets[padding].allSatisfy { $0 == Batch.ignoredTarget })
            #expect(batch.targetBytes[padding].allSatisfy { $0 == 0 })
          }
        }
      }
    }
  }

  @Test("every token of the stream is in exactly one window of an epoch", arguments: [true, false])
  func coverage(isMasked: Bool) throws {
    for count in [1, 2, 3, 100, 1001, 4096] {
      var collator = CollationSamples.collator(.windows, batch: 3, length: 16)
      collator.shiftsWindows = true
      if isMasked { collator.objective = CollationSamples.masking(0) }
      let stream = BatchStream(CollationSamples.places(count), collator: collator, seed: 4)
      for epoch in 0..<20 as Range<UInt32> {
        let batches = try stream.batches(epoch: epoch)
        let inputs = batches.flatMap { batch in
          (0..<batch.rows).flatMap { batch.inputs(ofRow: $0) }
        }
        #expect(inputs.sorted() == (0..<UInt32(isMasked ? count : count - 1)).map { $0 })
        let targets = batches.flatMap { $0.targets.filter { $0 != -100 } }
        #expect(targets.sorted() == (isMasked ? [] : (1..<Int32(max(count, 1))).map { $0 }))
      }
    }
  }

  @Test("byte counts of an epoch's targets are the bytes of all tokens but the first")
  func byteCounts() throws {
    var collator = CollationSamples.collator(.windows, batch: 4, length: 10)
    collator.shiftsWindows = true
    let stream = BatchStream(CollationSamples.places(333), collator: collator)
    let bytes = try stream.batches().reduce(0) { $0 + $1.targetByteCount }
    #expect(bytes == (1..<333).reduce(0) { $0 + $1 % 7 + 1 })
  }

  @Test("orders differ between epochs and seeds; offsets take every value")
  func epochs() throws {
    var collator = CollationSamples.collator(.windows, batch: 8, length: 8)
    collator.shiftsWindows = true
    let stream = BatchStream(CollationSamples.places(2000), collator: collator)
    let other = BatchStream(CollationSamples.places(2000), collator: collator, seed: 1)
    #expect(try stream.batch(epoch: 0, step: 0) == stream.batch(epoch: 0, step: 0))
    let first = try stream.batch(epoch: 0, step: 0)
    #expect(try stream.batch(epoch: 1, step: 0).inputs != first.inputs)
    #expect(try other.batch(epoch: 0, step: 0).inputs != first.inputs)
    var offsets = [Int](repeating: 0, count: 8)
    for epoch in 0..<4000 as Range<UInt32> {
      let input = try stream.batch(epoch: epoch, step: 0, rows: 0..<1)
      let start = input.lengths[0] < 8 && input.inputs[0] == 0 ? input.lengths[0] : -1
      offsets[start >= 0 ? start : Int(input.inputs[0]) % 8] += 1
    }
    #expect(ChiSquare(uniform: offsets).isPlausible, "\(offsets)")
  }

  @Test("a step counted over all epochs is found again")
  func addresses() throws {
    for shifts in [true, false] {
      var collator = CollationSamples.collator(.windows, batch: 2, length: 7)
      collator.shiftsWindows = shifts
      let stream = BatchStream(CollationSamples.places(43), collator: collator, seed: 3)
      var step = 0
      for epoch in 0..<30 as Range<UInt32> {
        for inner in 0..<stream.stepCount(epoch: epoch) {
          let address = try #require(stream.address(ofStep: step))
          #expect(address.epoch == epoch && address.step == inner)
          step += 1
        }
      }
      #expect(BatchStream(TokenStream(ids: []), collator: collator).address(ofStep: 0) == nil)
    }
  }

  @Test("contiguous rows go through the stream in order", arguments: [1, 3, 8])
  func contiguous(batch: Int) throws {
    for count in [2, 9, 64, 257] {
      for shifts in [false, true] {
        var collator = CollationSamples.collator(.contiguous, batch: batch, length: 5)
        collator.shiftsWindows = shifts
        let stream = BatchStream(CollationSamples.places(count), collator: collator, seed: 2)
        let batches = try stream.batches(epoch: 1)
        #expect(batches.allSatisfy { $0.rows == batch })
        let rows = (0..<batch).map { row in batches.flatMap { $0.inputs(ofRow: row) } }
        #expect(rows.flatMap { $0 } == (0..<UInt32(count - 1)).map { $0 })
        #expect((rows.map(\.count).max() ?? 0) - (rows.map(\.count).min() ?? 0) <= 1)
        let targets = (0..<batch).flatMap { row in batches.flatMap { $0.targets(ofRow: row) } }
        #expect(targets == (1..<Int32(count)).map { $0 })
        if !shifts { #expect(batches.dropLast().allSatisfy { $0.lengths.allSatisfy { $0 == 5 } }) }
      }
    }
  }

  @Test("contiguous rows without partial windows are those of the classic recipe")
  func classicContiguous() throws {
    var collator = CollationSamples.collator(.contiguous, batch: 4, length: 5)
    collator.keepsPartialRows = false
    let batches = try BatchStream(CollationSamples.places(108), collator: collator).batches()
    #expect(batches.count == 5)
    for (step, batch) in batches.enumerated() {
      #expect(batch.lengths == [5, 5, 5, 5])
      for row in 0..<4 {
        let start = row * 26 + step * 5
        #expect(batch.inputs(ofRow: row) == (start..<start + 5).map { UInt32($0) })
      }
    }
  }

  @Test("documents are numbered, and positions begin anew in each")
  func documents() throws {
    let tokens = CollationSamples.places(20, documents: [0, 3, 3, 9, 20])
    var collator = CollationSamples.collator(.windows, batch: 1, length: 8)
    collator.isShuffled = false
    let batches = try BatchStream(tokens, collator: collator).batches()
    #expect(batches[0].documents == [0, 0, 0, 2, 2, 2, 2, 2])
    #expect(batches[0].positions == [0, 1, 2, 0, 1, 2, 3, 4])
    #expect(batches[1].documents == [2, 3, 3, 3, 3, 3, 3, 3])
    #expect(batches[2].documents == [3, 3, 3] + Array(repeating: Batch.noDocument, count: 5))
    #expect(batches[2].positions == [0, 1, 2, 0, 0, 0, 0, 0])
    #expect(batches[2].attentionMask == [1, 1, 1, 0, 0, 0, 0, 0])
  }
}
