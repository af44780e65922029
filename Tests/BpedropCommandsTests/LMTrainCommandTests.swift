import Foundation
import Testing

@Suite("lm: train, evaluate, generate")
struct LMCommandTests {
  private let workspace: Workspace
  /// A small run: both models take about a second.
  private static let small =
    "--columns 16 --layers 2 --block-size 24 --batch-size 4 --steps 40 --validation none"
  private static let lstm = "lm train -m world.json --architecture lstm --dropout 0.2 \(small)"
  private static let transformer =
    "lm train -m world.json --heads 2 --bpe-dropout 0.1:early:0.5 --dropout 0.1 \(small)"

  init() throws {
    workspace = try Workspace.withTokenizers()
    let text = try Samples.text("english")
    try workspace.write("text", text)
    try workspace.write("held", Array(text.suffix(2000)))
  }

  /// The log without its column of seconds.
  private func log(_ folder: String) throws -> [String] {
    String(decoding: try workspace.read("\(folder)/log.csv"), as: UTF8.self)
      .split(separator: "\n").map { line in
        line.split(separator: ",", omittingEmptySubsequences: false).dropLast()
          .joined(separator: ",")
      }
  }

  @Test(
    "a run leaves a model, its tokenizer, a log, a page and a checkpoint",
    arguments: [lstm, transformer]
  )
  func files(command: String) throws {
    let result = try workspace.succeed(
      command.replacing("--validation none", with: "--validation held")
        + " -o run --eval_interval 20 text"
    )
    #expect(result.lines.contains { $0.hasPrefix("step 20: held-out ") })
    #expect(result.lines.contains { $0.hasPrefix("held-out: ") })
    let names = try workspace.contents().keys.filter { $0.hasPrefix("run/") }.sorted()
    #expect(
      names == [
        "run/checkpoint.safetensors", "run/log.csv", "run/model.safetensors", "run/plan.json",
        "run/report.html", "run/tokenizer.json",
      ]
    )
    #expect(try workspace.read("run/tokenizer.json") == workspace.read("world.json"))
    let rows = try log("run").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 41 && rows[0].first == "step" && rows[40][0] == "39")
    let losses = rows.dropFirst().compactMap { Double($0[3]) }
    #expect(losses.count == 40 && losses[39] < losses[0])
    #expect(rows.indices.filter { $0 > 0 && !rows[$0][8].isEmpty } == [20, 40])

    let figures = try jsonObject(workspace.succeed("lm eval run held --json").output)
    #expect(figures["bytes"] as? Int == 2000)
    let bits = try #require(figures["bits_per_byte"] as? Double)
    let told = try #require(Double(rows[40][8]))
    #expect(abs(bits - told) < 1e-3 && bits < 5)
    let ngram = try jsonObject(workspace.succeed("lm eval run held --json --ngram text").output)
    #expect((ngram["ngram_bits_per_byte"] as? Double).map { $0 > 0.1 && $0 < 2 } == true)
  }

  @Test("every layout trains, resumes, is measured and says what it is")
  func layouts() throws {
    let size = "--columns 16 --layers 2 --block-size 24 --batch-size 4 --heads 4 --validation none"
    let modern = "lm train -m world.json --arch modern --document-mask --dropout 0.1 \(size)"
    let whole = "\(modern) --mlp relu2 --no-qk-norm --steps 20 --save-every 10"
    try workspace.succeed("\(whole) -o run text")
    let info = try jsonObject(workspace.succeed("lm info run --json").output)
    #expect(info["kind"] as? String == "transformer" && info["positions"] as? String == "rope")
    #expect(info["mlp"] as? String == "relu2" && info["qk_norm"] == nil)
    #expect(info["key_heads"] as? Int == 2 && info["documents"] as? Int == 1)
    #expect(info["bias"] as? Int == 0 && info["norm"] as? String == "rmsnorm")
    #expect(try workspace.succeed("lm info run/checkpoint.safetensors").text.contains("step"))
    try workspace.succeed("lm eval run held --json")
    let text = try workspace.succeed("lm generate run --prompt The --max-tokens 5").text
    #expect(text.hasPrefix("The"))
    let refused = try workspace.run("\(whole) --positions learned --resume -o run text")
    #expect(refused.status == 65 && refused.errors.contains("a model of another shape"))
    for wrong in ["--key-heads 3", "--key-heads 0", "--inner 0", "--columns 20 --heads 4"] {
      let result = try workspace.run("\(modern) \(wrong) --steps 1 -o other text")
      #expect(result.status == 64, "\(wrong): \(result.errors)")
    }
  }

  @Test("an encoder learns to find masked tokens, and writes no text")
  func encoder() throws {
    try workspace.succeed("train -o masked.json --vocab-size 400 --special <mask> text")
    let train =
      "lm train -m masked.json --arch encoder --columns 16 --layers 1 --heads 2 --block-size 24"
    try workspace.succeed("\(train) --steps 60 --validation held -o run text")
    let figures = try jsonObject(workspace.succeed("lm eval run held --json").output)
    let nats = try #require(figures["nats_per_token"] as? Double)
    let tokens = try #require(figures["tokens"] as? Int)
    #expect(nats > 1 && nats < 6 && tokens > 50)
    #expect(
      try jsonObject(workspace.succeed("lm info run --json").output)["kind"] as? String == "encoder"
    )
    let written = try workspace.run("lm generate run --prompt The")
    #expect(written.status == 65 && written.errors.contains("both sides"))
    let causal = try workspace.run(
      "\(train.replacing("masked.json", with: "world.json")) -o no text"
    )
    #expect(causal.status == 65 && causal.errors.contains("<mask>"))
  }

  @Test("the same seed writes the same text; stops and limits hold")
  func generate() throws {
    try workspace.succeed(Self.lstm + " -o run text")
    let command = "lm generate run --prompt The --max-tokens 30"
    let texts = try ["1", "1", "2"].map { try workspace.succeed("\(command) --seed \($0)").text }
    #expect(texts[0] == texts[1] && texts[0] != texts[2])
    #expect(texts.allSatisfy { $0.hasPrefix("The") && $0.hasSuffix("\n") })
    let threads = try workspace.succeed("\(command) --seed 1 --threads 1").text
    #expect(threads == texts[0])
    let whole = try workspace.succeed("\(command) --temperature 0").text
    let stop = String(try #require(whole.dropFirst(3).dropLast().last))
    let cut = try workspace.succeed(
      command.split(separator: " ").map(String.init) + ["--temperature", "0", "--stop", stop]
    ).text
    #expect(whole.hasPrefix(cut.dropLast()) && !cut.dropFirst(3).contains(stop))
    let several = try workspace.succeed("lm generate run --num-samples 3 --max-tokens 5").text
    #expect(Set(several.components(separatedBy: "\n\n")).count == 3)
    let file = try workspace.succeed(
      "lm generate run/model.safetensors -m world.json --prompt The --max-tokens 30 --seed 1"
    )
    #expect(file.text == texts[0])
  }

  @Test(
    "a run that is stopped by a signal goes on to the same bits",
    arguments: [lstm, transformer]
  )
  func interruption(command: String) throws {
    let run = command.replacingOccurrences(of: "--steps 40", with: "--steps 1500") + " text"
    try workspace.succeed(run + " -o whole")
    let stopped = try workspace.shell(
      """
      '\(Workspace.executable)' \(run) -o part & job=$!
      until [ -s part/log.csv ] && [ $(wc -l < part/log.csv) -gt 5 ]; do sleep 0.01; done
      kill -TERM $job; wait $job
      """
    )
    #expect(stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("--resume goes on"))
    let resumed = try workspace.succeed(run + " -o part --resume --threads 1")
    #expect(resumed.text.contains("going on behind step"))
    #expect(
      try workspace.read("part/model.safetensors") == workspace.read("whole/model.safetensors")
    )
    #expect(try log("part") == log("whole"))
  }

  @Test("a run that is killed while it writes checkpoints goes on to the same bits")
  func kills() throws {
    let steps = "--steps 150"
    let run =
      Self.transformer.replacingOccurrences(of: "--steps 40", with: steps) + " text --save-every 1"
    try workspace.succeed(run + " -o whole")
    // Killed over and over, each time somewhere else, until it gets through.
    let result = try workspace.shell(
      """
      for round in $(seq 1 60); do
        if [ -f part/checkpoint.safetensors ]; then mode=--resume; else mode=--overwrite; fi
        '\(Workspace.executable)' \(run) -o part $mode & job=$!
        sleep 0.$((RANDOM % 9 + 1))$((RANDOM % 10))
        if ! kill -KILL $job; then wait $job; exit $?; fi
        wait $job
      done
      bpedrop \(run) -o part --resume
      """
    )
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try workspace.read("part/model.safetensors") == workspace.read("whole/model.safetensors")
    )
    #expect(try log("part") == log("whole"))
  }

  @Test("nothing is overwritten or resumed by mistake")
  func mistakes() throws {
    let text = "text"
    func fail(
      _ status: Int32,
      _ part: String,
      _ command: String,
      at location: SourceLocation = #_sourceLocation
    ) throws {
      let arguments = "\(command) \(text)".split(separator: " ").map(String.init)
      try workspace.fail(status, part, arguments, at: location)
    }
    let train = Self.lstm
    try fail(66, "run/checkpoint.safetensors", train + " -o run --resume")
    try workspace.succeed("\(train) -o run \(text)")
    try fail(65, "run: holds a run already: --resume goes on", train + " -o run")
    try fail(65, "a run with seed '0', but this one has '1'", train + " -o run --resume --seed 1")
    try fail(
      65,
      "model of another shape",
      train.replacingOccurrences(of: "--columns 16", with: "--columns 8") + " -o run --resume"
    )
    try fail(64, "exclude", train + " -o run --resume --overwrite")
    var bytes = try workspace.read("run/checkpoint.safetensors")
    try workspace.write("run/checkpoint.safetensors", bytes.dropLast(5))
    try fail(65, "run/checkpoint.safetensors: header: ", train + " -o run --resume")
    bytes[20] = 0xFF
    try workspace.write("run/checkpoint.safetensors", bytes)
    try fail(65, "run/checkpoint.safetensors: ", train + " -o run --resume")
    try workspace.write("run/checkpoint.safetensors", workspace.read("run/model.safetensors"))
    try fail(65, "this is no checkpoint", train + " -o run --resume")
  }

  @Test("bad settings name what was expected, and leave nothing")
  func badSettings() throws {
    func fail(_ status: Int32, _ part: String, _ command: String) throws {
      try workspace.fail(status, part, command.split(separator: " ").map(String.init))
    }
    let train = "lm train -m world.json -o run text"
    try workspace.write("typo.json", #"{"bath_size": 3}"#)
    try fail(
      65,
      "typo.json: bath_size: there is no such setting; the nearest is 'batch_size'",
      train + " --recipe typo.json"
    )
    try workspace.write("long.json", #"{"block_size": 300}"#)
    try workspace.write("masked.json", #"{"objective": "masked"}"#)
    try fail(64, "3 heads cannot share 128 columns", train + " --heads 3")
    try fail(64, "--learning-rate must be at least 0", train + " --lr nan")
    try fail(64, "--steps and --epochs exclude each other", train + " --steps 3 --epochs 2")
    try fail(64, "'attention' is invalid", train + " --dropout-at attention")
    try fail(64, "'2' is invalid", train + " --dropout 2")
    try fail(66, "nowhere", "lm train -m world.json -o run nowhere")
    try fail(66, "nowhere", train + " --validation nowhere")
    try fail(66, "nowhere", train + " --initial-model nowhere")
    try workspace.write("empty", "")
    try fail(65, "not give a single batch", "lm train -m world.json -o run empty")
    try fail(64, "A model file needs its tokenizer", "lm eval text text")
    try fail(65, "text: byte 0", "lm eval text -m world.json text")
    try fail(66, "run/model.safetensors", "lm generate run")
    try fail(64, "--temperature must be 0 or more", "lm generate run --temperature=-1")
  }

  @Test("a model that does not fit its tokenizer or its start is refused")
  func misfits() throws {
    try workspace.succeed(Self.lstm + " -o run text")
    try workspace.succeed("train -o large.json --vocab-size 1500 text")
    let model = "run/model.safetensors"
    try workspace.fail(
      65,
      "large.json has 1500",
      ["lm", "eval", model, "-m", "large.json", "held"]
    )
    let other = "lm train -m large.json -o other --initial-model \(model) --architecture lstm text"
    try workspace.fail(65, "model of another shape", other.split(separator: " ").map(String.init))
    let further = Self.lstm + " -o further --initial-model \(model) --lr 0 text"
    try workspace.succeed(further)
    let values = try [model, "further/model.safetensors"].map {
      try workspace.read($0).suffix(9000)
    }
    #expect(values[0] == values[1], "at a rate of 0 the values stay")
  }

  @Test("steps whose loss is not finite are told, and too many end the run")
  func divergence() throws {
    let run = "lm train -m world.json -o run --optimizer sgd --lr 1e29 --clip 0 \(Self.small) text"
    let result = try workspace.run(run)
    #expect(result.status == 65)
    #expect(result.errors.contains("loss or gradients are not finite: step skipped"))
    #expect(result.errors.contains("have not been finite for 20 steps: lower the learning rate"))
    let rows = try log("run").dropFirst()
    #expect(
      rows.count { $0.split(separator: ",", omittingEmptySubsequences: false)[7] == "1" } == 19
    )
  }

  @Test("a model of characters writes on behind the end of a line")
  func characters() throws {
    let text = String(repeating: "ROMEO:\nA rose.\n\n", count: 200)
    try workspace.write("play", text)
    try workspace.succeed("train -o chars.json --model char play")
    let train = "lm train -m chars.json --columns 16 --layers 1 --block-size 16 --batch-size 8"
    try workspace.succeed("\(train) --steps 300 --lr 1e-2 -o chars play")
    let written = try workspace.succeed([
      "lm", "generate", "chars", "--prompt", "ROMEO:", "--max-tokens", "30",
    ])
    let lines = written.text.split(separator: "\n")
    #expect(lines.count > 1 && lines[0] == "ROMEO:", "\(written.text)")
    let bits = try workspace.succeed("lm eval chars --json play").text
    let line = try workspace.succeed("lm eval chars --json --document line play").text
    #expect(bits != line)
  }
}
