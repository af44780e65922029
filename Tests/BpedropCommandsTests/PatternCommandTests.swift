import Foundation
import Testing

@Suite("Patterns and files of other programs")
struct PatternCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write("text", "I'LL see 1234 of 'em\n  again\n")
  }

  @Test(
    "what is learned under a pattern gives its text back",
    arguments: [
      "cl100k", "o200k", "llama3", "qwen2", "deepseek-v3", "single-digits", "regex:e|\\d",
    ]
  )
  func patterns(name: String) throws {
    let training = ["train", "-o", "t.json", "--vocab-size", "258", "--pattern", name]
    let trained = try workspace.run(training + ["--normalizer", "none", "text"])
    #expect(trained.status == 0 && trained.errors.isEmpty, "\(trained.errors)")
    try workspace.succeed(["encode", "-m", "t.json", "--document", "file", "-o", "ids", "text"])
    let back = try workspace.succeed(["decode", "-m", "t.json", "ids"])
    #expect(back.text == "I'LL see 1234 of 'em\n  again\n\n")
  }

  @Test("a pattern that is none is a usage error that says why")
  func badPatterns() throws {
    for (name, reason) in [
      ("gpt5", "cl100k"), ("regex:(", "malformed"), ("regex:a{2}+", "possessive"),
    ] {
      let command = ["train", "-o", "t.json", "--pattern", name, "text"]
      try workspace.fail(64, reason, command)
    }
  }

  @Test("a pattern that takes too long is an error of the data")
  func slowPattern() throws {
    try workspace.write("long", String(repeating: "a", count: 5000) + "\n")
    let command = ["train", "-o", "t.json", "--pattern", "regex:(a+)+b", "long"]
    try workspace.fail(65, "takes too long", command)
  }

  @Test("a .tiktoken file is a tokenizer, its pattern known by its name or by --pattern")
  func tiktoken() throws {
    let tokens = ["a", "b", "ab", " ", " a", " ab"]
    let lines = tokens.enumerated().map {
      "\(Data($0.element.utf8).base64EncodedString()) \($0.offset)\n"
    }
    for name in ["cl100k_base.tiktoken", "mine.tiktoken"] {
      try workspace.write(name, lines.joined())
    }
    let text = Array("ab ab  a\n".utf8)
    let known = "encode -m cl100k_base.tiktoken --format pieces"
    #expect(try workspace.succeed(known, input: text).text == "ab Ġab Ġ Ġa\n")
    try workspace.fail(
      65,
      "mine.tiktoken: neither the name 'mine' nor the tokens",
      ["encode", "-m", "mine.tiktoken", "text"]
    )
    let mine = "encode -m mine.tiktoken --pattern none"
    #expect(try workspace.succeed(mine, input: text).text == "2 5 3 4\n")
    try workspace.fail(
      65,
      "a pattern can be given for a .tiktoken file and for GGUF only",
      ["encode", "-m", "text", "--pattern", "gpt2", "text"]
    )
    let special = Array("<|endoftext|>\n".utf8)
    let allowed = try workspace.succeed(
      "encode -m cl100k_base.tiktoken --allow-special",
      input: special
    )
    #expect(allowed.text == "100257\n")
  }

  @Test("offsets of characters are Hugging Face's, those of bytes are exact")
  func offsets() throws {
    let file = String(decoding: try Samples.toyTokenizer(), as: UTF8.self)
    let normalizing = file.replacing(
      "\"normalizer\": null",
      with: "\"normalizer\": {\"type\": \"NFC\"}"
    )
    #expect(normalizing != file)
    try workspace.write("nfc.json", normalizing)
    let text = Array("e\u{301}x\n".utf8)
    let chars = try workspace.succeed(
      "encode -m nfc.json --format jsonl --offsets chars",
      input: text
    )
    #expect(chars.text.contains("\"offsets\": [[0, 1], [0, 1], [2, 3]]"), "\(chars.text)")
    let bytes = try workspace.succeed(
      "encode -m nfc.json --format jsonl --offsets bytes",
      input: text
    )
    #expect(bytes.text.contains("\"offsets\": [[0, 3], [0, 3], [3, 4]]"), "\(bytes.text)")
  }
}
