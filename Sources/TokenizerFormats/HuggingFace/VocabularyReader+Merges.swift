import BytePairEncoding
import Diagnostics
import JSONText

extension VocabularyReader {
  /// A merge of a token with characters outside of the byte alphabet.
  struct UnreachableMerge: Error {}

  /// Reads the merges.
  ///
  /// - Parameters:
  ///   - value: An array.
  ///   - prefix: The prefix of right parts, which joining removes.
  /// - Returns: The merges by rank.
  /// - Throws: ``InvalidData``; ``UnreachableMerge`` for a token of ``unreachable``.
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
      case .string(let text) where text.starts(with: "#version".utf8): continue
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

  /// The two texts of `a b`; nil if there are not exactly two.
  static func parts<Text: RandomAccessCollection<UInt8>>(
    of text: Text
  ) -> (Text.SubSequence, Text.SubSequence)? {
    guard let space = text.firstIndex(of: 0x20) else { return nil }
    let right = text[text.index(after: space)...]
    return right.contains(0x20) ? nil : (text[..<space], right)
  }

  /// The merge rule of two tokens as the file spells them.
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
    for (isInAlphabet, token) in [(hasLeft, left), (hasRight, right)] {
      if !isInAlphabet, id(ofSpelling: Array(token)) != nil { throw UnreachableMerge() }
    }
    let isLeftMissing = !hasLeft || ids.left == nil
    let isRightMissing = !hasRight || ids.right == nil
    let missing =
      isLeftMissing
      ? Self.name(left) : isRightMissing ? Self.name(right) : Self.name(Array(left) + Array(right))
    throw InvalidData(place: place(), "'\(missing)' is not in the vocabulary")
  }
}
