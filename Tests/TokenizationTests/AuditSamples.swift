import BytePairEncoding
import TestSupport
import Tokenization

/// The ids of a model's tokens.
func tokenIDs(of model: any WordModel) -> [TokenID] {
  (0..<model.vocabulary.count).map { TokenID($0) }.filter { model.vocabulary.contains($0) }
}

/// The tokens of some words.
func seen(_ model: any WordModel, _ words: [[UInt8]]) throws -> Set<TokenID> {
  var encoder = model.makeEncoder(cacheCapacity: 0)
  var seen: Set<UInt32> = []
  var (tokens, lengths): ([UInt32], [Int]) = ([], [])
  for word in words {
    tokens.removeAll()
    try word.withUnsafeBufferPointer {
      try encoder.encode($0, noise: nil, at: WordAddress(), into: &tokens, lengths: &lengths)
    }
    seen.formUnion(tokens)
  }
  return Set(seen.map { TokenID($0) })
}

/// A random model over a, b and é, with tokens of up to three characters; 0 marks are none.
func randomCharacterModel(
  _ text: inout NastyText,
  _ round: Int
) throws -> (model: CharacterModel, marks: Int) {
  var settings = CharacterModel.Settings()
  let marks = round % 4
  if marks & 1 != 0 { settings.prefix = Array("##".utf8) }
  if marks & 2 != 0 { settings.suffix = Array("</w>".utf8) }
  settings.fallsBackToBytes = round / 4 % 2 == 1
  settings.ignoresMerges = marks == 0 && round / 8 % 2 == 1
  var vocabulary = Vocabulary()
  if round / 16 % 2 == 0 { settings.unknown = vocabulary.append(Array("<unk>".utf8)) }
  if settings.fallsBackToBytes {
    for byte in UInt8.min...UInt8.max {
      let digits = String(byte, radix: 16, uppercase: true)
      vocabulary.append(Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8))
    }
  }
  /// Characters, and whether they begin and end a word.
  struct Part: Hashable {
    let text: [UInt8]
    let (begins, ends): (Bool, Bool)
  }
  func spelled(_ part: Part) -> [UInt8] {
    (part.begins ? [] : settings.prefix) + part.text + (part.ends ? settings.suffix : [])
  }
  var parts: [Part] = []
  for character in ["a", "b", "é"] {
    for begins in marks & 1 != 0 ? [true, false] : [true] {
      for ends in marks & 2 != 0 ? [true, false] : [false] {
        let part = Part(text: Array(character.utf8), begins: begins, ends: ends)
        vocabulary.append(spelled(part))
        parts.append(part)
      }
    }
  }
  var merges: [Merge] = []
  for _ in 0..<60 where merges.count < 12 {
    let left = parts[Int(text.number(below: UInt32(parts.count)))]
    let right = parts[Int(text.number(below: UInt32(parts.count)))]
    let joined = left.text + right.text
    let characters = joined.count { $0 & 0xC0 != 0x80 }
    guard characters <= 3, !left.ends, marks & 1 == 0 || !right.begins else { continue }
    let part = Part(text: joined, begins: left.begins, ends: right.ends)
    let product = vocabulary.append(spelled(part))
    parts.append(part)
    if let left = vocabulary.id(of: spelled(left)), let right = vocabulary.id(of: spelled(right)) {
      merges.append(Merge(left: left, right: right, product: product))
    }
  }
  return (try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings), marks)
}
