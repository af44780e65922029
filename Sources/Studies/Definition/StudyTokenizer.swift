// Procedure: one tokenizer for all arms, learned from the training text only.
// Determinism: a function of the training text, for any number of threads.

import BytePairEncoding
import Corpora
import Diagnostics
import Experiments
import JSONText
import PreTokenization
public import Tokenization
import TokenizerFormats
import UnicodeText

/// What encodes the text of a study.
public struct StudyTokenizer: Hashable, Sendable {
  /// A file of a tokenizer; nil for one that is learned.
  public let file: String?
  /// The kind that is learned.
  public let kind: TokenizerRecipe.Kind
  /// The number of its tokens; nil for all words or characters.
  public let vocabularySize: Int?
  /// Special tokens besides `<|endoftext|>`.
  public let special: [String]

  /// The members of its object.
  package static let members = ["file", "kind", "vocab_size", "special"]

  init(_ reader: PlanReader) throws {
    try reader.refuseKeys(besides: Self.members)
    file = try reader.optionalText("file")
    kind =
      try reader.optional("kind") == nil
      ? .bpe
      : reader.choice("kind", among: TokenizerRecipe.Kind.allCases.map(\.rawValue)) {
        TokenizerRecipe.Kind(rawValue: $0)
      }
    vocabularySize =
      try reader.optional("vocab_size") == nil
      ? nil : reader.integer("vocab_size", in: 300...1 << 20)
    special = try reader.optional("special") == nil ? [] : reader.texts("special")
    if file != nil,
      let other = Self.members.dropFirst().first(where: { reader.optional($0) != nil })
    {
      throw InvalidData(place: reader.path(other), "a tokenizer of a file has no other settings")
    }
    if file == nil && kind == .bpe && vocabularySize == nil {
      throw InvalidData(
        place: reader.path("vocab_size"),
        "found nothing where a number of tokens was expected"
      )
    }
  }

  /// Reads or learns the tokenizer.
  ///
  /// - Parameters:
  ///   - path: The file with the training text.
  ///   - folder: What the tokenizer's file name is relative to.
  ///   - largest: The most tokens that are learned; nil for as many as the study says.
  ///   - threads: How many count words.
  /// - Returns: The tokenizer of all arms.
  /// - Throws: ``FileError``; ``InvalidData`` for a file that is no tokenizer.
  func tokenizer(
    trainedOn path: String,
    in folder: String,
    atMost largest: Int?,
    threads: Int
  ) throws -> Tokenizer {
    if let file {
      let isAbsolute = file.utf8.first == UInt8(ascii: "/")
      return try Tokenizer(contentsOf: isAbsolute ? file : "\(folder)/\(file)")
    }
    var recipe = TokenizerRecipe(kind: kind)
    recipe.vocabularySize = vocabularySize.map { min($0, largest ?? $0) }
    recipe.specialTokens += special
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads
    )
    let reader = try DocumentReader(paths: [path], lineFeed: .keep)
    return try recipe.learn(from: counter.count(reader))
  }
}
