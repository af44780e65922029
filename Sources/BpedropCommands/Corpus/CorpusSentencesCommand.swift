import ArgumentParser
import Corpora
import Files
import UnicodeText

struct CorpusSentencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sentences",
    abstract: "Write each sentence on its own line.",
    discussion: """
      Sentences end according to Unicode's rules (UAX #29, by ICU), and at the end of a document. \
      White space around them is removed, and line ends inside them become spaces.

      Example:
        bpedrop corpus sentences corpora/english.txt -o sentences.txt
      """
  )

  @OptionGroup var input: InputOptions
  @OptionGroup var record: RecordFieldOption

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  func validate() throws { try record.check(input.unit) }

  func run() throws {
    let reader = try record.reader(input.reader(lineFeed: .drop))
    let file = try OutputFile(output)
    let breaker = try TextBreaker(.sentences)
    let bar = ProgressBar("reading", unit: "B")
    defer { bar.clear() }
    while let batch = try reader.next() {
      if input.strict, let invalid = batch.firstInvalidByte() { throw invalid }
      let texts = try record.texts(of: batch)
      for range in texts.ranges {
        let document = texts.bytes[range]
        var ends: [Int] = []
        try document.withUnsafeBufferPointer { try breaker.appendBoundaries(of: $0, to: &ends) }
        var start = document.startIndex
        for end in ends {
          let next = document.startIndex + end
          let sentence = document[start..<next].trimmed.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
          if !sentence.isEmpty { try file.write(sentence + [0x0A]) }
          start = next
        }
      }
      bar.show(reader.bytesRead, of: reader.totalBytes)
    }
    try file.commit()
  }
}

extension ArraySlice<UInt8> {
  /// Without leading and trailing spaces, tabs and line ends.
  fileprivate var trimmed: ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    let front = drop(while: isBlank)
    return front[..<(front.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? front.startIndex)]
  }
}
