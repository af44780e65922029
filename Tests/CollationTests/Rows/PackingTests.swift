import Collation
import Corpora
import Noise
import TestSupport
import Testing

@Suite("Packed rows and batches of like lengths")
struct PackingTests {
  /// Documents of chance lengths, each token its own place.
  private func documents(_ count: Int, longest: UInt32, seed: UInt64) -> TokenStream {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 8)
    var starts = [0]
    for _ in 0..<count { starts.append(starts[starts.count - 1] + Int(draws.next(below: longest))) }
    return CollationSamples.places(starts[count], documents: starts)
  }

  @Test("every target is in one row, documents longer than a row alone are cut", arguments: [0, 1])
  func lossless(isMasked: Int) throws {
    for seed in 0..<150 as Range<UInt64> {
      let tokens = documents(60, longest: seed % 2 == 0 ? 20 : 80, seed: seed)
      var collator = CollationSamples.collator(.packed, batch: 4, length: 32)
      if isMasked == 1 { collator.objective = CollationSamples.masking(0) }
      let stream = BatchStream(tokens, collator: collator, seed: seed)
      let packing = try #require(stream.packing)
      var (places, targets, rows, pieces) = ([UInt32](), [Int32](), 0, 0)
      for batch in try stream.batches() {
        #expect(batch.length == 32)
        rows += batch.rows
        for row in 0..<batch.rows {
          let inputs = batch.inputs(ofRow: row)
          places += inputs
          targets += batch.targets(ofRow: row).filter { $0 >= 0 }
          // Each run of places is a piece of one document, which is whole or fills rows.
          let documents = batch.documents[row * 32..<row * 32 + inputs.count]
          let numbers = Array(documents).reduce(into: [UInt32]()) {
            if $0.last != $1 { $0.append($1) }
          }
          #expect(Set(numbers).count == numbers.count && numbers == numbers.sorted())
          pieces += numbers.count
          for (column, place) in inputs.enumerated() where isMasked == 0 {
            #expect(batch.targets(ofRow: row)[column] == Int32(place) + 1)
          }
        }
        let bounds = batch.sequenceBounds
        #expect(bounds.first == 0 && bounds.last == Int32(batch.rows * 32))
        let positions = batch.positions
        var starts: [Int32] = []
        for row in 0..<batch.rows {
          // Padding is one run, and none where the row is full.
          for column in 0..<32 where column <= batch.lengths[row] {
            if column == batch.lengths[row] || positions[row * 32 + column] == 0 {
              starts.append(Int32(row * 32 + column))
            }
          }
        }
        #expect(starts == Array(bounds.dropLast()))
      }
      let starts = tokens.documentStarts
      let lengths = zip(starts, starts.dropFirst()).map { max($1 - $0 - (1 - isMasked), 0) }
      #expect(places.count == lengths.reduce(0, +) && Set(places).count == places.count)
      #expect(isMasked == 1 || Set(targets).count == places.count)
      #expect(packing.positions == places.count && packing.count == rows)
      #expect(pieces == lengths.reduce(0) { $0 + ($1 + 31) / 32 })
      let utilization = Double(places.count) / Double(rows * 32)
      #expect(abs(packing.utilization - utilization) < 1e-12)
    }
  }

  /// Best fit by the longest way: pieces sorted, every open row looked at.
  private func oracle(_ lengths: [Int], room: Int) -> [[Int]] {
    var pieces: [(document: Int, count: Int)] = []
    for (document, length) in lengths.enumerated() {
      var rest = length
      while rest > 0 {
        pieces.append((document, min(rest, room)))
        rest -= room
      }
    }
    let order = pieces.indices.sorted { (-pieces[$0].count, $0) < (-pieces[$1].count, $1) }
    var rows: [(left: Int, used: Int, pieces: [Int])] = []
    for (time, piece) in order.enumerated() {
      let size = pieces[piece].count
      let fitting = rows.indices.filter { rows[$0].left >= size }
      // The least room; of equal ones the last used.
      let best = fitting.min {
        (rows[$0].left, -rows[$0].used) < (rows[$1].left, -rows[$1].used)
      }
      if let best {
        rows[best].left -= size
        rows[best].used = time
        rows[best].pieces.append(piece)
      } else {
        rows.append((room - size, time, [piece]))
      }
    }
    return rows.map { $0.pieces.sorted().map { pieces[$0].document } }
  }

  @Test("rows are those of the oracle's best fit, for hundreds of seeds")
  func oracleAgreement() throws {
    for seed in 0..<400 as Range<UInt64> {
      let room = 1 + Int(seed % 130)
      let tokens = documents(50, longest: UInt32(room) + 30, seed: seed)
      var collator = CollationSamples.collator(.packed, batch: 1000, length: room)
      collator.objective = CollationSamples.masking(0)
      collator.isShuffled = false
      let stream = BatchStream(tokens, collator: collator)
      let starts = tokens.documentStarts
      let expected = oracle(zip(starts, starts.dropFirst()).map { $1 - $0 }, room: room)
      guard stream.stepCount(epoch: 0) > 0 else {
        #expect(expected.isEmpty)
        continue
      }
      let batch = try stream.batch(step: 0)
      let rows = (0..<batch.rows).map { row in
        batch.documents[row * room..<row * room + batch.lengths[row]].reduce(into: [Int]()) {
          if $0.last != Int($1) { $0.append(Int($1)) }
        }
      }
      #expect(rows == expected)
    }
  }

  @Test("little is left empty, and epochs change the order of rows only")
  func utilization() throws {
    let tokens = documents(5000, longest: 400, seed: 1)
    let collator = CollationSamples.collator(.packed, batch: 8, length: 512)
    let stream = BatchStream(tokens, collator: collator)
    #expect(try #require(stream.packing).utilization > 0.995)
    let rows = { (epoch: UInt32) in
      try stream.batches(epoch: epoch).flatMap { batch in
        (0..<batch.rows).map { batch.inputs(ofRow: $0) }
      }
    }
    #expect(try rows(0) != rows(1))
    #expect(try Set(rows(0)) == Set(rows(1)))
  }

  @Test("extremes: no documents, empty ones, rows of one position")
  func extremes() throws {
    let collator = CollationSamples.collator(.packed, batch: 2, length: 1)
    for starts in [[0], [0, 0, 0], [0, 1, 1, 2]] {
      let tokens = CollationSamples.places(starts.last ?? 0, documents: starts)
      let stream = BatchStream(tokens, collator: collator)
      #expect(stream.stepCount(epoch: 0) == 0 && stream.packing?.utilization == 1)
    }
    let tokens = CollationSamples.places(5, documents: [0, 5])
    let batches = try BatchStream(tokens, collator: collator).batches()
    #expect(batches.flatMap(\.inputs).sorted() == [0, 1, 2, 3])
  }

  @Test("a budget of tokens: each document once an epoch, like lengths together, never too many")
  func buckets() throws {
    for seed in 0..<60 as Range<UInt64> {
      let tokens = documents(300, longest: 150, seed: seed)
      var collator = CollationSamples.collator(.documents, batch: 1, length: 128)
      collator.tokenBudget = 600
      collator.lengthMultiple = seed % 2 == 0 ? 1 : 8
      collator.isShuffled = seed % 3 > 0
      let stream = BatchStream(tokens, collator: collator, seed: seed)
      let starts = tokens.documentStarts
      var orders: [[UInt32]] = []
      for epoch in 0..<2 as Range<UInt32> {
        var seen: [UInt32] = []
        var (places, padding) = (0, 0)
        for batch in try stream.batches(epoch: epoch) {
          #expect(batch.rows * batch.length <= 600 && batch.length % collator.lengthMultiple == 0)
          for row in 0..<batch.rows { seen.append(batch.documents[row * batch.length]) }
          places += batch.rows * batch.length
          padding += batch.rows * batch.length - batch.lengths.reduce(0, +)
        }
        let expected = starts.indices.dropLast().filter { starts[$0 + 1] - starts[$0] > 1 }
        #expect(seen.sorted() == expected.map { UInt32($0) })
        #expect(Double(padding) / Double(places) < (collator.lengthMultiple == 1 ? 0.09 : 0.15))
        orders.append(seen)
      }
      #expect((orders[0] == orders[1]) == !collator.isShuffled)
    }
  }
}
