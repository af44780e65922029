import Noise
import Testing
import TextGeneration

/// What goes out when a text comes in cut at random.
private func pass(
  _ bytes: [UInt8],
  stops: [String],
  seed: UInt64,
  longest: UInt32 = 4
) -> [String] {
  var gate = TextGate(stops: stops)
  var stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
  var parts: [String] = []
  var rest = bytes[...]
  while !rest.isEmpty, !gate.isClosed {
    let count = min(Int(stream.next(below: longest)) + 1, rest.count)
    parts.append(gate.push(rest.prefix(count)))
    rest = rest.dropFirst(count)
  }
  return parts + [gate.finish()]
}

struct TextGateTests {
  let text = "ein Satz é, 漢字 und 😀😀; then STOP and on"

  @Test func `text goes through whole, in whole characters`() {
    for seed in 0..<300 as Range<UInt64> {
      let parts = pass(Array(text.utf8), stops: [], seed: seed)
      #expect(parts.joined() == text)
      #expect(!parts.contains { $0.unicodeScalars.contains("\u{FFFD}") })
    }
  }

  @Test func `bytes that are no UTF-8 become the same, however they are cut`() {
    for seed in 0..<1000 as Range<UInt64> {
      var stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 1)
      let alphabet: [UInt8] = [
        0x41, 0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xE6, 0xED, 0xF0, 0x9F, 0xF4, 0xFF,
      ]
      let bytes = (0..<20).map { _ in alphabet[Int(stream.next(below: 12))] }
      let parts = pass(bytes, stops: [], seed: seed)
      #expect(Array(parts.joined().utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8))
    }
  }

  @Test func `the text ends before the first stop string, wherever it is cut`() {
    let cases: [(stops: [String], text: String)] = [
      (["STOP"], "ein Satz é, 漢字 und 😀😀; then "), (["字 u", "STOP"], "ein Satz é, 漢"),
      (["STOPPED", "", "nd on"], "ein Satz é, 漢字 und 😀😀; then STOP a"),
      (["😀😀😀", "absent"], text), (["STOP and on!"], text), (["ein"], ""),
    ]
    for (stops, expected) in cases {
      for seed in 0..<100 as Range<UInt64> {
        for longest in [1, 2, 7, 60] as [UInt32] {
          let parts = pass(Array(text.utf8), stops: stops, seed: seed, longest: longest)
          #expect(parts.joined() == expected)
        }
      }
    }
  }

  @Test func `a beginning of a stop string that comes to nothing is handed on`() {
    var gate = TextGate(stops: ["aab"])
    #expect(gate.push("xa".utf8) == "x")
    #expect(gate.push("a".utf8) == "")
    #expect(gate.push("a".utf8) == "a")
    #expect(gate.push("c".utf8) == "aac")
    #expect(gate.push("aab".utf8) == "" && gate.isClosed)
    #expect(gate.push("more".utf8) == "" && gate.finish() == "")
  }
}
