import Foundation
import Testing

@Suite("Figures over nothing are errors")
struct EmptyTextTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", try Samples.text("english"))
    try workspace.write("nothing", "\n\n")
    try workspace.write("empty", "")
  }

  @Test("a held-out text without text is refused before training", arguments: ["empty", "nothing"])
  func heldOut(name: String) throws {
    let train = "lm train -m world.json --columns 16 --steps 3 -o run text --validation \(name)"
    let arguments = train.split(separator: " ").map(String.init)
    try workspace.fail(65, "\(name): no text", arguments)
  }

  @Test("an evaluation of nothing is refused", arguments: ["empty", "nothing"])
  func evaluation(name: String) throws {
    try workspace.succeed("lm train -m world.json --columns 16 --steps 3 -o run text")
    try workspace.fail(65, "\(name): no text", ["lm", "eval", "run", name])
  }
}
