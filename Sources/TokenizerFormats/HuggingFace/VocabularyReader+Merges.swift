import BytePairEncoding
import Diagnostics
import Execution
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
    if case .table(let table) = value, table.shape != .object {
      return try merges(table, prefix: prefix)
    }
    guard case .array(let rules) = value else {
      throw InvalidData(place: "model.merges", "found \(value.kind) where an array was expected")
    }
    // An array that is no table has an element that is no rule, or both spellings.
    var table = JSONTable(.pairs)
    for (rank, rule) in rules.enumerated() {
      switch rule {
      case .array(let parts):
        guard parts.count == 2, case .string(let left) = parts[0],
          case .string(let right) = parts[1]
        else { throw Self.notTwoTokens(rank) }
        table.append(left)
        table.append(right)
      case .string(let text) where text.starts(with: Self.version): continue
      case .string(let text):
        guard let (left, right) = Self.parts(of: text[...]) else { throw Self.notTwoTokens(rank) }
        table.append(left)
        table.append(right)
      default: throw Self.notTwoTokens(rank)
      }
    }
    return try merges(table, prefix: prefix)
  }

  /// The first line of merges.txt, which old files also have in the array.
  private static let version = Array("#version".utf8)

  /// Looks up the tokens of all rules, on several threads where there are many.
  private func merges(_ table: JSONTable, prefix: [UInt8]) throws -> [Merge] {
    let ruleCount = table.shape == .pairs ? table.count / 2 : table.count
    var merges: [Merge] = []
    merges.reserveCapacity(ruleCount)
    let partLength = 1 << 13
    var start = 0
    try OrderedMap(threads: ruleCount > partLength ? WorkerThreads.available : 1).run(
      next: {
        defer { start += partLength }
        return start < ruleCount ? start..<min(start + partLength, ruleCount) : nil
      },
      makeScratch: { [UInt8]() },
      transform: { try self.merges(table, $1, prefix, &$0) },
      consume: { merges += $0 }
    )
    return merges
  }

  private func merges(
    _ table: JSONTable,
    _ ranks: Range<Int>,
    _ prefix: [UInt8],
    _ scratch: inout [UInt8]
  ) throws -> [Merge] {
    var merges: [Merge] = []
    merges.reserveCapacity(ranks.count)
    for rank in ranks {
      var parts: (ArraySlice<UInt8>, ArraySlice<UInt8>)
      if table.shape == .pairs {
        parts = (table[2 * rank], table[2 * rank + 1])
      } else {
        let text = table[rank]
        if text.starts(with: Self.version) { continue }
        guard let found = Self.parts(of: text) else { throw Self.notTwoTokens(rank) }
        parts = found
      }
      let next = merges.last.map { TokenID($0.product.rawValue &+ 1) }
      merges.append(
        try merge(parts.0, parts.1, prefix, likely: next, &scratch) { "model.merges[\(rank)]" }
      )
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
  static func parts(
    of text: ArraySlice<UInt8>
  ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let space = text.firstIndex(of: 0x20) else { return nil }
    let right = text[(space + 1)...]
    return right.contains(0x20) ? nil : (text[..<space], right)
  }

  /// The merge rule of two tokens as the file spells them.
  ///
  /// - Parameters:
  ///   - left: The first token.
  ///   - right: The second one.
  ///   - prefix: See ``merges(_:prefix:)``.
  ///   - likely: What the product probably is, as most files number products in order.
  ///   - bytes: Room for the bytes of the product.
  ///   - place: The position of the rule, for messages.
  /// - Returns: The rule.
  /// - Throws: ``InvalidData``; ``UnreachableMerge`` for a token of ``unreachable``.
  func merge(
    _ left: ArraySlice<UInt8>,
    _ right: ArraySlice<UInt8>,
    _ prefix: [UInt8] = [],
    likely: TokenID?,
    _ bytes: inout [UInt8],
    place: () -> String
  ) throws -> Merge {
    bytes.removeAll(keepingCapacity: true)
    let hasLeft = append(left, to: &bytes)
    let middle = bytes.count
    let hasRight = append(right, to: &bytes)
    var ids = bytes.withUnsafeBufferPointer { bytes in
      (
        left: vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[..<middle])),
        right: vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes[middle...])),
        product: likely.flatMap { vocabulary.has(bytes, as: $0) ? $0 : nil }
          ?? vocabulary.id(of: bytes)
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
