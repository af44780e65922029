import BytePairEncoding
import Collation
import Corpora
import Execution
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite("Rows that are encoded anew: pack, and documents under BPE-dropout")
struct LiveRowTests {
  let store = CollationSamples.store()
  let tokenizer: Tokenizer
  let separator = TokenID(400)

  init() throws { tokenizer = try CollationSamples.tokenizer() }

  func collator(_ rows: Collator.Rows, batch: Int = 3, length: Int) -> Collator {
    var collator = CollationSamples.collator(rows, batch: batch, length: length)
    collator.objective = CollationSamples.masking(0)
    return collator
  }

  func stream(
    _ collator: Collator,
    _ store: DocumentStore? = nil,
    separator: TokenID?,
    seed: UInt64 = 0,
    threads: Int = 1
  ) throws -> BatchStream {
    try BatchStream(
      store ?? self.store,
      tokenizer: tokenizer,
      separator: separator,
      collator: collator,
      seed: seed,
      threads: threads
    )
  }

  /// A document as `encode` has it, one at a time.
  func encoded(
    _ store: DocumentStore,
    _ document: Int,
    _ noise: SegmentationNoise?,
    _ separator: TokenID?
  ) throws -> [UInt32] {
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 0)
    var options = EncodingOptions()
    (options.noise, options.appended) = (noise, separator)
    let bytes = store.bytes(of: document, 0..<store.ranges[document].count)
    return try encoder.encode(bytes, number: UInt64(document), options: options).ids
  }

  /// The documents in the order of an epoch.
  func order(_ count: Int, seed: UInt64, epoch: UInt32, isShuffled: Bool) -> [Int] {
    if !isShuffled { return Array(0..<count) }
    let key = NoiseKey(seed: seed, epoch: epoch, site: .shuffle)
    let order = IndexPermutation(count: UInt64(count), key: key)
    return (0..<count).map { Int(order[UInt64($0)]) }
  }

  func noise(_ rate: Double, _ seed: UInt64, _ epoch: UInt32) -> SegmentationNoise? {
    rate == 0 ? nil : SegmentationNoise(rate: dropoutRate(rate), seed: seed, epoch: epoch)
  }

  static let rates = [0.0, 0.1, 0.5, 1]

  @Test("pack: rows are the oracle's, for two hundred seeds")
  func packed() throws {
    for seed in 0..<200 as Range<UInt64> {
      let rate = Self.rates[Int(seed % 4)]
      let epoch = UInt32(seed % 3)
      let separator = seed % 5 == 0 ? nil : separator
      var collator = collator(.concatenated, length: [1, 7, 16, 500][Int(seed / 4 % 4)])
      if seed % 2 == 0 { collator.objective = CausalPrediction() }
      collator.isShuffled = seed % 7 != 0
      collator.segmentation = NoiseRate(dropoutRate(rate))
      let stream = try stream(collator, separator: separator, seed: seed)
      let order = order(store.count, seed: seed, epoch: epoch, isShuffled: collator.isShuffled)
      let documents = try order.map {
        try encoded(store, $0, noise(rate, seed, epoch), separator)
      }
      let isCausal = seed % 2 == 0
      let expected = CollationOracle.flow(
        documents,
        length: collator.length,
        overlap: isCausal ? 1 : 0
      )
      let batches = try stream.batches(epoch: epoch)
      let rows = batches.flatMap { batch in (0..<batch.rows).map { batch.inputs(ofRow: $0) } }
      #expect(rows == (isCausal ? expected.map { Array($0.dropLast()) } : expected))
      if isCausal {
        let targets = batches.flatMap { batch in (0..<batch.rows).map { batch.targets(ofRow: $0) } }
        #expect(targets == expected.map { $0.dropFirst().map { Int32($0) } })
      }
      let numbers = zip(order, documents).flatMap { Array(repeating: UInt32($0), count: $1.count) }
      let found = batches.flatMap(\.documents).filter { $0 != Batch.noDocument }
      #expect(found == (isCausal ? Array(numbers.dropLast()) : numbers))
      #expect(batches.allSatisfy { $0.cutTokens == 0 })
      let full = batches.flatMap(\.lengths).dropLast()
      #expect(full.allSatisfy { $0 == collator.length })
    }
  }

  @Test("pack: chunks do not show, nor who encodes them, in what order", arguments: [1, 2, 8])
  func chunks(threads: Int) throws {
    // Some 300 kB, one document of 100 kB.
    var draws = RandomStream(key: NoiseKey(seed: 6, site: .testing), item: 1)
    let words = ["the", "island", "tethering", "ünder", "中文", "is  a"]
    let store = DocumentStore(
      (0..<900).map { document in
        let count = document == 300 ? 16_000 : Int(draws.next(below: 80))
        let text = (0..<count).map { _ in words[Int(draws.next(below: 6))] }
        return Array(text.joined(separator: " ").utf8)
      }
    )
    var collator = collator(.concatenated, batch: 16, length: 200)
    collator.segmentation = NoiseRate(dropoutRate(0.3))
    let order = order(store.count, seed: 4, epoch: 1, isShuffled: true)
    let expected = CollationOracle.flow(
      try order.map { try encoded(store, $0, noise(0.3, 4, 1), separator) },
      length: 200,
      overlap: 0
    )
    let steps = (expected.count + 15) / 16
    for depth in [0, 1, 9] {
      let stream = try stream(collator, store, separator: separator, seed: 4, threads: threads)
      let ring = stream.prefetched(epoch: 1, steps: 0..<steps, threads: threads, depth: depth)
      var rows: [[UInt32]] = []
      while let batch = try ring.next() {
        rows += (0..<batch.rows).map { batch.inputs(ofRow: $0) }
        ring.recycle(batch)
      }
      #expect(rows == expected)
      #expect(stream.stepCount(epoch: 1) == steps)
    }
    // Twenty stops, each in a process of its own as far as the stream knows.
    for _ in 0..<20 {
      let step = Int(draws.next(below: UInt32(steps)))
      let stream = try stream(collator, store, separator: separator, seed: 4, threads: threads)
      let batch = try stream.batch(epoch: 1, step: step)
      #expect(
        (0..<batch.rows).map { batch.inputs(ofRow: $0) }
          == expected[(step * 16)...].prefix(16).map { $0 }
      )
    }
    var builder = BatchBuilder(try stream(collator, store, separator: separator, seed: 4))
    let isThere = [steps - 1, steps, .max].map { builder.hasStep($0, epoch: 1) }
    #expect(isThere == [true, false, false])
  }

  @Test("pack: every byte of the text once in each epoch, which all differ")
  func lossless() throws {
    for separator in [nil, separator] {
      var collator = collator(.concatenated, length: 32)
      collator.segmentation = NoiseRate(dropoutRate(0.5))
      collator.objective = CausalPrediction()
      let stream = try stream(collator, separator: separator, seed: 9)
      let total =
        store.ranges.reduce(0) { $0 + $1.count } + (separator == nil ? 0 : store.count)
      var seen: Set<[UInt32]> = []
      for epoch in 0..<4 as Range<UInt32> {
        let batches = try stream.batches(epoch: epoch)
        // Every token is a target but the first of all.
        let bytes = batches.reduce(0) { $0 + $1.targetByteCount }
        #expect(bytes < total && bytes >= total - 9)
        #expect(seen.insert(batches.flatMap(\.inputs)).inserted)
      }
      collator.objective = CollationSamples.masking(0)
      let plain = try self.stream(collator, separator: separator, seed: 9)
      var ids: [UInt32] = []
      for batch in try plain.batches(epoch: 2) {
        for row in 0..<batch.rows { ids += batch.inputs(ofRow: row) }
      }
      let order = order(store.count, seed: 9, epoch: 2, isShuffled: true)
      let text = order.flatMap {
        store.bytes(of: $0, 0..<store.ranges[$0].count)
          + (separator == nil ? [] : Array("<|endoftext|>".utf8))
      }
      #expect(tokenizer.decode(ids.map { TokenID($0) }) == text)
    }
  }

  @Test("pack: rates go their course by documents")
  func courses() throws {
    var collator = collator(.concatenated, batch: 1, length: 4096)
    collator.epochs = 2
    let course = NoiseRate(dropoutRate(1), schedule: .linear(from: 0, to: 1))
    collator.segmentation = course
    for epoch in 0..<2 as Range<UInt32> {
      let stream = try stream(collator, separator: separator, seed: 2)
      let order = order(store.count, seed: 2, epoch: epoch, isShuffled: true)
      let documents = try order.enumerated().map { place, document in
        let step = Int(epoch) * store.count + place
        let rate = course.rate(atStep: UInt64(step), of: UInt64(2 * store.count))
        let noise = SegmentationNoise(rate: rate, seed: 2, epoch: epoch)
        return try encoded(store, document, noise, separator)
      }
      let batches = try stream.batches(epoch: epoch)
      #expect(batches.flatMap { $0.inputs(ofRow: 0) } == documents.flatMap { $0 })
    }
  }

  @Test("pack: no text, empty documents, one byte, invalid bytes, one word longer than rows")
  func extremes() throws {
    let cases: [([[UInt8]], TokenID?, [Int])] = [
      ([], nil, []), ([[], [], []], nil, []), ([[], []], separator, [2]),
      ([[0x61]], nil, [1]), ([[0xFF, 0xC3]], nil, [2]),
      ([Array(repeating: 0x61, count: 9)], nil, [4, 4, 1]),
    ]
    for (documents, separator, lengths) in cases {
      for rate in Self.rates {
        var collator = collator(.concatenated, batch: 2, length: 4)
        collator.isShuffled = false
        collator.segmentation = NoiseRate(dropoutRate(rate))
        let stream = try stream(collator, DocumentStore(documents), separator: separator)
        let batches = try stream.batches()
        #expect(batches.flatMap(\.lengths) == lengths)
        #expect(stream.address(ofStep: 0) == nil || !lengths.isEmpty)
      }
    }
    var whole = collator(.concatenated, batch: 2, length: 4)
    (whole.keepsPartialRows, whole.keepsPartialBatch) = (false, false)
    for count in 0..<30 {
      let text = DocumentStore([Array(repeating: 0x61, count: count)])
      let stream = try stream(whole, text, separator: nil)
      #expect(stream.stepCount(epoch: 0) == count / 8)
      #expect(try stream.batches().allSatisfy { $0.lengths == [4, 4] })
    }
  }
}
