// Source: Hugging Face tokenizers 0.23, tokenizer.json.
// Procedure: every setting of the file is either obeyed, or rejected with a sentence that names it,
//   because ignoring it would give other ids. The one exception is `model.dropout`, which causes a
//   warning: noise is the caller's choice, never a file's.
// Complexity: O(size of the file); nothing larger than the file is allocated.

import Tokenization
import BytePairEncoding
import Diagnostics
import JSONText
import PreTokenization
import UnicodeText

/// Reads one parsed tokenizer.json.
struct TokenizerFileReader {
  let file: JSONValue
  var warnings: [String] = []

  init(file: JSONValue) { self.file = file }

  mutating func tokenizer() throws -> Tokenizer {
    guard case .object = file, file["model"] != nil else {
      throw InvalidData("no tokenizer.json: an object with a 'model' was expected")
    }
    try checkModelType()
    let added = try addedTokens()
    let inputRules = try InputRulesValue.read(file)
    let normalizer = try NormalizerValue.normalizer(file["normalizer"] ?? .null)
    let section = try modelSection(normalizer, added)
    let (model, preTokenizer) = (section.model, section.preTokenizer)
    let decoder = try DecoderValue.read(
      file["decoder"] ?? .null,
      own: model.decoderValue(preTokenizer.preTokenizer.marking),
      isByteLevel: preTokenizer.isByteLevel
    )
    var tokenizer = Tokenizer(
      normalizer: normalizer,
      preTokenizer: preTokenizer.preTokenizer,
      model: model,
      addedTokens: added,
      unreachable: section.unreachable,
      decoder: decoder,
      inputRules: inputRules
    )
    tokenizer.warnings = warnings
    // Allocations per id must not be larger than the file justifies.
    let count = tokenizer.vocabulary.count + added.count
    guard tokenizer.vocabularySize <= 2 * count + 65_536 else {
      throw InvalidData(
        place: "added_tokens",
        "ids go up to \(tokenizer.vocabularySize - 1) for only \(count) tokens"
      )
    }
    return tokenizer
  }

  // MARK: - Parts

  private func addedTokens() throws -> [AddedToken] {
    guard let list = file["added_tokens"], list != .null else { return [] }
    guard case .array(let values) = list else {
      throw InvalidData(place: "added_tokens", "found \(list.kind) where an array was expected")
    }
    var seen: Set<Int> = []
    var contents: Set<[UInt8]> = []
    return try values.enumerated().map { index, value in
      let place = "added_tokens[\(index)]"
      guard let id = value["id"]?.integer(below: VocabularyReader.largestID),
        case .string(let content)? = value["content"], !content.isEmpty
      else { throw InvalidData(place: place, "an 'id' and a 'content' were expected") }
      guard seen.insert(id).inserted else {
        throw InvalidData(place: place, "the id \(id) stands twice")
      }
      guard contents.insert(content).inserted else {
        throw InvalidData(
          place: place,
          "the content '\(String(decoding: content, as: UTF8.self))' stands twice"
        )
      }
      var matching = AddedToken.Matching()
      matching.isSingleWord = try value.flag("single_word", at: place)
      matching.stripsLeft = try value.flag("lstrip", at: place)
      matching.stripsRight = try value.flag("rstrip", at: place)
      let isSpecial = try value.flag("special", at: place)
      matching.isNormalized = try value.flag("normalized", at: place, default: !isSpecial)
      return AddedToken(id: TokenID(id), content: content, isSpecial: isSpecial, matching: matching)
    }
  }
}
