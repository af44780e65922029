// Source: GPT-2's encoder.py (A. Radford et al., 2019), and Hugging Face's vocab.json and
//   merges.txt, which are the same files under other names.

import Tokenization
import BytePairEncoding
import Diagnostics
import JSONText
import PreTokenization
import UnicodeText

/// A vocabulary as a JSON object of tokens and ids, and merges as lines, both in the byte alphabet.
struct GPT2Files {
  private let reader: VocabularyReader

  /// - Throws: ``InvalidData``.
  init(vocabulary: JSONValue) throws {
    reader = try VocabularyReader(vocabulary, isByteLevel: true, added: [], place: "vocabulary")
  }

  /// - Throws: ``InvalidData``.
  func tokenizer(merges text: [UInt8]) throws -> Tokenizer {
    var merges: [Merge] = []
    var scratch: [UInt8] = []
    for (number, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty || (number == 0 && line.starts(with: "#version".utf8)) { continue }
      guard let (left, right) = VocabularyReader.parts(of: line), !left.isEmpty, !right.isEmpty
      else {
        throw InvalidData(place: "line \(number + 1)", "two tokens and a space were expected")
      }
      do {
        merges.append(
          try reader.merge(left, right, likely: nil, &scratch) { "line \(number + 1)" }
        )
      } catch is VocabularyReader.UnreachableMerge {
        throw InvalidData(
          place: "line \(number + 1)",
          "a token has characters outside of the byte alphabet"
        )
      }
    }
    do {
      let model = try BPEModel(vocabulary: reader.vocabulary, merges: merges)
      return Tokenizer(
        normalizer: .none,
        preTokenizer: .gpt2,
        model: model,
        addedTokens: Self.unmerged(model),
        unreachable: reader.unreachable
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }

  /// The tokens of several bytes that no merge makes and that are text: `<|endoftext|>` and its
  /// like.
  private static func unmerged(_ model: BPEModel) -> [AddedToken] {
    var isMade = [Bool](repeating: false, count: model.vocabulary.count)
    for merge in model.merges.merges { isMade[merge.product.index] = true }
    return isMade.indices.filter { !isMade[$0] }.map { TokenID($0) }
      .filter { model.vocabulary.byteCount(of: $0) > 1 }
      .filter { String(validating: model.vocabulary.bytes(of: $0), as: UTF8.self) != nil }
      .map { AddedToken(id: $0, content: Array(model.vocabulary.bytes(of: $0))) }
  }
}
