import Foundation
import TestSupport
import Testing

@Suite("lm train: the page and the events of a run")
struct LMRecordTests {
  private let workspace: Workspace
  private static let train =
    "lm train -m world.json --columns 16 --layers 1 --heads 2 --block-size 24 --batch-size 4"

  init() throws {
    workspace = try Workspace.withTokenizers()
    let text = try Samples.text("english")
    try workspace.write("text", text)
    try workspace.write("held", Array(text.suffix(2000)))
  }

  private func page(_ folder: String) throws -> String {
    String(decoding: try workspace.read("\(folder)/report.html"), as: UTF8.self)
  }

  private func events(_ folder: String) throws -> [TensorBoardFile.Event] {
    try TensorBoardFile(workspace.read("\(folder)/events.out.tfevents.bpedrop")).events
  }

  @Test("the page shows the curves, the noise and the plan, and fits its window")
  func report() throws {
    let run =
      "\(Self.train) --steps 12 --dropout 0.1:late:0.5 --bpe-dropout 0.1:early:0.5 --epochs 1"
      .replacing(" --epochs 1", with: "")
    try workspace.succeed("\(run) --validation held --evaluate-every 4 -o run text --tensorboard")
    let page = try page("run")
    #expect(PageRules(page: page).faults == [])
    for part in [
      "Finished: 12 of 12 steps are done", "held-out, best", "<dt>seed</dt><dd>0</dd>",
      "bpedrop lm train --repeat run -o again", "bpe_dropout=0.1:early:0.5",
      "aria-label=\"rate by step\"",
      "aria-label=\"bits per byte by step\"", "aria-label=\"learning rate by step\"",
      "aria-label=\"norm of all gradients by step\"", "</svg>held-out</li>", "</svg>attention</li>",
      "</svg>bpe_dropout</li>",
    ] { #expect(page.contains(part), "\(part)") }
    let events = try events("run")
    #expect(events.map(\.step) == [0] + Array(0..<12))
    #expect(events.allSatisfy { $0.wallTime > 1.7e9 }, "seconds since 1970")
    let told = events.filter { $0.value("bits_per_byte/held_out") != nil }.map(\.step)
    #expect(told == [3, 7, 11])
    let rates = events.dropFirst().map { $0.value("noise/attention") ?? -1 }
    #expect(rates == [0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    let lost = events.dropFirst().compactMap { $0.value("noise/bpe_dropout") }
    #expect(lost.first == 0.1 && lost.count == 12)
  }

  @Test("a killed run goes on with its events, and a new one without them removes the old")
  func resumption() throws {
    let run =
      "\(Self.train) --steps 1500 --save-every 50 --evaluate-every 50 --tensorboard -o run text"
    let killed = try workspace.shell(
      """
      '\(Workspace.executable)' \(run) & job=$!
      until [ -f run/checkpoint.safetensors ] && [ $(wc -l < run/log.csv) -gt 60 ]; do sleep 0.01; done
      kill -KILL $job; wait $job
      """
    )
    #expect(killed.status == 137, "\(killed.errors)")
    #expect(try page("run").contains("Running: "))
    let resumed = try workspace.run("lm train -o run --resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try events("run").map(\.step) == [0] + Array(0..<1500))
    #expect(try page("run").contains("Finished: 1500 of 1500"))
    try workspace.succeed("\(Self.train) --steps 2 --overwrite -o run text")
    #expect(try !workspace.contents().keys.contains { $0.contains("tfevents") })
  }

  @Test("a run is repeated by its folder to the same bits, and takes no flags of its plan")
  func repetition() throws {
    let run = "\(Self.train) --steps 10 --dropout 0.1 --seed 3 --validation held"
    try workspace.succeed("\(run) -o run text")
    // The plan names the tokenizer of then; the folder has it.
    try workspace.write("world.json", "{}")
    try workspace.succeed("lm train --repeat run -o again --threads 1")
    for name in ["model.safetensors", "plan.json", "tokenizer.json", "checkpoint.safetensors"] {
      #expect(try workspace.read("again/\(name)") == workspace.read("run/\(name)"), "\(name)")
    }
    try workspace.succeed("lm train --repeat run -o longer --steps 12 --evaluate-every 6")
    #expect(try page("longer").contains("Finished: 12 of 12"))
    for (flags, part) in [
      ("--repeat run --seed 1", "--repeat takes --seed"), ("--repeat run text", "--repeat takes"),
      ("--repeat run --resume", "--repeat excludes"), ("--repeat run -m world.json", "excludes"),
    ] {
      let arguments = "lm train -o other \(flags)".split(separator: " ").map(String.init)
      try workspace.fail(64, part, arguments)
    }
    try workspace.fail(
      66,
      "absent/plan.json",
      ["lm", "train", "--repeat", "absent", "-o", "other"]
    )
    try workspace.fail(65, "again", ["lm", "train", "--repeat", "run", "-o", "again"])
  }
}
