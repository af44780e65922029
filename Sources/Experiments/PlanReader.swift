import Diagnostics
package import JSONText

/// The settings of one object of a plan, or of a study, with the place for messages.
package struct PlanReader {
  /// The object.
  package let value: JSONValue
  private let place: String

  /// Reads an object.
  ///
  /// - Throws: ``InvalidData`` for anything else.
  package init(_ value: JSONValue, at place: String = "") throws {
    guard case .object = value else {
      throw InvalidData(
        place: place.isEmpty ? nil : place,
        "found \(value.kind) where an object was expected"
      )
    }
    (self.value, self.place) = (value, place)
  }

  /// The place of a member.
  package func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  private func fail(_ key: String, _ expected: String) -> InvalidData {
    InvalidData(
      place: path(key),
      "found \(value[key]?.kind ?? "nothing") where \(expected) was expected"
    )
  }

  /// The value of a key; nil where it is missing or null.
  package func optional(_ key: String) -> JSONValue? { value[key] == .null ? nil : value[key] }

  /// A number that must be there.
  package func number(_ key: String) throws -> Double {
    if case .number(let number) = value[key] { return number }
    throw fail(key, "a number")
  }

  /// A whole number that must be there.
  package func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    if let number = value[key]?.integer(below: range.upperBound + 1), range.contains(number) {
      return number
    }
    throw fail(key, "a whole number in \(range)")
  }

  /// A text that must be there.
  package func text(_ key: String) throws -> String {
    if let text = value[key]?.text { return text }
    throw fail(key, "a text")
  }

  /// A text; nil where it is missing or null.
  package func optionalText(_ key: String) throws -> String? {
    try optional(key) == nil ? nil : text(key)
  }

  /// A truth value that must be there.
  package func flag(_ key: String) throws -> Bool {
    if case .bool(let flag) = value[key] { return flag }
    throw fail(key, "true or false")
  }

  /// An object that must be there.
  package func object(_ key: String) throws -> PlanReader {
    guard let member = value[key] else { throw fail(key, "an object") }
    return try PlanReader(member, at: path(key))
  }

  /// A list that must be there.
  package func list(_ key: String) throws -> [JSONValue] {
    if case .array(let elements) = value[key] { return elements }
    throw fail(key, "a list")
  }

  /// A list of texts that must be there.
  package func texts(_ key: String) throws -> [String] {
    let texts = try list(key).map(\.text)
    if texts.contains(nil) { throw fail(key, "a list of texts") }
    return texts.compactMap { $0 }
  }

  /// A name that stands for a value.
  package func choice<Choice>(_ key: String, _ make: (String) -> Choice?) throws -> Choice {
    let name = try text(key)
    if let choice = make(name) { return choice }
    throw InvalidData(place: path(key), "found '\(name)', which is none of the names")
  }

  /// Refuses members that nobody reads.
  ///
  /// - Parameter known: The names that are read.
  /// - Throws: ``InvalidData`` with the first other member.
  package func refuseKeys(besides known: [String]) throws {
    guard case .object(let members) = value else { return }
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      guard !known.contains(where: { $0.utf8.elementsEqual(member.key) }) else { continue }
      let nearest = known.min { editDistance(name, $0) < editDistance(name, $1) }
      throw InvalidData(
        place: path(name),
        "there is no such member; the nearest is '\(nearest ?? "")'"
      )
    }
  }

  /// All members, in their order, as texts: numbers as they are written.
  var members: [(key: String, value: String)] {
    guard case .object(let members) = value else { return [] }
    return members.map { member in
      let text =
        switch member.value {
        case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
        case let value: value.text ?? value.kind
        }
      return (String(decoding: member.key, as: UTF8.self), text)
    }
  }
}
