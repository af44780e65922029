// Written from the published algorithm of subword-nmt (apply_bpe.py: encode, check_vocab_and_split,
// recursive_split; Sennrich et al. 2016), on texts, without a look at the code it judges.

/// subword-nmt's segmentation of a word, step by step.
public struct LiteralSubwordNMT {
  private let ranks: [[[UInt8]]: Int]
  private let parts: [[UInt8]: [[UInt8]]]
  private let isGlued: Bool
  private let vocabulary: Set<[UInt8]>?
  private static let ending = Array("</w>".utf8)
  private static let separator = Array("@@".utf8)

  /// - Parameters:
  ///   - rules: The two symbols of each merge, by rank.
  ///   - isGlued: Whether `</w>` belongs to the last character (version 0.2).
  ///   - vocabulary: The pieces that may be used, with their separator; nil for all.
  public init(_ rules: [[[UInt8]]], isGlued: Bool, vocabulary: Set<[UInt8]>? = nil) {
    ranks = Dictionary(
      rules.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    parts = Dictionary(
      rules.map { ($0[0] + $0[1], $0) },
      uniquingKeysWith: { first, _ in first }
    )
    self.isGlued = isGlued
    self.vocabulary = vocabulary
  }

  /// The pieces of a word, without separators.
  public func pieces(of word: [UInt8]) -> [[UInt8]] {
    let characters = String(decoding: word, as: UTF8.self).unicodeScalars.map {
      Array(String($0).utf8)
    }
    guard characters.count > 1, let last = characters.last else { return characters }
    var symbols =
      isGlued ? characters.dropLast() + [last + Self.ending] : characters + [Self.ending]
    while symbols.count > 1 {
      let pairs = (1..<symbols.count).map { [symbols[$0 - 1], symbols[$0]] }
      guard let best = pairs.filter({ ranks[$0] != nil }).min(by: { rank($0) < rank($1) }) else {
        break
      }
      var merged: [[UInt8]] = []
      var index = 0
      while index < symbols.count {
        if index + 1 < symbols.count, [symbols[index], symbols[index + 1]] == best {
          merged.append(best[0] + best[1])
          index += 2
        } else {
          merged.append(symbols[index])
          index += 1
        }
      }
      symbols = merged
    }
    if symbols.last == Self.ending {
      symbols.removeLast()
    } else if let last = symbols.popLast() {
      symbols.append(last.suffix(4) == Self.ending[...] ? last.dropLast(4) : last)
    }
    guard vocabulary != nil else { return symbols }
    return symbols.enumerated().flatMap { index, symbol in
      let isFinal = index == symbols.count - 1
      return has(symbol, isFinal) ? [symbol] : split(symbol, isFinal)
    }
  }

  private func rank(_ pair: [[UInt8]]) -> Int { ranks[pair] ?? .max }

  private func has(_ piece: [UInt8], _ isFinal: Bool) -> Bool {
    vocabulary?.contains(isFinal ? piece : piece + Self.separator) ?? true
  }

  private func split(_ piece: [UInt8], _ isFinal: Bool) -> [[UInt8]] {
    guard let pair = parts[isFinal ? piece + Self.ending : piece] else { return [piece] }
    let right = isFinal ? pair[1].dropLast(4) : pair[1]
    return (has(pair[0], false) ? [pair[0]] : split(pair[0], false))
      + (has(right, isFinal) ? [right] : split(right, isFinal))
  }
}
