import Foundation
import Testing

@Suite("corpus info, dedupe, split, sentences")
struct CorpusCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("info names what is wrong with a corpus")
  func info() throws {
    try workspace.write("text", Array("one\r\ntwo\none\ntwo\n".utf8) + [0xC3, 0x0A])
    let text = try workspace.succeed("corpus info text").text
    func count(_ name: String) -> String? {
      text.split(separator: "\n").first { $0.hasPrefix(name + " ") }?.split(separator: " ").last
        .map(String.init)
    }
    #expect(count("documents") == "5")
    #expect(count("documents equal to one before") == "1")
    #expect(count("bytes that are not UTF-8") == "1")
    #expect(count("lines ended by CR LF") == "1")
    let strict = try workspace.run(["corpus", "info", "--strict", "text"])
    #expect(strict.status == 65)
    #expect(strict.errors.contains("byte 17"))
  }

  @Test("dedupe leaves the first of equal lines, and of near ones with --near")
  func dedupe() throws {
    let long = "the quick brown fox jumps over the lazy dog and then sleeps in the warm sun all day"
    try workspace.write("text", Array("a\n\n\(long).\nb\na\n\n\(long)!\nb".utf8))
    let equal = try workspace.run(["corpus", "dedupe", "text"])
    #expect(equal.text == "a\n\n\(long).\nb\n\n\(long)!\n")
    #expect(equal.errors.contains("kept 6 lines, left out 2 equal"))
    let near = try workspace.run(["corpus", "dedupe", "--near", "0.8", "text"])
    #expect(near.text == "a\n\n\(long).\nb\n\n")
    #expect(near.errors.contains("1 that resemble one"))
    #expect(try workspace.run(["corpus", "dedupe", "--near", "2", "text"]).status == 64)
  }

  @Test("split: every line in one part, equal lines in the same, others do not move")
  func split() throws {
    let lines = (0..<2000).map { "line \($0 % 1500)" }
    try workspace.write("text", Array(lines.joined(separator: "\n").utf8))
    try workspace.succeed("corpus split -o {}.a text")
    try workspace.write("more", Array((["new"] + lines + ["newer"]).joined(separator: "\n").utf8))
    try workspace.succeed("corpus split -o {}.b more")
    var parts: [Set<String>] = []
    var total = 0
    for name in ["train", "validation", "test"] {
      let part = String(decoding: try workspace.read("\(name).a"), as: UTF8.self).split(
        separator: "\n"
      ).map(String.init)
      let again = String(decoding: try workspace.read("\(name).b"), as: UTF8.self).split(
        separator: "\n"
      ).map(String.init)
      #expect(again.filter { !$0.hasPrefix("new") } == part)
      parts.append(Set(part))
      total += part.count
    }
    #expect(total == 2000)
    #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]))
    #expect(parts[1].isDisjoint(with: parts[2]))
    // 1,500 different lines: five standard deviations of the binomial law.
    #expect(abs(parts[0].count - 1350) < 59 && abs(parts[1].count - 75) < 43)
    for bad in [
      ["-o", "x"], ["-o", "{}", "--part", "a=0.5"], ["-o", "{}", "--part", "a=1", "--part", "a=1"],
    ] {
      #expect(try workspace.run(["corpus", "split"] + bad + ["text"]).status == 64)
    }
  }

  @Test("sentences, one a line")
  func sentences() throws {
    try workspace.write("text", Array("One is here.  Two is there! 三つ目。四つ目。\nNo end\n\n".utf8))
    let text = try workspace.succeed("corpus sentences text").text
    #expect(text == "One is here.\nTwo is there!\n三つ目。\n四つ目。\nNo end\n")
  }
}
