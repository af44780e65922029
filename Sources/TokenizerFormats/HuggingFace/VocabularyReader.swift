import Tokenization
import BytePairEncoding
import Diagnostics
import JSONText
import UnicodeText

/// Reads the vocabulary of a model from JSON, and the parts that refer to it.
struct VocabularyReader {
  /// Larger ids are rejected: the vocabulary would be mostly gaps.
  static let largestID = 1 << 26

  private(set) var vocabulary: Vocabulary
  /// Tokens with characters outside of the byte alphabet, as the file spells them.
  private(set) var unreachable: [TokenID: [UInt8]] = [:]
  private let isByteLevel: Bool
  /// The tokens as the file spells them, and their ids.
  private let table: JSONTable

  /// - Parameters:
  ///   - value: The object of tokens and ids.
  ///   - isByteLevel: Whether tokens are spelled in the byte alphabet.
  ///   - added: Tokens that may be spelled differently.
  ///   - place: The position of the object, for messages.
  /// - Throws: ``InvalidData``.
  init(
    _ value: JSONValue?,
    isByteLevel: Bool,
    added: [AddedToken],
    place: String = "model.vocab"
  ) throws {
    let table = try Self.table(value, place)
    self.table = table
    self.isByteLevel = isByteLevel
    let memberOfID = try Self.memberOfID(table, place)
    let addedIDs = Set(added.map(\.id.index))
    var vocabulary = Vocabulary()
    vocabulary.reserveCapacity(tokens: memberOfID.count, bytes: memberOfID.count * 8)
    var bytes: [UInt8] = []
    for (id, index) in memberOfID.enumerated() {
      guard index >= 0 else {
        vocabulary.appendGap()
        continue
      }
      let token = table[index]
      bytes.removeAll(keepingCapacity: true)
      if !isByteLevel {
        bytes += token
      } else if !ByteAlphabet.append(bytesOf: token, to: &bytes) {
        if !addedIDs.contains(id) { unreachable[TokenID(id)] = Array(token) }
        vocabulary.appendGap()
        continue
      }
      guard vocabulary.append(bytes) == TokenID(id) else {
        throw InvalidData(place: place, "'\(Self.name(token))' stands twice")
      }
    }
    self.vocabulary = vocabulary
    for token in added { try check(token, memberOfID, place) }
  }

  /// The object of tokens and ids.
  private static func table(_ value: JSONValue?, _ place: String) throws -> JSONTable {
    switch value {
    case .table(let table)? where table.shape == .object: return table
    case .object(let members)?:
      if let table = JSONTable(members) { return table }
      let other = members.first { $0.value.integer(below: largestID) == nil }
      throw InvalidData(place: place, noID(of: other?.key ?? []))
    default: throw InvalidData(place: place, "an object of tokens and ids was expected")
    }
  }

  private static func noID(of token: some Sequence<UInt8>) -> String {
    "the id of '\(name(token))' is no whole number from 0 to \(largestID - 1)"
  }

  /// Rejects an added token whose id is that of another token, or differs from the model's id for
  /// it.
  private func check(_ token: AddedToken, _ memberOfID: [Int], _ place: String) throws {
    var spelled: [UInt8] = []
    if append(token.content[...], to: &spelled), let id = vocabulary.id(of: spelled), id != token.id
    {
      throw InvalidData(
        place: "added_tokens",
        "'\(Self.name(token.content))' has the id \(token.id), but \(id) in \(place)"
      )
    }
    let id = token.id.index
    guard id < memberOfID.count, memberOfID[id] >= 0 else { return }
    let key = table[memberOfID[id]]
    // By spelling or by content: "é" is two bytes as an added token and one as the model's.
    guard
      key.elementsEqual(token.content)
        || vocabulary.bytes(of: token.id).elementsEqual(token.content)
    else {
      throw InvalidData(
        place: "added_tokens",
        "'\(Self.name(token.content))' has the id \(id) of another token, '\(Self.name(key))'"
      )
    }
  }

  /// For each id the index of its member, or -1.
  private static func memberOfID(_ table: JSONTable, _ place: String) throws -> [Int] {
    let limit = 2 * table.count + 65_536
    var memberOfID = [Int](repeating: -1, count: table.count)
    var largest = -1
    for (index, id) in table.numbers.enumerated() {
      guard id < largestID else { throw InvalidData(place: place, noID(of: table[index])) }
      guard id < limit else {
        throw InvalidData(place: place, "ids go up to \(id) for only \(table.count) tokens")
      }
      while id >= memberOfID.count { memberOfID.append(-1) }
      guard memberOfID[id] < 0 else {
        throw InvalidData(place: place, "the id \(id) of '\(name(table[index]))' stands twice")
      }
      memberOfID[id] = index
      largest = max(largest, id)
    }
    memberOfID.removeLast(memberOfID.count - largest - 1)
    return memberOfID
  }

  static func name(_ token: some Sequence<UInt8>) -> String {
    String(decoding: Array(token), as: UTF8.self)
  }

  /// Adds a token that the vocabulary leaves out.
  ///
  /// - Parameters:
  ///   - token: The spelling in the file.
  ///   - isNew: Whether the vocabulary must not have it yet.
  ///   - place: The position of the token, for messages.
  /// - Returns: Its id, or that of the existing token.
  /// - Throws: ``InvalidData``.
  mutating func add(_ token: [UInt8], isNew: Bool, place: String) throws -> TokenID {
    var bytes: [UInt8] = []
    guard append(token[...], to: &bytes), !bytes.isEmpty else {
      throw InvalidData(
        place: place,
        "'\(Self.name(token))' has characters outside of the byte alphabet"
      )
    }
    guard !isNew || vocabulary.id(of: bytes) == nil else {
      throw InvalidData(
        place: place,
        "'\(Self.name(token))' stands twice, or is in the vocabulary"
      )
    }
    return vocabulary.append(bytes)
  }

  /// The id of a token as the file spells it.
  func id(ofSpelling token: [UInt8]) -> TokenID? {
    (0..<table.count).first { table[$0].elementsEqual(token) }.map { TokenID(table.numbers[$0]) }
  }

  func units(_ unit: UnitModel.Unit, _ unknown: TokenID?, _ added: [AddedToken]) -> UnitModel {
    UnitModel(
      unit: unit,
      vocabulary: vocabulary,
      unknown: unknown,
      reserved: Set(added.filter { $0.isSpecial && $0.id != unknown }.map(\.id))
    )
  }

  func append(_ token: ArraySlice<UInt8>, to bytes: inout [UInt8]) -> Bool {
    if isByteLevel { return ByteAlphabet.append(bytesOf: token, to: &bytes) }
    bytes.append(contentsOf: token)
    return true
  }
}
