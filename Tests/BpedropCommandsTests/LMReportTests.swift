import Foundation
import Testing

@Suite("lm train: what it says while it runs")
struct LMReportTests {
  private let workspace: Workspace
  private static let train =
    "lm train -m world.json --columns 16 --layers 1 --heads 2 --block-size 24 --batch-size 4 -o run"

  init() throws {
    workspace = try Workspace.withTokenizers()
    let text = try Samples.text("english")
    try workspace.write("text", text)
    try workspace.write("held", Array(text.suffix(2000)))
  }

  @Test("a run without a terminal prints a line at each tenth, or as often as asked")
  func lines() throws {
    let tenths = try workspace.succeed("\(Self.train) --steps 40 text").lines
    #expect(tenths.filter { $0.hasPrefix("step ") && $0.contains(" of 40: loss ") }.count == 10)
    let lines = try workspace.succeed("\(Self.train) --steps 40 --log-every 16 --overwrite text")
      .lines.filter { $0.contains(" of 40: loss ") }
    #expect(lines.map { $0.prefix(11) } == ["step 16 of ", "step 32 of "])
    let none = "\(Self.train) --steps 4 --log-every 0 text".split(separator: " ").map(String.init)
    try workspace.fail(64, "--log-every must be at least 1", none)
  }

  @Test("the last documents are held out unless another text or none is named")
  func holdingOut() throws {
    let run = "\(Self.train) --steps 20 --overwrite text"
    let result = try workspace.succeed(run)
    // The text is one document, so lines are held out.
    let text = try workspace.read("text")
    let cut = try #require(text.dropLast()[(text.count * 19 / 20)...].firstIndex(of: 0x0A))
    let count = text.count - cut - 1
    #expect(
      result.text.contains("held out: the last \(count) bytes, 1 document; --validation none")
    )
    #expect(result.lines.contains { $0.hasPrefix("held-out: ") })
    let heldOut = try workspace.read("run/model.safetensors")
    let all = try workspace.succeed("\(run) --validation none")
    #expect(!all.text.contains("held"))
    #expect(try workspace.read("run/model.safetensors") != heldOut)
    try workspace.write("short", "one two three four")
    let short = try workspace.succeed("\(Self.train) --steps 2 --overwrite short")
    #expect(short.text.contains("nothing is held out"))
    let lines = try workspace.succeed("\(run) --document line")
    let documents = text.count { $0 == 0x0A } + (text.last == 0x0A ? 0 : 1)
    let last = text.split(separator: 0x0A, omittingEmptySubsequences: false)
      .prefix(documents).suffix(max(documents / 20, 1))
    let amount = "\(last.reduce(0) { $0 + $1.count }) bytes, \(last.count) document"
    #expect(documents >= 20 && lines.text.contains("held out: the last \(amount)"))
  }

  @Test("a run without a better evaluation stops after as many as its patience")
  func patience() throws {
    let run = "\(Self.train) --steps 100 --lr 0 --evaluate-every 5 --patience 3 text"
    let result = try workspace.succeed(run)
    #expect(result.text.contains("no better evaluation in 3"))
    #expect(result.text.contains("20 steps: training loss"))
    #expect(try workspace.contents().keys.contains("run/checkpoint.safetensors"))
  }

  @Test("a run that has diverged says so, ends with 1 and keeps its best model")
  func divergence() throws {
    let run = "\(Self.train) --steps 400 --schedule constant --warmup 0 --optimizer sgd --clip 1"
    let result = try workspace.run(
      "\(run) --lr 1e4 --validation held --evaluate-every 1 --save-every 1000 text"
    )
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains("diverged: the loss has been above"))
    #expect(result.errors.contains("lower the learning rate"))
    let names = try workspace.contents().keys
    #expect(
      names.contains("run/model.safetensors") && !names.contains("run/checkpoint.safetensors")
    )
    let rows = String(decoding: try workspace.read("run/log.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect((51..<400).contains(rows.count))
    let page = String(decoding: try workspace.read("run/report.html"), as: UTF8.self)
    #expect(page.contains("Diverged: the loss has been far worse than chance"))
    #expect(page.contains("\(rows.count - 1) of 400 steps are done"))
  }
}
