import BytePairEncoding
import Files
import JSONText

/// Reads the vocabulary of a model, and what refers to it.
struct VocabularyReader {
  /// Ids above this are refused: the vocabulary would be mostly gaps.
  static let largestID = 1 << 26

  let vocabulary: Vocabulary
  private let isByteLevel: Bool
  private let ids: [[UInt8]: Int]

  init(model: JSONValue, isByteLevel: Bool, added: [AddedToken]) throws {
    guard case .object(let members)? = model["vocab"] else {
      throw InvalidData(place: "model.vocab", "an object of tokens and ids was expected")
    }
    var ids: [[UInt8]: Int] = [:]
    var tokens: [Int: [UInt8]] = [:]
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      guard let id = member.value.integer(below: Self.largestID) else {
        throw InvalidData(
          place: "model.vocab",
          "the id of '\(name)' is no whole number from 0 to \(Self.largestID - 1)"
        )
      }
      guard tokens.updateValue(member.key, forKey: id) == nil,
        ids.updateValue(id, forKey: member.key) == nil
      else {
        throw InvalidData(place: "model.vocab", "'\(name)' or its id \(id) stands twice")
      }
    }
    let count = (tokens.keys.max() ?? -1) + 1
    guard count <= 2 * members.count + 65_536 else {
      throw InvalidData(
        place: "model.vocab",
        "ids go up to \(count - 1) for only \(members.count) tokens"
      )
    }
    let addedIDs = Set(added.map(\.id.index))
    var vocabulary = Vocabulary()
    for id in 0..<count {
      guard let token = tokens[id] else {
        vocabulary.appendGap()
        continue
      }
      if !isByteLevel {
        vocabulary.append(token)
      } else if let bytes = ByteAlphabet.decode(token) {
        vocabulary.append(bytes)
      } else if addedIDs.contains(id) {
        vocabulary.appendGap()
      } else {
        throw InvalidData(
          place: "model.vocab",
          "'\(String(decoding: token, as: UTF8.self))' has characters outside of the byte alphabet"
        )
      }
    }
    self.vocabulary = vocabulary
    self.isByteLevel = isByteLevel
    self.ids = ids
  }

  func unknown(_ model: JSONValue) throws -> TokenID? {
    let value = model["unk_token"] ?? .null
    if value == .null || value == .string([]) { return nil }
    guard case .string(let token) = value else {
      throw InvalidData(
        place: "model.unk_token",
        "found \(value.kind) where a string or null was expected"
      )
    }
    guard let id = ids[token] else {
      let name = String(decoding: token, as: UTF8.self)
      throw InvalidData(place: "model.unk_token", "'\(name)' is not in the vocabulary")
    }
    return TokenID(id)
  }

  func units(
    _ unit: UnitModel.Unit,
    _ model: JSONValue,
    _ added: [AddedToken]
  ) throws -> UnitModel {
    let unknown = try unknown(model)
    return UnitModel(
      unit: unit,
      vocabulary: vocabulary,
      unknown: unknown,
      reserved: Set(added.filter { $0.isSpecial && $0.id != unknown }.map(\.id))
    )
  }

  func merges(_ value: JSONValue) throws -> [Merge] {
    guard case .array(let rules) = value else {
      throw InvalidData(place: "model.merges", "found \(value.kind) where an array was expected")
    }
    return try rules.enumerated().compactMap { rank, rule in
      let place = "model.merges[\(rank)]"
      guard let (left, right) = Self.parts(of: rule) else {
        throw InvalidData(place: place, "two tokens were expected, as [\"a\", \"b\"] or \"a b\"")
      }
      func id(_ token: [UInt8]) throws -> TokenID {
        if let id = ids[token] { return TokenID(id) }
        let name = String(decoding: token, as: UTF8.self)
        throw InvalidData(place: place, "'\(name)' is not in the vocabulary")
      }
      return try Merge(left: id(left), right: id(right), product: id(left + right))
    }
  }

  private static func parts(of rule: JSONValue) -> (left: [UInt8], right: [UInt8])? {
    switch rule {
    case .array(let parts):
      guard parts.count == 2, case .string(let left) = parts[0], case .string(let right) = parts[1]
      else { return nil }
      return (left, right)
    case .string(let text):
      let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      return (Array(parts[0]), Array(parts[1]))
    default:
      return nil
    }
  }
}
