import Glibc
import LanguageModels
import TestSupport
import Testing

/// Witten-Bell by its formula, counting in the text itself for every question.
private func oracle(_ text: [UInt8], order: Int, _ byte: UInt8, after history: [UInt8]) -> Double {
  func followers(of history: ArraySlice<UInt8>) -> [UInt8] {
    text.indices.filter { end in
      end >= history.count && text[(end - history.count)..<end].elementsEqual(history)
    }.map { text[$0] }
  }
  func probability(_ history: ArraySlice<UInt8>) -> Double {
    let lower = history.isEmpty ? 1.0 / 256 : probability(history.dropFirst())
    let followers = followers(of: history)
    let kinds = Double(Set(followers).count)
    if followers.isEmpty { return lower }
    let count = Double(followers.filter { $0 == byte }.count)
    return (count + kinds * lower) / (Double(followers.count) + kinds)
  }
  return probability(history.suffix(order - 1))
}

@Suite("The n-gram yardstick")
struct ByteNGramModelTests {
  @Test("agrees with the formula on random texts", arguments: [1, 2, 3, 5, 6])
  func formula(order: Int) {
    var source = NastyText(seed: UInt64(order))
    for _ in 0..<60 {
      let text = (0..<source.number(below: 120)).map { _ in UInt8(97 + source.number(below: 3)) }
      var model = ByteNGramModel(order: order)
      model.learn(text)
      for _ in 0..<20 {
        let history = (0..<source.number(below: 8)).map { _ in UInt8(97 + source.number(below: 4)) }
        let byte = UInt8(96 + source.number(below: 5))
        let expected = oracle(text, order: order, byte, after: history)
        #expect(abs(model.probability(of: byte, after: history) - expected) < 1e-12)
      }
    }
  }

  @Test("probabilities add up to one, seen or not")
  func total() {
    var model = ByteNGramModel()
    for text in ["", "abracadabra"] {
      model.learn(text.utf8)
      for history in ["", "a", "abra", "zzzz", "dabr"] {
        let sum = (UInt8.min...UInt8.max).reduce(0) {
          $0 + model.probability(of: $1, after: Array(history.utf8))
        }
        #expect(abs(sum - 1) < 1e-12)
      }
    }
  }

  @Test("nothing learned costs eight bits a byte, what was learned costs less")
  func bits() {
    var model = ByteNGramModel()
    let text = Array("the cat sat on the mat and the dog sat on the log ".utf8)
    #expect(model.bits(of: text, log2: { log2($0) }) == Double(8 * text.count))
    model.learn(text)
    let again = model.bits(of: text, log2: { log2($0) })
    #expect(again < Double(2 * text.count))
    let byBytes = text.indices.reduce(0.0) { sum, index in
      sum - log2(model.probability(of: text[index], after: Array(text[..<index])))
    }
    #expect(abs(again - byBytes) < 1e-9)
    #expect(model.bits(of: [], log2: { log2($0) }) == 0)
  }

  @Test("a higher order knows more of a text with structure")
  func orders() {
    let text = Array(String(repeating: "one two three four five six ", count: 50).utf8)
    let held = Array("three four five six one two ".utf8)
    var last = Double.infinity
    for order in 1...5 {
      var model = ByteNGramModel(order: order)
      model.learn(text)
      let bits = model.bits(of: held, log2: { log2($0) })
      #expect(bits < last)
      last = bits
    }
  }
}
