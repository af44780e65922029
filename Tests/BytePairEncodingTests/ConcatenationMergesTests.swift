import BytePairEncoding
import TestSupport
import Testing

/// tiktoken's algorithm: the neighbours whose concatenation has the lowest rank merge, the leftmost
/// first, until no concatenation is in the table; a whole word in the table is taken at once.
private func tiktokenSegmentation(_ word: [UInt8], _ ranks: [[UInt8]: Int]) -> [Int] {
  if let rank = ranks[word] { return [rank] }
  var parts = word.map { [$0] }
  while true {
    let candidates = (0..<max(parts.count - 1, 0)).compactMap { index -> (rank: Int, index: Int)? in
      ranks[parts[index] + parts[index + 1]].map { ($0, index) }
    }
    guard let best = candidates.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else {
      return parts.compactMap { ranks[$0] }
    }
    parts[best.index] += parts.remove(at: best.index + 1)
  }
}

@Suite struct ConcatenationMergesTests {
  @Test(arguments: [[UInt8]("ab".utf8), Array("abc".utf8), [0xC3, 0xA9, 0x61]])
  func `ranks give tiktoken's tokens on random tables and words`(alphabet: [UInt8]) throws {
    var source = NastyText(seed: 5)
    func word(_ longest: UInt32) -> [UInt8] {
      (0..<source.number(below: longest)).map { _ in
        alphabet[Int(source.number(below: UInt32(alphabet.count)))]
      }
    }
    for _ in 0..<300 {
      var vocabulary = Vocabulary()
      for byte in alphabet { vocabulary.append([byte]) }
      // Any strings, so that some are never reached, and gaps.
      for _ in 0..<30 {
        let token = word(7)
        if token.isEmpty { vocabulary.appendGap() } else { vocabulary.append(token) }
      }
      var ranks: [[UInt8]: Int] = [:]
      for index in 0..<vocabulary.count where vocabulary.contains(TokenID(index)) {
        ranks[Array(vocabulary.bytes(of: TokenID(index)))] = index
      }
      let model = try BPEModel(ranks: vocabulary)
      var encoder = BPEEncoder(model: model)
      for _ in 0..<30 {
        let word = word(25)
        var ids: [UInt32] = []
        word.withUnsafeBufferPointer { encoder.encode($0, noise: nil, into: &ids) }
        #expect(ids.map { Int($0) } == tiktokenSegmentation(word, ranks))
      }
      for merge in model.merges.merges {
        let parts = Array(vocabulary.bytes(of: merge.left) + vocabulary.bytes(of: merge.right))
        #expect(parts == Array(vocabulary.bytes(of: merge.product)))
      }
    }
  }

  @Test func `every cut into two tokens is a rule, and rules of one product share their rank`()
    throws
  {
    var vocabulary = Vocabulary()
    for token in ["a", "b", "aa", "ab", "aab"] { vocabulary.append(Array(token.utf8)) }
    let model = try BPEModel(ranks: vocabulary)
    let rules = model.merges.merges.map { [$0.left, $0.right, $0.product].map(\.rawValue) }
    #expect(rules == [[0, 0, 2], [0, 1, 3], [0, 3, 4], [2, 1, 4]])
    #expect(model.merges.rank(of: TokenID(0 as UInt32), TokenID(3 as UInt32)) == 2)
    #expect(model.merges.rank(of: TokenID(2 as UInt32), TokenID(1 as UInt32)) == 2)
    #expect(model.derivation(of: Array("aab".utf8)).map(\.merge.product.rawValue) == [2, 4])
    #expect(model.derivation(of: Array("aab".utf8)).last?.merge.left.rawValue == 2)
  }

  @Test func `tokens whose hashes collide are told apart`() throws {
    // Under a sum with a base modulo 2^64, Thue and Morse's words of 2^11 letters and their
    // complements have the same hash, whatever the odd base.
    var word: [UInt8] = [97]
    for _ in 0..<11 { word += word.map { $0 == 97 ? 98 : 97 } }
    let other = word.map { (byte: UInt8) -> UInt8 in byte == 97 ? 98 : 97 }
    var vocabulary = Vocabulary()
    for token in [[97], [98], [99], word, other, word + [99], other + [99]] {
      vocabulary.append(token)
    }
    let rules = try BPEModel(ranks: vocabulary).merges.merges
    #expect(
      rules.map { [$0.left, $0.right, $0.product].map(\.rawValue) } == [[3, 2, 5], [4, 2, 6]]
    )
  }
}
