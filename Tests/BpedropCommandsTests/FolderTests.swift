import Foundation
import Testing

/// Folders and patterns in place of files.
@Suite("Folders and patterns in every verb that reads text")
struct FolderTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.makeFolder("texts")
    try workspace.makeFolder("texts/inner")
    try workspace.write("texts/b.txt", "the second text, of two lines\nin one file\n")
    try workspace.write("texts/inner/c.txt", "the third text\n")
    try workspace.write("texts/a.txt", "the first text\n")
    try workspace.makeFolder("empty")
  }

  @Test(
    "the output is that of the files in their order",
    arguments: [
      "encode -m world.json", "count", "compare world.json world.json",
      "train --vocab-size 265 -o -", "count --weight", "corpus info", "corpus sentences",
      "corpus dedupe", "report -m world.json",
      "stream -m world.json", "train --checkpoint",
    ]
  )
  func folders(verb: String) throws {
    /// What the verb writes of some files.
    func output(_ files: [String]) throws -> String {
      var command = verb.split(separator: " ").map(String.init)
      if verb == "count --weight" { command.append("\(files[0])=2") }
      if verb == "train --checkpoint" {
        command += ["kept", "--vocab-size", "265", "-o", "-"]
      }
      let result = try workspace.run(command + files)
      #expect(result.status == 0, "\(result.errors)")
      _ = try workspace.shell("rm -rf kept")
      return result.text
    }
    let files = ["texts/a.txt", "texts/b.txt", "texts/inner/c.txt"]
    if verb == "report -m world.json" {
      // Each path is a row of the report.
      #expect(try output(["texts"]).contains("texts"))
      return
    }
    let expected = try output(files)
    #expect(!expected.isEmpty)
    if verb != "count --weight" {
      #expect(try output(["texts"]) == expected)
      #expect(try output(["texts/*.txt", "texts/inner"]) == expected)
    } else {
      let folder = try workspace.succeed(["count", "--weight", "texts=2", "texts"]).text
      let both = try workspace.succeed(["count"] + files + files).text
      #expect(folder == both)
    }
  }

  @Test(
    "a folder without files is refused",
    arguments: ["encode -m world.json", "count", "corpus info"]
  )
  func emptyFolder(verb: String) throws {
    try workspace.fail(
      66,
      "empty: Is a directory",
      verb.split(separator: " ").map(String.init) + ["empty"]
    )
  }

  @Test("a language model trains and is measured on a folder")
  func languageModels() throws {
    let train =
      "lm train -m world.json --columns 8 --layers 1 --block-size 8 --batch-size 2 --steps 3"
    try workspace.succeed(
      "\(train) --validation texts/a.txt -o one texts/a.txt texts/b.txt texts/inner/c.txt"
    )
    try workspace.succeed("\(train) --validation texts/a.txt -o two texts")
    let (one, two) = (
      try workspace.read("one/model.safetensors"), try workspace.read("two/model.safetensors")
    )
    #expect(one == two)
    let measured = try workspace.succeed("lm eval one --json texts").text
    #expect(
      measured
        == (try workspace.succeed("lm eval two --json texts/a.txt texts/b.txt texts/inner").text)
    )
  }
}
