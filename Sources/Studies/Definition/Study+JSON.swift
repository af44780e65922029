// Format: one JSON object; docs/study.schema.json describes it. `plan` and the arms' `changes` are
//   merge patches (RFC 7396) of the plan of a run, with the names of its plan.json.

import Diagnostics
import Experiments
import Files
package import JSONText

extension Study: CustomStringConvertible {
  /// The version of the format.
  static var version: Int { 1 }
  /// The members of a study.
  package static let members = [
    "study", "name", "claim", "source", "expectation", "falsifier", "text", "tokenizer", "plan",
    "arms", "seeds", "seeds_before", "learning_rates", "measures", "comparisons", "smoke",
  ]
  /// The members of an arm.
  package static let armMembers = ["name", "share", "learning_rates", "changes"]
  /// The members of a comparison.
  package static let comparisonMembers = ["arm", "than", "is", "by", "measure", "than_measure"]

  /// The study as JSON, indented.
  public var description: String {
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  /// Reads a study.
  ///
  /// - Parameters:
  ///   - text: JSON.
  ///   - kinds: The measures that it can ask for.
  /// - Throws: ``InvalidData`` with the place, what was found and what was expected; also where an
  ///   arm makes no plan of a run.
  public init(_ text: [UInt8], kinds: [MeasureKind] = MeasureKind.builtIn) throws {
    try self.init(JSONParser.parse(text), kinds: kinds)
  }

  /// Reads a study from a file.
  ///
  /// - Parameters:
  ///   - path: The file, of at most 1 MiB.
  ///   - kinds: The measures that it can ask for.
  /// - Throws: ``FileError``; ``InvalidData`` with path and place.
  public init(contentsOf path: String, kinds: [MeasureKind] = MeasureKind.builtIn) throws {
    let text = try InputFile(path).readAll(limit: 1 << 20)
    do { try self.init(text, kinds: kinds) } catch let error as InvalidData {
      throw error.inFile(path)
    }
  }

  /// Takes a study from a JSON value.
  package init(_ json: JSONValue, kinds: [MeasureKind]) throws {
    let reader = try PlanReader(json)
    try reader.refuseKeys(besides: Self.members)
    let version = try reader.integer("study", in: 0...1 << 30)
    guard version == Self.version else {
      throw InvalidData(place: "study", "the version is \(version); \(Self.version) was expected")
    }
    (self.json, self.kinds) = (json, kinds)
    name = try reader.name("name")
    claim = try reader.text("claim")
    source = try reader.text("source")
    expectation = try reader.text("expectation")
    falsifier = try reader.text("falsifier")
    text = try StudyText(reader.object("text"))
    tokenizer = try StudyTokenizer(reader.object("tokenizer"))
    plan = try reader.object("plan").value
    seeds = try reader.integer("seeds", in: 1...100)
    earlierSeeds =
      try reader.optional("seeds_before") == nil
      ? [] : reader.list("seeds_before").compactMap { $0.integer(below: 101) }
    let isCut = try reader.optional("smoke") == nil ? false : reader.flag("smoke")
    isSmoke = isCut
    let rates = try reader.learningRates()
    arms = try reader.objects("arms", 1...32).map { try StudyArm($0, rates, isSmoke: isCut) }
    measures = try reader.objects("measures", 1...16).map { try NamedMeasure($0, kinds) }
    try reader.refuseTwice(arms.map(\.name), "arms")
    try reader.refuseTwice(measures.map(\.name), "measures")
    comparisons = try reader.objects("comparisons", 0...64).map { [arms, measures] in
      try StudyComparison($0, arms: arms.map(\.name), measures: measures.map(\.name))
    }
    for arm in arms { try check(arm) }
  }

  /// The study with another number of seeds.
  ///
  /// - Parameters:
  ///   - seeds: 1 through 100.
  ///   - seen: The number of seeds before, if results of them have been seen.
  /// - Returns: The changed study.
  /// - Throws: ``InvalidData`` for a number outside.
  public func with(seeds: Int, seen: Int? = nil) throws -> Study {
    let seenBefore = (earlierSeeds + (seen.map { [$0] } ?? [])).map { JSONValue.number(Double($0)) }
    var patch = [JSONMember("seeds", .number(Double(seeds)))]
    if !seenBefore.isEmpty { patch.append(JSONMember("seeds_before", .array(seenBefore))) }
    return try Study(json.merged(.object(patch)), kinds: kinds)
  }

  /// The study cut down to seconds: two seeds and two rates, four steps, generated stories.
  ///
  /// - Returns: A study that goes through all the same code and gives no verdict.
  /// - Throws: Nothing but what reading throws.
  public func smoke() throws -> Study {
    let text = JSONValue.object([
      JSONMember("stories", .number(40_000)), JSONMember("tuning", .number(0.03)),
      JSONMember("test", .number(0.03)),
    ])
    var members: [JSONMember] = []
    if case .object(let own) = json { members = own }
    members = members.map {
      $0.key.elementsEqual("text".utf8) ? JSONMember("text", text) : $0
    }
    let patch = JSONValue.object([
      JSONMember("smoke", .bool(true)), JSONMember("seeds", .number(Double(min(seeds, 2)))),
    ])
    return try Study(JSONValue.object(members).merged(patch), kinds: kinds)
  }
}

extension StudyArm {
  fileprivate init(_ reader: PlanReader, _ rates: [Double], isSmoke: Bool) throws {
    try reader.refuseKeys(besides: Study.armMembers)
    name = try reader.name("name")
    share = try reader.optional("share") == nil ? 1 : reader.share("share")
    let own = try reader.optional("learning_rates") == nil ? rates : reader.learningRates()
    learningRates = isSmoke ? Array(own.prefix(2)) : own
    guard own.count == rates.count else {
      throw InvalidData(
        place: reader.path("learning_rates"),
        "found \(own.count) rates where \(rates.count) were expected: every arm is tuned "
          + "equally"
      )
    }
    changes =
      try reader.optional("changes") == nil ? .object([]) : reader.object("changes").value
  }
}

extension NamedMeasure {
  fileprivate init(_ reader: PlanReader, _ kinds: [MeasureKind]) throws {
    name = try reader.name("name")
    let kind = try reader.choice("kind", among: kinds.map(\.name)) { name in
      kinds.first { $0.name == name }
    }
    try reader.refuseKeys(besides: ["name", "kind"] + kind.settings)
    measure = try kind.make(MeasureSettings(reader))
  }
}

extension StudyComparison {
  fileprivate init(_ reader: PlanReader, arms: [String], measures: [String]) throws {
    try reader.refuseKeys(besides: Study.comparisonMembers)
    arm = try reader.choice("arm", among: arms) { $0 }
    baseline = try reader.choice("than", among: arms) { $0 }
    relation = try reader.choice("is", among: Relation.allCases.map(\.rawValue)) {
      Relation(rawValue: $0)
    }
    margin = try reader.optional("by") == nil ? 0 : reader.number("by")
    guard margin.isFinite && (relation == .within ? margin > 0 : margin >= 0) else {
      throw InvalidData(
        place: reader.path("by"),
        "found \(margin) where a number \(relation == .within ? "above" : "of at least") 0 was "
          + "expected"
      )
    }
    measure =
      try reader.optional("measure") == nil
      ? measures[0] : reader.choice("measure", among: measures) { $0 }
    baselineMeasure =
      try reader.optional("than_measure") == nil
      ? measure : reader.choice("than_measure", among: measures) { $0 }
    guard arm != baseline || measure != baselineMeasure else {
      throw InvalidData(place: reader.path("than"), "'\(arm)' is compared with itself")
    }
  }
}
