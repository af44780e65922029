import Diagnostics
import Experiments
import Files
import JSONText
import LanguageModels
import NeuralLayers
import Studies
import TensorCore
import TestSupport
import Testing

/// A measure that this test adds: the number of a model's values.
private struct ParameterCount: StudyMeasure {
  let factor: Double
  /// Whether runs of the first arm have no such number.
  var fails = false
  var unit: String { "values" }
  var meaning: String { "the size of the model, times \(factor)" }
  var isLowerBetter: Bool { false }

  func value(of run: MeasuredRun) throws -> Double {
    if fails, run.folder.path.contains("/runs/a/") { throw InvalidData("there is no such number") }
    let parameters = try run.model(.end).parameters
    return factor * Double(parameters.reduce(0) { $0 + $1.value.count })
  }
}

@Suite("Files of studies")
struct StudyFileTests {
  private static func fault(_ change: (inout SmallStudy) -> Void) throws -> String {
    var study = SmallStudy()
    change(&study)
    let error = #expect(throws: InvalidData.self) { try study.value() }
    return try #require(error).description
  }

  @Test("what is wrong is refused with its place")
  func faults() throws {
    for (change, expected) in [
      ({ $0.extra = ", \"claims\": 1" }, "claims: there is no such member; the nearest is 'claim'"),
      ({ $0.seeds = 0 }, "seeds: found a number where a whole number in 1...100 was expected"),
      ({ $0.rates = "[]" }, "learning_rates: found 0 rates"),
      ({ $0.rates = "[0.1, 0.1]" }, "learning_rates: found 2 rates where 1 to 9 different ones"),
      ({ $0.rates = "[\"x\"]" }, "learning_rates: found a string where a number above 0"),
      ({ $0.arms = "[]" }, "arms: found 0 where 1 to 32 were expected"),
      ({ $0.arms = "[{\"name\": \"../a\"}]" }, "arms[0].name: found '../a'"),
      ({ $0.arms = "[{\"name\": \"..\"}]" }, "arms[0].name: found '..'"),
      ({ $0.arms = "[{\"name\": \"a\"}, {\"name\": \"A\"}]" }, "arms: two of them are called 'A'"),
      ({ $0.arms = "[{\"name\": \"a\", \"share\": 0}, {\"name\": \"b\"}]" }, "arms[0].share"),
      (
        { $0.arms = "[{\"name\": \"a\", \"learning_rates\": [1, 2]}, {\"name\": \"b\"}]" },
        "arms[0].learning_rates: found 2 rates where 1 were expected: every arm is tuned equally"
      ),
      (
        { $0.arms = Self.changing("{\"training\": {\"dropuot\": 1}}") },
        "arm 'a': training.dropuot: a plan has no such setting"
      ),
      (
        { $0.arms = Self.changing("{\"training\": {\"dropout\": {\"vertical\": \"1\"}}}") },
        "arm 'a': training.dropout.vertical: a plan has no such setting"
      ),
      (
        { $0.arms = Self.changing("{\"model\": {\"colums\": 1}}") },
        "arm 'a': model.colums: a model has no such setting"
      ),
      (
        { $0.arms = Self.changing("{\"batches\": {\"bock_size\": 1}}") },
        "arm 'a': bock_size: there"
      ),
      (
        { $0.arms = Self.changing("{\"seed\": 1}") },
        "arm 'a': seed: the study sets it: leave it out"
      ),
      (
        { $0.arms = Self.changing("{\"training\": {\"learning_rate\": {\"peak\": 1}}}") },
        "arm 'a': training.learning_rate.peak: the study sets it"
      ),
      (
        { $0.arms = Self.changing("{\"training\": {\"steps\": \"x\"}}") },
        "arm 'a': training.steps: found a string where a whole number"
      ),
      ({ $0.measures = "[{\"name\": \"m\", \"kind\": \"x\"}]" }, "measures[0].kind: found 'x'"),
      (
        { $0.measures = "[{\"name\": \"m\", \"kind\": \"bits_per_byte\", \"at\": \"x\"}]" },
        "measures[0].at: found 'x' where one of end, best was expected"
      ),
      (
        { $0.measures = "[{\"name\": \"m\", \"kind\": \"bits_per_byte\", \"typos\": 2}]" },
        "measures[0].typos: found 2.0 where a number in 0.0...1.0 was expected"
      ),
      (
        { $0.comparisons = "[{\"arm\": \"c\", \"than\": \"b\", \"is\": \"lower\"}]" },
        "comparisons[0].arm: found 'c' where one of a, b was expected"
      ),
      (
        { $0.comparisons = "[{\"arm\": \"a\", \"than\": \"b\", \"is\": \"within\"}]" },
        "comparisons[0].by: found 0.0 where a number above 0 was expected"
      ),
      (
        { $0.comparisons = "[{\"arm\": \"a\", \"than\": \"a\", \"is\": \"lower\"}]" },
        "comparisons[0].than: 'a' is compared with itself"
      ),
      ({ $0.text = "{\"stories\": 20000, \"files\": []}" }, "text.files: found both this"),
      ({ $0.text = "{\"stories\": 20000, \"test\": 0.9}" }, "text.test: less than a tenth"),
      ({ $0.tokenizer = "{}" }, "tokenizer.vocab_size: found nothing"),
      ({ $0.plan = "[]" }, "plan: found an array where an object was expected"),
      ({ $0.plan = "{}" }, "arm 'a'"),
    ] as [((inout SmallStudy) -> Void, String)] {
      let message = try Self.fault(change)
      #expect(message.contains(expected), "\(message)")
    }
  }

  private static func changing(_ patch: String) -> String {
    "[{\"name\": \"a\", \"changes\": \(patch)}, {\"name\": \"b\"}]"
  }

  @Test("a study says what was read, and a merge patch can remove a setting")
  func roundTrip() throws {
    var small = SmallStudy()
    small.plan = small.plan.replacing("\"steps\": 8", with: "\"steps\": 8, \"clip\": 0.5")
    small.arms = Self.changing("{\"training\": {\"clip\": null}}")
    let study = try small.value()
    #expect(try Study(Array(study.description.utf8)).description == study.description)
    for shipped in ShippedStudy.all {
      let study = try shipped.study()
      #expect(try Study(Array(study.description.utf8)).description == study.description)
    }
  }

  @Test("a measure of another module needs no change here")
  func ownMeasure() throws {
    let kind = MeasureKind("parameters", settings: ["factor"]) { settings in
      ParameterCount(factor: try settings.number("factor", in: 0...10, default: 1))
    }
    var small = SmallStudy()
    small.measures = "[{\"name\": \"size\", \"kind\": \"parameters\", \"factor\": 2}]"
    small.arms = """
      [{"name": "a", "changes": {"model": {"columns": 8}}}, {"name": "b"}]
      """
    let study = try Study(Array(small.json.utf8), kinds: MeasureKind.builtIn + [kind])
    let place = try TemporaryFolder()
    let report = try DoneStudy(study, in: place, StudyEnvironment(jobs: 2)).report
    #expect(report.verdict == .holds, "sizes do not depend on seeds")
    #expect(throws: InvalidData.self) { try small.value() }
  }

  @Test("a measure that fails ends the study, and what was done stays", arguments: [1, 2])
  func failure(jobs: Int) throws {
    let kinds = [false, true].map { fails in
      MeasureKind("parameters", settings: []) { _ in ParameterCount(factor: 1, fails: fails) }
    }
    var small = SmallStudy()
    small.measures = "[{\"name\": \"size\", \"kind\": \"parameters\"}]"
    let studies = try kinds.map { try Study(Array(small.json.utf8), kinds: [$0]) }
    let place = try TemporaryFolder()
    let error = #expect(throws: InvalidData.self) {
      try DoneStudy(studies[1], in: place, StudyEnvironment(jobs: jobs))
    }
    #expect(error?.message == "there is no such number")
    let done = try DoneStudy(studies[0], in: place, StudyEnvironment(jobs: jobs))
    let whole = try TemporaryFolder()
    #expect(try done.tables == DoneStudy(studies[0], in: whole, StudyEnvironment(jobs: 1)).tables)
  }

  @Test("the schema has the members that the reader has")
  func schema() throws {
    let path = "\(SharedData.projectFolder)/docs/study.schema.json"
    let schema = try JSONParser.parse(InputFile(path).readAll())
    func names(_ value: JSONValue?) -> [String] {
      guard case .object(let members) = value?["properties"] else { return [] }
      return members.map { String(decoding: $0.key, as: UTF8.self) }
    }
    let properties = schema["properties"]
    let measures = MeasureKind.builtIn.flatMap { ["name", "kind"] + $0.settings }
    for (found, expected) in [
      (names(schema), Study.members), (names(properties?["text"]), StudyText.members),
      (names(properties?["tokenizer"]), StudyTokenizer.members),
      (names(properties?["arms"]?["items"]), Study.armMembers),
      (names(properties?["measures"]?["items"]), measures),
      (names(properties?["comparisons"]?["items"]), Study.comparisonMembers),
    ] {
      #expect(found == expected)
    }
  }
}
