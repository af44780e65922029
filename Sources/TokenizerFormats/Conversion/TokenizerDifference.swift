// Procedure: each part of two tokenizers is compared; what no part shows, the digest of the whole
//   does.
// Complexity: O(bytes of the tokens and merges).

import BytePairEncoding
import Tokenization
import UnicodeText

/// What distinguishes two tokenizers.
enum TokenizerDifference {
  /// The parts of a tokenizer that another does not have, each as a phrase.
  static func list(from source: Tokenizer, to target: Tokenizer) -> [String] {
    var parts = ids(source, target) + model(source, target) + addedTokens(source, target)
    if source.normalizer != target.normalizer {
      parts.append("the normaliser: '\(name(source))' becomes '\(name(target))'")
    }
    if source.preTokenizer != target.preTokenizer {
      parts.append(
        "the pre-tokeniser: '\(source.preTokenizer)' becomes '\(target.preTokenizer)'"
      )
    }
    if source.decoder != target.decoder { parts.append("the decoder's steps") }
    if source.inputRules != target.inputRules {
      parts.append("the post-processor, the truncation or the padding")
    }
    if parts.isEmpty && source.digest != target.digest {
      parts.append("settings of \(source.model.name)")
    }
    return parts
  }

  private static func name(_ tokenizer: Tokenizer) -> String {
    let steps = tokenizer.normalizer.steps.map { String(describing: $0) }
    return steps.isEmpty ? "none" : steps.joined(separator: ",")
  }

  private static func ids(_ source: Tokenizer, _ target: Tokenizer) -> [String] {
    let size = max(source.vocabularySize, target.vocabularySize)
    let others = (0..<size).map { TokenID($0) }.filter { id in
      Array(source.piece(of: id).utf8) != Array(target.piece(of: id).utf8)
        || source.bytes(of: id) != target.bytes(of: id)
    }
    guard let first = others.first else { return [] }
    return [
      "ids: \(others.count) of \(size) have another token, \(first) first "
        + "('\(source.piece(of: first))' becomes '\(target.piece(of: first))')"
    ]
  }

  private static func model(_ source: Tokenizer, _ target: Tokenizer) -> [String] {
    guard source.model.name == target.model.name else {
      return ["the model: \(source.model.name) becomes \(target.model.name)"]
    }
    var parts: [String] = []
    if let before = source.model as? BPEModel, let after = target.model as? BPEModel {
      if before.merges.sharesRanks != after.merges.sharesRanks {
        parts.append(
          "the law of BPE-dropout: "
            + (after.merges.sharesRanks
              ? "a table of ranks has \(after.merges.merges.count) candidates, where this list of "
                + "merges has \(before.merges.merges.count)"
              : "a list of merges has ranks of their own for the candidates of a table of ranks")
        )
      }
      if before.ignoresMerges != after.ignoresMerges {
        parts.append(
          "ignore_merges: a word that is a token is \(after.ignoresMerges ? "" : "not ")taken whole"
        )
      }
      if before.unknown != after.unknown { parts.append("the unknown token") }
    }
    if let before = source.model as? CharacterModel, let after = target.model as? CharacterModel {
      parts += settings(before.settings, after.settings)
    }
    if parts.isEmpty && rules(source) != rules(target) {
      parts.append(
        "merges: \(source.merges.count) become \(target.merges.count), or stand in another order"
      )
    }
    return parts
  }

  private static func settings(
    _ before: CharacterModel.Settings,
    _ after: CharacterModel.Settings
  ) -> [String] {
    var parts: [String] = []
    if before.unknown != after.unknown { parts.append("the unknown token") }
    if before.fusesUnknown != after.fusesUnknown {
      parts.append("fuse_unk: adjacent unknown characters are one token")
    }
    if before.ignoresMerges != after.ignoresMerges {
      parts.append("ignore_merges: a word that is a token is taken whole")
    }
    if before.fallsBackToBytes != after.fallsBackToBytes { parts.append("the fallback to bytes") }
    if before.prefix != after.prefix || before.suffix != after.suffix {
      parts.append("the marks of pieces")
    }
    return parts
  }

  /// The merges by the texts of their parts.
  private static func rules(_ tokenizer: Tokenizer) -> [[ArraySlice<UInt8>]] {
    tokenizer.merges.map { merge in
      [merge.left, merge.right].map { tokenizer.vocabulary.bytes(of: $0) }
    }
  }

  private static func addedTokens(_ source: Tokenizer, _ target: Tokenizer) -> [String] {
    var parts: [String] = []
    let kept = Set(target.addedTokens)
    let lost = source.addedTokens.filter { !kept.contains($0) }
    if let first = lost.first {
      parts.append(
        "added tokens: \(lost.count), '\(String(decoding: first.content, as: UTF8.self))' first, or "
          + "how they are found"
      )
    }
    let known = Set(source.addedTokens.map(\.id))
    let new = target.addedTokens.filter { !known.contains($0.id) }
    if let first = new.first {
      parts.append(
        "tokens of the model that become added ones: \(new.count), "
          + "'\(String(decoding: first.content, as: UTF8.self))' first"
      )
    }
    return parts
  }
}
