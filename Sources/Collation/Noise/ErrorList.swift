// Format: a line for each error: the right word, a tab, the wrong one. A pair that is there twice
//   is twice as likely.
// Procedure: a word of the text is a run without white space, less the ASCII signs at both ends.
//   One that the list has becomes one of its wrong forms with the given rate, all of its lines
//   being equally likely; others stay. The parts of a word that is cut between two rows are words.
// Complexity: O(n), one Philox block for each word that the list has.
// Determinism: the stream of a word is (site typos; item: number of the document; position: its
//   first byte in the document).

import Diagnostics
import Files
import Noise

/// Errors that people make, word by word.
public struct ErrorList: Sendable {
  /// The wrong forms of each word.
  private let forms: [[UInt8]: [[UInt8]]]

  /// The largest file that is read, in bytes.
  static let limit = 1 << 26

  /// Reads a list.
  ///
  /// - Parameters:
  ///   - text: A line for each error; empty lines say nothing.
  ///   - path: For messages.
  /// - Throws: ``InvalidData`` with the line, where it is no pair of words, or where the wrong one
  ///   is more than twice as long, in bytes, as the right one.
  public init(_ text: [UInt8], path: String? = nil) throws {
    var forms: [[UInt8]: [[UInt8]]] = [:]
    for (number, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty { continue }
      let words = line.split(separator: 0x09, omittingEmptySubsequences: false)
      let fail = { InvalidData(path: path, place: "line \(number + 1)", $0) }
      guard words.count == 2, !words[0].contains(where: Self.isWhite), !words[0].isEmpty else {
        throw fail("a right word, a tab and a wrong one were expected")
      }
      guard words[1].count <= 2 * words[0].count else {
        throw fail("the wrong word has more than twice the bytes of the right one")
      }
      forms[Array(words[0]), default: []].append(Array(words[1]))
    }
    self.forms = forms
  }

  /// Reads a list from a file.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` as ``init(_:path:)``.
  public init(contentsOf path: String) throws {
    try self.init(InputFile(path).readAll(limit: Self.limit), path: path)
  }

  private static func isWhite(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// Puts errors into a part of a document.
  ///
  /// - Parameters:
  ///   - text: The part.
  ///   - threshold: How likely each word of the list is to be wrong.
  ///   - key: Of the site typos.
  ///   - document: The document's number.
  ///   - origin: Where the part begins in it, in bytes.
  /// - Returns: At most twice as many bytes.
  func apply(
    to text: [UInt8],
    _ threshold: BernoulliThreshold,
    key: NoiseKey,
    document: UInt64,
    origin: Int
  ) -> Typos.Result {
    var result = Typos.Result()
    var done = 0
    var start = 0
    while start < text.count {
      if Self.isWhite(text[start]) {
        start += 1
        continue
      }
      var end = start
      while end < text.count && !Self.isWhite(text[end]) { end += 1 }
      defer { start = end }
      let run = text[start..<end].drop(while: Self.isSign)
      guard let last = run.lastIndex(where: { !Self.isSign($0) }) else { continue }
      let word = run[...last]
      guard let wrong = forms[Array(word)] else { continue }
      let position = UInt64(origin + word.startIndex)
      var draws = RandomStream(key: key, item: document, position: position)
      result.trials += 1
      if !draws.happens(threshold) { continue }
      result.errors += 1
      let form = wrong[Int(draws.next(below: UInt32(wrong.count)))]
      result.keep(text[done..<word.startIndex])
      let start = result.bytes.count
      result.append(form[...], upTo: word.endIndex)
      result.places.append(start..<result.bytes.count)
      done = word.endIndex
    }
    result.keep(text[done...])
    result.origins[result.origins.count - 1] = text.count
    return result
  }
}
