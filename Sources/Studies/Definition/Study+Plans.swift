// Procedure: the plan of a run is the default one, patched by the study, then by the arm, then by what
//   the study decides for all: text, tokenizer, seed, learning rate. A patch cannot touch these, and
//   a name in it that is no setting of a plan is refused, since it would change nothing.
// Determinism: a function of study, arm, rate and seed.

import Collation
import Corpora
import Diagnostics
package import Experiments
import JSONText
import LanguageModels
import Training

extension Study {
  /// What the study decides itself.
  private static let own = [
    "plan", "seed", "tokenizer", "data", "initial_model", "validation",
    "training.learning_rate.peak",
    "training.learning_rate.floor", "model.version", "model.vocabulary",
  ]

  /// The plan of one run.
  ///
  /// - Parameters:
  ///   - arm: One of the study.
  ///   - rate: The highest learning rate; schedules with a floor end at a tenth of it.
  ///   - seed: Of first values, order and noise.
  ///   - files: The divided text.
  ///   - vocabulary: The number of tokens.
  /// - Returns: The plan.
  /// - Throws: ``InvalidData`` where the patches do not make one.
  package func plan(
    _ arm: StudyArm,
    rate: Double,
    seed: UInt64,
    files: StudyFiles,
    vocabulary: Int
  ) throws -> RunPlan {
    do {
      return try merged(arm, rate: rate, seed: seed, files: files, vocabulary: vocabulary)
    } catch let error as InvalidData {
      throw InvalidData(
        path: error.path,
        place: "arm '\(arm.name)'" + (error.place.map { ": \($0)" } ?? ""),
        error.message
      )
    }
  }

  private func merged(
    _ arm: StudyArm,
    rate: Double,
    seed: UInt64,
    files: StudyFiles,
    vocabulary: Int
  ) throws -> RunPlan {
    for path in Self.own {
      guard [plan, arm.changes].contains(where: { Self.value($0, path) != nil }) else { continue }
      throw InvalidData(place: path, "the study sets it: leave it out")
    }
    let common = Self.base(files.data(share: arm.share), unit: text.unit).merged(plan)
    var json = common.merged(arm.changes)
    if isSmoke { json = json.merged(Self.smokePatch(json)) }
    let training = json["training"] ?? .null
    let steps = training["steps"]?.integer(below: 1 << 40) ?? 0
    let every = JSONValue.number(Double(max(steps / 10, 1)))
    var learning = [JSONMember("peak", .number(rate))]
    if ["cosine", "linear"].contains(training["learning_rate"]?["schedule"]?.text ?? "") {
      learning.append(JSONMember("floor", .number(rate / 10)))
    }
    if training["learning_rate"]?["warmup"] == nil {
      learning.append(JSONMember("warmup", .number(Double(min(100, steps / 10)))))
    }
    json = json.merged(
      .object([
        JSONMember("seed", .number(Double(seed))), JSONMember("tokenizer", .text(files.tokenizer)),
        JSONMember("validation", .text(files.tuning)),
        JSONMember("evaluate_every", json["evaluate_every"] ?? every),
        JSONMember("save_every", json["save_every"] ?? json["evaluate_every"] ?? every),
        JSONMember(
          "model",
          .object([
            JSONMember("version", .text("1")),
            JSONMember("vocabulary", .number(Double(vocabulary))),
          ])
        ),
        JSONMember("training", .object([JSONMember("learning_rate", .object(learning))])),
      ])
    )
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    let made = try RunPlan(bytes)
    try Self.refuseUnknown(plan.merged(arm.changes), in: [made.json])
    // An arm may also remove what the study has set.
    try Self.refuseUnknown(arm.changes, in: [made.json, common])
    return made
  }

  /// Refuses an arm that does not make a plan.
  func check(_ arm: StudyArm) throws {
    let files = StudyFiles(folder: "data", shares: [])
    let rate = arm.learningRates[0]
    _ = try plan(arm, rate: rate, seed: 0, files: files, vocabulary: 1 << 20)
  }

  /// The default plan, with what has a default only.
  private static func base(_ path: String, unit: DocumentUnit) -> JSONValue {
    var files = BatchFiles([path])
    files.unit = unit
    let shape = LSTMConfiguration(vocabulary: 1, columns: 1, layers: 1)
    let plan = RunPlan(
      data: .files(files),
      batches: CollationRecipe(),
      model: .lstm(shape),
      training: TrainingRecipe(steps: 1)
    )
    let training = JSONValue.object([
      JSONMember("steps", .null), JSONMember("dropout", .null), JSONMember("learning_rate", .null),
    ])
    let removed = JSONValue.object([
      JSONMember("model", .null), JSONMember("training", training),
      JSONMember("evaluate_every", .null), JSONMember("save_every", .null),
    ])
    let schedule = JSONValue.object([JSONMember("schedule", .text("cosine"))])
    let added = JSONValue.object([
      JSONMember("model", .object([])),
      JSONMember(
        "training",
        .object([
          JSONMember("dropout", .object([JSONMember("everywhere", .text("0"))])),
          JSONMember("learning_rate", schedule),
        ])
      ),
    ])
    return plan.json.merged(removed).merged(added)
  }

  /// Four steps of four rows.
  private static func smokePatch(_ json: JSONValue) -> JSONValue {
    let rows = json["batches"]?["batch_size"]?.integer(below: 1 << 20) ?? 32
    return .object([
      JSONMember("training", .object([JSONMember("steps", .number(4))])),
      JSONMember("batches", .object([JSONMember("batch_size", .number(Double(min(rows, 4))))])),
      JSONMember("evaluate_every", .number(2)), JSONMember("save_every", .number(2)),
    ])
  }

  /// The value at a path such as `training.steps`.
  private static func value(_ json: JSONValue, _ path: String) -> JSONValue? {
    path.split(separator: ".").reduce(json) { value, key in value?[String(key)] }
  }

  /// Refuses a patch with a name that plans do not have.
  private static func refuseUnknown(
    _ patch: JSONValue,
    in plans: [JSONValue],
    _ path: String = ""
  ) throws {
    guard case .object(let members) = patch else { return }
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      let place = path.isEmpty ? name : "\(path).\(name)"
      // A recipe refuses unknown names itself; a model leaves out what is the default.
      if place == "batches" { continue }
      if path == "model" {
        guard ModelConfiguration.settingNames.contains(name) else {
          throw InvalidData(place: place, "a model has no such setting")
        }
        continue
      }
      let values = plans.compactMap { $0[name] }
      guard !values.isEmpty else {
        throw InvalidData(place: place, "a plan has no such setting, or not beside the others")
      }
      try refuseUnknown(member.value, in: values, place)
    }
  }
}
