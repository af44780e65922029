// Procedure: `\s \S \w \W \d \D` and `\p{…} \P{…}` of general categories are replaced by the sets of
//   code points that they are in Unicode 16 (`\w` as Oniguruma has it), and `\b \B` by what they mean; the rest is handed on. ICU's own classes are of
//   its own Unicode version, and its `\s` lacks U+000B and U+0085.
// Complexity: O(length of the pattern + classes · code points).

import CTextKernels
import Files

struct RegexTranslation {
  /// The names of general categories in the order of the class table.
  private static let categories = [
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
  ]

  private let pattern: [Unicode.Scalar]
  private var position = 0
  private var result = String.UnicodeScalarView()
  private var sets: [String: String] = [:]
  /// How many brackets are open.
  private var setDepth = 0
  private var isInSet: Bool { setDepth > 0 }

  private init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  /// The pattern as ICU is to read it.
  ///
  /// - Throws: ``InvalidData`` for what engines read differently.
  static func translate(_ pattern: String) throws -> String {
    var translation = RegexTranslation(pattern)
    while translation.position < translation.pattern.count { try translation.step() }
    return String(translation.result)
  }

  private mutating func step() throws {
    let scalar = pattern[position]
    position += 1
    if scalar == "\\", position < pattern.count {
      escape()
      return
    }
    result.append(scalar)
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
      let argument = braces()
      if letter != "x", Self.categories.contains(where: { $0.hasPrefix(argument) }),
        !argument.isEmpty
      {
        append(setNamed: argument, isNegated: letter == "P")
      } else {
        result.append(contentsOf: ["\\", letter])
        if !argument.isEmpty { result.append(contentsOf: "{\(argument)}".unicodeScalars) }
      }
    default: result.append(contentsOf: ["\\", letter])
    }
  }

  /// Between a word character and another; ICU's own looks through marks.
  private mutating func append(boundary lookaheads: [String]) {
    let word = sets["w"] ?? Self.ranges(of: "w")
    sets["w"] = word
    let (inside, outside) = (lookaheads[1], lookaheads[0])
    let boundary = "(?:(?<=[\(word)])(\(inside)[\(word)])|(?<![\(word)])(\(outside)[\(word)]))"
    result.append(contentsOf: boundary.unicodeScalars)
  }

  /// What stands in braces here, passed over; empty where nothing does.
  private mutating func braces() -> String {
    guard position < pattern.count, pattern[position] == "{" else { return "" }
    let argument = pattern[(position + 1)...].prefix { $0 != "}" }
    guard argument.endIndex < pattern.count else { return "" }
    position = argument.endIndex + 1
    return String(String.UnicodeScalarView(argument))
  }

  private mutating func append(setNamed name: String, isNegated: Bool) {
    let set = sets[name] ?? Self.ranges(of: name)
    sets[name] = set
    result.append(contentsOf: "[\(isNegated ? "^" : "")\(set)]".unicodeScalars)
  }

  /// What Oniguruma's `\w` has beyond Unicode's outside of brackets, and what it lacks.
  private static let otherWordCharacters: Set<UInt32> = [0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE]
  private static let noWordCharacters: Set<UInt32> = [0x200C, 0x200D]

  /// The ranges of code points of a class, as they stand in a set.
  private static func ranges(of name: String) -> String {
    let belongs = (UInt8.min...UInt8.max).map { (bits: UInt8) -> Bool in
      let index = Int(bits & 31)
      let category = index < categories.count ? categories[index] : ""
      switch name {
      case "s": return bits & 32 != 0
      case "w", "w in brackets": return bits & 64 != 0
      case "d": return category == "Nd"
      default: return category.hasPrefix(name)
      }
    }
    var ranges = ""
    var start: UInt32?
    for scalar in 0...0x11_0000 as ClosedRange<UInt32> {
      var isIn = scalar < 0x11_0000 && belongs[Int(bpd_class_of(scalar))]
      if name.hasPrefix("w") && scalar < 0x2010 {
        if name == "w" && otherWordCharacters.contains(scalar) { isIn = true }
        if noWordCharacters.contains(scalar) { isIn = false }
      }
      if isIn && start == nil { start = scalar }
      if !isIn, let first = start {
        ranges += "\\x{\(String(first, radix: 16))}-\\x{\(String(scalar - 1, radix: 16))}"
        start = nil
      }
    }
    return ranges
  }
}
