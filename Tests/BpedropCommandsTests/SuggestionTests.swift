import Foundation
import Testing

@Suite("Near misses on the command line")
struct SuggestionTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", "aa\n")
  }

  @Test(
    "what was probably meant is named, and the range of a rate",
    arguments: [
      ("encode -m toy.json --bpe-dropout 0.1 text", "did you mean --dropout?"),
      ("inspect -m toy.json --bpe-dropout 0.1 aa", "did you mean --dropout?"),
      ("encoed -m toy.json text", "did you mean 'encode'?"),
      ("lm trian", "did you mean 'train'?"), ("corpus storys", "did you mean 'stories'?"),
      ("encode -m toy.json --dropout 1.5 text", "0...1"),
      ("lm train -m toy.json -o run --dropout 2 text", "0...1"),
      ("lm train -m toy.json -o run --bpe-dropout x text", "0...1"),
      ("lm train -m toy.json -o run --dropout-at mlp=3 text", "mlp=3"),
    ]
  )
  func suggestion(command: String, part: String) throws {
    try workspace.fail(64, part, command.split(separator: " ").map(String.init))
  }

  @Test(
    "flags of nanoGPT and Hugging Face that mean nothing here say why",
    arguments: [
      ("--device cuda", "computes on the processor"), ("--device=cpu", "computes on the processor"),
      ("--compile", "compiled already"), ("--dtype bfloat16", "32-bit"), ("--fp16", "32-bit"),
      ("--eval_iters 200", "whole held-out text"),
      ("--dataloader_num_workers 4", "made ahead"), ("--wandb_log", "log.csv"),
    ]
  )
  func foreignFlags(flag: String, part: String) throws {
    let command = "lm train -m toy.json -o run \(flag) text"
    let name = String(flag.prefix { $0 != " " && $0 != "=" })
    try workspace.fail(
      64,
      "There is no \(name) here: ",
      command.split(separator: " ").map(String.init)
    )
    try workspace.fail(64, part, command.split(separator: " ").map(String.init))
  }

  @Test(
    "a file of another program as -m is named",
    arguments: [
      (
        [0x0A, 14, 0x0A, 5] + Array("<unk>".utf8) + [0x15, 0, 0, 0, 0, 0x18, 2],
        "a SentencePiece model"
      ),
      ([0x80, 4, 0x95, 1, 2], "a Python pickle"), (Array("PK\u{3}\u{4}abc".utf8), "a zip archive"),
      (Array("GGUFabc".utf8), "the metadata ends"),
      ([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), "a safetensors file"),
    ] as [([UInt8], String)]
  )
  func foreignFiles(bytes: [UInt8], name: String) throws {
    try workspace.write("file", bytes)
    try workspace.fail(65, name, ["encode", "-m", "file", "text"])
  }

  @Test("help and versions are no verbs, and go through")
  func help() throws {
    try workspace.succeed("help encode")
    try workspace.succeed("--help")
  }
}
