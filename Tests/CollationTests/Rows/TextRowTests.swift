import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Files
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite("Rows of text: documents, and grid rows under live BPE-dropout")
struct TextRowTests {
  let store = CollationSamples.store()
  let tokenizer: Tokenizer
  let separator = TokenID(400)

  init() throws { tokenizer = try CollationSamples.tokenizer() }

  func grid(
    _ capacity: Int,
    separator: TokenID?,
    threads: Int = 1
  ) throws -> TextGrid {
    try TextGrid(
      store,
      tokenizer: tokenizer,
      separator: separator,
      capacity: capacity,
      threads: threads
    )
  }

  func stream(
    _ collator: Collator,
    separator: TokenID?,
    seed: UInt64 = 0
  ) throws -> BatchStream {
    try BatchStream(
      store,
      tokenizer: tokenizer,
      separator: separator,
      collator: collator,
      seed: seed
    )
  }

  @Test("rows follow each other and leave nothing out", arguments: [1, 7, 40])
  func cuts(capacity: Int) throws {
    for separator in [nil, separator] {
      let grid = try grid(capacity, separator: separator)
      let pieces = (0..<grid.count).flatMap { grid.pieces(of: $0) }
      var next = (document: 0, byte: 0)
      for piece in pieces {
        while next.document < piece.document && next.byte == store.ranges[next.document].count {
          next = (next.document + 1, 0)
        }
        #expect(piece.document == next.document && piece.range.lowerBound == next.byte)
        #expect(!piece.isEnd || piece.range.upperBound == store.ranges[piece.document].count)
        next = piece.isEnd ? (piece.document + 1, 0) : (piece.document, piece.range.upperBound)
      }
      #expect(next.document == store.count)
      #expect(pieces.filter(\.isEnd).map(\.document) == Array(0..<store.count))
      let others = try self.grid(capacity, separator: separator, threads: 3)
      #expect((0..<grid.count).flatMap { others.pieces(of: $0) } == pieces)
    }
  }

  func grid(
    index path: String,
    _ tokenizer: Tokenizer? = nil,
    _ text: DocumentStore? = nil,
    separator: TokenID? = TokenID(400),
    capacity: Int = 16
  ) throws -> [TextGrid.Piece] {
    let grid = try TextGrid(
      text ?? store,
      tokenizer: tokenizer ?? self.tokenizer,
      separator: separator,
      capacity: capacity,
      threads: 2,
      index: path
    )
    return (0..<grid.count).flatMap { grid.pieces(of: $0) }
  }

  @Test("an index gives the same rows, and is refused for any others")
  func index() throws {
    let folder = try TemporaryFolder()
    let grid = try grid(16, separator: separator)
    let pieces = (0..<grid.count).flatMap { grid.pieces(of: $0) }
    let path = folder["rows.index"]
    for _ in 0..<2 { #expect(try self.grid(index: path) == pieces) }
    let model = try toyModel("t-h th-e i-n a-n an-d \\20-the \\20-and i-s \\20-is in-g r-e o-u")
    let others = [
      Tokenizer(
        normalizer: .init([.nfc]),
        preTokenizer: tokenizer.preTokenizer,
        model: tokenizer.model,
        addedTokens: tokenizer.addedTokens
      ),
      Tokenizer(
        normalizer: .init([]),
        preTokenizer: .gpt2,
        model: model,
        addedTokens: tokenizer.addedTokens
      ),
      Tokenizer(normalizer: .init([]), preTokenizer: .gpt2, model: tokenizer.model),
    ]
    for other in others {
      #expect(throws: InvalidData.self) { try self.grid(index: path, other) }
    }
    #expect(throws: InvalidData.self) { try self.grid(index: path, capacity: 17) }
    #expect(throws: InvalidData.self) { try self.grid(index: path, separator: nil) }
    #expect(throws: InvalidData.self) {
      try self.grid(index: path, nil, CollationSamples.store(61))
    }
    for documents in [[], [""], ["", "", ""], ["a"]] {
      let path = folder["\(documents.count)\(documents.first ?? "none")"]
      let text = DocumentStore(documents.map { Array($0.utf8) })
      let first = try self.grid(index: path, nil, text, separator: nil)
      #expect(try self.grid(index: path, nil, text, separator: nil) == first)
    }
  }

  @Test("an index of any bytes ends in an error, or gives the rows")
  func brokenIndex() throws {
    let folder = try TemporaryFolder()
    let path = folder["rows.index"]
    let pieces = try grid(index: path)
    let bytes = try InputFile(path).readAll()
    var draws = RandomStream(key: NoiseKey(seed: 2, site: .testing), item: 3)
    for round in 0..<2000 {
      var changed = bytes
      switch round % 4 {
      case 0: changed.removeLast(1 + Int(draws.next(below: UInt32(bytes.count))))
      case 1: changed += [UInt8](repeating: 0, count: 1 + Int(draws.next(below: 40)))
      default:
        for _ in 0..<1 + draws.next(below: 3) {
          changed[Int(draws.next(below: UInt32(bytes.count)))] = UInt8(draws.next(below: 256))
        }
      }
      try folder.put("rows.index", changed)
      let found = Result { try grid(index: path) }
      switch found {
      case .success(let found): #expect(found == pieces && changed == bytes)
      case .failure(let error): #expect(error is InvalidData)
      }
    }
  }

  /// What a row must be: its pieces encoded as parts of their documents, one after the other.
  func oracle(
    _ grid: TextGrid,
    _ row: Int,
    _ noise: SegmentationNoise?
  ) throws -> [UInt32] {
    var ids: [UInt32] = []
    for piece in grid.pieces(of: row) {
      // The whole document, of which the tokens in the piece count: words end where pieces end.
      var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 0)
      var options = EncodingOptions()
      (options.noise, options.wantsOffsets) = (noise, true)
      let document = store.bytes(of: piece.document, 0..<store.ranges[piece.document].count)
      let encoded = try encoder.encode(
        document,
        number: UInt64(piece.document),
        options: options
      )
      for (id, range) in zip(encoded.ids, encoded.offsets)
      where piece.range.contains(range.lowerBound) { ids.append(id) }
      if piece.isEnd, let separator = grid.separator { ids.append(separator.rawValue) }
    }
    return ids
  }

  @Test("a row is the oracle's: its part of whole documents encoded under the epoch's noise")
  func gridOracle() throws {
    var collator = CollationSamples.collator(.grid, batch: 1, length: 4096)
    collator.isShuffled = false
    let grid = try grid(30, separator: separator)
    let rates = [0.0, 0.1, 0.5, 0.9, 1] + Array(repeating: 0.3, count: 15)
    for (seed, rate) in zip(0..<20 as Range<UInt64>, rates) {
      collator.segmentation = NoiseRate(dropoutRate(rate))
      let stream = BatchStream(grid, collator: collator, seed: seed)
      let noise =
        rate == 0
        ? nil : SegmentationNoise(rate: dropoutRate(rate), seed: seed, epoch: UInt32(seed % 3))
      for row in 0..<grid.count {
        let batch = try stream.batch(epoch: UInt32(seed % 3), step: row)
        let expected = try oracle(grid, row, noise)
        #expect(batch.inputs(ofRow: 0) == Array(expected.dropLast()))
        #expect(batch.targets(ofRow: 0) == expected.dropFirst().map { Int32($0) })
        #expect(batch.cutTokens == 0)
      }
    }
  }

  @Test("rows decode to exactly their source text up to the cut, which is counted")
  func decoding() throws {
    var collator = CollationSamples.collator(.grid, batch: 3, length: 24)
    collator.segmentation = NoiseRate(dropoutRate(0.5))
    collator.slack = 0.3
    collator.isShuffled = false
    collator.objective = CollationSamples.masking(0)
    let stream = try stream(collator, separator: separator, seed: 9)
    let grid = try grid(16, separator: separator)
    var cut = 0
    for epoch in 0..<4 as Range<UInt32> {
      for (step, batch) in try stream.batches(epoch: epoch).enumerated() {
        var missing = 0
        for row in 0..<batch.rows {
          let source = grid.pieces(of: step * 3 + row).flatMap { piece in
            store.bytes(of: piece.document, piece.range)
              + (piece.isEnd ? Array("<|endoftext|>".utf8) : [])
          }
          let text = tokenizer.decode(batch.inputs(ofRow: row).map { TokenID($0) })
          #expect(source.starts(with: text))
          if batch.cutTokens == 0 { #expect(text == source) }
          let ends = source.count - text.count
          missing += ends
        }
        // A separator is 13 bytes of decoded text, but one byte of the corpus.
        #expect((batch.cutBytes > 0) == (missing > 0) && batch.cutBytes <= missing)
        #expect((batch.cutTokens > 0) == (missing > 0))
        cut += batch.cutTokens
      }
    }
    #expect(cut > 0)
  }

  @Test("every epoch cuts the same text otherwise, and without dropout the same")
  func epochs() throws {
    var collator = CollationSamples.collator(.grid, batch: 4, length: 32)
    collator.isShuffled = false
    let plain = try stream(collator, separator: nil)
    #expect(try plain.batch(epoch: 0, step: 0).inputs == plain.batch(epoch: 1, step: 0).inputs)
    collator.segmentation = NoiseRate(dropoutRate(0.5))
    let live = try stream(collator, separator: nil)
    #expect(try live.batch(epoch: 0, step: 0).inputs != live.batch(epoch: 1, step: 0).inputs)
    collator.isShuffled = true
    let shuffled = try stream(collator, separator: nil)
    #expect(try shuffled.batch(step: 0).inputs != live.batch(step: 0).inputs)
  }
}
