import Experiments
import Files
import Studies
import Synchronization
import TestSupport
import Testing

/// Interrupts a study after some steps.
private final class Fuse: Sendable {
  private let left: Mutex<Int>

  init(steps: Int) { left = Mutex(steps) }

  /// Whether the steps are used up; takes one.
  func isBurnt() -> Bool {
    left.withLock { left in
      left -= 1
      return left < 0
    }
  }
}

@Suite("A study from its file to its verdict")
struct StudySessionTests {
  /// Two arms of which the second has noise, two rates, three seeds.
  private static func noisy() throws -> Study {
    var study = SmallStudy()
    study.rates = "[0.01, 0.02]"
    study.arms = """
      [{"name": "a"},
       {"name": "b", "share": 0.5, "changes": {"training": {"dropout": {"everywhere": "0.5"}}}}]
      """
    study.measures = """
      [{"name": "end", "kind": "bits_per_byte"},
       {"name": "typos", "kind": "bits_per_byte", "at": "best", "typos": 0.1},
       {"name": "train", "kind": "bits_per_byte", "of": "training"}]
      """
    return try study.value()
  }

  @Test("one, two and three runs side by side give the same tables")
  func jobs() throws {
    let places = try (0..<3).map { _ in try TemporaryFolder() }
    let tables = try places.enumerated().map { index, place in
      try DoneStudy(Self.noisy(), in: place, StudyEnvironment(jobs: index + 1)).tables
    }
    #expect(tables[1] == tables[0])
    #expect(tables[2] == tables[0])
    // Four runs for the rates, four for the other seeds, and the head.
    #expect(tables[0][0].split(separator: "\n").count == 9)
    #expect(tables[0][1].split(separator: "\n").count == 4)
  }

  @Test("a study that is stopped again and again ends with the same tables", arguments: [1, 2])
  func interruptions(jobs: Int) throws {
    let (whole, part) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try DoneStudy(Self.noisy(), in: whole, StudyEnvironment(jobs: 2))
    #expect(expected.report.isComplete)
    var last: DoneStudy?
    var sessions = 0
    while last?.report.isComplete != true {
      sessions += 1
      try #require(sessions < 40)
      var environment = StudyEnvironment(jobs: jobs)
      let fuse = Fuse(steps: 4 + sessions % 4)
      environment.isInterrupted = { fuse.isBurnt() }
      let done = try DoneStudy(Self.noisy(), in: part, environment)
      #expect(
        done.report.isComplete || done.report.comparisons.allSatisfy { $0.verdict == .undecided }
      )
      #expect(done.report.isComplete || done.report.verdict == nil)
      last = done
    }
    #expect(sessions > 5)
    #expect(try last?.tables == expected.tables)
  }

  @Test("a planted effect holds, and its reverse does not")
  func planted() throws {
    var small = SmallStudy()
    small.arms = "[{\"name\": \"learns\"}, {\"name\": \"stays\", \"learning_rates\": [1e-9]}]"
    small.comparisons = """
      [{"arm": "learns", "than": "stays", "is": "lower"},
       {"arm": "stays", "than": "learns", "is": "lower"},
       {"arm": "learns", "than": "stays", "is": "lower", "by": 0.01}]
      """
    let place = try TemporaryFolder()
    let report = try DoneStudy(small.value(), in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.comparisons.map(\.verdict) == [.holds, .doesNotHold, .holds])
    #expect(report.verdict == .doesNotHold)
    #expect(report.comparisons[0].difference.mean < 0)
    #expect(report.warnings.contains { $0.contains("not tuned") })
  }

  @Test("two measures of one arm are compared, too")
  func measures() throws {
    var small = SmallStudy()
    small.measures = """
      [{"name": "clean", "kind": "bits_per_byte"},
       {"name": "typos", "kind": "bits_per_byte", "typos": 0.2}]
      """
    small.comparisons = """
      [{"arm": "a", "than": "a", "is": "higher", "measure": "typos", "than_measure": "clean"}]
      """
    let place = try TemporaryFolder()
    let report = try DoneStudy(small.value(), in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.verdict == .holds, "text with errors takes more bits")
    #expect("\(report.comparisons[0].comparison)" == "a higher than a (typos against clean)")
  }

  @Test("equal arms never hold")
  func equal() throws {
    let place = try TemporaryFolder()
    let report = try DoneStudy(SmallStudy().value(), in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.verdict == .undecided)
    #expect(report.comparisons[0].difference.values == [0, 0, 0])
    #expect(report.comparisons[0].reason == "the arms give equal results")
  }

  @Test("every arm gets the rate that is best on the tuning text, and an edge is said")
  func tuning() throws {
    var small = SmallStudy()
    small.rates = "[1e-9, 0.01, 1e-8]"
    small.seeds = 1
    let place = try TemporaryFolder()
    let report = try DoneStudy(small.value(), in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.arms.map(\.rate) == [0.01, 0.01])
    #expect(report.warnings.contains { $0.contains("edge of the grid for a (0.01), b (0.01)") })
    small.rates = "[1e-9, 0.01, 1e30]"
    let other = try TemporaryFolder()
    let inner = try DoneStudy(small.value(), in: other, StudyEnvironment(jobs: 2)).report
    #expect(inner.arms.map(\.rate) == [0.01, 0.01], "a rate that is too high does not win")
    #expect(!inner.warnings.contains { $0.contains("edge") })
  }

  @Test("an arm that cannot be measured leaves the claim undecided")
  func diverged() throws {
    var small = SmallStudy()
    small.arms = "[{\"name\": \"a\"}, {\"name\": \"b\", \"learning_rates\": [1e39]}]"
    let place = try TemporaryFolder()
    let report = try DoneStudy(small.value(), in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.arms[1].rate == nil && report.isComplete)
    #expect(report.warnings.contains { $0.hasPrefix("Nothing can be measured") })
    #expect(report.verdict == .undecided)
    #expect(report.comparisons[0].reason == "a run is missing or has diverged")
  }

  @Test("another study is refused in the folder of one; seeds may be added, which is said")
  func definition() throws {
    var small = SmallStudy()
    small.seeds = 2
    let place = try TemporaryFolder()
    let environment = StudyEnvironment(jobs: 2)
    let first = try DoneStudy(small.value(), in: place, environment)
    #expect(first.report.comparisons[0].reason == "the arms give equal results")
    var other = small
    other.comparisons = "[{\"arm\": \"a\", \"than\": \"b\", \"is\": \"higher\"}]"
    other.text = "{\"stories\": 30000, \"tuning\": 0.1, \"test\": 0.1}"
    let error = #expect(throws: (any Error).self) {
      try DoneStudy(other.value(), in: place, environment)
    }
    #expect("\(try #require(error))".contains("differs in text.stories, comparisons"))
    small.seeds = 4
    let more = try DoneStudy(small.value(), in: place, environment)
    #expect(more.report.comparisons[0].pairs.count == 4)
    #expect(more.report.warnings.contains { $0.contains("begun with 2 seeds and got 4") })
    small.seeds = 2
    let again = try DoneStudy(small.value(), in: place, environment)
    #expect(again.report.study.seeds == 4, "seeds are not taken away")
    #expect(try again.tables == more.tables)
  }

  @Test("files of a user, whole or divided; a study that goes on does not need them")
  func files() throws {
    let data = try TemporaryFolder()
    let lines = (0..<600).map { "line \($0) of a text that a user has\n" }.joined()
    try data.put("text", Array(lines.utf8))
    var small = SmallStudy()
    small.seeds = 1
    small.text = "{\"files\": [\"text\"], \"tuning\": 0.1, \"test\": 0.1, \"share\": 0.5}"
    let place = try TemporaryFolder()
    let folder = StudyFolder(path: place.path)
    let environment = StudyEnvironment(jobs: 2)
    let session = try StudySession(
      small.value(),
      in: folder,
      data: data.path,
      environment: environment
    )
    let parts = try ["train", "tuning", "test"].map { name in
      String(decoding: try InputFile("\(place.path)/data/\(name).txt").readAll(), as: UTF8.self)
    }
    #expect(lines.hasPrefix(parts[0]) && lines.hasSuffix(parts[1] + parts[2]))
    #expect(parts.allSatisfy { $0.hasPrefix("line ") && $0.hasSuffix("\n") })
    #expect((7000...9000).contains(parts[0].utf8.count * 10_000 / lines.utf8.count * 2))
    _ = try session.run()
    let again = try StudySession(
      small.value(),
      in: folder,
      data: "nowhere",
      environment: environment
    )
    #expect(try again.run().isComplete)
    small.text = "{\"train\": [\"text\"], \"tuning\": [\"text\"], \"test\": [\"text\"]}"
    let divided = StudyFolder(path: try TemporaryFolder().path + "-divided")
    #expect(throws: (any Error).self) {
      try StudySession(small.value(), in: divided, data: "nowhere", environment: environment)
    }
  }

  @Test("every study that comes with the program goes through as a smoke run", arguments: names)
  func smoke(name: String) throws {
    let shipped = try #require(ShippedStudy.named(name))
    let study = try shipped.study()
    #expect(study.name == name)
    #expect(study.seeds >= 3 && !study.comparisons.isEmpty)
    let place = try TemporaryFolder()
    let report = try DoneStudy(study.smoke(), in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.isComplete && report.verdict == nil)
    #expect(report.sentence.hasPrefix("A smoke run"))
    #expect(report.comparisons.allSatisfy { $0.difference.values.count == 2 })
    let page = try InputFile(StudyFolder(path: place.path).page).readAll()
    #expect(page.count < 300_000)
    let text = String(decoding: page, as: UTF8.self)
    for part in [study.claim, study.falsifier, "A smoke run", "<svg"] {
      #expect(text.contains(part.prefix(40)), "\(part)")
    }
  }

  static let names = ShippedStudy.all.map(\.name)
}
