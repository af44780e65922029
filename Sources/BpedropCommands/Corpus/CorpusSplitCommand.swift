import ArgumentParser
import Corpora
import Files

struct CorpusSplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Divide lines into files for training, validation and test.",
    discussion: """
      The part of a line is a function of the seed and its bytes alone: equal lines are always in \
      the same part, and lines added later do not move the others.

      Examples:
        bpedrop corpus split -o 'english.{}.txt' corpora/english.txt
        bpedrop corpus split -o 'english.{}.txt' --part train=0.8 --part test=0.2 \\
          corpora/english.txt
      """
  )

  /// A part and its share.
  struct Part: ExpressibleByArgument {
    let name: String
    let share: Double

    /// Parses NAME=SHARE; nil for anything else.
    init?(argument: String) {
      let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty, !sides[0].contains("/"),
        let share = Double(sides[1]), share > 0, share <= 1
      else { return nil }
      self.init(name: String(sides[0]), share: share)
    }

    init(name: String, share: Double) {
      self.name = name
      self.share = share
    }
  }

  @Argument(
    help: "Text files, folders or patterns; - or none is standard input.",
    completion: .file()
  )
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A part and its share; repeatable. The shares sum to 1. (default: train=0.9, validation=0.05, \
      test=0.05)
      """,
      valueName: "name=share"
    )
  )
  var part: [Part] = []

  @Option(help: "The seed.")
  var seed: UInt64 = 0

  @Option(
    name: [.short, .long],
    help: "The output files; {} stands for the name of the part.",
    completion: .file()
  )
  var output: String

  @OptionGroup var record: RecordFieldOption

  private var parts: [Part] {
    part.isEmpty
      ? [
        Part(name: "train", share: 0.9), Part(name: "validation", share: 0.05),
        Part(name: "test", share: 0.05),
      ] : part
  }

  func validate() throws {
    if !output.contains("{}") {
      throw ValidationError("--output must have {} for the name of a part, but is \(output).")
    }
    let sum = parts.reduce(0) { $0 + $1.share }
    if abs(sum - 1) > 1e-9 {
      throw ValidationError("the shares of --part must add up to 1, but make \(sum).")
    }
    if Set(parts.map { Array($0.name.utf8) }).count < parts.count {
      throw ValidationError("two of --part have the same name.")
    }
  }

  func run() throws {
    let reader = try record.reader(DocumentReader(paths: files))
    let outputs = try parts.map { part in
      try OutputFile(
        output.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: part.name)
      )
    }
    var bounds: [Double] = []
    for part in parts { bounds.append((bounds.last ?? 0) + part.share) }
    let bar = ProgressBar("reading", unit: "B")
    defer { bar.clear() }
    while let batch = try reader.next() {
      let texts = try record.texts(of: batch)
      for (range, place) in zip(batch.ranges, texts.ranges) {
        let line = batch.bytes[range]
        let drawn = texts.bytes[place].withUnsafeBufferPointer {
          DocumentDigest($0).fraction(seed: seed)
        }
        let index = bounds.dropLast().firstIndex { drawn < $0 } ?? parts.count - 1
        // The last line of a file may lack its line end.
        try outputs[index].write(line + [0x0A])
      }
      bar.show(reader.bytesRead, of: reader.totalBytes)
    }
    for output in outputs { try output.commit() }
  }
}
