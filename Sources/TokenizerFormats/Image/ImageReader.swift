// Procedure: the checksum of the whole file is taken beside the tables, which are checked on their
//   own: a checksum finds accidents, and somebody who changes a file on purpose changes it as well.
//   See VocabularyTables and MergeTables for what is checked.
// Complexity: O(size of the file), at the speed of memory; of the tables of pairs and bytes nothing
//   is copied.
// Determinism: the tokenizer is the one that was written.

import BytePairEncoding
import Diagnostics
import Execution
import Files
import JSONText
import PreTokenization
import Tokenization

/// Reads a tokenizer from an image.
struct ImageReader {
  private let image: ImageFile
  private let settings: JSONValue

  /// - Throws: ``InvalidData`` if the settings are no JSON.
  init(_ image: ImageFile) throws {
    self.image = image
    settings = try JSONParser.parse(Array(image.numbers(.settings, UInt8.self)))
  }

  private enum Part { case check, tables }

  /// The tokenizer.
  ///
  /// - Throws: ``InvalidData`` if the file is damaged, or its parts do not fit together.
  func tokenizer() throws -> Tokenizer {
    var parts: [Part] = [.check, .tables]
    var tokenizer: Tokenizer?
    try OrderedMap(threads: min(parts.count, WorkerThreads.available)).run(
      next: { parts.isEmpty ? nil : parts.removeFirst() },
      makeScratch: {},
      transform: { (_: inout Void, part) -> Tokenizer? in
        switch part {
        case .check:
          try image.check()
          return nil
        case .tables: return try assembled()
        }
      },
      consume: { tokenizer = tokenizer ?? $0 }
    )
    guard let tokenizer else { throw InvalidData("the image has no tokenizer") }
    return tokenizer
  }

  private func assembled() throws -> Tokenizer {
    guard let own = settings["image"] else {
      throw InvalidData("the settings of an image were expected")
    }
    let isOverBytes = own["model"]?.text == "bytes"
    let reader = TokenizerFileReader(file: settings)
    do {
      let vocabulary = try Vocabulary(
        VocabularyTables(
          pool: image.numbers(.pool),
          starts: image.numbers(.starts),
          presence: image.numbers(.presence),
          slots: image.numbers(.tokenSlots)
        ),
        of: image.owner
      )
      let sections = try reader.sections()
      let preTokenizer = try PreTokenizerValue(sections.preTokenizer, keepsBytes: isOverBytes)
      var settings = try reader.modelSettings()
      settings.unknown = try unknown(own["unknown"] ?? .null, vocabulary)
      settings.isSpelled = !isOverBytes && sections.isSpelled(by: preTokenizer.preTokenizer)
      let section = ModelSection(
        model: isOverBytes
          ? try bytePairs(vocabulary, settings) : try characters(vocabulary, settings),
        preTokenizer: preTokenizer,
        unreachable: try unreachable(own["unreachable"] ?? .object([]), vocabulary)
      )
      return try sections.tokenizer(of: section, warnings(own["warnings"] ?? .null))
    } catch let error as InvalidTables {
      throw InvalidData(error.description)
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }

  // MARK: - Models

  private func tables() throws -> MergeTables {
    MergeTables(
      merges: try image.numbers(.merges),
      slots: try image.numbers(.mergeSlots),
      filter: try image.numbers(.mergeFilter),
      settings: try image.numbers(.mergeSettings)
    )
  }

  private func bytePairs(
    _ vocabulary: Vocabulary,
    _ settings: CharacterModel.Settings
  ) throws -> BPEModel {
    BPEModel(
      vocabulary: vocabulary,
      table: try MergeTable(tables(), of: vocabulary, owner: image.owner),
      unknown: settings.unknown,
      ignoresMerges: settings.ignoresMerges
    )
  }

  private func characters(
    _ vocabulary: Vocabulary,
    _ settings: CharacterModel.Settings
  ) throws -> CharacterModel {
    guard image.has(.mergeSlots) else {
      let rules = try image.numbers(.merges, UInt32.self)
      let merges = stride(from: 0, to: rules.count - rules.count % 3, by: 3).map {
        Merge(
          left: TokenID(rules[$0]),
          right: TokenID(rules[$0 + 1]),
          product: TokenID(rules[$0 + 2])
        )
      }
      return try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
    }
    let scores = try image.has(.scores) ? image.numbers(.scores, UInt32.self) : nil
    return try CharacterModel(
      vocabulary: vocabulary,
      tables: tables(),
      of: image.owner,
      scores: scores.map { $0.map { Float(bitPattern: $0) } },
      settings: settings
    )
  }

  // MARK: - Settings

  private func warnings(_ value: JSONValue) -> [String] {
    if case .array(let warnings) = value { warnings.compactMap(\.text) } else { [] }
  }

  private func unknown(_ value: JSONValue, _ vocabulary: Vocabulary) throws -> TokenID? {
    if value == .null { return nil }
    guard let id = value.integer(below: vocabulary.count).map({ TokenID($0) }),
      vocabulary.contains(id)
    else { throw InvalidData(place: "image.unknown", "the id of a token was expected") }
    return id
  }

  private func unreachable(
    _ value: JSONValue,
    _ vocabulary: Vocabulary
  ) throws -> [TokenID: [UInt8]] {
    guard case .object(let members) = value else {
      throw InvalidData(place: "image.unreachable", "an object of tokens and ids was expected")
    }
    var tokens: [TokenID: [UInt8]] = [:]
    for member in members {
      guard let id = member.value.integer(below: vocabulary.count).map({ TokenID($0) }),
        !vocabulary.contains(id)
      else { throw InvalidData(place: "image.unreachable", "the id of a gap was expected") }
      tokens[id] = member.key
    }
    return tokens
  }
}
