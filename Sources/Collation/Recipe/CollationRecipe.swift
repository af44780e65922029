// Format: one JSON object whose keys are those of CollationKinds.swift; null is the default. Rates
//   are numbers, or texts as `NoiseRate` reads them. Tokens are texts.

public import BytePairEncoding
public import Diagnostics
import Files
package import JSONText
import Noise
public import Tokenization
import TokenizerFormats

/// The settings of a ``Collator`` as a file has them, where tokens are texts.
public struct CollationRecipe: Sendable {
  private let path: String?
  let values: [RecipeKey: JSONValue]
  /// The objectives and the noise that it can ask for.
  public let kinds: CollationKinds

  /// The default of every setting.
  ///
  /// - Parameter kinds: The objectives and the noise that a recipe can ask for.
  public init(kinds: CollationKinds = .builtIn) {
    path = nil
    values = [:]
    self.kinds = kinds
  }

  /// Reads a recipe.
  ///
  /// - Parameters:
  ///   - text: JSON.
  ///   - path: For messages.
  ///   - kinds: The objectives and the noise that the recipe can ask for.
  /// - Throws: ``InvalidData`` where it is no JSON object or has an unknown key.
  public init(_ text: [UInt8], path: String? = nil, kinds: CollationKinds = .builtIn) throws {
    do {
      try self.init(JSONParser.parse(text), path: path, kinds: kinds)
    } catch let error as InvalidData {
      throw InvalidData(path: path, place: error.place, error.message)
    }
  }

  /// Takes a recipe from a JSON value.
  ///
  /// - Throws: ``InvalidData`` where it is no object or has an unknown key.
  package init(_ value: JSONValue, path: String? = nil, kinds: CollationKinds = .builtIn) throws {
    self.path = path
    self.kinds = kinds
    let fail = { (place: String?, message: String) in
      InvalidData(path: path, place: place, message)
    }
    guard case .object(let members) = value else {
      throw fail(nil, "found \(value.kind) where an object of settings was expected")
    }
    var values: [RecipeKey: JSONValue] = [:]
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      guard let key = kinds.keys.first(where: { $0.name == name }) else {
        let nearest = kinds.nearestKey(to: name)
        throw fail(name, "there is no such setting; the nearest is '\(nearest)'")
      }
      values[key] = member.value == .null && key != .separator ? nil : member.value
    }
    self.values = values
  }

  /// Reads a recipe from a file.
  ///
  /// - Parameters:
  ///   - path: The file, of at most 1 MiB.
  ///   - kinds: The objectives and the noise that the recipe can ask for.
  /// - Throws: ``FileError``; ``InvalidData`` where it is no JSON object or has an unknown key.
  public init(contentsOf path: String, kinds: CollationKinds = .builtIn) throws {
    try self.init(InputFile(path).readAll(limit: 1 << 20), path: path, kinds: kinds)
  }

  /// The same recipe with the settings of another one in place of its own.
  ///
  /// - Parameter other: Its settings win; what it does not set stays.
  /// - Returns: A recipe whose messages name this one's file.
  public func overridden(by other: CollationRecipe) -> CollationRecipe {
    CollationRecipe(path: path, values: values.merging(other.values) { $1 }, kinds: kinds)
  }

  private init(path: String?, values: [RecipeKey: JSONValue], kinds: CollationKinds) {
    self.path = path
    self.values = values
    self.kinds = kinds
  }

  /// A line for each setting of the built-in kinds: name, default and meaning.
  public static var documentation: [String] {
    CollationKinds.builtIn.keys.map { "\($0.name) (\($0.fallback)): \($0.meaning)" }
  }

  /// An error of a setting.
  ///
  /// - Parameters:
  ///   - key: The setting.
  ///   - message: What was found, and what was expected.
  /// - Returns: An error that names the recipe's file and the setting.
  public func failure(_ key: RecipeKey, _ message: String) -> InvalidData {
    InvalidData(path: path, place: key.name, message)
  }

  /// The token put behind each document of a text, or nil.
  ///
  /// - Throws: ``InvalidData`` where the tokenizer has no such token.
  public func separator(for tokenizer: Tokenizer) throws -> TokenID? {
    if values[.separator] == .null { return nil }
    // Texts that stand between marks of their own have none.
    if keepsFields { return nil }
    return try token(.separator, tokenizer, orFirstOf: ["<|endoftext|>", "</s>"])
  }

  /// Whether there is no separator, though neither the recipe nor its objective leaves it out.
  ///
  /// - Throws: ``InvalidData`` where the tokenizer has no such token.
  func lacksSeparator(for tokenizer: Tokenizer) throws -> Bool {
    try values[.separator] != .null && !keepsFields && separator(for: tokenizer) == nil
  }

  /// The settings for the tokens of a tokenizer.
  ///
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  public func collator(for tokenizer: Tokenizer) throws -> Collator {
    var collator = Collator()
    collator.rows = try choice(.rows, Collator.Rows.init(name:), Collator.Rows.names) ?? .windows
    let objective = try choice(.objective, { $0 }, kinds.names { _ in true }) ?? "causal"
    try checkConditions(collator.rows, objective)
    if let version = try integer(.noiseVersion, in: 0...1_000_000), version != NoiseKey.version {
      throw failure(.noiseVersion, "found \(version), but this is \(NoiseKey.version)")
    }
    collator.batchSize = try integer(.batchSize, in: 1...65_536) ?? collator.batchSize
    collator.length = try integer(.blockSize, in: 1...1_048_576) ?? collator.length
    collator.epochs = try integer(.epochs, in: 1...1_000_000) ?? collator.epochs
    collator.lengthMultiple = try integer(.padToMultipleOf, in: 1...65_536) ?? 1
    collator.isShuffled = try flag(.shuffle) ?? true
    collator.shiftsWindows = try flag(.shiftWindows) ?? false
    collator.keepsPartialBatch = try !(flag(.dropLast) ?? false)
    collator.keepsPartialRows = try choice(.partialRows, { $0 }, ["pad", "drop"]) != "drop"
    collator.segmentation = try rate(.segmentation)
    let laws = SegmentationNoise.Law.allCases.map(\.rawValue)
    let law = try choice(.segmentationLaw, SegmentationNoise.Law.init(rawValue:), laws)
    collator.segmentationLaw = law ?? .paper
    collator.typos = try Typos(self)
    _ = try fields()
    collator.fieldDropout = try fieldDropout()
    collator.slack = try share(.slack) ?? collator.slack
    if collator.slack == 1 { throw failure(.slack, "found 1 where a share below 1 was expected") }

    collator.tokenBudget = try integer(.tokenBudget, in: 1...16_777_216)
    if collator.tokenBudget != nil && values[.batchSize] != nil {
      throw failure(.tokenBudget, "found both this and batch_size, which it stands in the place of")
    }

    let reader = try RecipeReader(self, objective: objective, tokenizer)
    collator.padding = reader.padding
    collator.separator = reader.separator
    collator.classes = reader.classes
    if let kind = kinds.objective(objective) { collator.objective = try kind.init(reader) }
    collator.noise = try kinds.noise.compactMap { try $0.init(reader) }
    try check(collator, reader)
    if collator.needsTexts { collator.texts = TokenTexts(tokenizer) }
    return collator
  }

  /// Refuses settings that would have no effect beside the others.
  private func checkConditions(_ rows: Collator.Rows, _ objective: String) throws {
    for key in kinds.keys {
      guard let value = values[key], value != .null else { continue }
      if key == .shuffle && value == .bool(false) { continue }
      let needed = { (other: RecipeKey, names: [String], found: String) in
        let list = names.map { "\"\($0)\"" }.joined(separator: " or ")
        return failure(
          key,
          "the setting needs \"\(other.name)\": \(list), but found \"\(found)\""
        )
      }
      if !key.rows.isEmpty && !key.rows.contains(rows) {
        throw needed(.rows, key.rows.map(\.rawValue), rows.rawValue)
      }
      if let objectives = kinds.objectives(for: key), !objectives.contains(objective) {
        throw needed(.objective, objectives, objective)
      }
    }
  }

  /// Refuses what the parts of a collator cannot do together.
  private func check(_ collator: Collator, _ reader: RecipeReader) throws {
    let name = reader.objective
    for kind in kinds.noise { try kind.check(collator, reader) }
    if collator.isLive && collator.tokenBudget != nil {
      throw failure(.tokenBudget, "documents under noise on their text have no known length")
    }
    if collator.objective.inputLength(ofTokens: collator.stride) > collator.length {
      throw failure(.blockSize, "found \(collator.length), which is too short for \"\(name)\"")
    }
    let rows = collator.objective.kind.rows
    if !rows.contains(collator.rows) {
      let fitting = kinds.names { $0.rows.contains(collator.rows) }.joined(separator: ", ")
      let list = rows.map(\.rawValue).joined(separator: ", ")
      throw failure(
        .rows,
        rows.count > 1
          ? "\(collator.rows.rawValue) rows have one of \(fitting), not \"\(name)\""
          : "\"\(name)\" has rows of the kind \(list), not \(collator.rows.rawValue)"
      )
    }
    try collator.objective.check(collator, reader)
  }
}
