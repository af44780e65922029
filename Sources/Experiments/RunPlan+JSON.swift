// Format: one JSON object. Settings of batches and of the model stand under the names that recipes
//   and model files have them under; rates and their schedules are texts as `NoiseRate` reads them.
//   A seed of 2^53 or more is a text, because numbers of JSON are not exact there.

import Collation
import Corpora
import Diagnostics
import Files
package import JSONText
import LanguageModels
import Training

extension RunPlan: Equatable, CustomStringConvertible {
  private static var version: Int { 1 }

  /// The plan as JSON, indented.
  public var description: String {
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  /// Whether two plans say the same.
  public static func == (left: RunPlan, right: RunPlan) -> Bool { left.json == right.json }

  /// The plan as a JSON value.
  package var json: JSONValue {
    let text = { (text: String?) -> JSONValue in text.map { .text($0) } ?? .null }
    // What a model file says of itself, without the mark for readers of PyTorch's files.
    let model = model.metadata.filter { $0.key != "format" }.map { key, value in
      JSONMember(key, Int(value).map { .number(Double($0)) } ?? .text(value))
    }
    return .object([
      JSONMember("plan", .number(Double(Self.version))),
      JSONMember("seed", seed < 1 << 53 ? .number(Double(seed)) : .text("\(seed)")),
      JSONMember("tokenizer", text(tokenizer)), JSONMember("data", data.json),
      JSONMember("batches", batches.json), JSONMember("model", .object(model)),
      JSONMember("initial_bound", .number(initialBound)),
      JSONMember("initial_model", text(initialModel)), JSONMember("training", training.json),
      JSONMember("validation", text(validation)),
      JSONMember("evaluate_every", .number(Double(evaluateEvery))),
      JSONMember("save_every", .number(Double(saveEvery))),
      JSONMember("patience", patience.map { .number(Double($0)) } ?? .null),
    ])
  }

  /// Reads a plan.
  ///
  /// - Parameters:
  ///   - text: JSON, as ``description`` has it.
  ///   - path: The file that it was read from, for messages.
  /// - Throws: ``InvalidData`` with the place, what was found and what was expected.
  public init(_ text: [UInt8], path: String? = nil) throws {
    let reader = try PlanReader(JSONParser.parse(text))
    let version = try reader.integer("plan", in: 0...1 << 30)
    guard version == Self.version else {
      throw InvalidData(place: "plan", "the version is \(version); \(Self.version) was expected")
    }
    let model = try reader.object("model").members
    var training = try TrainingRecipe(reader.object("training"))
    training.seed =
      try reader.optional("seed")?.text == nil
      ? UInt64(reader.integer("seed", in: 0...(1 << 53) - 1))
      : reader.choice("seed") { UInt64($0) }
    self.init(
      data: try RunData(reader.object("data")),
      batches: try CollationRecipe(reader.optional("batches") ?? .object([]), path: path),
      model: try ModelConfiguration(Safetensors(metadata: model)),
      training: training
    )
    tokenizer = try reader.optionalText("tokenizer")
    initialBound = try reader.number("initial_bound")
    initialModel = try reader.optionalText("initial_model")
    validation = try reader.optionalText("validation")
    evaluateEvery = try reader.integer("evaluate_every", in: 1...1 << 40)
    saveEvery = try reader.integer("save_every", in: 1...1 << 40)
    patience =
      try reader.optional("patience") == nil ? nil : reader.integer("patience", in: 1...1 << 40)
  }

  /// Reads a plan from a file.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` with path and place.
  public init(contentsOf path: String) throws {
    let text = try InputFile(path).readAll(limit: 1 << 24)
    do { try self.init(text, path: path) } catch let error as InvalidData {
      throw error.inFile(path)
    }
  }

  /// Writes the plan; the file appears whole or not at all.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let file = try OutputFile(path)
    try file.write(description)
    try file.commit()
  }

  /// Where two plans differ.
  ///
  /// - Parameter other: Another plan.
  /// - Returns: The names of settings, such as `training.steps`, in the order of the file.
  public func differences(from other: RunPlan) -> [String] {
    json.differences(from: other.json)
  }
}

extension RunData {
  fileprivate var json: JSONValue {
    switch self {
    case .random(let count): .object([JSONMember("random_tokens", .number(Double(count)))])
    case .files(let files):
      .object([
        JSONMember("files", .array(files.paths.map { .text($0) })),
        JSONMember("from", .text(files.format.rawValue)),
        JSONMember("document", .text(files.unit.rawValue)),
        JSONMember("strict", .bool(files.isStrict)),
        JSONMember("max_document", .number(Double(files.largestDocument))),
        JSONMember("strip_bom", .bool(files.stripsMark)),
        JSONMember("held_out", .number(files.heldOutShare)),
        JSONMember("index", files.index.map { .text($0) } ?? .null),
      ])
    }
  }

  fileprivate init(_ reader: PlanReader) throws {
    if reader.optional("random_tokens") != nil {
      self = .random(tokens: try reader.integer("random_tokens", in: 1...1 << 40))
      return
    }
    var files = BatchFiles(try reader.texts("files"))
    files.format = try reader.choice("from", DataFormat.init(rawValue:))
    files.unit = try reader.choice("document", DocumentUnit.init(rawValue:))
    files.isStrict = try reader.flag("strict")
    files.largestDocument = try reader.integer("max_document", in: 1...1 << 40)
    files.stripsMark = try reader.flag("strip_bom")
    files.heldOutShare =
      try reader.optional("held_out") == nil ? 0 : reader.number("held_out")
    files.index = try reader.optionalText("index")
    self = .files(files)
  }
}
