// Source: the kinds of error of F. Damerau, "A Technique for Computer Detection and Correction of
//   Spelling Errors", CACM 7(3), 1964, with case and white space; Y. Belinkov, Y. Bisk, "Synthetic
//   and Natural Noise Both Break Neural Machine Translation", ICLR 2018, for neighbours on the
//   keyboard.
// Procedure: a character, or a word (a run without white space) in one of its characters, gets an
//   error with the given rate, of six kinds, all equally likely: it changes places with the next,
//   is left out, gets a neighbour on the keyboard (US English) behind it or in its place, changes
//   its case, or gets a space before it; a space is left out instead. Where a kind cannot be, such
//   as the case of a digit, the character is doubled. White space other than a space, and bytes
//   that are no UTF-8, stay as they are.
// Complexity: O(n), one Philox block for each character, or for each word and each error.
// Determinism: the stream of a character or word is (site typos; item: number of the document;
//   position: its first byte in the document), so where rows are cut does not matter, but for two
//   characters on both sides of a cut, which do not change places.

public import Noise
import UnicodeText

/// Errors in a text before it is encoded.
public struct Typos: Sendable {
  /// The unit that the rate counts.
  public enum Unit: String, CaseIterable, Sendable {
    /// Every character but white space other than a space.
    case characters
    /// Every run without white space.
    case words
  }

  /// The probability for each unit, with its schedule.
  public let rate: NoiseRate
  /// The unit that the rate counts.
  public let unit: Unit
  /// Errors that people make, in place of random ones; the rate then counts the words of the list.
  public let list: ErrorList?

  /// - Parameters:
  ///   - rate: The probability for each unit, with its schedule.
  ///   - unit: The unit that the rate counts.
  ///   - list: Errors that people make, in place of random ones.
  public init(rate: NoiseRate, unit: Unit, list: ErrorList? = nil) {
    precondition(list == nil || unit == .words, "a list of errors is of words")
    self.rate = rate
    self.unit = unit
    self.list = list
  }

  /// A text with errors.
  struct Result {
    var bytes: [UInt8] = []
    /// For each place between bytes of the new text the place in the old one; one more than bytes.
    var origins: [Int] = [0]
    var trials = 0
    var errors = 0
    /// Where the errors are in the new text; empty ranges where something is left out.
    var places: [Range<Int>] = []

    /// Appends a part of the old text that stays.
    mutating func keep(_ text: ArraySlice<UInt8>) {
      // What was left out before it counts to its first byte.
      bytes += text
      origins += text.indices.lazy.map { $0 + 1 }
    }

    /// Appends what stands in the place of the old text up to `origin`.
    mutating func append(_ text: ArraySlice<UInt8>, upTo origin: Int) {
      let start = origins[origins.count - 1]
      for byte in text {
        bytes.append(byte)
        origins.append(start)
      }
      if !text.isEmpty { origins[origins.count - 1] = origin }
    }
  }

  /// The errors of one moment.
  struct Drawn {
    let unit: Unit
    let list: ErrorList?
    let rate: Double
    let key: NoiseKey
  }

  /// A text with errors, for evaluation.
  ///
  /// - Parameters:
  ///   - text: A whole document.
  ///   - document: Its number.
  ///   - seed: Equal seeds give equal errors.
  /// - Returns: The text with the errors that it has at the first step of a run.
  package func text(_ text: [UInt8], document: UInt64, seed: UInt64) -> [UInt8] {
    let moment = NoiseContext(seed: seed, epoch: 0, step: 0, total: 1)
    return drawn(moment)?.apply(to: text, document: document, origin: 0).bytes ?? text
  }

  /// The errors of a moment; nil where there are none.
  func drawn(_ moment: NoiseContext) -> Drawn? {
    let rate = moment.rate(rate)
    if rate == .zero { return nil }
    return Drawn(unit: unit, list: list, rate: rate.value, key: moment.key(.typos))
  }
}

extension Typos.Result {
  /// Makes byte counts of the new text, in order, those of the old one.
  func countOriginals(_ counts: inout ArraySlice<UInt32>) {
    var (place, origin) = (0, 0)
    for index in counts.indices {
      // What is counted beyond the text is a separator's.
      let end = place + Int(counts[index])
      let inside = Swift.min(end, bytes.count)
      let next = index + 1 == counts.endIndex ? origins[bytes.count] : origins[inside]
      counts[index] = UInt32(next - origin + end - Swift.max(inside, place))
      (place, origin) = (end, next)
    }
  }
}

extension Typos.Drawn {
  /// Puts errors into a part of a document.
  ///
  /// - Parameters:
  ///   - text: The part.
  ///   - document: The document's number.
  ///   - origin: Where the part begins in it, in bytes.
  /// - Returns: At most twice as many bytes.
  func apply(to text: [UInt8], document: UInt64, origin: Int) -> Typos.Result {
    let threshold = BernoulliThreshold(rate)
    if let list {
      return list.apply(to: text, threshold, key: key, document: document, origin: origin)
    }
    var result = Typos.Result()
    let characters = UTF8Text.characters(of: text)
    var chosen: [Int: RandomStream] = [:]
    var index = 0
    while index < characters.count {
      var end = index + 1
      defer { index = end }
      switch unit {
      case .characters:
        if !Self.isOpen(text[characters[index]]) { continue }
      case .words:
        if Self.isWhitespace(text[characters[index]]) { continue }
        while end < characters.count && !Self.isWhitespace(text[characters[end]]) { end += 1 }
      }
      let position = UInt64(origin + characters[index].lowerBound)
      var draws = RandomStream(key: key, item: document, position: position)
      result.trials += 1
      if !draws.happens(threshold) { continue }
      let place = end - index == 1 ? 0 : Int(draws.next(below: UInt32(clamping: end - index)))
      chosen[index + place] = draws
      result.errors += 1
    }
    index = 0
    while index < characters.count {
      if var draws = chosen[index] {
        let start = result.bytes.count
        index += Self.err(at: index, of: characters, text, &draws, &result)
        result.places.append(start..<result.bytes.count)
      } else {
        result.append(text[characters[index]], upTo: characters[index].upperBound)
        index += 1
      }
    }
    // What is left out at the end is behind the last byte.
    result.origins[result.origins.count - 1] = text.count
    return result
  }

  /// Writes a character with an error.
  ///
  /// - Returns: How many characters are done.
  private static func err(
    at index: Int,
    of characters: [Range<Int>],
    _ text: [UInt8],
    _ draws: inout RandomStream,
    _ result: inout Typos.Result
  ) -> Int {
    let range = characters[index]
    let character = text[range]
    let doubled = { (result: inout Typos.Result) in
      result.append(character, upTo: range.upperBound)
      result.append(character, upTo: range.upperBound)
    }
    if !isOpen(character) {
      result.append(character, upTo: range.upperBound)
      return 1
    }
    switch draws.next(below: 6) {
    case 0 where index + 1 < characters.count && isOpen(text[characters[index + 1]]):
      let next = characters[index + 1]
      result.append(text[next], upTo: range.lowerBound)
      result.append(character, upTo: next.upperBound)
      return 2
    case 1: break
    case 2:
      guard let neighbor = neighbor(of: character, &draws) else {
        doubled(&result)
        break
      }
      result.append(character, upTo: range.upperBound)
      result.append([neighbor], upTo: range.upperBound)
    case 3:
      guard let neighbor = neighbor(of: character, &draws) else {
        doubled(&result)
        break
      }
      result.append([neighbor], upTo: range.upperBound)
    case 4:
      guard let other = otherCase(of: character) else {
        doubled(&result)
        break
      }
      result.append(other[...], upTo: range.upperBound)
    case 5:
      if character.first == UInt8(ascii: " ") { break }
      result.append([UInt8(ascii: " ")], upTo: range.lowerBound)
      result.append(character, upTo: range.upperBound)
    default: doubled(&result)
    }
    return 1
  }

  /// The same letter in the other case, where that is one character of at most as many bytes.
  private static func otherCase(of character: ArraySlice<UInt8>) -> [UInt8]? {
    guard let scalar = String(decoding: character, as: UTF8.self).unicodeScalars.first else {
      return nil
    }
    let properties = scalar.properties
    let other = Array(
      (properties.isUppercase ? properties.lowercaseMapping : properties.uppercaseMapping).utf8
    )
    return other == Array(character) || other.count > 2 * character.count ? nil : other
  }

  private static let rows = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"].map {
    Array($0.utf8)
  }

  /// A key beside a letter's or digit's, above or below it.
  private static func neighbor(
    of character: ArraySlice<UInt8>,
    _ draws: inout RandomStream
  ) -> UInt8? {
    guard character.count == 1, let byte = character.first else { return nil }
    let isUpper = (0x41...0x5A).contains(byte)
    let key = isUpper ? byte + 0x20 : byte
    for (number, row) in rows.enumerated() {
      guard let place = row.firstIndex(of: key) else { continue }
      let near = [
        (number, place - 1), (number, place + 1), (number - 1, place), (number + 1, place),
      ]
      .compactMap { line, column in
        rows.indices.contains(line) && rows[line].indices.contains(column)
          ? rows[line][column] : nil
      }
      let drawn = near[Int(draws.next(below: UInt32(near.count)))]
      return isUpper && (0x61...0x7A).contains(drawn) ? drawn - 0x20 : drawn
    }
    return nil
  }

  private static func isWhitespace(_ character: ArraySlice<UInt8>) -> Bool {
    character.count == 1 && character.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  /// Whether a character can get an error.
  private static func isOpen(_ character: ArraySlice<UInt8>) -> Bool {
    if character.count == 1, let byte = character.first { return byte >= 0x20 && byte < 0x80 }
    return true
  }
}
