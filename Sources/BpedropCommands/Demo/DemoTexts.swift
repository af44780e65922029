import Corpora
import Diagnostics
import Files
import PreTokenization
import Stories

/// The texts of the demo: the embedded corpora and generated stories, or the user's own text.
struct DemoTexts {
  /// The files that the first tokenizer is learned from.
  let files: [String]
  /// Sentences to show, with their labels.
  let samples: [(name: String, text: [UInt8])]
  /// Texts for round trips of encoding and decoding.
  let whole: [(name: String, text: [UInt8])]
  /// A word whose segmentations are shown, including the space before it.
  let word: [UInt8]
  /// The training text of the models.
  let training: [UInt8]
  /// The evaluation text of the models.
  let heldOut: [UInt8]
  /// The prompt that the models continue.
  let prompt: String
  /// Whether each line is a document, as stories are.
  let areLinesDocuments: Bool

  /// The corpora's languages that are shown, one for each script.
  private static let shown = [
    "english", "russian", "greek", "arabic", "hindi", "thai", "chinese", "korean", "georgian",
  ]
  private static let learned =
    shown + ["german", "french", "turkish", "vietnamese", "ukrainian", "hebrew", "japanese"]

  /// The corpora of the package; the generated stories are also saved to a file.
  ///
  /// - Throws: ``FileError``.
  init(corpora: String, stories path: String) throws {
    let texts = try Self.learned.map { language in
      (name: language, text: try InputFile("\(corpora)/\(language).txt").readAll())
    }
    let file = try OutputFile(path)
    try file.write(Self.stories(0..<500))
    try file.commit()
    files = Self.learned.map { "\(corpora)/\($0).txt" } + [path]
    samples = texts.prefix(Self.shown.count).map { ($0.name, Self.beginning(of: $0.text[...])) }
    whole = texts
    word = Array(" garden".utf8)
    training = Self.stories(1000..<3100)
    heldOut = Self.stories(100_000..<100_060)
    prompt = "Once upon a time"
    areLinesDocuments = true
  }

  /// The user's own text, of which the last tenth is held out.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` if it is too short to learn from.
  init(own path: String) throws {
    let text = try InputFile(path).readAll()
    let lines = text.split(separator: 0x0A)
    guard text.count >= 20_000, lines.count >= 20 else {
      throw InvalidData(
        path: path,
        "found \(lines.count) lines and \(text.count) bytes; a model needs 20 lines and 20000 bytes"
      )
    }
    let limit = 20_000_000
    let used = text.prefix(limit)
    let border = used.dropFirst(used.count / 10 * 9).firstIndex(of: 0x0A) ?? used.endIndex - 1
    files = [path]
    let long = lines.filter { $0.count >= 40 }
    let shown = long.isEmpty ? lines : long
    samples = (0..<min(5, shown.count)).map { index in
      let place = shown.count * index / 5
      return ("line \(place + 1)", Self.beginning(of: shown[place]))
    }
    whole = [(path, text)]
    word = Self.commonWord(in: used)
    training = Array(used[...border])
    heldOut = Array(used[(border + 1)...])
    let start = String(decoding: heldOut.prefix(200), as: UTF8.self).split(separator: "\n").first
    prompt = (start ?? "").split(separator: " ").prefix(4).joined(separator: " ")
    areLinesDocuments = false
  }

  /// A text as documents; the user's own text is a single document.
  func documents(of text: [UInt8]) -> DocumentStore {
    let text = text.last == 0x0A ? text.dropLast() : text[...]
    if !areLinesDocuments { return DocumentStore([Array(text)]) }
    return DocumentStore(
      text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    )
  }

  /// Generated stories, the same on every machine.
  static func stories(_ numbers: Range<UInt64>) -> [UInt8] {
    let generator = StoryGenerator(seed: 0)
    return numbers.reduce(into: []) { text, number in
      generator.appendStory(number, to: &text)
    }
  }

  /// The first 40 characters or so of a line, cut at the end of a word if there are words.
  private static func beginning(of text: ArraySlice<UInt8>) -> [UInt8] {
    let line = String(decoding: text.prefix { $0 != 0x0A }.prefix(1000), as: UTF8.self)
    var sentence = ""
    for character in line {
      if sentence.count >= 48 || (sentence.count >= 36 && character == " ") { break }
      sentence.append(character)
    }
    return Array(sentence.utf8)
  }

  /// The most frequent word of six to ten bytes, with a space before it.
  private static func commonWord(in text: ArraySlice<UInt8>) -> [UInt8] {
    var counts: [ArraySlice<UInt8>: Int] = [:]
    for word in text.prefix(2_000_000).split(whereSeparator: { $0 <= 0x20 })
    where (6...10).contains(word.count) {
      counts[word, default: 0] += 1
    }
    // On a tie, the first in byte order: the order of a dictionary is arbitrary.
    let best = counts.min { left, right in
      left.value != right.value
        ? left.value > right.value : left.key.lexicographicallyPrecedes(right.key)
    }
    return [0x20] + Array(best?.key ?? [])
  }
}
