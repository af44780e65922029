import Tokenization
import BytePairEncoding
import Diagnostics
import JSONText

/// Reads the vocabulary of a model from JSON, and what refers to it.
struct VocabularyReader {
  /// Ids above this are refused: the vocabulary would be mostly gaps.
  static let largestID = 1 << 26

  private(set) var vocabulary: Vocabulary
  private let isByteLevel: Bool
  private let members: [JSONMember]

  /// - Parameters:
  ///   - value: The object of tokens and ids.
  ///   - isByteLevel: Whether tokens are spelled in the byte alphabet.
  ///   - added: Tokens that may be spelled otherwise.
  ///   - place: Where the object stands, for messages.
  /// - Throws: ``InvalidData``.
  init(
    _ value: JSONValue?,
    isByteLevel: Bool,
    added: [AddedToken],
    place: String = "model.vocab"
  ) throws {
    guard case .object(let members)? = value else {
      throw InvalidData(place: place, "an object of tokens and ids was expected")
    }
    self.members = members
    self.isByteLevel = isByteLevel
    let memberOfID = try Self.memberOfID(members, place)
    let addedIDs = Set(added.map(\.id.index))
    var vocabulary = Vocabulary()
    vocabulary.reserveCapacity(tokens: memberOfID.count, bytes: memberOfID.count * 8)
    var bytes: [UInt8] = []
    for (id, index) in memberOfID.enumerated() {
      guard index >= 0 else {
        vocabulary.appendGap()
        continue
      }
      let token = members[index].key
      bytes.removeAll(keepingCapacity: true)
      if !isByteLevel {
        bytes = token
      } else if !ByteAlphabet.append(bytesOf: token[...], to: &bytes) {
        guard addedIDs.contains(id) else {
          throw InvalidData(
            place: place,
            "'\(Self.name(token))' has characters outside of the byte alphabet"
          )
        }
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

  /// Refuses an added token that has the id of another token, or another id than the model has for it.
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
    let key = members[memberOfID[id]].key
    // By spelling or by content: "é" is two bytes as an added token and one as the model's.
    guard key == token.content || vocabulary.bytes(of: token.id).elementsEqual(token.content) else {
      throw InvalidData(
        place: "added_tokens",
        "'\(Self.name(token.content))' has the id \(id) of another token, '\(Self.name(key))'"
      )
    }
  }

  /// For each id the index of its member, or -1.
  private static func memberOfID(_ members: [JSONMember], _ place: String) throws -> [Int] {
    let limit = 2 * members.count + 65_536
    var memberOfID = [Int](repeating: -1, count: members.count)
    var largest = -1
    for (index, member) in members.enumerated() {
      guard let id = member.value.integer(below: largestID) else {
        throw InvalidData(
          place: place,
          "the id of '\(name(member.key))' is no whole number from 0 to \(largestID - 1)"
        )
      }
      guard id < limit else {
        throw InvalidData(place: place, "ids go up to \(id) for only \(members.count) tokens")
      }
      while id >= memberOfID.count { memberOfID.append(-1) }
      guard memberOfID[id] < 0 else {
        throw InvalidData(place: place, "the id \(id) of '\(name(member.key))' stands twice")
      }
      memberOfID[id] = index
      largest = max(largest, id)
    }
    memberOfID.removeLast(memberOfID.count - largest - 1)
    return memberOfID
  }

  private static func name(_ token: some Sequence<UInt8>) -> String {
    String(decoding: Array(token), as: UTF8.self)
  }

  /// Adds a token that the vocabulary leaves out.
  ///
  /// - Parameters:
  ///   - token: As the file spells it.
  ///   - isNew: Whether the vocabulary must not have it.
  ///   - place: Where it stands, for messages.
  /// - Returns: Its id, or that of the same token.
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

  func unknown(_ model: JSONValue) throws -> TokenID? {
    let value = model["unk_token"] ?? .null
    if value == .null || value == .string([]) { return nil }
    guard case .string(let token) = value else {
      throw InvalidData(
        place: "model.unk_token",
        "found \(value.kind) where a string or null was expected"
      )
    }
    let member = members.first { $0.key == token }
    guard let id = member?.value.integer(below: Self.largestID) else {
      throw InvalidData(place: "model.unk_token", "'\(Self.name(token))' is not in the vocabulary")
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

  // MARK: - Merges

  /// Reads the merges.
  ///
  /// - Parameters:
  ///   - value: An array.
  ///   - prefix: What right parts begin with and lose when they are joined.
  /// - Returns: The merges by rank.
  /// - Throws: ``InvalidData``.
  func merges(_ value: JSONValue, prefix: [UInt8] = []) throws -> [Merge] {
    guard case .array(let rules) = value else {
      throw InvalidData(place: "model.merges", "found \(value.kind) where an array was expected")
    }
    var merges: [Merge] = []
    merges.reserveCapacity(rules.count)
    for (rank, rule) in rules.enumerated() {
      let merge: Merge
      switch rule {
      case .array(let parts):
        guard parts.count == 2, case .string(let left) = parts[0],
          case .string(let right) = parts[1]
        else { throw Self.notTwoTokens(rank) }
        merge = try self.merge(left[...], right[...], prefix) { "model.merges[\(rank)]" }
      case .string(let text):
        guard let (left, right) = Self.parts(of: text) else { throw Self.notTwoTokens(rank) }
        merge = try self.merge(left, right, prefix) { "model.merges[\(rank)]" }
      default: throw Self.notTwoTokens(rank)
      }
      merges.append(merge)
    }
    return merges
  }

  private static func notTwoTokens(_ rank: Int) -> InvalidData {
    InvalidData(
      place: "model.merges[\(rank)]",
      "two tokens were expected, as [\"a\", \"b\"] or \"a b\""
    )
  }

  /// The two texts of `a b`; nil where there are not exactly two.
  static func parts<Text: RandomAccessCollection<UInt8>>(
    of text: Text
  ) -> (Text.SubSequence, Text.SubSequence)? {
    guard let space = text.firstIndex(of: 0x20) else { return nil }
    let right = text[text.index(after: space)...]
    return right.contains(0x20) ? nil : (text[..<space], right)
  }

  /// The rule of two tokens as the file spells them.
  func merge(
    _ left: ArraySlice<UInt8>,
    _ right: ArraySlice<UInt8>,
    _ prefix: [UInt8] = [],
    place: () -> String
  ) throws -> Merge {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(left.count + right.count)
    let hasLeft = append(left, to: &bytes)
    let middle = bytes.count
    let hasRight = append(right, to: &bytes)
    var ids = bytes.withUnsafeBufferPointer { bytes in
      (
        left: vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[..<middle])),
        right: vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[middle...])),
        product: vocabulary.id(of: bytes)
      )
    }
    if !prefix.isEmpty {
      guard right.starts(with: prefix) else {
        throw InvalidData(
          place: place(),
          "'\(Self.name(right))' does not begin with the continuing_subword_prefix"
        )
      }
      ids.product = vocabulary.id(of: Array(left) + right.dropFirst(prefix.count))
    }
    if hasLeft, let leftID = ids.left, hasRight, let rightID = ids.right, let product = ids.product
    {
      return Merge(left: leftID, right: rightID, product: product)
    }
    let isLeftMissing = !hasLeft || ids.left == nil
    let isRightMissing = !hasRight || ids.right == nil
    let missing =
      isLeftMissing
      ? Self.name(left) : isRightMissing ? Self.name(right) : Self.name(Array(left) + Array(right))
    throw InvalidData(place: place(), "'\(missing)' is not in the vocabulary")
  }

  private func append(_ token: ArraySlice<UInt8>, to bytes: inout [UInt8]) -> Bool {
    if isByteLevel { return ByteAlphabet.append(bytesOf: token, to: &bytes) }
    bytes.append(contentsOf: token)
    return true
  }
}
