import ArgumentParser
import Corpora
import Reports
import UnicodeText

struct CorpusInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print statistics of a corpus, and possible faults.",
    discussion: """
      Counts bytes, characters, scripts, normal forms, invalid UTF-8, line ends, and duplicate \
      documents. "Common" comprises digits, signs and white space, "Inherited" marks.

      Example:
        bpedrop corpus info corpora/english.txt corpora/greek.txt
      """
  )

  @OptionGroup var input: InputOptions
  @OptionGroup var record: RecordFieldOption

  func validate() throws { try record.check(input.unit) }

  func run() throws {
    let reader = try record.reader(input.reader(lineFeed: .drop))
    var statistics = CorpusStatistics()
    let bar = ProgressBar("reading", unit: "B")
    defer { bar.clear() }
    while let batch = try reader.next() {
      if input.strict, let invalid = batch.firstInvalidByte() { throw invalid }
      try statistics.add(record.texts(of: batch))
      bar.show(reader.bytesRead, of: reader.totalBytes)
    }
    bar.clear()
    print(Self.table(statistics) + "\n" + Self.scripts(statistics), terminator: "")
    try Terminal.flushPrinted()
  }

  private static func table(_ statistics: CorpusStatistics) -> String {
    var table = TextTable(["what", "count"])
    func add(_ name: String, _ count: Int) { table.append([name, "\(count)"]) }
    add("documents", statistics.documents)
    add("empty documents", statistics.emptyDocuments)
    add("documents equal to one before", statistics.duplicates)
    add("bytes of these", statistics.duplicateBytes)
    add("bytes, line ends included", statistics.bytes)
    add("bytes of documents", statistics.documentBytes)
    add("bytes of the longest document", statistics.longestDocument)
    add("characters of documents", statistics.scripts.characters)
    add("bytes that are not UTF-8", statistics.scripts.invalidBytes)
    for (form, count) in zip(CorpusStatistics.forms, statistics.unnormalized) {
      add("documents not in \(form.name.uppercased())", count)
    }
    add("lines ended by LF", statistics.lineFeeds)
    add("lines ended by CR LF", statistics.carriageReturnLineFeeds)
    add("CR without LF", statistics.carriageReturns)
    add("NUL bytes", statistics.nulls)
    add("byte order marks", statistics.byteOrderMarks)
    return table.rendered()
  }

  private static func scripts(_ statistics: CorpusStatistics) -> String {
    var table = TextTable(["script", "characters", "%"])
    let all = Double(max(statistics.scripts.characters, 1))
    for (name, count) in statistics.scripts.scripts {
      table.append([name, "\(count)", decimal(100 * Double(count) / all, digits: 2)])
    }
    return table.rendered()
  }
}
