import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

/// The fast ways to draw a segmentation against the documented procedure.
@Suite struct DropoutProcedureTests {
  private static let rates = [0.02, 0.1, 0.25, 0.5, 0.51, 0.9, 1]

  private static func words(
    _ source: inout NastyText,
    _ alphabet: [String],
    count: Int,
    longest: UInt32
  ) -> [[UInt8]] {
    (0..<count).map { _ in
      (0...source.number(below: longest)).flatMap { _ in
        Array(alphabet[Int(source.number(below: UInt32(alphabet.count)))].utf8)
      }
    }
  }

  /// Encodes words that follow each other in a document, a batch at a time.
  private static func encode(
    _ words: [[UInt8]],
    _ encoder: inout BPEEncoder,
    _ noise: SegmentationNoise,
    document: UInt64,
    batch: Int
  ) -> [UInt32] {
    var list = WordList()
    for word in words { list.append(word) }
    let origin = WordAddress(document: document)
    return list.encode(with: &encoder, batch: batch, noise: noise, origin: origin)
  }

  @Test(arguments: [["a"], ["a", "b"], ["a", "é", "中"], ["\u{1F600}", "a", "\u{1F601}"]])
  func `lattices, batches and long words draw what the procedure draws`(alphabet: [String]) throws {
    var source = NastyText(seed: 91)
    for trial in 0..<28 {
      let model = try randomModel(
        &source,
        alphabet: Array(Set(alphabet.joined().utf8)).sorted(),
        merges: 60
      )
      let rate = dropoutRate(Self.rates[trial % Self.rates.count])
      let unit: SegmentationNoise.Unit = trial % 3 == 0 ? .byte : .character
      let noise = SegmentationNoise(rate: rate, seed: UInt64(trial), epoch: 1, unit: unit)
      // Few different words, so that each has several drops; some beyond the limits of 15, 31, 62
      // and 256 bytes, and of one letter with more merges than a lattice has.
      let words =
        Self.words(&source, alphabet, count: 12, longest: 12)
        + Self.words(&source, alphabet, count: 4, longest: 30)
        + Self.words(&source, alphabet, count: 3, longest: 90)
        + Self.words(&source, alphabet, count: 1, longest: 300)
      let capacity = [1 << 20, 200_000, 18_000][trial % 3]
      var encoder = BPEEncoder(model: model, cacheCapacity: capacity)
      var none = BPEEncoder(model: model, cacheCapacity: 0)
      for document in 0..<12 as Range<UInt64> {
        let text = (0..<60).map { _ in words[Int(source.number(below: UInt32(words.count)))] }
        var expected: [TokenID] = []
        var position = 0
        for word in text {
          let address = WordAddress(document: document, position: position)
          expected += drawnSegmentation(word, model, noise, at: address)
          position += word.count
        }
        let ids = expected.map(\.rawValue)
        #expect(Self.encode(text, &encoder, noise, document: document, batch: 256) == ids)
        #expect(Self.encode(text, &encoder, noise, document: document, batch: 7) == ids)
        #expect(Self.encode(text, &none, noise, document: document, batch: 256) == ids)
      }
    }
  }

  @Test func `one encoder for two units, rates and epochs keeps nothing of the other`() throws {
    let model = try toyModel(
      "a-b ab-a \\C3-\\A9 \\C3\\A9-a ab-ab a-a aa-aa b-a"
    )
    let words = ["abab", "éaab", "aaaa", "baab", "ébaé"].map { Array($0.utf8) }
    var shared = BPEEncoder(model: model)
    for pass in 0..<40 {
      let noise = SegmentationNoise(
        rate: dropoutRate([0.1, 0.2, 0][pass % 3]),
        seed: 3,
        epoch: UInt32(pass),
        unit: pass % 2 == 0 ? .character : .byte
      )
      var own = BPEEncoder(model: model)
      for document in 0..<20 as Range<UInt64> {
        let text = words + words + words
        #expect(
          Self.encode(text, &shared, noise, document: document, batch: 256)
            == Self.encode(text, &own, noise, document: document, batch: 256)
        )
      }
    }
  }

  @Test func `long words are cut in windows as in one piece`() throws {
    var source = NastyText(seed: 92)
    for trial in 0..<1500 {
      let alphabet = Array("ab".utf8) + (trial % 2 == 0 ? [] : Array("cdé".utf8))
      let model = try randomModel(
        &source,
        alphabet: alphabet,
        merges: 10 + trial % 90,
        longest: trial % 5 == 0 ? 40 : 8
      )
      var encoder = BPEEncoder(model: model)
      var word = (0..<257 + Int(source.number(below: 500))).map { _ in
        alphabet[Int(source.number(below: UInt32(alphabet.count)))]
      }
      // Runs and periods, in which windows agree least.
      let period = 1 + Int(source.number(below: 9))
      if trial % 3 == 0 { for index in period..<word.count { word[index] = word[index - period] } }
      var ids: [UInt32] = []
      word.withUnsafeBufferPointer { encoder.encode($0, noise: nil, into: &ids) }
      let steps = model.derivation(of: word)
      #expect(word.count - steps.count == ids.count)
      if trial % 10 == 0 { #expect(ids == plainSegmentation(word, model).map(\.rawValue)) }
      // The derivation goes through the whole word at once.
      var tokens = word.map { model.vocabulary.id(of: [$0]) }
      for step in steps {
        tokens[step.position] = step.merge.product
        let width = model.vocabulary.byteCount(of: step.merge.left)
        tokens[step.position + width] = nil
      }
      #expect(ids == tokens.compactMap { $0?.rawValue })
    }
  }
}
