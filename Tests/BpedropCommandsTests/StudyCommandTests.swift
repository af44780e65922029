import Foundation
import Testing

@Suite("study: a claim, stated beforehand, and its verdict")
struct StudyCommandTests {
  private let workspace: Workspace
  private static let tables = ["runs.csv", "differences.csv", "curves.csv", "report.json"]
  private static let study = """
    {
      "study": 1, "name": "mine", "claim": "c", "source": "s", "expectation": "e", "falsifier": "f",
      "text": {"files": ["text"], "tuning": 0.1, "test": 0.1},
      "tokenizer": {"kind": "char"},
      "plan": {
        "batches": {"rows": "contiguous", "batch_size": 4, "block_size": 24},
        "model": {"model": "bpedrop-lstm", "columns": 24, "layers": 1, "tied": 1},
        "training": {"steps": 600}, "evaluate_every": 200, "save_every": 10
      },
      "arms": [
        {"name": "none"},
        {"name": "half", "changes": {"training": {"dropout": {"everywhere": "0.5"}}}}
      ],
      "seeds": 3, "learning_rates": [0.005, 0.01],
      "measures": [{"name": "best", "kind": "bits_per_byte", "at": "best"}],
      "comparisons": [{"arm": "none", "than": "half", "is": "lower"}]
    }
    """

  init() throws {
    workspace = try Workspace()
    try workspace.write("text", try Samples.text("english"))
    try workspace.write("mine.json", Self.study)
  }

  private func tables(_ folder: String) throws -> [[UInt8]] {
    try Self.tables.map { try workspace.read("\(folder)/\($0)") }
  }

  @Test("killed and stopped at any time, it goes on to the same tables", arguments: [1, 2])
  func resumes(jobs: Int) throws {
    try workspace.succeed("study mine.json -o whole")
    let stopped = try workspace.shell(
      """
      stop() {
        '\(Workspace.executable)' study mine.json -o part --jobs \(jobs) > /dev/null 2>&1 & job=$!
        until [ -s part/runs/$1/log.csv ] && [ $(wc -l < part/runs/$1/log.csv) -gt $2 ]; do
          sleep 0.01
        done
        kill -$3 $job; wait $job; echo "ended $?"
      }
      stop none/rate-0.005/seed-0 20 KILL
      stop none/rate-0.01/seed-0 50 TERM
      stop half/rate-0.01/seed-0 30 KILL
      rm text
      """
    )
    #expect(stopped.lines == ["ended 137", "ended 130", "ended 137"], "\(stopped.errors)")
    let last = try workspace.run("study -o part")
    #expect(last.status == 0 && last.errors == "", "\(last.errors)")
    #expect(try tables("part") == tables("whole"))
    let again = try workspace.succeed("study -o part")
    #expect(!again.text.contains("run 1 of") && again.text.contains("report: part/report.html"))
    #expect(try tables("part") == tables("whole"))
  }

  @Test("a study that is printed can be changed and done; its verdict stands everywhere")
  func printed() throws {
    let text = try workspace.succeed("study lstm-dropout --print").text
    let object = try jsonObject(text.utf8)
    #expect(object["name"] as? String == "lstm-dropout")
    try workspace.write("copy.json", text.replacing("\"lstm-dropout\"", with: "\"copy\""))
    let done = try workspace.succeed("study copy.json --smoke --tensorboard")
    #expect(done.text.contains("A smoke run"))
    #expect(done.text.contains("run 9 of 9"))
    let report = try jsonObject(try workspace.read("study-copy-smoke/report.json"))
    #expect(report["verdict"] is NSNull && report["smoke"] as? Bool == true)
    let names = try workspace.contents().keys
    #expect(names.contains { $0.hasSuffix("seed-1/events.out.tfevents.bpedrop") })
    let list = try workspace.succeed("study --list").text
    for name in [
      "attentiondrop", "bpe-dropout", "early-late", "input-masking", "layerdrop-depth",
      "lstm-dropout", "weight-decay",
    ] {
      #expect(list.contains(name))
      #expect(try workspace.succeed("study \(name) --print").text.hasPrefix("{\n  \"study\": 1"))
    }
  }

  @Test("seeds may be added, not taken away, and a changed study is refused")
  func definitions() throws {
    try workspace.succeed("study mine.json --smoke --seeds 1 -o run")
    let more = try workspace.succeed("study mine.json --smoke --seeds 2 -o run")
    #expect(more.text.contains("begun with 1 seeds"))
    let fewer = try workspace.run("study mine.json --smoke --seeds 1 -o run")
    #expect(fewer.status == 65 && fewer.errors.contains("seeds are not taken away"))
    try workspace.write("mine.json", Self.study.replacing("\"0.5\"", with: "\"0.4\""))
    let other = try workspace.run("study mine.json --smoke -o run")
    #expect(other.status == 65 && other.errors.contains("differs in arms"), "\(other.errors)")
  }

  @Test("what cannot be done is refused before anything is written")
  func refused() throws {
    try workspace.fail(64, "the nearest is 'lstm-dropout'", ["study", "lstmdropout"])
    try workspace.fail(64, "--list", ["study"])
    try workspace.fail(64, "--jobs", ["study", "mine.json", "--jobs", "0"])
    try workspace.fail(64, "--seeds", ["study", "mine.json", "--seeds", "101"])
    try workspace.fail(66, "missing.json", ["study", "missing.json"])
    try workspace.fail(66, "study.json", ["study", "-o", "nowhere"])
    for (old, new, message) in [
      ("\"steps\": 600", "\"stpes\": 600", "mine.json: arm 'none': training.steps"),
      ("\"study\": 1", "\"study\": 2", "mine.json: study: the version is 2"),
      ("\"half\",", "\"half\"", "mine.json: line 12"),
    ] {
      try workspace.write("mine.json", Self.study.replacing(old, with: new))
      try workspace.fail(65, message, ["study", "mine.json", "-o", "run"])
    }
  }

  @Test("the text of a study is looked for in the folder that is named")
  func data() throws {
    let arguments = ["study", "mine.json", "-o", "run"]
    try workspace.fail(66, "elsewhere/text", arguments + ["--data", "elsewhere"])
    try workspace.write("text", "too short")
    try workspace.fail(65, "text: it is too short", arguments)
  }
}
