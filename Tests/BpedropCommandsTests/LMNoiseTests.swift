import Foundation
import Testing

@Suite("lm: noise in models, pruning")
struct LMNoiseTests {
  private let workspace: Workspace
  private static let small =
    "--columns 16 --block-size 24 --batch-size 4 --steps 8 --validation none text"
  private static let deep = "lm train -m world.json --heads 2 --layers 5 \(small)"
  private static let recurrent = "lm train -m world.json --arch lstm --layers 2 \(small)"

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", Samples.text("english"))
  }

  private func model(_ folder: String) throws -> [UInt8] {
    try workspace.read("\(folder)/model.safetensors")
  }

  @Test(
    "every place changes the model, is told by plan and info, and repeats",
    arguments: [
      (deep, "--dropout-at depth=0.4"), (deep, "--dropout-at path=0.5"),
      (deep, "--dropout-at inner=0.3:decay:0:0.9"),
      (deep, "--dropout-at keys=0.4 --hidden-keys 3 --hide-hard"),
      (deep, "--dropout-at blur=1 --blur-deviation 2 --blur-reach 3"),
      (deep, "--dropout-at head=0.2 --head-samples 3"),
      (deep, "--dropout-at mlp=0.1 --consistency 0.5"),
      (recurrent, "--dropout-at recurrent=0.3"), (recurrent, "--dropout-at locked=0.3"),
      (recurrent, "--dropout-at weights=0:curriculum:0.2:0.1:0.6:0.4"),
      (recurrent, "--dropout-at cut-inputs=0.5 --dropout-at cut-states=0.5"),
      (recurrent, "--dropout-at cut-head=0.5 --head-samples 2"),
    ]
  )
  func places(train: String, flags: String) throws {
    try workspace.succeed(train + " -o plain")
    try workspace.succeed("\(train) \(flags) -o run")
    #expect(try model("run") != model("plain"))
    try workspace.succeed("lm train --repeat run -o again")
    #expect(try model("again") == model("run"))
    let figures = try jsonObject(workspace.succeed("lm info run --json").output)
    let noise = try #require(figures["noise"] as? String)
    #expect((figures["consistency"] != nil) == flags.contains("consistency"))
    for flag in flags.split(separator: " ") where flag.contains("=") {
      let parts = flag.split(separator: "=")
      #expect(noise.contains("\(parts[0])=\(Double(parts[1].split(separator: ":")[0]) ?? 0)"))
    }
  }

  @Test("a pruned model is evaluated and trained further, and the folder is not overwritten")
  func prune() throws {
    try workspace.succeed(Self.deep + " --dropout-at depth=0.4 -o run")
    let told = try workspace.succeed("lm prune run --keep 2 -o small")
    #expect(told.lines.contains { $0.contains("layers 2") && $0.hasSuffix("blocks 0 2") })
    let figures = try jsonObject(workspace.succeed("lm info small --json").output)
    #expect(figures["layers"] as? Int == 2 && figures["pruned_blocks"] as? String == "0 2")
    try workspace.succeed("lm eval small text")
    try workspace.succeed("lm generate small --max-tokens 3")
    try workspace.succeed(
      Self.deep.replacing("--layers 5", with: "--layers 2") + " --initial-model small -o further"
    )
    try workspace.succeed("lm prune run --keep 5 -o whole.safetensors")
    let evaluations = try ["run", "whole.safetensors -m world.json"].map { model in
      try jsonObject(workspace.succeed("lm eval \(model) text --json").output)["bits_per_byte"]
        as? Double
    }
    #expect(evaluations[0] == evaluations[1] && evaluations[0] != nil)
    func fail(_ status: Int32, _ part: String, _ command: String) throws {
      try workspace.fail(status, part, command.split(separator: " ").map(String.init))
    }
    try fail(65, "holds a model already: --overwrite", "lm prune run --keep 3 -o small")
    try workspace.succeed("lm prune run --keep 3 -o small --overwrite")
    try fail(65, "has 5 blocks, of which 6 cannot remain", "lm prune run --keep 6 -o other")
    try fail(64, "--keep must be at least 1", "lm prune run --keep 0 -o other")
    try workspace.succeed(Self.recurrent + " -o lstm")
    try fail(65, "only the blocks of a transformer", "lm prune lstm --keep 1 -o other")
    try fail(66, "nowhere", "lm prune nowhere --keep 1 -o other")
    #expect(try !workspace.contents().keys.contains { $0.hasPrefix("other") })
  }

  @Test("noise that cannot be is refused by name")
  func refusals() throws {
    func fail(_ status: Int32, _ part: String, _ command: String) throws {
      try workspace.fail(status, part, command.split(separator: " ").map(String.init))
    }
    let (deep, recurrent) = (Self.deep + " -o run", Self.recurrent + " -o run")
    try fail(65, "no place 'depth'", recurrent + " --dropout-at depth=0.1")
    try fail(65, "no place 'weights'", deep + " --dropout-at weights=0.1")
    try fail(
      65,
      "exclude each other",
      recurrent + " --dropout-at recurrent=0.1 --dropout-at cut-states=0.1"
    )
    try fail(64, "head_samples must lie in", deep + " --head-samples 0")
    try fail(64, "blur_deviation must lie in", deep + " --blur-deviation 0")
    try fail(64, "--consistency must lie in", deep + " --consistency=-1")
    try fail(64, "'depth=0.1:decay' is invalid", deep + " --dropout-at depth=0.1:decay")
    try workspace.succeed(deep + " --dropout-at depth=0.2")
    try fail(64, "--dropout-at", "lm train -o run --resume --dropout-at depth=0.1")
    try fail(64, "--head-samples", "lm train -o run --resume --head-samples 2")
  }
}
