import BytePairEncoding
import Diagnostics
import JSONText
public import Noise
import Tokenization

extension CollationRecipe {
  /// A whole number; nil where the recipe does not set it.
  ///
  /// - Throws: ``InvalidData`` where it is something else, or outside the range.
  public func integer(_ key: RecipeKey, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = values[key] else { return nil }
    if let number = value.integer(below: range.upperBound + 1), range.contains(number) {
      return number
    }
    throw failure(key, "found \(shown(value)) where a whole number in \(range) was expected")
  }

  /// A number in 0...1; nil where the recipe does not set it.
  ///
  /// - Throws: ``InvalidData`` where it is something else.
  public func share(_ key: RecipeKey) throws -> Double? {
    guard let value = values[key] else { return nil }
    if case .number(let number) = value, number >= 0 && number <= 1 { return number }
    throw failure(key, "found \(shown(value)) where a number in 0...1 was expected")
  }

  /// True or false; nil where the recipe does not set it.
  ///
  /// - Throws: ``InvalidData`` where it is something else.
  public func flag(_ key: RecipeKey) throws -> Bool? {
    guard let value = values[key] else { return nil }
    if case .bool(let flag) = value { return flag }
    throw failure(key, "found \(shown(value)) where true or false was expected")
  }

  /// A rate with its schedule; nil where the recipe does not set it.
  ///
  /// - Throws: ``InvalidData`` where it is something else.
  public func rate(_ key: RecipeKey) throws -> NoiseRate? {
    try values[key].map { try rate(key, $0) }
  }

  /// The rate that a value says.
  func rate(_ key: RecipeKey, _ value: JSONValue) throws -> NoiseRate {
    if case .number(let number) = value, let rate = DropoutRate(number) { return NoiseRate(rate) }
    if let rate = value.text.flatMap({ NoiseRate($0) }) { return rate }
    throw failure(
      key,
      "found \(shown(value)) where a rate in 0...1 was expected, such as 0.1 or \"0.1:early:0.5\""
    )
  }

  /// One of some names; nil where the recipe does not set it.
  ///
  /// - Parameters:
  ///   - key: The setting.
  ///   - make: Makes the choice of a name.
  ///   - names: The names that there are.
  /// - Returns: The choice of the name that the recipe has.
  /// - Throws: ``InvalidData`` where it is none of them.
  public func choice<Choice>(
    _ key: RecipeKey,
    _ make: (String) -> Choice?,
    _ names: [String]
  ) throws -> Choice? {
    guard let value = values[key] else { return nil }
    if let text = value.text, names.contains(text) { return make(text) }
    let expected = names.joined(separator: ", ")
    throw failure(key, "found \(shown(value)) where one of \(expected) was expected")
  }

  /// The token that a setting names, or the first that a tokenizer has of some usual names.
  func token(
    _ key: RecipeKey,
    _ tokenizer: Tokenizer,
    orFirstOf names: [String]
  ) throws -> TokenID? {
    guard let value = values[key] else {
      return names.lazy.compactMap { tokenizer.id(of: $0) }.first
    }
    guard let text = value.text else {
      throw failure(key, "found \(shown(value)) where the text of a token was expected")
    }
    if let id = tokenizer.id(of: text) { return id }
    throw failure(key, "found '\(text)', which is no token of this tokenizer")
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

  /// A number that need not be whole; nil where the recipe does not set it.
  ///
  /// - Throws: ``InvalidData`` where it is something else, or outside the range.
  public func number(_ key: RecipeKey, in range: ClosedRange<Double>) throws -> Double? {
    guard let value = values[key] else { return nil }
    if case .number(let number) = value, range.contains(number) { return number }
    throw failure(key, "found \(shown(value)) where a number in \(range) was expected")
  }

  /// A text; nil where the recipe does not set it.
  ///
  /// - Throws: ``InvalidData`` where it is something else.
  public func text(_ key: RecipeKey) throws -> String? {
    guard let value = values[key] else { return nil }
    if let text = value.text { return text }
    throw failure(key, "found \(shown(value)) where a text was expected")
  }

  /// Whether the recipe sets a key to something other than null.
  public func has(_ key: RecipeKey) -> Bool { values[key].map { $0 != .null } ?? false }

  /// Whether the objective keeps the fields of a document apart.
  var keepsFields: Bool {
    values[.objective]?.text.flatMap { kinds.objective($0) }?.keepsFields ?? false
  }
}
