import Foundation
import TestSupport
import Testing
import TokenizerFormats

@Suite struct ConvertTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write("codes", "#version: 0.2\nl o\nlo w</w>\nn e\nne w</w>\n")
    try workspace.write("old", "l o\nlo w\nlow </w>\n")
    try workspace.write("text", "low  new lows\r\n\n  newlow é \nlow\n")
  }

  private func tokenizer() throws -> String {
    let path = Samples.package.appendingPathComponent("vocab/english/tokenizer.json")
    try workspace.write("tokenizer.json", Array(try Data(contentsOf: path)))
    return "tokenizer.json"
  }

  @Test func `pieces with a separator are those of subword-nmt`() throws {
    let made = try workspace.succeed("encode -m codes --format pieces --separator @@ text")
    #expect(made.text == "low new lo@@ w@@ s\r\n\n  ne@@ w@@ low é \nlow\n")
    let old = try workspace.succeed("encode -m old --format pieces --separator @@ text")
    #expect(old.text == "low n@@ e@@ w low@@ s\r\n\n  n@@ e@@ w@@ low é \nlow\n")
    // A whole file as one document keeps its lines.
    let whole = try workspace.succeed(
      "encode -m codes --document file --format pieces --separator @@ text"
    )
    #expect(whole.text == made.text)
    for threads in [1, 2, 8] {
      let again = try workspace.succeed(
        "encode -m codes --format pieces --separator @@ --dropout 0.5 --threads \(threads) text"
      )
      #expect(
        again.text.replacingOccurrences(of: "@@ ", with: "")
          == "low new lows\r\n\n  newlow é \nlow\n"
      )
    }
  }

  @Test func `a vocabulary splits what it lacks, and glossaries are kept`() throws {
    try workspace.write("vocab", "lo@@ 3\nw 5\nlow 1\nnew 9\n")
    let command = ["encode", "-m", "codes", "--format", "pieces", "--separator", "@@"]
    let made = try workspace.succeed(command + ["--vocabulary", "vocab", "text"])
    #expect(made.text == "low new lo@@ w@@ s\r\n\n  n@@ e@@ w@@ low é \nlow\n")
    let rare = try workspace.succeed(
      command + ["--vocabulary", "vocab", "--vocabulary-threshold", "3", "text"]
    )
    #expect(rare.text == "lo@@ w new lo@@ w@@ s\r\n\n  n@@ e@@ w@@ lo@@ w é \nlo@@ w\n")
    let kept = try workspace.succeed(command + ["text", "--glossaries", "ne", "lows|x"])
    #expect(kept.text == "low ne@@ w lows\r\n\n  ne@@ w@@ low é \nlow\n")
    let ids = try workspace.succeed("encode -m codes --vocabulary vocab text")
    #expect(ids.lines.last == "3")
  }

  @Test func `flags that need others, and tokenizers that are none of subword-nmt`() throws {
    let model = try tokenizer()
    try workspace.write("vocab", "a 1\n")
    for (code, message, arguments) in [
      (64, "--separator needs --format pieces", ["--separator", "@@"]),
      (64, "--vocabulary-threshold needs --vocabulary", ["--vocabulary-threshold", "3"]),
    ] as [(Int32, String, [String])] {
      try workspace.fail(code, message, ["encode", "-m", model] + arguments + ["text"])
    }
    try workspace.fail(
      65,
      "for codes of subword-nmt",
      ["encode", "-m", model, "--vocabulary", "vocab", "text"]
    )
    try workspace.fail(
      64,
      "captures",
      ["encode", "-m", "codes", "text", "--glossaries", "(a)"]
    )
  }

  @Test func `every format is written, or says why not`() throws {
    let model = try tokenizer()
    for target in TokenizerConversion.targets {
      for (source, name) in [(model, "json"), ("codes", "codes")] {
        let out = "out-\(target)-\(name)"
        let result = try workspace.run(
          ["convert", "--to", target, "--check", "200", source, out]
        )
        guard result.status == 0 else {
          let reasons = ["no form", "cannot hold"]
          #expect(result.status == 65 && reasons.contains { result.errors.contains($0) })
          #expect(try workspace.contents()[out] == nil)
          continue
        }
        #expect(result.text.contains("200 generated texts: "), "\(result.text)")
        let arguments = ["encode", "-m", out, "text"]
        let pattern = target == "tiktoken" ? ["--pattern", "gpt2"] : []
        let read = try workspace.run(arguments + pattern)
        #expect(read.status == 0, "\(target): \(read.errors)")
      }
    }
    #expect(try workspace.contents().keys.contains("out-vocab.json-json/merges.txt"))
  }

  @Test func `--exact ends with 1 if anything is lost`() throws {
    let model = try tokenizer()
    let exact = try workspace.succeed("convert --to tokenizer.json --exact codes copy.json")
    #expect(
      exact.lines == [
        "subword-nmt to tokenizer.json: nothing is lost",
        "10000 generated texts: 0 are cut otherwise, 0 have other ids",
      ]
    )
    try workspace.succeed("convert --to subword-nmt --exact copy.json back")
    #expect(try workspace.read("back") == workspace.read("codes"))
    let lossy = try workspace.run("convert --to tiktoken --exact \(model) ranks.tiktoken")
    #expect(lossy.status == 1)
    #expect(lossy.text.contains("the law of BPE-dropout"), "\(lossy.text)")
    #expect(try workspace.contents()["ranks.tiktoken"] != nil)
  }

  @Test func `what is no format is wrong usage, and bad input leaves nothing behind`() throws {
    try workspace.fail(64, "--to must be one of", ["convert", "--to", "gguf", "codes", "out"])
    try workspace.fail(65, "text", ["convert", "--to", "tiktoken", "text", "out"])
    try workspace.fail(66, "missing", ["convert", "--to", "tiktoken", "missing", "out"])
    let result = try workspace.run("convert --to subword-nmt codes missing/out")
    #expect(result.status == 73, "\(result.errors)")
  }
}
