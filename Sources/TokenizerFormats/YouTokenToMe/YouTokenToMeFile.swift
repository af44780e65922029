// Source: YouTokenToMe (utils.cpp, BPEState::load; bpe.cpp, encode_sentence).
// Procedure: the file is numbers. First how many characters and rules there are; then the code point
//   and id of each character, the two parts and the product of each rule, by rank; and the ids of
//   the unknown, padding, first and last token, -1 for none. Words are cut at ASCII white space, ▁
//   is put before each, and runs of unknown characters are one token.
// Complexity: O(size of the file).

import BytePairEncoding
import Diagnostics
import PreTokenization
import Tokenization
import UnicodeText

/// A model of YouTokenToMe.
struct YouTokenToMeFile {
  private static let mark = Array("\u{2581}".utf8)

  private var tokens: MergedTokens
  private let special: [(name: String, id: Int)]
  private let unknown: Int

  /// - Throws: ``InvalidData`` with the line.
  init(_ text: [UInt8]) throws {
    var numbers = NumberReader(text)
    tokens = MergedTokens(fileSize: text.count)
    let characters = try Self.count(&numbers, in: text)
    let rules = try Self.count(&numbers, in: text)
    for _ in 0..<characters {
      let scalar = try Self.number(&numbers)
      let id = try Self.number(&numbers)
      let place = { "line \(numbers.line)" }
      guard let character = UInt32(exactly: scalar).flatMap(Unicode.Scalar.init) else {
        throw InvalidData(place: place(), "\(scalar) is no code point of a character")
      }
      try tokens.add(Array(String(character).utf8), at: id, place: place)
    }
    for _ in 0..<rules {
      let (left, right) = (try Self.number(&numbers), try Self.number(&numbers))
      let product = try Self.number(&numbers)
      try tokens.merge(left, right, to: product) { "line \(numbers.line)" }
    }
    unknown = try Self.number(&numbers)
    let names = ["<PAD>", "<BOS>", "<EOS>"]
    special = try names.map { ($0, try Self.number(&numbers)) }.filter { $0.id >= 0 }
    guard numbers.isAtEnd else {
      throw InvalidData(place: "line \(numbers.line)", "the end of the file was expected")
    }
    guard Set(special.map(\.id) + [unknown]).count == special.count + 1,
      special.allSatisfy({ !tokens.contains($0.id) && $0.id < 2 * text.count })
    else {
      throw InvalidData(place: "line \(numbers.line)", "the id of a special token stands twice")
    }
  }

  private static func number(_ numbers: inout NumberReader) throws -> Int {
    if let number = numbers.next() { return number }
    throw InvalidData(place: "line \(numbers.line)", "a whole number was expected")
  }

  /// A number of entries, of which each takes some bytes.
  private static func count(_ numbers: inout NumberReader, in text: [UInt8]) throws -> Int {
    let count = try number(&numbers)
    guard (0...text.count / 2).contains(count) else {
      throw InvalidData(
        place: "line \(numbers.line)",
        "\(count) entries do not fit into a file of \(text.count) bytes"
      )
    }
    return count
  }

  /// - Throws: ``InvalidData`` if the rules form no model.
  func tokenizer() throws -> Tokenizer {
    var tokens = tokens
    var name = "<UNK>"
    let known = tokens.vocabulary
    while known.id(of: Array(name.utf8)) != nil { name = "<\(name)>" }
    try tokens.add(Array(name.utf8), at: unknown) { "the last line" }
    var settings = CharacterModel.Settings()
    settings.unknown = TokenID(unknown)
    settings.fusesUnknown = true
    let vocabulary = tokens.vocabulary
    guard !vocabulary.hasCopies else {
      throw InvalidData("two rules make the same token, and only one of its ids can be kept")
    }
    let model = try CharacterModel(
      vocabulary: vocabulary,
      merges: tokens.merges,
      settings: settings
    )
    return Tokenizer(
      normalizer: .none,
      preTokenizer: .youTokenToMe,
      model: try MarkedModel(model, mark: Self.mark),
      addedTokens: special.map { AddedToken(id: TokenID($0.id), content: Array($0.name.utf8)) }
    )
  }
}
