import ArgumentParser
import Corpora
import Files

struct CorpusDedupeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dedupe",
    abstract: "Remove duplicate lines.",
    discussion: """
      Keeps the first of equal lines, and all empty lines. --near also removes lines that resemble \
      an earlier one, by the share of common runs of 9 characters, estimated by MinHash; it takes \
      about 2 kB of memory for each line kept.

      Examples:
        bpedrop corpus dedupe corpora/english.txt -o once.txt
        echo '{"text": "twice", "id": 3}' | bpedrop corpus dedupe --json-field text
        bpedrop corpus dedupe --near 0.8 corpora/english.txt -o once.txt
      """
  )

  @Argument(
    help: "Text files, folders or patterns; - or none is standard input.",
    completion: .file()
  )
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Remove lines with at least this resemblance to an earlier one, 0.5 to 1.",
      valueName: "share"
    )
  )
  var near: Double?

  @OptionGroup var record: RecordFieldOption

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  func validate() throws {
    if let near, !(0.5...1).contains(near) {
      throw ValidationError("--near must lie in 0.5...1, but is \(near).")
    }
  }

  func run() throws {
    let reader = try record.reader(DocumentReader(paths: files, lineFeed: .keep))
    let file = try OutputFile(output)
    var seen: Set<DocumentDigest> = []
    var similar = near.map(NearDuplicates.init(threshold:))
    var (equal, resembling, kept) = (0, 0, 0)
    let bar = ProgressBar("reading", unit: "B")
    defer { bar.clear() }
    while let batch = try reader.next() {
      let texts = try record.texts(of: batch)
      for (range, place) in zip(batch.ranges, texts.ranges) {
        let line = batch.bytes[range]
        let text =
          texts.bytes[place].last == 0x0A ? texts.bytes[place].dropLast() : texts.bytes[place]
        if !text.isEmpty {
          let (isNew, isNear) = text.withUnsafeBufferPointer { text in
            seen.insert(DocumentDigest(text)).inserted
              ? (true, similar?.isDuplicate(text) ?? false) : (false, false)
          }
          if !isNew { equal += 1 }
          if isNear { resembling += 1 }
          if !isNew || isNear { continue }
        }
        kept += 1
        try file.write(line)
      }
      bar.show(reader.bytesRead, of: reader.totalBytes)
    }
    try file.commit()
    bar.clear()
    let others = near == nil ? "" : ", \(resembling) that resemble one"
    Terminal.note("bpedrop: kept \(kept) lines, left out \(equal) equal to one before\(others)")
  }
}
