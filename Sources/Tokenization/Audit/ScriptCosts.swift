// Procedure: each character that the installed ICU assigns, but those of private use, is encoded by
//   the model as a word of its own.
// Complexity: O(1) for each of some 160,000 characters.
// Determinism: scripts and the set of characters depend on ICU's version.

import BytePairEncoding
import UnicodeText

/// What the characters of a script cost under a model, each as a word of its own.
public struct ScriptCost: Sendable {
  /// The script by its name in Unicode.
  public let script: String
  /// The number of its characters.
  public internal(set) var characters = 0
  /// Their bytes in UTF-8.
  public internal(set) var bytes = 0
  /// Their tokens.
  public internal(set) var tokens = 0
  /// The number of characters that are one token.
  public internal(set) var single = 0
  /// The number of characters whose tokens do not give them back: unknown ones, or left out.
  public internal(set) var lost = 0
  /// The most tokens of a character.
  public internal(set) var most = 0
  /// The first four characters of so many tokens.
  public internal(set) var dearest: [Unicode.Scalar] = []

  /// Tokens per character.
  public var tokensPerCharacter: Double { Double(tokens) / Double(max(characters, 1)) }
  /// Tokens per byte.
  public var tokensPerByte: Double { Double(tokens) / Double(max(bytes, 1)) }

  mutating func add(_ scalar: Unicode.Scalar, bytes count: Int, tokens ids: Int, isLost: Bool) {
    characters += 1
    bytes += count
    tokens += ids
    if ids == 1 && !isLost { single += 1 }
    if isLost { lost += 1 }
    if ids > most { (most, dearest) = (ids, []) }
    if ids == most && dearest.count < 4 { dearest.append(scalar) }
  }
}

extension ScriptCost {
  /// The scripts, those of the most tokens per character first, and then by name.
  ///
  /// - Parameters:
  ///   - probe: The model.
  ///   - text: The text of a token.
  /// - Returns: A cost for each script.
  /// - Throws: What the model's encoder throws.
  static func all(
    _ probe: inout ModelProbe,
    text: (TokenID) -> ArraySlice<UInt8>
  ) throws -> [ScriptCost] {
    var costs: [Int32: ScriptCost] = [:]
    for value in 0..<0xF0000 as Range<UInt32> where !(0xD800..<0xF900).contains(value) {
      guard let scalar = Unicode.Scalar(value), ICUVersion.assigns(scalar) else { continue }
      let bytes = Array(String(scalar).utf8)
      let ids = try probe.encode(probe.word(of: bytes))
      var place = 0
      var isLost = false
      for id in ids {
        let part = text(TokenID(id))
        isLost = isLost || !bytes[place...].starts(with: part)
        place = min(place + part.count, bytes.count)
      }
      let number = UnicodeScript.number(of: value)
      costs[number, default: ScriptCost(script: UnicodeScript.name(of: number))]
        .add(scalar, bytes: bytes.count, tokens: ids.count, isLost: isLost || place < bytes.count)
    }
    return costs.values.sorted {
      let (first, second) = ($0.tokensPerCharacter, $1.tokensPerCharacter)
      return first == second ? $0.script < $1.script : first > second
    }
  }
}
