// Source: minbpe (base.py, Tokenizer.load; basic.py, regex.py): "minbpe v1", the pattern, the number
//   of special tokens, each with its id, and the parts of each merge as ids.
// Procedure: bytes have the ids 0 to 255, and the products of merges follow by rank. What the
//   pattern does not match is left out, as `findall` leaves it out.
// Complexity: O(size of the file).

import BytePairEncoding
import Diagnostics
import PreTokenization
import Tokenization
import UnicodeText

/// A `.model` file of minbpe.
struct MinBPEFile {
  static let firstLine = Array("minbpe v1".utf8)

  private var tokens: MergedTokens
  private var special: [AddedToken] = []
  private let preTokenizer: PreTokenizer

  /// - Throws: ``InvalidData`` with the line.
  init(_ text: [UInt8]) throws {
    var lines = FileLines(text)
    guard Self.next(&lines) == Self.firstLine[...], let pattern = Self.next(&lines) else {
      throw InvalidData(place: "line 1", "'minbpe v1' was expected, and two more lines")
    }
    preTokenizer = try Self.preTokenizer(pattern)
    tokens = MergedTokens(fileSize: text.count)
    for byte in UInt8.min...UInt8.max { try tokens.add([byte], at: Int(byte)) { "line 1" } }
    guard let count = Self.next(&lines).flatMap(Self.number) else {
      throw InvalidData(place: lines.place, "the number of special tokens was expected")
    }
    while special.count < count {
      let fields = Self.next(&lines)?.split(separator: 0x20) ?? []
      guard fields.count == 2, let id = Self.number(fields[1]) else {
        throw InvalidData(place: lines.place, "a special token and its id were expected")
      }
      special.append(AddedToken(id: TokenID(id), content: Array(fields[0])))
    }
    while let line = Self.next(&lines) {
      let place = lines.place
      let fields = line.split(separator: 0x20)
      guard fields.count == 2, let left = Self.number(fields[0]),
        let right = Self.number(fields[1])
      else { throw InvalidData(place: place, "the ids of two tokens were expected") }
      try tokens.merge(left, right, to: 256 + tokens.merges.count) { place }
    }
    let ids = special.map(\.id.index)
    guard Set(ids).count == ids.count, Set(special.map(\.content)).count == ids.count,
      ids.allSatisfy({ $0 <= 2 * text.count + 65_536 && !tokens.contains($0) })
    else {
      throw InvalidData(
        place: "line 4",
        "the special tokens have a text or id twice, or the id of another token, or a very large one"
      )
    }
  }

  /// The next line without the white space around it, as Python's `strip` leaves it for ASCII.
  private static func next(_ lines: inout FileLines) -> ArraySlice<UInt8>? {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard var line = lines.next()?.drop(while: isSpace) else { return nil }
    while let last = line.last, isSpace(last) { line = line.dropLast() }
    return line
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    guard !text.isEmpty, text.count < 10, text.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(String(decoding: text, as: UTF8.self))
  }

  private static func preTokenizer(_ pattern: ArraySlice<UInt8>) throws -> PreTokenizer {
    if pattern.isEmpty { return .none }
    let text = String(decoding: pattern, as: UTF8.self)
    do {
      let matches = PreTokenizer([.split(try SplitRule(.regex(text), .removed, isInverted: true))])
      // Where the matches cover all text, nothing lies between them.
      return matches.isLossless ? try .regex(text) : matches
    } catch let error as InvalidData {
      throw InvalidData(place: "line 2", error.message)
    }
  }

  /// - Throws: ``InvalidData`` if the merges form no model.
  func tokenizer() throws -> Tokenizer {
    do {
      return Tokenizer(
        normalizer: .none,
        preTokenizer: preTokenizer,
        model: try BPEModel(vocabulary: tokens.vocabulary, merges: tokens.merges),
        addedTokens: special
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }
}
