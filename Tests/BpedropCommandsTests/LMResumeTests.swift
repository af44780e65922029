import Foundation
import Testing

@Suite("lm train --resume: the folder knows its run")
struct LMResumeTests {
  private let workspace: Workspace
  private static let train =
    "lm train -m world.json --columns 16 --layers 1 --block-size 24"
    + " --batch-size 4 --architecture lstm --dropout 0.2 --seed 3 --validation none"

  init() throws {
    workspace = try Workspace.withTokenizers()
    let text = try Samples.text("english")
    try workspace.write("text", text)
    try workspace.write("held", Array(text.suffix(2000)))
  }

  /// Stops a run of many steps somewhere.
  private func stop(_ command: String, folder: String) throws {
    let stopped = try workspace.shell(
      """
      '\(Workspace.executable)' \(command) -o \(folder) & job=$!
      until [ -s \(folder)/log.csv ] && [ $(wc -l < \(folder)/log.csv) -gt 5 ]; do sleep 0.01; done
      kill -TERM $job; wait $job
      """
    )
    #expect(stopped.status == 130, "\(stopped.errors)")
  }

  @Test("without the flags of the run the bits are those of a run that was not stopped")
  func withoutFlags() throws {
    let run = "\(Self.train) --steps 1500 text"
    try workspace.succeed("\(run) -o whole")
    try stop(run, folder: "part")
    let resumed = try workspace.succeed("lm train -o part --resume")
    #expect(resumed.text.contains("going on behind step"))
    for name in ["model.safetensors", "plan.json"] {
      #expect(try workspace.read("part/\(name)") == workspace.read("whole/\(name)"), "\(name)")
    }
  }

  @Test("a finished run says so, and may be made longer")
  func finished() throws {
    try workspace.succeed("\(Self.train) --steps 10 text -o run")
    let before = try workspace.contents()
    let again = try workspace.succeed("lm train -o run --resume")
    #expect(again.text.contains("the run is finished: all 10 steps are done"))
    #expect(!again.text.contains("training loss"))
    #expect(try workspace.contents() == before)
    let longer = try workspace.run("lm train -o run --resume --steps 15")
    #expect(longer.status == 0 && longer.errors.contains("grows from 10 to 15 steps"))
    let rows = String(decoding: try workspace.read("run/log.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect(rows.count == 16 && rows[15].hasPrefix("14,"))
    let shorter = try workspace.run("lm train -o run --resume --steps 12")
    #expect(shorter.status == 65)
  }

  @Test("flags that the folder would override are refused by name")
  func overridden() throws {
    try workspace.succeed("\(Self.train) --steps 10 text -o run")
    for (flag, name) in [
      ("--heads 2", "--heads"), ("--dropout 0.1", "--dropout"), ("--seed 1", "--seed"),
      ("--norm rmsnorm", "--norm"), ("--batch-size 3", "--batch-size"), ("text", "--files"),
      ("--epochs 2", "--epochs"),
    ] {
      let arguments = "lm train -o run --resume \(flag)".split(separator: " ").map(String.init)
      try workspace.fail(64, name, arguments)
    }
    try workspace.fail(64, "--model", ["lm", "train", "-o", "other", "text"])
  }

  @Test("a finished run whose text was cut is refused")
  func cut() throws {
    let text = try workspace.read("text")
    try workspace.succeed("\(Self.train) --steps 3 text -o run")
    try workspace.write("text", text.prefix(text.count / 2))
    let result = try workspace.run("lm train -o run --resume")
    #expect(result.status == 65 && result.errors.contains("changed"), "\(result.errors)")
  }

  @Test("a run that has only a checkpoint is used with it, and starts others")
  func checkpointOnly() throws {
    try stop("\(Self.train) --steps 1500 text", folder: "part")
    try #require(try !workspace.contents().keys.contains("part/model.safetensors"))
    for command in [
      "lm generate part --prompt The --max-tokens 3", "lm eval part held", "lm info part",
    ] {
      let result = try workspace.run(command)
      #expect(result.status == 0 && result.errors.contains("checkpoint.safetensors"), "\(command)")
    }
    let further = try workspace.succeed(
      "\(Self.train) --steps 2 --initial-model part text -o further"
    )
    #expect(further.text.contains("2 steps"))
    try workspace.succeed("\(Self.train) --steps 2 --initial-model further text -o third")
  }
}
