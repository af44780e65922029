import ArgumentParser
import Diagnostics
import Execution
import Files
import Glibc
import Reports
import Studies

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Compare training runs by a claim that is stated beforehand.",
    discussion: """
      A study is a file of JSON: arms, seeds, a measure, and what would falsify its claim. It is \
      written to the folder before the first run. Every arm is trained at as many learning rates \
      with seed 0; the best on the tuning text is taken for all seeds; measures are taken on the \
      test text. Pairs of the same seed decide by a rule that the report states: the claim holds, \
      does not hold, or is undecided, and how many seeds would decide it.

      Runs have one thread each, and as many go side by side as --jobs says; results are the same \
      for any number. Ctrl-C stops behind a step, and the same command goes on from there. The \
      folder holds report.html, report.json, runs.csv, differences.csv, curves.csv, and a folder \
      for each run.

      File names in a study are relative to --data. --print writes a study that comes with the \
      program, to copy and to change; docs/study.schema.json describes the format.

      Examples:
        bpedrop study --list
        bpedrop study lstm-dropout --print > mine.json
        bpedrop study mine.json --smoke -o mine
        bpedrop study lstm-dropout --smoke --jobs 2 -o smoke
        bpedrop study -o smoke
      """
  )

  @Argument(
    help: "The name of a study that comes with the program, or a file. (default: that of --output)",
    completion: .file(extensions: ["json"])
  )
  var study: String?

  @Option(
    name: [.short, .long],
    help: "The folder of the study. (default: study- and its name)",
    completion: .directory
  )
  var output: String?

  @Option(
    help: "The folder that file names of the study are relative to.",
    completion: .directory
  )
  var data = "."

  @Option(help: "Runs side by side, with one thread each. (default: the number of processors)")
  var jobs: Int?

  @Option(help: "The number of seeds, in place of the study's. It may grow later.")
  var seeds: Int?

  @Flag(help: "Go through all of the study in seconds, on generated stories, without a verdict.")
  var smoke = false

  @Flag(help: "Write the curves of all runs for TensorBoard, too.")
  var tensorboard = false

  @Flag(name: .customLong("print"), help: "Print the study instead of doing it.")
  var prints = false

  @Flag(help: "List the studies that come with the program.")
  var list = false

  func validate() throws {
    if let jobs, jobs < 1 || jobs > 1024 {
      throw ValidationError("--jobs must lie in 1...1024, but is \(jobs).")
    }
    if let seeds, seeds < 1 || seeds > 100 {
      throw ValidationError("--seeds must lie in 1...100, but is \(seeds).")
    }
    if !list && study == nil && output == nil {
      throw ValidationError("Missing expected argument '<study>'; --list has the names.")
    }
  }

  func run() throws {
    if list { return try printList() }
    let study = try chosen()
    if prints { return print(study.text, terminator: "") }
    let folder = StudyFolder(path: output ?? "study-\(study.value.name)\(smoke ? "-smoke" : "")")
    let watch = StudyWatch(study.value)
    var environment = StudyEnvironment(jobs: jobs ?? WorkerThreads.available)
    environment.now = { Terminal.seconds() }
    environment.isInterrupted = { watch.isInterrupted }
    environment.notify = { watch.show($0) }
    if tensorboard { environment.wallTime = { Terminal.secondsSince1970() } }
    let session = try StudySession(study.value, in: folder, data: data, environment: environment)
    if let seeds, session.study.seeds != seeds {
      throw InvalidData(
        path: folder.study,
        "found \(session.study.seeds) seeds, more than \(seeds): seeds are not taken away"
      )
    }
    let report = try session.run()
    watch.clear()
    if watch.isInterrupted && !report.isComplete {
      Terminal.note("bpedrop: \(report.runsDone) of \(report.runCount) runs have ended")
      throw ExitCode(128 + SIGINT)
    }
    try show(report, folder)
  }

  private func printList() throws {
    var table = TextTable(["name", "claim"])
    for shipped in ShippedStudy.all { table.append([shipped.name, try shipped.study().claim]) }
    print(table.rendered(), terminator: "")
  }

  /// The study of the arguments, with its text as it was written.
  private func chosen() throws -> (value: Study, text: String) {
    var (value, text) = try found()
    let before = value.description
    if let seeds { value = try value.with(seeds: seeds) }
    if smoke && !value.isSmoke { value = try value.smoke() }
    if value.description != before { text = value.description }
    return (value, text)
  }

  private func found() throws -> (Study, String) {
    guard let study else {
      let path = StudyFolder(path: output ?? ".").study
      let value = try Study(contentsOf: path)
      return (value, value.description)
    }
    if let shipped = ShippedStudy.named(study) { return (try shipped.study(), shipped.text) }
    guard study.utf8.contains(UInt8(ascii: "/")) || study.hasSuffix(".json") else {
      throw ValidationError(
        "there is no study '\(study)'; the nearest is '\(ShippedStudy.nearest(to: study))'. A file "
          + "of one is named with its folder or with .json."
      )
    }
    let value = try Study(contentsOf: study)
    return (value, value.description)
  }

  private func show(_ report: StudyReport, _ folder: StudyFolder) throws {
    for table in [report.armTable, report.comparisonTable] where !table.rows.isEmpty {
      var text = TextTable(table.head)
      for row in table.rows { text.append(row) }
      print(text.rendered())
    }
    for warning in report.warnings { print(warning) }
    print(report.sentence)
    print("report: \(folder.page)")
  }
}

/// What a person sees of a study that runs.
private final class StudyWatch: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: `show` is called from one thread at a time, and the rest before
  // and after all runs; the interruption is read as one word.
  private let study: Study
  private let interruption = Interruption()
  private let start = Terminal.seconds()
  private lazy var bar = ProgressBar(study.name, unit: "steps")
  private var isBegun = false

  init(_ study: Study) { self.study = study }

  var isInterrupted: Bool { interruption.hasCome }

  func show(_ progress: StudyProgress) {
    switch progress.event {
    case .step, .found: break
    case .warning(let run, let text):
      clear()
      Terminal.note("bpedrop: \(study.arms[run.arm].name), seed \(run.seed): warning: \(text)")
    case .ended(let run, let result):
      clear()
      let name = "\(study.arms[run.arm].name), rate \(run.rate), seed \(run.seed)"
      // The test text is for the report.
      let value = result.tuning[0].map { "tuning \(decimal($0))" } ?? "not measured"
      let line = ProgressLine(stage: "run \(progress.runsDone) of \(progress.runCount)").text(
        done: progress.stepsDone,
        from: progress.stepsBefore,
        of: progress.stepCount,
        unit: "steps",
        seconds: Terminal.seconds() - start
      )
      print("\(name): \(value)   \(line)")
      try? Terminal.flushPrinted()
    }
    bar.show(
      progress.stepsDone - progress.stepsBefore,
      of: progress.stepCount - progress.stepsBefore,
      note: "run \(progress.runsDone + 1) of \(progress.runCount)"
    )
  }

  func clear() { bar.clear() }
}
