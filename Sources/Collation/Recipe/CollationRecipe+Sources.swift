public import Corpora
import Diagnostics
import JSONText

/// Files of a recipe, and how often they are seen.
public struct RecipeSource: Hashable, Sendable {
  /// The files, one behind the other.
  public let paths: [String]
  /// What they are: `text`, or tokens of a format; nil as the rest of the recipe is read.
  public let format: String?
  /// What is read of each line of JSON; nil where they are none.
  public let fields: DocumentFields?
  /// How often they are seen in an epoch.
  public let share: SourceShare
}

extension CollationRecipe {
  /// The settings of a source.
  private enum SourceKey: String, CaseIterable {
    case path, weight, fields, from
    case repeats = "repeat"
  }

  /// The sources that the recipe names; nil where it names none.
  ///
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected.
  public func sources() throws -> [RecipeSource]? {
    guard let value = values[.sources] else { return nil }
    guard case .array(let elements) = value, !elements.isEmpty else {
      throw failure(.sources, "found \(shown(value)) where a list of sources was expected")
    }
    if values[.rows]?.text == "contiguous" {
      throw failure(.sources, "rows of the kind contiguous go through one text from end to end")
    }
    if values[.rows]?.text.flatMap(Collator.Rows.init(name:)) == .concatenated {
      throw failure(
        .sources,
        "rows of the kind concatenated (pack) have no number before they are made: use grid"
      )
    }
    for key in [RecipeKey.tokenBudget, .shiftWindows]
    where values[key] != nil && values[key] != .bool(false) {
      throw failure(key, "the setting is of one source of data, but the recipe has sources")
    }
    let sources = try elements.enumerated().map { try source($1, number: $0 + 1) }
    let areWeighed = sources.map { if case .weight = $0.share { true } else { false } }
    if Set(areWeighed).count == 2 {
      throw failure(.sources, "either all sources have a weight, or none")
    }
    return sources
  }

  private func source(_ value: JSONValue, number: Int) throws -> RecipeSource {
    let invalid = { (message: String) in failure(.sources, "source \(number): \(message)") }
    guard case .object(let members) = value else {
      throw invalid("found \(shown(value)) where an object was expected")
    }
    var settings: [SourceKey: JSONValue] = [:]
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      guard let key = SourceKey(rawValue: name) else {
        let names = SourceKey.allCases.map(\.rawValue)
        let nearest = names.min {
          editDistance($0, name) < editDistance($1, name)
        }
        throw invalid("there is no setting '\(name)'; the nearest is '\(nearest ?? "")'")
      }
      if member.value != .null { settings[key] = member.value }
    }
    guard let paths = try settings[.path].map({ try texts(.sources, $0) }), !paths.isEmpty else {
      throw invalid("the setting 'path' is missing: a file, or a list of files")
    }
    let format = try settings[.from].map { try texts(.sources, $0).joined() }
    // The fields of the whole recipe are of text only.
    let inherited = format == nil || format == "text" ? try texts(.fields) : nil
    return RecipeSource(
      paths: paths,
      format: format,
      fields: try fields(settings[.fields].map { try texts(.sources, $0) } ?? inherited),
      share: try share(settings, invalid)
    )
  }

  private func share(
    _ settings: [SourceKey: JSONValue],
    _ invalid: @escaping (String) -> InvalidData
  ) throws -> SourceShare {
    let number = { (key: SourceKey) throws -> Double? in
      guard let value = settings[key] else { return nil }
      if case .number(let number) = value, number > 0, number <= 1e6 { return number }
      throw invalid("'\(key.rawValue)' should be a number above 0, at most a million")
    }
    guard let weight = try number(.weight) else { return .repeats(try number(.repeats) ?? 1) }
    if settings[.repeats] != nil { throw invalid("'weight' and 'repeat' exclude each other") }
    return .weight(weight)
  }
}

extension RecipeKey {
  static let sources = RecipeKey(
    "sources",
    fallback: "null",
    "the data, instead of files: a list of objects with path, fields, from, and repeat (passes in an epoch) "
      + "or weight (its part of the rows)"
  )
}
