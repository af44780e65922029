// Procedure: everything but the tables is written as a tokenizer.json whose tables are empty, with
//   a member "image" for what that does not say:
//     {"model": "bytes" or "characters", "unknown": id or null,
//      "unreachable": {"token": id, ...}, "warnings": [...]}
//   The tables are those of memory. A model with affixes has the rules alone: its tables are made of
//   them again.
// Complexity: O(size of the file).

import BytePairEncoding
import Diagnostics
import JSONText
import Tokenization

/// Writes a tokenizer as an image.
enum ImageWriter {
  /// The image.
  ///
  /// - Throws: ``InvalidData`` if the image has no form for the model.
  static func bytes(of tokenizer: Tokenizer) throws -> [UInt8] {
    var sections: [(ImageFile.Section, [UInt8])] = []
    func add<Element>(_ section: ImageFile.Section, _ elements: UnsafeBufferPointer<Element>) {
      sections.append((section, Array(UnsafeRawBufferPointer(elements))))
    }
    func add(_ tables: VocabularyTables) {
      add(.pool, tables.pool)
      add(.starts, tables.starts)
      add(.presence, tables.presence)
      add(.tokenSlots, tables.slots)
    }
    func add(_ tables: MergeTables) {
      add(.merges, tables.merges)
      add(.mergeSlots, tables.slots)
      add(.mergeFilter, tables.filter)
      add(.mergeSettings, tables.settings)
    }
    switch tokenizer.model {
    case let model as BPEModel:
      sections.append((.settings, try settings(of: tokenizer, "bytes", model.unknown)))
      model.merges.withTables(add)
    case let model as CharacterModel:
      let unknown = model.settings.unknown
      sections.append((.settings, try settings(of: tokenizer, "characters", unknown)))
      if let table = model.table {
        table.withTables(add)
      } else {
        let rules = model.merges.flatMap { [$0.left, $0.right, $0.product].map(\.rawValue) }
        rules.withUnsafeBufferPointer { add(.merges, $0) }
      }
      model.scores?.map(\.bitPattern).withUnsafeBufferPointer { add(.scores, $0) }
    default:
      throw InvalidData(
        "the image has no form for \(tokenizer.model.name): it takes BPE over bytes and over "
          + "characters"
      )
    }
    let vocabulary = tokenizer.model.vocabulary
    let longest = (0..<vocabulary.count).map { vocabulary.byteCount(of: TokenID($0)) }.max() ?? 0
    guard 1...Int(UInt16.max) ~= longest else {
      throw InvalidData("the image takes tokens of 1 to \(UInt16.max) bytes, not of \(longest)")
    }
    vocabulary.withTables(add)
    return file(of: sections[...], [])
  }

  /// The file of sections, each of which stays in place while it is copied.
  private static func file(
    of sections: ArraySlice<(ImageFile.Section, [UInt8])>,
    _ pinned: [(section: ImageFile.Section, bytes: UnsafeRawBufferPointer)]
  ) -> [UInt8] {
    guard let (section, bytes) = sections.first else { return ImageFile.bytes(of: pinned) }
    return bytes.withUnsafeBytes { file(of: sections.dropFirst(), pinned + [(section, $0)]) }
  }

  private static func settings(
    of tokenizer: Tokenizer,
    _ model: String,
    _ unknown: TokenID?
  ) throws -> [UInt8] {
    let unreachable = (0..<tokenizer.vocabularySize).map { TokenID($0) }.filter {
      !tokenizer.vocabulary.contains($0) && !tokenizer.isAdded($0)
        && !tokenizer.bytes(of: $0).isEmpty
    }
    let image = JSONValue.object([
      JSONMember("model", .text(model)),
      JSONMember("unknown", unknown.map { .number(Double($0.rawValue)) } ?? .null),
      JSONMember(
        "unreachable",
        .object(
          unreachable.map {
            JSONMember(key: Array(tokenizer.bytes(of: $0)), value: .number(Double($0.rawValue)))
          }
        )
      ),
      JSONMember("warnings", .array(tokenizer.warnings.map { .text($0) })),
    ])
    return tokenizer.settings(JSONMember("image", image))
  }
}
