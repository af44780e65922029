import Foundation
import TestSupport
import Testing

/// A text that learning takes much memory for.
private enum Heavy: String, CaseIterable {
  case letter, bases, words, wikiText, manyScripts

  /// About so many bytes; nil where it is from files that are missing.
  func make(_ bytes: Int, in workspace: Workspace) throws -> [String]? {
    var text = NastyText(seed: 61)
    switch self {
    case .letter: try workspace.write("t", [UInt8](repeating: 97, count: bytes))
    case .bases:
      let bases = Array("ACGT".utf8)
      try workspace.write("t", (0..<bytes).map { _ in bases[Int(text.number(below: 4))] })
    case .words:
      // Eight letters that spell a number after it was mixed, so that no two are equal.
      let words = (0..<bytes / 9).flatMap { number -> [UInt8] in
        var rest = (UInt64(number) &* 0x9E37_79B9_7F4A_7C15) >> 27
        var word = [UInt8](repeating: 0x0A, count: 9)
        for place in 0..<8 {
          word[place] = 97 + UInt8(rest % 26)
          rest /= 26
        }
        return word
      }
      try workspace.write("t", words)
    case .wikiText: return SharedData.path("wikitext-2/train.txt").map { [$0] }
    case .manyScripts:
      guard let folder = SharedData.path("common-voice") else { return nil }
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        .filter { $0.hasSuffix(".txt") }.map { "\(folder)/\($0)" }
    }
    return ["t"]
  }
}

@Suite("train: memory")
struct LearningMemoryTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("the memory that is expected is the peak, or a little more", arguments: Heavy.allCases)
  fileprivate func expectation(text: Heavy) throws {
    guard let files = try text.make(10_000_000, in: workspace) else {
      print("\(text) is missing: its memory is not measured")
      return
    }
    let result = try workspace.succeed(
      ["bench", "train", "--json", "--normalizer", "none"] + files
    )
    let figures = try jsonObject(result.output)
    let expected = try #require(figures["expected_mb"] as? Double)
    let peak = try #require(figures["peak_mb"] as? Double)
    #expect(expected >= 0.9 * peak && expected <= 1.5 * peak, "\(text): \(expected) for \(peak)")
  }

  @Test(
    "where merging does not fit into the limit, it ends with a sentence and leaves nothing",
    arguments: [[], ["--picky", "0.9"], ["--scaffold"], ["--law", "bytes"]]
  )
  func limit(option: [String]) throws {
    func train(_ memory: Int) throws -> CommandResult {
      try workspace.run(
        ["train", "-o", "o.json", "--vocab-size", "8000", "--memory", "\(memory)", "t"] + option
      )
    }
    _ = try Heavy.words.make(2_000_000, in: workspace)
    let atStart = try train(40)
    #expect(atStart.status == 65 && atStart.errors.contains("to begin with, more than --memory 40"))
    _ = try Heavy.bases.make(1_000_000, in: workspace)
    let onTheWay = try train(48)
    #expect(onTheWay.status == 65 && onTheWay.errors.contains(" tokens, more than --memory 48"))
    #expect(onTheWay.errors.contains("--vocab-size"), "\(onTheWay.errors)")
    #expect(try workspace.contents().keys.sorted() == ["t"])
    #expect(try train(1000).status == 0)
  }
}
