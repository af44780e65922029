import BytePairEncoding
import Corpora
import Experiments
import Reports
import Studies
import TestSupport
import UnicodeText

/// Texts of strangers, and the files that long runs go on from.
enum TextFuzzing {
  static func run(_ input: inout FuzzInput) throws {
    switch input.number(below: 6) {
    case 0: try documents(&input)
    case 1: try records(&input)
    case 2: try normalForms(&input)
    case 3:
      try plan(input.bytes)
      try study(input.bytes)
    case 4: try checkpoint(input.bytes)
    default: try events(&input)
    }
  }

  /// Documents of every kind: they lie in the file, in order, and one is no larger than the limit.
  private static func documents(_ input: inout FuzzInput) throws {
    let folder = try TemporaryFolder()
    let unit = DocumentUnit.allCases[input.number(below: DocumentUnit.allCases.count)]
    let lineFeed = LineFeed.allCases[input.number(below: LineFeed.allCases.count)]
    let limit = 1 + Int(input.byte())
    let stripsMark = input.byte() % 2 == 0
    let path = try folder.put("text", input.bytes)
    let reading = DocumentReading(largestDocument: limit, stripsMark: stripsMark)
    guard
      let reader = try? DocumentReader(
        paths: [path],
        unit: unit,
        lineFeed: lineFeed,
        reading: reading
      )
    else { return }
    var end = 0
    while let batch = try? reader.next() {
      for range in batch.ranges {
        try expect(range.count <= limit, "a document is at most as large as the limit")
        let start = batch.offset + range.lowerBound
        try expect(start >= end, "documents stand in their order")
        end = batch.offset + range.upperBound
      }
    }
    try expect(end <= input.rest.count, "documents lie in the file")
  }

  /// Lines of JSON: whatever the lines, an error or a text for each.
  private static func records(_ input: inout FuzzInput) throws {
    let folder = try TemporaryFolder()
    let labels = input.byte() % 2 == 0 ? [] : ["a", "b"]
    let fields = DocumentFields(["t", "u"], label: "k", labels: labels)
    let path = try folder.put("lines", input.bytes)
    guard var store = try? DocumentStore(DocumentReader(paths: [path]), fields: fields) else {
      return
    }
    for document in 0..<store.count {
      let ends = store.fields(of: document)
      try expect(
        ends.count == 2 && ends[1].upperBound == store.ranges[document].count,
        "fields cover their document"
      )
    }
    let (digest, count) = (store.digest, store.count)
    let rest = store.removeLast(from: count / 2)
    try expect(
      store.count + rest.count == count && (count == 0 || rest.digest != digest || count == 1),
      "what is held out is taken away"
    )
  }

  /// A normal form of a normal form is itself, and its offsets lie in the text.
  ///
  /// What is removed between bytes that are not UTF-8 may join them to a character, so those are
  /// replaced.
  private static func normalForms(_ input: inout FuzzInput) throws {
    let forms: [TextNormalizer.Step] = [.nfc, .nfd, .nfkc, .nfkd, .nfkcCasefold]
    let normalizer = TextNormalizer([forms[input.number(below: forms.count)]])
    let text = Array(String(decoding: input.rest, as: UTF8.self).utf8)
    let once = try normalizer.normalize(text)
    let bytes = once?.bytes ?? text
    let again = try normalizer.normalize(bytes)
    try expect(again == nil || again?.bytes == bytes, "a normal form stays")
    if let once {
      let range = once.offsets.originalRange(of: 0..<once.bytes.count)
      try expect(range.upperBound <= text.count, "offsets lie in the text")
    }
  }

  private static func plan(_ bytes: [UInt8]) throws {
    guard let plan = try? RunPlan(bytes) else { return }
    let written = plan.description
    try expect(
      try RunPlan(Array(written.utf8)).description == written,
      "what is written is read as the same"
    )
  }

  private static func study(_ bytes: [UInt8]) throws {
    guard let study = try? Study(bytes) else { return }
    let written = study.description
    try expect(
      try Study(Array(written.utf8)).description == written,
      "what is written is read as the same"
    )
    _ = try study.smoke()
  }

  private static func checkpoint(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let checkpoint = try LearningCheckpoint(folder.path, run: "run\n", now: { 0 })
    try folder.put("merges.tsv", bytes)
    guard let merges = try? checkpoint.merges(), !merges.isEmpty else { return }
    try checkpoint.save(merges)
    try expect(
      try checkpoint.merges().map(\.product) == merges.map(\.product),
      "what is written is read as the same"
    )
  }

  /// Events are cut back at the edge of a record.
  private static func events(_ input: inout FuzzInput) throws {
    let step = Int(input.byte())
    let bytes = input.bytes
    let length = TensorBoardEvent.length(of: bytes, belowStep: step)
    try expect((0...bytes.count).contains(length), "what stays is a part of the file")
    let kept = Array(bytes[..<length])
    try expect(
      TensorBoardEvent.length(of: kept, belowStep: step) == length,
      "what stays is kept again"
    )
  }
}
