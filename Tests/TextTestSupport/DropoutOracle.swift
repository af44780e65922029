public import BytePairEncoding

/// BPE-dropout, word for word as algorithm 1 of arXiv 1910.13267 has it, by enumeration.
///
/// Written without a look at the package's own procedure: pieces are byte strings, merges are
/// looked up in a plain list, nothing is skipped or cached but the law of a split.
public struct DropoutOracle {
  private let ranks: [[[UInt8]]: Int]
  private let keepsCharacters: Bool
  private var laws: [[[UInt8]]: [[[UInt8]]: Double]] = [:]
  private var characterOf: [Int] = []
  private let rate: Double

  /// - Parameters:
  ///   - model: Gives the merges, as byte strings.
  ///   - rate: The probability of a drop, 0 through 1.
  ///   - keepsCharacters: Whether merges inside one character are never dropped.
  public init(_ model: BPEModel, rate: Double, keepsCharacters: Bool = true) {
    var ranks: [[[UInt8]]: Int] = [:]
    for (rank, merge) in model.merges.merges.enumerated() {
      let left = Array(model.vocabulary.bytes(of: merge.left))
      ranks[[left, Array(model.vocabulary.bytes(of: merge.right))]] = rank
    }
    self.ranks = ranks
    self.rate = rate
    self.keepsCharacters = keepsCharacters
  }

  /// The probability of every way to cut a word, as lists of byte strings.
  public mutating func law(of word: [UInt8]) -> [[[UInt8]]: Double] {
    laws = [:]
    characterOf = Self.characters(of: word)
    return law(ofSplit: word.map { [$0] })
  }

  private mutating func law(ofSplit split: [[UInt8]]) -> [[[UInt8]]: Double] {
    if let known = laws[split] { return known }
    var result: [[[UInt8]]: Double] = [:]
    var remaining = 1.0
    for candidate in candidates(split) {
      let isProtected = keepsCharacters && isInsideCharacter(split, candidate)
      let kept = isProtected ? remaining : remaining * (1 - rate)
      if kept > 0 {
        var next = split
        next[candidate] += next.remove(at: candidate + 1)
        for (outcome, probability) in law(ofSplit: next) {
          result[outcome, default: 0] += kept * probability
        }
      }
      remaining -= kept
    }
    if remaining > 1e-300 { result[split, default: 0] += remaining }
    laws[split] = result
    return result
  }

  private func candidates(_ split: [[UInt8]]) -> [Int] {
    split.indices.dropLast()
      .filter { ranks[[split[$0], split[$0 + 1]]] != nil }
      .sorted { left, right in
        let ranksOfBoth = [left, right].map { ranks[[split[$0], split[$0 + 1]]] ?? .max }
        return ranksOfBoth[0] != ranksOfBoth[1] ? ranksOfBoth[0] < ranksOfBoth[1] : left < right
      }
  }

  private func isInsideCharacter(_ split: [[UInt8]], _ index: Int) -> Bool {
    let start = split[..<index].reduce(0) { $0 + $1.count }
    let length = split[index].count + split[index + 1].count
    return Set(characterOf[start..<start + length]).count == 1
  }

  /// For each byte the number of its character, by Swift's own decoder, one valid scalar at a time.
  static func characters(of word: [UInt8]) -> [Int] {
    var numbers: [Int] = []
    var number = 0
    while numbers.count < word.count {
      let rest = word[numbers.count...]
      let length = (1...4).first { length in
        length <= rest.count
          && String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.count == 1
      }
      numbers += Array(repeating: number, count: length ?? 1)
      number += 1
    }
    return numbers
  }
}

/// Plain BPE: again and again the first occurrence of the merge of the lowest rank.
public func plainSegmentation(_ word: [UInt8], _ model: BPEModel) -> [TokenID] {
  var tokens = word.compactMap { model.vocabulary.id(of: [$0]) }
  while true {
    let ranked = tokens.indices.dropLast().compactMap { index in
      model.merges.rank(of: tokens[index], tokens[index + 1]).map { (rank: $0, index: index) }
    }
    guard let first = ranked.min(by: { ($0.rank, $0.index) < ($1.rank, $1.index) }) else {
      return tokens
    }
    tokens[first.index] = model.merges.merges[first.rank].product
    tokens.remove(at: first.index + 1)
  }
}
