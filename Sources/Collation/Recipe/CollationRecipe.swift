// Format: one JSON object whose keys are those of RecipeKey.swift; null is the default. Rates are
//   numbers, or texts as `NoiseRate` reads them. Tokens are texts.

public import BytePairEncoding
import Diagnostics
import Files
package import JSONText
import Noise
public import Tokenization
import TokenizerFormats

/// The settings of a ``Collator`` as a file has them, where tokens are texts.
public struct CollationRecipe: Sendable {
  private let path: String?
  let values: [RecipeKey: JSONValue]

  /// The default of every setting.
  public init() {
    path = nil
    values = [:]
  }

  /// Reads a recipe.
  ///
  /// - Parameters:
  ///   - text: JSON.
  ///   - path: For messages.
  /// - Throws: ``InvalidData`` where it is no JSON object or has an unknown key.
  public init(_ text: [UInt8], path: String? = nil) throws {
    do {
      try self.init(JSONParser.parse(text), path: path)
    } catch let error as InvalidData {
      throw InvalidData(path: path, place: error.place, error.message)
    }
  }

  /// Takes a recipe from a JSON value.
  ///
  /// - Throws: ``InvalidData`` where it is no object or has an unknown key.
  package init(_ value: JSONValue, path: String? = nil) throws {
    self.path = path
    let fail = { (place: String?, message: String) in
      InvalidData(path: path, place: place, message)
    }
    guard case .object(let members) = value else {
      throw fail(nil, "found \(value.kind) where an object of settings was expected")
    }
    var values: [RecipeKey: JSONValue] = [:]
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      guard let key = RecipeKey(rawValue: name) else {
        let nearest = RecipeKey.nearest(to: name).rawValue
        throw fail(name, "there is no such setting; the nearest is '\(nearest)'")
      }
      values[key] = member.value == .null && key != .separator ? nil : member.value
    }
    self.values = values
  }

  /// Reads a recipe from a file.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` where it is no JSON object or has an unknown key.
  public init(contentsOf path: String) throws {
    try self.init(InputFile(path).readAll(limit: 1 << 20), path: path)
  }

  /// The same recipe with the settings of another one in place of its own.
  ///
  /// - Parameter other: Its settings win; what it does not set stays.
  /// - Returns: A recipe whose messages name this one's file.
  public func overridden(by other: CollationRecipe) -> CollationRecipe {
    CollationRecipe(path: path, values: values.merging(other.values) { $1 })
  }

  private init(path: String?, values: [RecipeKey: JSONValue]) {
    self.path = path
    self.values = values
  }

  /// A line for each setting: name, default and meaning.
  public static var documentation: [String] {
    RecipeKey.allCases.map { key in
      let (fallback, meaning) = key.documentation
      return "\(key.rawValue) (\(fallback)): \(meaning)"
    }
  }

  func fail(_ key: RecipeKey, _ message: String) -> InvalidData {
    InvalidData(path: path, place: key.rawValue, message)
  }

  /// The token put behind each document of a text, or nil.
  ///
  /// - Throws: ``InvalidData`` where the tokenizer has no such token.
  public func separator(for tokenizer: Tokenizer) throws -> TokenID? {
    if values[.separator] == .null { return nil }
    // Texts that stand between marks of their own have none.
    if let name = values[.objective]?.text, RecipeKey.classes.contains(name) { return nil }
    return try token(.separator, tokenizer, orFirstOf: ["<|endoftext|>", "</s>"])
  }

  /// The settings for the tokens of a tokenizer.
  ///
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  public func collator(for tokenizer: Tokenizer) throws -> Collator {
    var collator = Collator()
    let kinds = Collator.Rows.allCases.map(\.rawValue)
    collator.rows = try choice(.rows, Collator.Rows.init, kinds) ?? .windows
    let objective = try choice(.objective, { $0 }, Self.objectives) ?? "causal"
    try checkConditions([.rows: collator.rows.rawValue, .objective: objective])
    if let version = try integer(.noiseVersion, in: 0...1_000_000), version != NoiseKey.version {
      throw fail(.noiseVersion, "found \(version), but this is \(NoiseKey.version)")
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
    collator.typos = try typos()
    _ = try fields()
    collator.fieldDropout = try fieldDropout()
    collator.slack = try share(.slack) ?? collator.slack
    if collator.slack == 1 { throw fail(.slack, "found 1 where a share below 1 was expected") }

    collator.tokenBudget = try integer(.tokenBudget, in: 1...16_777_216)
    if collator.tokenBudget != nil && values[.batchSize] != nil {
      throw fail(.tokenBudget, "found both this and batch_size, which it stands in the place of")
    }

    let special = try SpecialTokens(self, objective: objective, tokenizer)
    collator.padding = special.padding
    collator.classes = special.classes
    collator.objective = try self.objective(objective, special)
    collator.noise = try noise(special)
    try check(collator, objective)
    if collator.needsTexts { collator.texts = TokenTexts(tokenizer) }
    return collator
  }

  /// Refuses settings that would be of no effect beside the others.
  private func checkConditions(_ chosen: [RecipeKey: String]) throws {
    for key in RecipeKey.allCases where values[key] != nil {
      guard let condition = key.condition, let value = chosen[condition.key] else { continue }
      if condition.values.contains(value) { continue }
      if key == .shuffle && values[key] == .bool(false) { continue }
      if values[key] == .null { continue }
      let needed = condition.values.map { "\"\($0)\"" }.joined(separator: " or ")
      throw fail(
        key,
        "the setting needs \"\(condition.key.rawValue)\": \(needed), but found \"\(value)\""
      )
    }
  }
}

extension CollationRecipe {
  func integer(_ key: RecipeKey, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = values[key] else { return nil }
    if let number = value.integer(below: range.upperBound + 1), range.contains(number) {
      return number
    }
    throw fail(key, "found \(shown(value)) where a whole number in \(range) was expected")
  }

  func share(_ key: RecipeKey) throws -> Double? {
    guard let value = values[key] else { return nil }
    if case .number(let number) = value, number >= 0 && number <= 1 { return number }
    throw fail(key, "found \(shown(value)) where a number in 0...1 was expected")
  }

  func flag(_ key: RecipeKey) throws -> Bool? {
    guard let value = values[key] else { return nil }
    if case .bool(let flag) = value { return flag }
    throw fail(key, "found \(shown(value)) where true or false was expected")
  }

  func rate(_ key: RecipeKey) throws -> NoiseRate? {
    try values[key].map { try rate(key, $0) }
  }

  /// The rate that a value says.
  func rate(_ key: RecipeKey, _ value: JSONValue) throws -> NoiseRate {
    if case .number(let number) = value, let rate = DropoutRate(number) { return NoiseRate(rate) }
    if let rate = value.text.flatMap({ NoiseRate($0) }) { return rate }
    throw fail(
      key,
      "found \(shown(value)) where a rate in 0...1 was expected, such as 0.1 or \"0.1:early:0.5\""
    )
  }

  func choice<Choice>(
    _ key: RecipeKey,
    _ make: (String) -> Choice?,
    _ names: [String]
  ) throws -> Choice? {
    guard let value = values[key] else { return nil }
    if let text = value.text, names.contains(text) { return make(text) }
    let expected = names.joined(separator: ", ")
    throw fail(key, "found \(shown(value)) where one of \(expected) was expected")
  }

  func token(
    _ key: RecipeKey,
    _ tokenizer: Tokenizer,
    orFirstOf names: [String]
  ) throws -> TokenID? {
    guard let value = values[key] else {
      return names.lazy.compactMap { tokenizer.id(of: $0) }.first
    }
    guard let text = value.text else {
      throw fail(key, "found \(shown(value)) where the text of a token was expected")
    }
    if let id = tokenizer.id(of: text) { return id }
    throw fail(key, "found '\(text)', which is no token of this tokenizer")
  }

  /// A value as a message shows it.
  func shown(_ value: JSONValue) -> String {
    switch value {
    case .number, .bool:
      var bytes: [UInt8] = []
      value.write(to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    case .string(let bytes): return "'\(String(decoding: bytes.prefix(60), as: UTF8.self))'"
    default: return value.kind
    }
  }
}
