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
    let sections = try sections()
    return try sections.tokenizer(of: try modelSection(sections), warnings)
  }

  /// All sections but that of the model.
  func sections() throws -> FileSections {
    FileSections(
      added: try addedTokens(),
      inputRules: try InputRulesValue.read(file),
      normalizer: try NormalizerValue.normalizer(file["normalizer"] ?? .null),
      preTokenizer: file["pre_tokenizer"] ?? .null,
      decoder: file["decoder"] ?? .null
    )
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

/// The sections of a file besides the model's.
struct FileSections {
  let added: [AddedToken]
  let inputRules: InputRules
  let normalizer: TextNormalizer
  /// How it is read depends on the model.
  let preTokenizer: JSONValue
  let decoder: JSONValue

  /// The tokenizer with a model.
  ///
  /// - Throws: ``InvalidData`` for a decoder that does not fit, or ids that are far too large.
  func tokenizer(of section: ModelSection, _ warnings: [String]) throws -> Tokenizer {
    let preTokenizer = section.preTokenizer
    var tokenizer = Tokenizer(
      normalizer: normalizer,
      preTokenizer: preTokenizer.preTokenizer,
      model: section.model,
      addedTokens: added,
      unreachable: section.unreachable,
      decoder: try DecoderValue.read(
        decoder,
        own: section.model.decoderValue(preTokenizer.preTokenizer.marking),
        isByteLevel: preTokenizer.isByteLevel
      ),
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

  /// Whether words reach a model over characters spelled in the byte alphabet.
  func isSpelled(by preTokenizer: PreTokenizer) -> Bool {
    normalizer.steps.contains(.byteLevel) || preTokenizer.stages.contains(.spell)
  }
}
