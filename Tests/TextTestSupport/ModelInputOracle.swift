// The rules of Hugging Face tokenizers 0.23 for post-processors, truncation and padding, a token at a
// time and without a thought for speed; written from its documentation and the values that it gives.

import BytePairEncoding
public import Tokenization

/// A token of a row, with all that a row says of it.
public struct OracleToken: Hashable {
  /// The id.
  public var id: UInt32
  /// The spelling.
  public var piece: String
  /// The type.
  public var typeID: UInt32 = 0
  /// 0 for padding.
  public var attention: UInt8 = 1
  /// 1 for tokens that are added.
  public var special: UInt8 = 0
  /// The text that it is from.
  public var sequence: UInt8?
  /// The word of the text.
  public var word: UInt32?
  /// The place in the text.
  public var offsets = 0..<0

  /// A token of a text.
  public init(id: UInt32, piece: String, sequence: UInt8, word: UInt32, offsets: Range<Int>) {
    (self.id, self.piece, self.offsets) = (id, piece, offsets)
    (self.sequence, self.word, self.typeID) = (sequence, word, UInt32(sequence))
  }

  init(_ token: InputToken, typeID: UInt32, attention: UInt8 = 1) {
    (id, special, self.typeID, self.attention) = (token.id.rawValue, 1, typeID, attention)
    piece = String(decoding: token.piece, as: UTF8.self)
  }
}

/// Why there is no row.
public struct OracleRefusal: Error {}

/// A row and what overflows it.
struct OracleRow {
  var tokens: [OracleToken]
  var overflowing: [OracleRow] = []

  /// Puts another row behind this one, and every row that overflows either behind every other.
  mutating func merge(_ other: OracleRow) {
    var combinations: [OracleRow] = []
    for own in overflowing {
      for theirs in [OracleRow(tokens: other.tokens)] + other.overflowing {
        combinations.append(OracleRow(tokens: own.tokens + theirs.tokens))
      }
    }
    for theirs in other.overflowing {
      combinations.append(OracleRow(tokens: tokens + theirs.tokens))
    }
    tokens += other.tokens
    overflowing = combinations
  }

  mutating func truncate(to length: Int, _ truncation: Truncation) throws {
    guard length < tokens.count else { return }
    guard length > 0 else {
      self = OracleRow(tokens: [], overflowing: [self])
      return
    }
    guard truncation.stride < length else { throw OracleRefusal() }
    var starts: [Int] = []
    var isDone = false
    for start in stride(from: 0, to: tokens.count, by: length - truncation.stride) where !isDone {
      starts.append(start)
      isDone = start + length >= tokens.count
    }
    let text = truncation.side == .right ? tokens : tokens.reversed()
    let parts = starts.map { start in
      let part = Array(text[start..<min(start + length, text.count)])
      return truncation.side == .right ? part : part.reversed()
    }
    self = OracleRow(tokens: parts[0], overflowing: parts.dropFirst().map { OracleRow(tokens: $0) })
  }

  mutating func forAll(_ change: (_ tokens: inout [OracleToken], _ isMain: Bool) -> Void) {
    change(&tokens, true)
    for index in overflowing.indices { change(&overflowing[index].tokens, false) }
  }
}

/// The rows of a text or a pair: the row, and what overflows.
///
/// - Parameters:
///   - texts: The tokens of one text, or of two.
///   - rules: Special tokens and truncation.
///   - addsTokens: Whether special tokens are added.
/// - Returns: The row first.
/// - Throws: ``OracleRefusal``.
public func oracleInputs(
  _ texts: [[OracleToken]],
  _ rules: InputRules,
  addsTokens: Bool
) throws -> [[OracleToken]] {
  var rows = texts.map { OracleRow(tokens: $0) }
  if let truncation = rules.truncation {
    let isPair = texts.count == 2
    let added = addsTokens ? rules.postProcessor.addedTokenCount(isPair: isPair) : 0
    guard truncation.maxLength >= added, truncation.stride <= truncation.maxLength - added else {
      throw OracleRefusal()
    }
    try cut(&rows, truncation, room: truncation.maxLength - added)
  }
  for step in rules.postProcessor.steps { try process(&rows, step, addsTokens) }
  var merged = OracleRow(tokens: [])
  for row in rows { merged.merge(row) }
  return [merged.tokens] + merged.overflowing.map(\.tokens)
}

private func cut(_ rows: inout [OracleRow], _ truncation: Truncation, room: Int) throws {
  var kept = rows.map(\.tokens.count)
  let excess = kept.reduce(0, +) - room
  guard excess > 0 else { return }
  switch truncation.strategy {
  case _ where room == 0: kept = kept.map { _ in 0 }
  case .onlyFirst, .onlySecond:
    let index = truncation.strategy == .onlyFirst ? 0 : 1
    guard index < kept.count, kept[index] > excess else { throw OracleRefusal() }
    kept[index] -= excess
  case .longestFirst where kept.count == 1: kept[0] = room
  case .longestFirst:
    let longer = kept[0] > kept[1] ? 0 : 1
    if kept[1 - longer] * 2 > room {
      // Both are cut; an odd token stays with the longer one, or with the second of equals.
      (kept[1 - longer], kept[longer]) = (room / 2, room - room / 2)
    } else {
      while kept[0] + kept[1] > room { kept[longer] -= 1 }
    }
  }
  for index in rows.indices { try rows[index].truncate(to: kept[index], truncation) }
}

private func process(
  _ rows: inout [OracleRow],
  _ step: PostProcessor.Step,
  _ addsTokens: Bool
) throws {
  switch step {
  case .trimming(let trimming):
    for index in rows.indices { rows[index].forAll { tokens, _ in trim(&tokens, trimming) } }
  case .bert(let start, let separator):
    guard addsTokens else { return }
    for index in rows.indices {
      rows[index].forAll { tokens, _ in
        if index == 0 { tokens.insert(OracleToken(start, typeID: 0), at: 0) }
        tokens.append(OracleToken(separator, typeID: index == 0 ? 0 : 1))
      }
    }
  case .roberta(let start, let separator, let trimming):
    for index in rows.indices {
      rows[index].forAll { tokens, isMain in
        if let trimming { trim(&tokens, trimming) }
        if isMain || addsTokens { for place in tokens.indices { tokens[place].typeID = 0 } }
        guard addsTokens else { return }
        tokens.insert(OracleToken(index == 0 ? start : separator, typeID: 0), at: 0)
        tokens.append(OracleToken(separator, typeID: 0))
      }
    }
  case .template(let template):
    guard rows.count < 3 else { throw OracleRefusal() }
    var result: [OracleRow] = []
    for piece in rows.count == 2 ? template.pair : template.single {
      switch piece {
      case .special(let special, let typeID):
        guard addsTokens else { continue }
        result.append(OracleRow(tokens: special.tokens.map { OracleToken($0, typeID: typeID) }))
      case .first(let typeID), .second(let typeID):
        var row = rows[0]
        if case .second = piece { row = rows[1] }
        for place in row.tokens.indices { row.tokens[place].typeID = typeID }
        result.append(row)
      }
    }
    rows = result
  }
}

private func trim(_ tokens: inout [OracleToken], _ trimming: OffsetTrimming) {
  for (index, token) in tokens.enumerated() where token.special == 0 {
    var leading = token.piece.prefix { $0 == "Ġ" }.count
    let trailing = token.piece.reversed().prefix { $0 == "Ġ" }.count
    var (start, end) = (token.offsets.lowerBound, token.offsets.upperBound)
    if trimming.keepsFirstSpace && leading == 1 && (index == 0 || start == 0) { leading = 0 }
    start = min(start + leading, end)
    if end >= trailing { end = max(end - trailing, start) }
    tokens[index].offsets = start..<end
  }
}

/// Fills rows up to the length of the longest main row, or to a fixed one.
public func oraclePad(_ batch: inout [[[OracleToken]]], _ padding: Padding) {
  var length = batch.map { $0[0].count }.max() ?? 0
  if case .fixed(let count) = padding.length { length = count }
  while let multiple = padding.multiple, length % multiple != 0 { length += 1 }
  let pad = OracleToken(padding.token, typeID: padding.typeID, attention: 0)
  for document in batch.indices {
    for row in batch[document].indices {
      while batch[document][row].count < length {
        batch[document][row].insert(pad, at: padding.side == .left ? 0 : batch[document][row].count)
      }
    }
  }
}
