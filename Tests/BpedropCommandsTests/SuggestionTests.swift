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

  @Test("help and versions are no verbs, and go through")
  func help() throws {
    try workspace.succeed("help encode")
    try workspace.succeed("--help")
  }
}
