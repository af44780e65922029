// Source: subword-nmt 0.3.8 (apply_bpe.py, read_vocabulary) and fastBPE (fast.cc, readVocab).
// Procedure: a line is a piece and its frequency; the piece of line n has the id n, and 0 is the
//   unknown token. Pieces below the threshold keep their ids and are not used.
// Complexity: O(size of the file).

public import Tokenization
import BytePairEncoding
import Diagnostics
import Files

/// The vocabulary that subword-nmt's get-vocab or fastBPE's getvocab makes of segmented text.
public struct SubwordVocabulary: Sendable {
  let vocabulary: Vocabulary
  let isAllowed: [Bool]
  let unknown: TokenID

  /// Reads a vocabulary.
  ///
  /// - Parameters:
  ///   - path: A file with a piece and its frequency in each line.
  ///   - threshold: Pieces that are less frequent are not used; nil for none.
  /// - Throws: ``FileError``, or ``InvalidData`` with the line that is malformed.
  public init(contentsOf path: String, threshold: Int? = nil) throws {
    let bytes = try InputFile(path).readAll(limit: Tokenizer.largestFile)
    do { try self.init(bytes, threshold: threshold) } catch let error as InvalidData {
      throw error.inFile(path)
    }
  }

  /// Parses a vocabulary.
  ///
  /// - Parameters:
  ///   - text: A piece and its frequency in each line.
  ///   - threshold: Pieces that are less frequent are not used; nil for none.
  /// - Throws: ``InvalidData`` with the line that is malformed.
  package init(_ text: [UInt8], threshold: Int?) throws {
    var entries: [(piece: [UInt8], count: Int)] = []
    var lines = FileLines(text)
    while let line = lines.next() {
      let fields = SubwordCodes.fields(line)
      guard fields.count == 2, !fields[0].isEmpty,
        let count = Int(String(decoding: fields[1], as: UTF8.self))
      else {
        throw InvalidData(
          place: lines.place,
          "a piece, a space and its frequency were expected"
        )
      }
      entries.append((Array(fields[0]), count))
    }
    var name = "<unk>"
    let pieces = Set(entries.map(\.piece))
    while pieces.contains(Array(name.utf8)) { name = "<\(name)>" }
    var vocabulary = Vocabulary()
    unknown = vocabulary.append(Array(name.utf8))
    var isAllowed = [false]
    for (piece, count) in entries {
      let isFrequent = threshold.map { count >= $0 } ?? true
      if let known = vocabulary.id(of: piece) {
        vocabulary.appendGap()
        isAllowed[known.index] = isAllowed[known.index] || isFrequent
        isAllowed.append(false)
      } else {
        vocabulary.append(piece)
        isAllowed.append(isFrequent)
      }
    }
    self.vocabulary = vocabulary
    self.isAllowed = isAllowed
  }
}

extension Tokenizer {
  /// The same tokenizer with pieces restricted to a vocabulary, and words that are never split.
  ///
  /// - Parameters:
  ///   - vocabulary: What pieces are restricted to, which also gives the ids; nil for no
  ///     restriction, and the ids of the tokenizer.
  ///   - glossaries: What is never split.
  /// - Returns: A tokenizer whose tokens are spelled as in subword-nmt's output.
  /// - Throws: ``InvalidData`` if the tokenizer is not one of subword-nmt or fastBPE.
  public func restricted(
    to vocabulary: SubwordVocabulary?,
    glossaries: [Glossary] = []
  ) throws -> Tokenizer {
    let known = model as? SubwordModel
    guard let codes = known?.codes ?? (model as? CharacterModel),
      let unknown = known?.unknown ?? codes.settings.unknown
    else {
      throw InvalidData(
        "a vocabulary and glossaries are for codes of subword-nmt and fastBPE, not for \(model.name)"
      )
    }
    let pieces: SubwordModel.Restriction
    if let vocabulary {
      pieces = .init(
        vocabulary: vocabulary.vocabulary,
        isAllowed: vocabulary.isAllowed,
        separator: SubwordCodes.separator
      )
    } else if let known {
      pieces = known.pieces
    } else {
      pieces = .init(
        vocabulary: Self.pieces(of: codes),
        isAllowed: [],
        separator: SubwordCodes.separator
      )
    }
    var result = Tokenizer(
      normalizer: normalizer,
      preTokenizer: preTokenizer,
      model: try SubwordModel(
        codes: codes,
        endSymbol: known?.endSymbol ?? [],
        pieces: pieces,
        unknown: vocabulary?.unknown ?? unknown,
        glossaries: glossaries
      ),
      addedTokens: vocabulary == nil ? addedTokens : []
    )
    result.warnings = warnings
    return result
  }

  /// The tokens of a model as subword-nmt's output spells them, with the same ids.
  private static func pieces(of codes: CharacterModel) -> Vocabulary {
    var pieces = Vocabulary()
    for id in (0..<codes.vocabulary.count).map({ TokenID($0) }) {
      guard codes.vocabulary.contains(id) else {
        pieces.appendGap()
        continue
      }
      let bytes = Array(codes.vocabulary.bytes(of: id))
      if id == codes.settings.unknown {
        pieces.appendCopy(bytes)
      } else if bytes.count > SubwordCodes.ending.count, bytes.hasSuffix(SubwordCodes.ending) {
        pieces.appendCopy(bytes.dropLast(SubwordCodes.ending.count))
      } else {
        pieces.appendCopy(bytes + SubwordCodes.separator)
      }
    }
    return pieces
  }
}
