import Collation
import Experiments
import Files
import LanguageModels
import Noise
import TensorCore
import TestSupport
import Testing
import Training

/// Ends a session at a step: as a Ctrl-C does, or with an error, which leaves no checkpoint.
private final class Ending: TrainingObserver {
  struct Crash: Error {}
  private let step: Int
  private let isCrash: Bool
  private(set) var isReached = false
  private(set) var pages: [String] = []

  init(at step: Int = .max, isCrash: Bool = false) { (self.step, self.isCrash) = (step, isCrash) }

  func session(_ session: TrainingSession, didStep step: TrainingStep) throws {
    isReached = step.step == self.step
    pages.append(try text(session.folder.report))
    if isReached && isCrash { throw Crash() }
  }
}

private func text(_ path: String) throws -> String {
  String(decoding: try InputFile(path).readAll(), as: UTF8.self)
}

@Suite("What a run writes down")
struct RunRecordTests {
  private let place: TemporaryFolder

  init() throws { place = try TemporaryFolder() }

  private static func plan(steps: Int) throws -> RunPlan {
    var training = TrainingRecipe(steps: steps)
    training.noise = ModelNoiseRates(try #require(NoiseRate("0.25:linear:0:1")))
    training.noise[.embedding] = NoiseRate(.zero)
    var plan = RunPlan(
      data: .random(tokens: 500),
      batches: try CollationRecipe(["batch_size": 4, "block_size": 8]),
      model: .lstm(LSTMConfiguration(vocabulary: 300, columns: 8, layers: 1)),
      training: training
    )
    (plan.evaluateEvery, plan.saveEvery) = (3, 3)
    return plan
  }

  private func folder(_ name: String) -> RunFolder { RunFolder(path: "\(place.path)/\(name)") }

  /// Runs a session, from the checkpoint where the folder holds one.
  private func train(
    _ folder: RunFolder,
    _ ending: Ending = Ending(),
    steps: Int = 8,
    hasEvents: Bool = true
  ) throws -> TrainingSession.Outcome {
    var environment = SessionEnvironment(pool: ComputePool(threads: 1))
    environment.observer = ending
    environment.isInterrupted = { [weak ending] in ending?.isReached ?? false }
    var time = 1e9
    if hasEvents {
      environment.wallTime = {
        time += 0.5
        return time
      }
    }
    let session = try TrainingSession(
      Self.plan(steps: steps),
      in: folder,
      threads: 1,
      environment: environment
    )
    if folder.hasCheckpoint { try session.resume() } else { try session.begin() }
    return try session.train()
  }

  private func events(_ folder: RunFolder) throws -> [TensorBoardFile.Event] {
    try TensorBoardFile(InputFile(folder.events).readAll()).events
  }

  @Test func `events have each step once and say what the log says`() throws {
    let whole = folder("whole")
    #expect(try train(whole) == .finished)
    let events = try events(whole)
    #expect(events.map(\.step) == [0] + Array(0..<8))
    #expect(events.map(\.wallTime) == (1...9).map { 1e9 + Double($0) / 2 }, "the clock is given")
    let rows = try text(whole.log).split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    for (event, row) in zip(events.dropFirst(), rows) {
      #expect(
        event.scalars.map(\.tag)
          == [
            "loss/training", "bits_per_byte/training", "gradient_norm", "learning_rate",
            "noise/layers", "noise/output",
          ].filter { $0 != "bits_per_byte/training" || !row[4].isEmpty }
      )
      for (tag, column) in [("loss/training", 3), ("gradient_norm", 5), ("learning_rate", 6)] {
        #expect(event.value(tag) == Float(try #require(Double(row[column]))))
      }
      #expect(event.value("noise/output") == Float(0.25 * Double(event.step) / 8))
    }
  }

  @Test func `a run that stopped, crashed and went on has the record of one that did not`() throws {
    let (whole, part) = (folder("whole"), folder("part"))
    #expect(try train(whole) == .finished)
    #expect(try train(part, Ending(at: 1)) == .interrupted)
    #expect(try text(part.report).contains("Interrupted: 2 of 8 steps are done"))
    // The checkpoint is that of step 3, the log and the events have five steps.
    #expect(throws: Ending.Crash.self) { try train(part, Ending(at: 5, isCrash: true)) }
    #expect(try text(part.report).contains("Ended by an error: Crash()"))
    #expect(try events(part).last?.step == 4)
    // A killed process may leave half a record.
    let half = try InputFile(part.events).readAll().prefix(30)
    try LogFile(appendingTo: part.events).append(Array(half))
    #expect(throws: (any Error).self) { try events(part) }
    #expect(try train(part) == .finished)
    let (left, right) = try (events(whole), events(part))
    #expect(left.map(\.step) == right.map(\.step))
    for (left, right) in zip(left, right) {
      #expect(left.scalars.map(\.tag) == right.scalars.map(\.tag))
      #expect(left.scalars.map(\.value) == right.scalars.map(\.value))
    }
    #expect(try text(whole.log) == text(part.log))
    let page = try text(part.report)
    #expect(page.replacing(part.path, with: whole.path) == (try text(whole.report)))
    #expect(page.contains("Finished: 8 of 8 steps are done"))
    // To go on with a finished run changes nothing.
    #expect(try train(part) == .finished)
    #expect(try text(part.report) == page)
    #expect(try events(part).count == 9)
  }

  @Test func `the page is there from the first step on, and grows with each evaluation`() throws {
    let ending = Ending()
    _ = try train(folder("run"), ending)
    let done = ending.pages.map { page in
      page.firstMatch(of: /Running: (\d+) of 8 steps/).map { String($0.1) }
    }
    #expect(done == ["0", "0", "0", "3", "3", "3", "6", "6"])
  }

  @Test func `events change no bits, and a run without them leaves none`() throws {
    let (with, without) = (folder("with"), folder("without"))
    #expect(try train(with) == .finished)
    #expect(try train(without, Ending(at: 4)) == .interrupted)
    #expect(without.hasEvents)
    #expect(try train(without, hasEvents: false) == .finished)
    #expect(try events(without).last?.step == 4)
    #expect(try InputFile(with.model).readAll() == InputFile(without.model).readAll())
    #expect(try text(with.log) == text(without.log))
  }

  @Test func `a page has the plan, and curves that do not grow with the run`() throws {
    let run = folder("it's a run")
    #expect(try train(run, steps: 900, hasEvents: false) == .finished)
    #expect(!run.hasEvents)
    let page = try text(run.report)
    #expect(page.contains("<dt>noise</dt><dd>layers=0.25:linear:0.0:1.0 output="))
    #expect(page.contains("<dt>data</dt><dd>500 random tokens</dd>"))
    #expect(page.contains(#"it'\''s a run' -o again"#))
    let curves = page.matches(of: /<path d="(M[^"]*L[^"]*)" stroke/).map { $0.1 }
    #expect(curves.count == 5, "loss, rate, norm, two places of noise")
    // 900 steps are 225 means of four; the first lies in the middle of 0 through 3.
    for curve in curves {
      #expect(curve.count { $0 == "L" } == 224 && curve.hasPrefix("M1.5 "))
    }
    let rates = try text(run.log).split(separator: "\n").dropFirst()
      .compactMap { Double($0.split(separator: ",", omittingEmptySubsequences: false)[6]) }
    #expect(Set(rates).count == 1, "a constant rate is a level line")
    #expect(
      Set(curves[1].split { "ML".contains($0) }.map { $0.split(separator: " ")[1] }).count == 1
    )
  }
}
