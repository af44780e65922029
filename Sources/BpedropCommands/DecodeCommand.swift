import ArgumentParser
import BytePairEncoding
import Corpora
import Diagnostics
import Files
import Tokenization

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Turn ids back into text.",
    discussion: """
      Reads lines of decimal ids, as written by `bpedrop encode`, and writes a line of text for \
      each.

      Example:
        bpedrop encode -m tokenizer.json corpora/greek.txt \\
          | bpedrop decode -m tokenizer.json
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  @Flag(help: "Leave out special tokens.")
  var skipSpecial = false

  @Argument(help: "Files of ids; - or none is standard input.", completion: .file())
  var files: [String] = []

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    let reader = try DocumentReader(paths: files)
    let file = try OutputFile(output)
    var line = 0
    while let batch = try reader.next() {
      for range in batch.ranges {
        line = range.lowerBound == 0 && batch.offset == 0 ? 1 : line + 1
        let ids = try Self.ids(batch.bytes[range], below: tokenizer.vocabularySize) {
          InvalidData(path: batch.path, place: "line \(line)", $0)
        }
        try file.write(tokenizer.decode(ids, skipsSpecial: skipSpecial))
        try file.write("\n")
      }
      if output == "-" { try file.flush() }
    }
    try file.commit()
  }

  private static func ids(
    _ line: ArraySlice<UInt8>,
    below limit: Int,
    error: (String) -> InvalidData
  ) throws -> [TokenID] {
    try line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }).map { field in
      let text = String(decoding: field, as: UTF8.self)
      guard field.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text) else {
        throw error("found '\(text.prefix(40))' where a token id was expected")
      }
      guard number < limit else {
        throw error("the id \(number) is too large: the vocabulary has \(limit) entries")
      }
      return TokenID(number)
    }
  }
}
