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
    var lines = text[...]
    if lines.last == 0x0A { lines = lines.dropLast() }
    let list = lines.split(separator: 0x0A, omittingEmptySubsequences: false).map(Self.trimmed)
    guard list.count >= 3, list[0].elementsEqual(Self.firstLine) else {
      throw InvalidData(place: "line 1", "'minbpe v1' was expected, and two more lines")
    }
    preTokenizer = try Self.preTokenizer(list[1])
    tokens = MergedTokens(fileSize: text.count)
    for byte in UInt8.min...UInt8.max { try tokens.add([byte], at: Int(byte)) { "line 1" } }
    guard let count = Self.number(list[2]), count <= list.count - 3 else {
      throw InvalidData(place: "line 3", "the number of special tokens was expected")
    }
    for (index, line) in list[3..<3 + count].enumerated() {
      let fields = line.split(separator: 0x20)
      guard fields.count == 2, let id = Self.number(fields[1]) else {
        throw InvalidData(place: "line \(index + 4)", "a special token and its id were expected")
      }
      special.append(AddedToken(id: TokenID(id), content: Array(fields[0])))
    }
    for (index, line) in list[(3 + count)...].enumerated() {
      let place = { "line \(index + count + 4)" }
      let fields = line.split(separator: 0x20)
      guard fields.count == 2, let left = Self.number(fields[0]),
        let right = Self.number(fields[1])
      else { throw InvalidData(place: place(), "the ids of two tokens were expected") }
      try tokens.merge(left, right, to: 256 + index, place: place)
    }
    let ids = special.map(\.id.index)
    guard Set(ids).count == ids.count, Set(special.map(\.content)).count == ids.count,
      ids.allSatisfy({ $0 <= 2 * list.count + 65_536 && !tokens.contains($0) })
    else {
      throw InvalidData(
        place: "line 4",
        "the special tokens have a text or id twice, or the id of another token, or a very large one"
      )
    }
  }

  /// A line without the white space around it, as Python's `strip` leaves it for ASCII.
  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    var line = line.drop(while: isSpace)
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
