import Diagnostics
import Experiments
import JSONText

extension PlanReader {
  /// A name that a folder can have.
  func name(_ key: String) throws -> String {
    let name = try text(key)
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        || "-_.".utf8.contains(byte)
    }
    guard isPlain, (1...40).contains(name.utf8.count), name.utf8.first != UInt8(ascii: ".") else {
      throw InvalidData(
        place: path(key),
        "found '\(name)' where 1 to 40 letters, digits, '-', '_' or '.' were expected"
      )
    }
    return name
  }

  /// A share above 0, up to 1.
  func share(_ key: String) throws -> Double {
    let share = try number(key)
    if share > 0 && share <= 1 { return share }
    throw InvalidData(
      place: path(key),
      "found \(share) where a share above 0, up to 1 was expected"
    )
  }

  /// Rates above 0, all different.
  func learningRates() throws -> [Double] {
    let rates = try list("learning_rates").map { value -> Double in
      if case .number(let rate) = value, rate > 0, rate.isFinite { return rate }
      throw InvalidData(
        place: path("learning_rates"),
        "found \(value.kind) where a number above 0 was expected"
      )
    }
    guard (1...9).contains(rates.count), Set(rates).count == rates.count else {
      throw InvalidData(
        place: path("learning_rates"),
        "found \(rates.count) rates where 1 to 9 different ones were expected"
      )
    }
    return rates
  }

  /// A list of objects, each with its place.
  func objects(_ key: String, _ counts: ClosedRange<Int>) throws -> [PlanReader] {
    let values = try list(key)
    guard counts.contains(values.count) else {
      throw InvalidData(
        place: path(key),
        "found \(values.count) where \(counts.lowerBound) to \(counts.upperBound) were expected"
      )
    }
    return try values.enumerated().map { index, value in
      try PlanReader(value, at: "\(path(key))[\(index)]")
    }
  }

  /// One of some names.
  func choice<Choice>(
    _ key: String,
    among names: [String],
    _ make: (String) -> Choice?
  ) throws -> Choice {
    let name = try text(key)
    if names.contains(where: { $0.utf8.elementsEqual(name.utf8) }), let choice = make(name) {
      return choice
    }
    throw InvalidData(
      place: path(key),
      "found '\(name)' where one of \(names.joined(separator: ", ")) was expected"
    )
  }

  /// Refuses a list with a name in it twice.
  ///
  /// Names of folders that differ in case only are the same on some file systems.
  func refuseTwice(_ names: [String], _ key: String) throws {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.lowercased()).inserted {
      throw InvalidData(place: path(key), "two of them are called '\(name)'")
    }
  }
}
