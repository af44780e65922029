package import JSONText

/// The value of a setting of a ``CollationRecipe``, for recipes that a program makes.
///
/// Literals are values: `["rows": "grid", "block_size": 64, "bpe_dropout": 0.1, "shuffle": false]`.
public enum RecipeValue: Hashable, Sendable {
  /// A rate, a share or a count.
  case number(Double)
  /// A name, a token, or a rate with its schedule.
  case text(String)
  /// On or off.
  case flag(Bool)

  /// The value as a file of settings has it.
  fileprivate var json: JSONValue {
    switch self {
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    case .flag(let flag): .bool(flag)
    }
  }
}

extension RecipeValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
{
  /// A whole number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// On or off.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension CollationRecipe {
  /// A recipe from values.
  ///
  /// - Parameter settings: By the names that a file has them under.
  /// - Throws: ``InvalidData`` for a name that is no setting.
  public init(_ settings: [String: RecipeValue]) throws {
    let members = settings.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.json) }
    try self.init(.object(members))
  }

  /// The settings as a file has them, sorted by name.
  package var json: JSONValue {
    let settings = values.sorted { $0.key.name < $1.key.name }
    return .object(settings.map { JSONMember($0.key.name, $0.value) })
  }
}
