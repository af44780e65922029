import Diagnostics
import JSONText

/// The settings of one object of a plan, with the place for messages.
struct PlanReader {
  private let value: JSONValue
  private let place: String

  /// Reads an object.
  ///
  /// - Throws: ``InvalidData`` for anything else.
  init(_ value: JSONValue, at place: String = "") throws {
    guard case .object = value else {
      throw InvalidData(
        place: place.isEmpty ? nil : place,
        "found \(value.kind) where an object was expected"
      )
    }
    (self.value, self.place) = (value, place)
  }

  private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  private func fail(_ key: String, _ expected: String) -> InvalidData {
    InvalidData(
      place: path(key),
      "found \(value[key]?.kind ?? "nothing") where \(expected) was expected"
    )
  }

  /// The value of a key; nil where it is missing or null.
  func optional(_ key: String) -> JSONValue? { value[key] == .null ? nil : value[key] }

  func number(_ key: String) throws -> Double {
    if case .number(let number) = value[key] { return number }
    throw fail(key, "a number")
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int {
    if let number = value[key]?.integer(below: range.upperBound + 1), range.contains(number) {
      return number
    }
    throw fail(key, "a whole number in \(range)")
  }

  func text(_ key: String) throws -> String {
    if let text = value[key]?.text { return text }
    throw fail(key, "a text")
  }

  func optionalText(_ key: String) throws -> String? {
    try optional(key) == nil ? nil : text(key)
  }

  func flag(_ key: String) throws -> Bool {
    if case .bool(let flag) = value[key] { return flag }
    throw fail(key, "true or false")
  }

  func object(_ key: String) throws -> PlanReader {
    guard let member = value[key] else { throw fail(key, "an object") }
    return try PlanReader(member, at: path(key))
  }

  func list(_ key: String) throws -> [JSONValue] {
    if case .array(let elements) = value[key] { return elements }
    throw fail(key, "a list")
  }

  func texts(_ key: String) throws -> [String] {
    let texts = try list(key).map(\.text)
    if texts.contains(nil) { throw fail(key, "a list of texts") }
    return texts.compactMap { $0 }
  }

  /// A name that stands for a value.
  func choice<Choice>(_ key: String, _ make: (String) -> Choice?) throws -> Choice {
    let name = try text(key)
    if let choice = make(name) { return choice }
    throw InvalidData(place: path(key), "found '\(name)', which is none of the names")
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
