// Source: the observation that SentencePiece's BPE, whose words are whole texts, hardly ever joins
//   a space mark to what precedes it (google/sentencepiece, split_by_whitespace).
// Procedure: if no merge of the model has a mark behind a given byte, a text may be cut there: its
//   parts have the tokens of the whole. Parts are short and repeat, so they come from the word
//   cache, and dropout acts on each as on a word.
// Complexity: O(bytes of the merged tokens) once.

import BytePairEncoding
import PreTokenization
import UnicodeText

/// How a text that the pre-tokeniser leaves whole is cut into parts that no merge joins.
struct WordParting {
  /// The scanner of the parts.
  let scanner: MarkScanner

  private static let mark = Array("\u{2581}".utf8)

  /// Nil if the pre-tokeniser cuts, or the model may join parts.
  init?(_ tokenizer: Tokenizer) {
    guard Self.leavesWhole(tokenizer), let model = tokenizer.model as? CharacterModel,
      model.isMadeOfParts(before: Self.mark)
    else { return nil }
    var joined = Set<UInt8>()
    for merge in model.merges {
      let token = Array(model.vocabulary.bytes(of: merge.product))
      for place in token.indices.dropFirst() where token[place] == Self.mark[0] {
        if token[place...].starts(with: Self.mark) { joined.insert(token[place - 1]) }
      }
    }
    scanner = MarkScanner(mark: Self.mark, joined: joined)
  }

  /// Whether the stages cut nowhere.
  private static func leavesWhole(_ tokenizer: Tokenizer) -> Bool {
    tokenizer.preTokenizer.stages.allSatisfy { stage in
      switch stage {
      case .mark: true
      // There is no space left to cut at if the normaliser has just replaced them all.
      case .split(let rule) where rule.pattern == .literal(" ") && !rule.isInverted:
        if case .replace(.literal(" "), let content)? = tokenizer.normalizer.steps.last {
          !content.utf8.contains(0x20)
        } else {
          false
        }
      default: false
      }
    } && tokenizer.preTokenizer.stages.count <= 1
  }
}

extension CharacterModel {
  /// Whether what precedes a mark is encoded without a look at it, if no merge joins the two.
  func isMadeOfParts(before mark: [UInt8]) -> Bool {
    settings.prefix.isEmpty && settings.suffix.isEmpty && !settings.ignoresMerges
      && vocabulary.id(of: mark) != nil
  }
}
