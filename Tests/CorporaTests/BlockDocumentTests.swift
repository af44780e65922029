import Corpora
import Diagnostics
import Noise
import TestSupport
import Testing

@Suite("Documents between blank lines, and texts of JSON")
struct BlockDocumentTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs of lines that have more than a line end, by walking over the lines.
  private func blocks(_ text: [UInt8], _ lineFeed: LineFeed) -> [[UInt8]] {
    var blocks: [[UInt8]] = []
    var block: [UInt8] = []
    var line: [UInt8] = []
    func finish() {
      if block.isEmpty { return }
      if lineFeed == .drop && block.last == 10 { block.removeLast() }
      blocks.append(block)
      block = []
    }
    for byte in text {
      line.append(byte)
      if byte != 10 { continue }
      if line == [10] || line == [13, 10] { finish() } else { block += line }
      line = []
    }
    block += line
    finish()
    return blocks
  }

  private func check(_ text: [UInt8]) throws {
    let path = try folder.put("text", text)
    for lineFeed in LineFeed.allCases {
      let reader = try DocumentReader(paths: [path], unit: .block, lineFeed: lineFeed)
      var found: [[UInt8]] = []
      while let batch = try reader.next() {
        #expect(batch.firstNumber == UInt64(found.count))
        found += batch.ranges.map { Array(batch.bytes[$0]) }
      }
      #expect(found == blocks(text, lineFeed))
    }
  }

  @Test("any text is cut as the oracle cuts it")
  func oracle() throws {
    let parts = ["a", "bc", " ", "\n", "\n", "\r\n", "\n\n", "\r", "é\n"].map { Array($0.utf8) }
    for seed in 0..<2000 as Range<UInt64> {
      var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 9)
      try check((0..<draws.next(below: 20)).flatMap { _ in parts[Int(draws.next(below: 9))] })
    }
  }

  @Test("blocks longer than what is read at once, and many of them")
  func long() throws {
    let long = [UInt8](repeating: 97, count: 700_000)
    try check(long + [10, 10] + long + [10, 13, 10, 10] + long)
    var many: [UInt8] = [10, 10]
    for number in 0..<200_000 {
      many += Array("\(number)\n".utf8)
      if number % 7 == 0 { many.append(10) }
    }
    try check(many)
    try check([UInt8](repeating: 10, count: 600_000))
  }

  @Test("a store accounts for the lines between")
  func bytes() throws {
    let path = try folder.put("text", "one\ntwo\n\n\nthree\n\r\nfour")
    let store = try DocumentStore(
      DocumentReader(paths: [path], unit: .block, lineFeed: .drop)
    )
    #expect(store.count == 3)
    #expect((0..<3).map { store.byteCountWithSeparator(of: $0) } == [10, 8, 4])
  }

  @Test("texts of lines of JSON stand where the lines do")
  func records() throws {
    let path = try folder.put(
      "text",
      "{\"t\": \"a\\nb\", \"u\": 1}\n{\"t\": \"\"}\n{\"t\": \"é\"}\n"
    )
    let reader = try DocumentReader(paths: [path], lineFeed: .keep)
    let batch = try #require(try reader.next())
    let texts = try RecordFields(text: "t").texts(of: batch)
    #expect(texts.ranges.map { Array(texts.bytes[$0]) } == [[97, 10, 98], [], [0xC3, 0xA9]])
    #expect(texts.firstNumber == 0 && texts.path == path)
    let error = #expect(throws: InvalidData.self) {
      _ = try RecordFields(text: "u").texts(of: batch)
    }
    #expect(error?.description.contains("\"u\" should be a string") == true)
  }
}
