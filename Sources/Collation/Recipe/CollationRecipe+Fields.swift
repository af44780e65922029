public import Corpora
import JSONText
import Noise

extension CollationRecipe {
  /// What is read of each line of JSON; nil where the text is no JSON.
  ///
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  public func fields() throws -> DocumentFields? { try fields(texts(.fields)) }

  /// What is read of each line of JSON with some fields; nil where there are none.
  func fields(_ texts: [String]?) throws -> DocumentFields? {
    guard let texts else {
      for key in [RecipeKey.fieldDropout, .labelField] where values[key] != nil {
        throw failure(key, "the setting needs fields: the text must be lines of JSON")
      }
      return nil
    }
    if texts.isEmpty || Set(texts.map { Array($0.utf8) }).count < texts.count {
      throw failure(.fields, "at least one field was expected, and none of them twice")
    }
    let labels = try self.texts(.labels) ?? []
    if !labels.isEmpty && values[.labelField] == nil {
      throw failure(.labels, "the setting needs label_field")
    }
    return DocumentFields(
      texts,
      label: try text(.labelField),
      labels: labels,
      // Texts that stand between marks of their own are not joined.
      joint: keepsFields ? [] : [0x0A]
    )
  }

  /// The rates of the fields; nil where none is left out.
  func fieldDropout() throws -> FieldDropout? {
    guard let value = values[.fieldDropout], let names = try fields()?.texts else { return nil }
    guard case .object(let members) = value else {
      guard let rate = try rate(.fieldDropout), rate.peak != .zero else { return nil }
      return FieldDropout(rates: names.map { _ in rate })
    }
    var rates = names.map { _ in NoiseRate(.zero) }
    for member in members {
      guard let index = names.firstIndex(where: { Array($0.utf8) == member.key }) else {
        let name = String(decoding: member.key, as: UTF8.self)
        throw failure(
          .fieldDropout,
          "found '\(name)', which is none of \(names.joined(separator: ", "))"
        )
      }
      rates[index] = try rate(.fieldDropout, member.value)
    }
    return rates.allSatisfy { $0.peak == .zero } ? nil : FieldDropout(rates: rates)
  }

  /// A list of texts, or one.
  func texts(_ key: RecipeKey) throws -> [String]? {
    try values[key].map { try texts(key, $0) }
  }

  /// The texts that a value says.
  func texts(_ key: RecipeKey, _ value: JSONValue) throws -> [String] {
    if let text = value.text { return [text] }
    guard case .array(let elements) = value else {
      throw failure(key, "found \(shown(value)) where a text or a list of texts was expected")
    }
    return try elements.map { element in
      if let text = element.text { return text }
      throw failure(key, "found \(shown(element)) where a text was expected")
    }
  }
}

extension RecipeKey {
  static let fields = RecipeKey(
    "fields",
    fallback: "null",
    "the text is lines of JSON: the field with the text, or a list of fields"
  )
  static let labelField = RecipeKey(
    "label_field",
    fallback: "null",
    "the field with the class, a number from 0 or a name"
  )
  static let labels = RecipeKey(
    "labels",
    fallback: "null",
    "the names of the classes, number 0 first"
  )
}
