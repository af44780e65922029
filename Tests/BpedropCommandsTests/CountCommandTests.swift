import Foundation
import Testing

@Suite("count: pre-tokens and how often they occur")
struct CountCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("a line for each pre-token, by ascending bytes")
  func lines() throws {
    let result = try workspace.succeed("count", input: Array("b a b\nb\n".utf8))
    #expect(result.text == "Ċ\t2\nĠa\t1\nĠb\t1\nb\t2\n")
    let dropped = try workspace.succeed("count --newline drop", input: Array("b\nb\n".utf8))
    #expect(dropped.text == "b\t2\n")
    #expect(try workspace.succeed("count").text == "")
  }

  @Test("the counts of shards add up to the counts of the whole")
  func merging() throws {
    let text = try Samples.text("forms") + Samples.text("english")
    let middle = try #require(text[(text.count / 2)...].firstIndex(of: 0x0A)) + 1
    try workspace.write("whole", text)
    try workspace.write("first", text[..<middle])
    try workspace.write("second", text[middle...])
    for name in ["whole", "first", "second"] {
      try workspace.succeed("count -o \(name).tsv \(name)")
    }
    let whole = try workspace.read("whole.tsv")
    #expect(whole.count > 1000)
    let merged = try workspace.succeed("count --merge second.tsv first.tsv")
    #expect(merged.output == whole)
    #expect(try workspace.read("first.tsv") != whole)
  }

  @Test("learning from counts gives the file that learning from the text gives")
  func learning() throws {
    let paths = ["english", "korean"].map(Samples.path)
    try workspace.succeed(["train", "-o", "text.json", "--vocab-size", "600", paths[0], paths[1]])
    for (index, path) in paths.enumerated() {
      try workspace.succeed(["count", "-o", "\(index).tsv", path])
    }
    try workspace.succeed("count -o all.tsv --merge 0.tsv 1.tsv")
    for (name, counts) in [("parts.json", ["0.tsv", "1.tsv"]), ("all.json", ["all.tsv"])] {
      let command = ["train", "-o", name, "--vocab-size", "600", "--from-counts"] + counts
      #expect(try workspace.run(command).status == 0)
      #expect(try workspace.read(name) == workspace.read("text.json"))
    }
    #expect(String(decoding: try workspace.read("text.json"), as: UTF8.self).contains("\"BPE\""))
  }

  @Test("seven shards of counts, merged in any order, are the counts of the whole")
  func shards() throws {
    let whole = Samples.corpora.map(Samples.path)
    try workspace.succeed(["count", "-o", "whole.tsv"] + whole)
    for shard in 0..<7 {
      let part = whole.enumerated().filter { $0.offset % 7 == shard }.map(\.element)
      try workspace.succeed(["count", "-o", "\(shard).tsv"] + part)
    }
    let expected = try workspace.read("whole.tsv")
    for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 2, 5, 1, 4]] {
      let merged = try workspace.succeed(["count", "--merge"] + order.map { "\($0).tsv" })
      #expect(merged.output == expected)
      try workspace.succeed(
        ["train", "--from-counts", "--vocab-size", "900", "-o", "c.json"]
          + order.map { "\($0).tsv" }
      )
      try workspace.succeed(["train", "--vocab-size", "900", "-o", "t.json"] + whole)
      #expect(try workspace.read("c.json") == workspace.read("t.json"))
    }
  }
}
