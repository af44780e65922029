// Procedure: a text is divided at the starts of lines: its front is trained on, then come the tuning
//   text and the test text. Running text stays in one piece, unlike under `corpus split`, which
//   draws for each line. Texts that come divided stay so.
// Complexity: O(size).
// Determinism: a function of the bytes and the shares.

public import Corpora
import Collation
import Diagnostics
import Experiments
import JSONText
import Stories

/// The text of a study, and how it is divided.
public struct StudyText: Hashable, Sendable {
  /// Where the text comes from.
  public enum Origin: Hashable, Sendable {
    /// Files, one after the other.
    case files([String])
    /// Files for training, tuning and test.
    case parts([String], [String], [String])
    /// So many bytes of generated stories.
    case stories(bytes: Int)
  }

  /// Where the text comes from.
  public let origin: Origin
  /// The share of it that learning rates are chosen on.
  public let tuning: Double
  /// The share of it that the measures are taken on.
  public let test: Double
  /// The share of the training text that is used, from its beginning.
  public let share: Double
  /// What is one document of it.
  public let unit: DocumentUnit

  /// The members of its object.
  package static let members = [
    "files", "train", "tuning", "test", "stories", "share", "document",
  ]

  init(_ reader: PlanReader) throws {
    try reader.refuseKeys(besides: Self.members)
    share = try reader.optional("share") == nil ? 1 : reader.share("share")
    unit =
      try reader.optional("document") == nil
      ? .file
      : reader.choice("document", among: DocumentUnit.allCases.map(\.rawValue)) {
        DocumentUnit(rawValue: $0)
      }
    if reader.optional("train") != nil {
      origin = .parts(
        try reader.texts("train"),
        try reader.texts("tuning"),
        try reader.texts("test")
      )
      (tuning, test) = (0, 0)
      try Self.refuse(["files", "stories"], of: reader, beside: "train")
      return
    }
    if reader.optional("stories") != nil {
      origin = .stories(bytes: try reader.integer("stories", in: 10_000...1 << 30))
      try Self.refuse(["files"], of: reader, beside: "stories")
    } else {
      origin = .files(try reader.texts("files"))
    }
    tuning = try reader.optional("tuning") == nil ? 0.05 : reader.share("tuning")
    test = try reader.optional("test") == nil ? 0.05 : reader.share("test")
    guard tuning + test < 0.9 else {
      throw InvalidData(place: reader.path("test"), "less than a tenth is left to train on")
    }
  }

  private static func refuse(_ keys: [String], of reader: PlanReader, beside key: String) throws {
    for other in keys where reader.optional(other) != nil {
      throw InvalidData(place: reader.path(other), "found both this and '\(key)'")
    }
  }

  /// The parts of a divided text.
  struct Parts {
    var train: [UInt8]
    let tuning: [UInt8]
    let test: [UInt8]
  }

  /// Reads and divides the text.
  ///
  /// - Parameter folder: What file names are relative to.
  /// - Returns: The parts, none empty.
  /// - Throws: ``FileError``; ``InvalidData`` for a text that is too short.
  func read(in folder: String) throws -> Parts {
    var parts: Parts
    switch origin {
    case .parts(let train, let tuning, let test):
      parts = Parts(
        train: try Self.bytes(of: train, in: folder),
        tuning: try Self.bytes(of: tuning, in: folder),
        test: try Self.bytes(of: test, in: folder)
      )
    case .files(let names): parts = divided(try Self.bytes(of: names, in: folder))
    case .stories(let count):
      let generator = StoryGenerator(seed: 0)
      var text: [UInt8] = []
      var number: UInt64 = 0
      while text.count < count {
        generator.appendStory(number, to: &text)
        number += 1
      }
      parts = divided(text)
    }
    parts.train = Self.front(share, of: parts.train)
    for (name, part) in [("train", parts.train), ("tune", parts.tuning), ("test", parts.test)]
    where !part.contains(where: { $0 != 0x0A && $0 != 0x0D }) {
      throw InvalidData(place: "text", "it is too short: no line is left to \(name) on")
    }
    return parts
  }

  private func divided(_ text: [UInt8]) -> Parts {
    let size = Double(text.count)
    let tuned = Self.lineStart(in: text, near: Int(size * (1 - tuning - test)))
    let tested = Self.lineStart(in: text, near: Int(size * (1 - test)))
    return Parts(
      train: Array(text[..<tuned]),
      tuning: Array(text[tuned..<tested]),
      test: Array(text[tested...])
    )
  }

  /// The front of a text, up to the start of a line.
  ///
  /// - Parameters:
  ///   - share: About its share of the bytes.
  ///   - text: The whole text.
  /// - Returns: Whole lines.
  static func front(_ share: Double, of text: [UInt8]) -> [UInt8] {
    share == 1 ? text : Array(text[..<lineStart(in: text, near: Int(Double(text.count) * share))])
  }

  /// The first start of a line at or behind a position, or the end.
  private static func lineStart(in text: [UInt8], near position: Int) -> Int {
    guard position > 0 else { return 0 }
    let end = text[(position - 1)...].firstIndex(of: 0x0A)
    return end.map { $0 + 1 } ?? text.count
  }

  private static func bytes(of names: [String], in folder: String) throws -> [UInt8] {
    let paths = names.map { name in
      name.utf8.first == UInt8(ascii: "/") || folder == "." ? name : "\(folder)/\(name)"
    }
    guard !paths.isEmpty else { throw InvalidData(place: "text", "no file is named") }
    var files = BatchFiles(paths)
    files.unit = .file
    let store = try files.documents()
    var text: [UInt8] = []
    for range in store.ranges {
      text += store.bytes[range]
      if text.last != 0x0A { text.append(0x0A) }
    }
    return text
  }
}
