import Collation
import Experiments
import LanguageModels
import TensorCore
import TestSupport
import Testing
import Training

/// Writes down what happens.
private final class Diary: TrainingObserver {
  var events: [String] = []

  func session(_ session: TrainingSession, didResumeWith warnings: [String]) {
    events.append("resumed \(session.run.step)")
  }
  func session(_ session: TrainingSession, didStep step: TrainingStep) {
    events.append("\(step.step)")
  }
  func sessionDidSave(_ session: TrainingSession) { events.append("saved") }
  func sessionDidStop(_ session: TrainingSession) { events.append("stopped") }
}

struct TrainingSessionTests {
  private static func plan() throws -> RunPlan {
    var plan = RunPlan(
      data: .random(tokens: 500),
      batches: try CollationRecipe(["batch_size": 4, "block_size": 8]),
      model: .lstm(LSTMConfiguration(vocabulary: 300, columns: 8, layers: 1)),
      training: TrainingRecipe(steps: 6)
    )
    (plan.evaluateEvery, plan.saveEvery) = (3, 3)
    return plan
  }

  private static func session(
    _ folder: RunFolder,
    _ diary: Diary,
    stopBehind step: Int = .max
  ) throws -> TrainingSession {
    var time = 0.0
    var environment = SessionEnvironment(pool: ComputePool(threads: 1)) {
      time += 1
      return time
    }
    environment.observer = diary
    environment.isInterrupted = { [weak diary] in diary?.events.last == "\(step)" }
    return try TrainingSession(plan(), in: folder, threads: 1, environment: environment)
  }

  @Test func `a session tells its observer, stops when asked, and goes on to the same bits`() throws
  {
    let places = try (TemporaryFolder(), TemporaryFolder())
    let (whole, part) = (RunFolder(path: places.0.path), RunFolder(path: places.1.path))
    let diary = Diary()
    let session = try Self.session(whole, diary)
    try session.begin()
    #expect(try session.train() == .finished)
    #expect(diary.events == ["0", "1", "2", "saved", "3", "4", "5", "saved"])
    #expect(try RunPlan(contentsOf: whole.plan) == Self.plan())
    #expect(throws: (any Error).self) { try Self.session(whole, diary).begin() }

    let first = Diary()
    let stopped = try Self.session(part, first, stopBehind: 1)
    try stopped.begin()
    #expect(try stopped.train() == .interrupted)
    #expect(first.events == ["0", "1", "saved", "stopped"])
    let second = Diary()
    let resumed = try Self.session(part, second)
    try resumed.resume()
    #expect(try resumed.train() == .finished)
    #expect(second.events.prefix(2) == ["resumed 2", "2"])
    let files = try [whole, part].map { try Safetensors(reading: $0.model) }
    let bits = try files.map { file in
      try file.tensors.flatMap { try $0.values(of: Float.self).elements.map(\.bitPattern) }
    }
    #expect(bits[0] == bits[1])
    #expect(session.meter.tokensPerSecond > 0, "the clock is the one that is given")
  }
}
