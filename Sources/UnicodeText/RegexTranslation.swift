// Procedure: `\s \S \w \W \d \D` and `\p{…} \P{…}` of general categories are replaced by their sets
//   of code points in Unicode 16 (`\w` as in Oniguruma), and `\b \B` by their definitions; the rest
//   stays. ICU's own classes follow its own version of Unicode, and its `\s` lacks U+000B and
//   U+0085.
// Complexity: O(length of the translated pattern). A class takes some kilobytes there, so both
//   lengths are bounded: ICU's memory and time grow with them.

import CUnicode
import Diagnostics

/// Translates patterns of Hugging Face's engine to ICU's.
struct RegexTranslation {
  /// The names of general categories in the order of the class table.
  private static let categories = [
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
  ]

  /// The longest pattern before and after translation, in bytes.
  private static let longestPattern = 1 << 14
  private static let longestTranslation = 1 << 22

  private let pattern: [Unicode.Scalar]
  private var position = 0
  private var result = ""
  private var sets: [String: String] = [:]
  /// The number of open brackets.
  private var setDepth = 0
  private var isInSet: Bool { setDepth > 0 }

  private init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  /// Translates a pattern.
  ///
  /// - Returns: The pattern for ICU.
  /// - Throws: ``InvalidData`` for syntax that engines interpret differently, and for patterns that
  ///   are too long.
  static func translate(_ pattern: String) throws -> String {
    guard pattern.utf8.count <= longestPattern else {
      throw InvalidData(
        "the pattern has \(pattern.utf8.count) bytes; at most \(longestPattern) are read"
      )
    }
    var translation = RegexTranslation(pattern)
    while translation.position < translation.pattern.count {
      try translation.step()
      guard translation.result.utf8.count <= longestTranslation else {
        throw InvalidData(
          "the pattern has too many classes: written out they take more than \(longestTranslation) bytes"
        )
      }
    }
    return translation.result
  }

  private mutating func step() throws {
    let scalar = pattern[position]
    position += 1
    if scalar == "\\", position < pattern.count {
      escape()
      return
    }
    if scalar == "[", isInSet, takes("[:punct:]") {
      append(setNamed: "P", isNegated: false)
      append(setNamed: "S", isNegated: false)
      return
    }
    result.unicodeScalars.append(scalar)
    if scalar == "(" { options() }
    if scalar == "[" { setDepth += 1 }
    if scalar == "]" { setDepth = max(setDepth - 1, 0) }
    guard scalar == "{" else { return }
    let count = pattern[position...].prefix { ("0"..."9").contains($0) || $0 == "," }
    let end = position + count.count
    if !count.isEmpty, end + 1 < pattern.count, pattern[end] == "}", pattern[end + 1] == "+" {
      throw InvalidData(
        "the pattern '\(String(String.UnicodeScalarView(pattern)))': '{…}+' is possessive for some "
          + "engines and repeats for others; leave the + out, or write (?:…{…})+"
      )
    }
  }

  /// Reads a text that begins with the scalar before the position.
  private mutating func takes(_ text: String) -> Bool {
    let rest = pattern[(position - 1)...].prefix(text.unicodeScalars.count)
    guard rest.elementsEqual(text.unicodeScalars) else { return false }
    position = rest.endIndex
    return true
  }

  /// Translates options behind a parenthesis: Oniguruma's `m` is ICU's `s`.
  private mutating func options() {
    guard !isInSet, position < pattern.count, pattern[position] == "?" else { return }
    let letters = pattern[(position + 1)...].prefix { "imx-".unicodeScalars.contains($0) }
    guard letters.endIndex < pattern.count, ":)".unicodeScalars.contains(pattern[letters.endIndex])
    else { return }
    result.unicodeScalars.append("?")
    result.unicodeScalars.append(contentsOf: letters.map { $0 == "m" ? "s" : $0 })
    position = letters.endIndex
  }

  private mutating func escape() {
    let letter = pattern[position]
    position += 1
    switch letter {
    case "s", "d": append(setNamed: String(letter), isNegated: false)
    case "S", "D": append(setNamed: String(letter).lowercased(), isNegated: true)
    case "w", "W": append(setNamed: isInSet ? "w in brackets" : "w", isNegated: letter == "W")
    case "b" where !isInSet: append(boundary: ["?=", "?!"])
    case "B" where !isInSet: append(boundary: ["?!", "?="])
    case "p", "P", "x":
      var argument = braces()
      let isInverted = letter != "x" && argument.hasPrefix("^")
      if isInverted { argument.removeFirst() }
      if letter != "x", Self.categories.contains(where: { $0.hasPrefix(argument) }),
        !argument.isEmpty
      {
        append(setNamed: argument, isNegated: (letter == "P") != isInverted)
      } else {
        let letter = isInverted ? (letter == "P" ? "p" : "P") : letter
        result.unicodeScalars.append(contentsOf: ["\\", letter])
        if !argument.isEmpty {
          result.unicodeScalars.append(contentsOf: "{\(argument)}".unicodeScalars)
        }
      }
    default: result.unicodeScalars.append(contentsOf: ["\\", letter])
    }
  }

  /// A boundary between a word character and another; ICU's own `\b` looks through marks.
  private mutating func append(boundary lookaheads: [String]) {
    let word = sets["w"] ?? Self.ranges(of: "w")
    sets["w"] = word
    let (inside, outside) = (lookaheads[1], lookaheads[0])
    let boundary = "(?:(?<=[\(word)])(\(inside)[\(word)])|(?<![\(word)])(\(outside)[\(word)]))"
    result.unicodeScalars.append(contentsOf: boundary.unicodeScalars)
  }

  /// Reads the text in braces at the position; empty if there is none.
  private mutating func braces() -> String {
    guard position < pattern.count, pattern[position] == "{" else { return "" }
    // No name is longer.
    let argument = pattern[(position + 1)...].prefix(64).prefix { $0 != "}" }
    guard argument.endIndex < pattern.count, pattern[argument.endIndex] == "}" else { return "" }
    position = argument.endIndex + 1
    return String(String.UnicodeScalarView(argument))
  }

  private mutating func append(setNamed name: String, isNegated: Bool) {
    let set = sets[name] ?? Self.ranges(of: name)
    sets[name] = set
    result.unicodeScalars.append(contentsOf: "[\(isNegated ? "^" : "")\(set)]".unicodeScalars)
  }

  /// The characters that Oniguruma's `\w` adds to Unicode's outside brackets, and those it lacks.
  private static let otherWordCharacters: Set<UInt32> = [0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE]
  private static let noWordCharacters: Set<UInt32> = [0x200C, 0x200D]

  /// The starts of runs of code points of one class, in order, and their classes.
  ///
  /// As in the class table, except for `\w`: bit 6 inside brackets, bit 7 outside.
  private static let runs: [(start: UInt32, bits: UInt8)] = {
    var runs: [(start: UInt32, bits: UInt8)] = []
    for scalar in 0...0x10_FFFF as ClosedRange<UInt32> {
      var bits = bpd_class_of(scalar)
      bits |= bits << 1 & 128
      if scalar < 0x2010 {
        if otherWordCharacters.contains(scalar) { bits |= 128 }
        if noWordCharacters.contains(scalar) { bits &= 63 }
      }
      if runs.last?.bits != bits { runs.append((scalar, bits)) }
    }
    return runs
  }()

  /// The ranges of code points of a class, as the content of a set.
  private static func ranges(of name: String) -> String {
    let belongs = (UInt8.min...UInt8.max).map { (bits: UInt8) -> Bool in
      let index = Int(bits & 31)
      let category = index < categories.count ? categories[index] : ""
      switch name {
      case "s": return bits & 32 != 0
      case "w": return bits & 128 != 0
      case "w in brackets": return bits & 64 != 0
      case "d": return category == "Nd"
      default: return category.hasPrefix(name)
      }
    }
    var ranges = ""
    var start: UInt32?
    for run in runs + [(0x11_0000, 0)] {
      let isIn = run.start < 0x11_0000 && belongs[Int(run.bits)]
      if isIn && start == nil { start = run.start }
      if !isIn, let first = start {
        ranges += "\\x{\(String(first, radix: 16))}-\\x{\(String(run.start - 1, radix: 16))}"
        start = nil
      }
    }
    return ranges
  }
}
