import ArgumentParser
import BytePairEncoding
import Corpora
import PreTokenization
import Tokenization

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Find the first line that two tokenizers cut differently.",
    discussion: """
      Compares the bytes of the tokens, so vocabularies with different ids can agree; --ids \
      compares the ids, too. The exit code is 1 if there is a difference.

      Example:
        bpedrop compare vocab/english/tokenizer.json \\
          vocab/multilingual/tokenizer.json corpora/english.txt
      """
  )

  @Argument(help: "A tokenizer.", completion: .file(extensions: ["json"]))
  var first: String

  @Argument(help: "Another tokenizer.", completion: .file(extensions: ["json"]))
  var second: String

  @Flag(help: "Compare ids, too.")
  var ids = false

  @Option(help: ArgumentHelp("Whether the line feed belongs to a line.", valueName: "what"))
  var newline: LineFeed = .drop

  @OptionGroup var input: InputOptions

  func run() throws {
    let tokenizers = try [TokenizerOptions.load(first), TokenizerOptions.load(second)]
    var encoders = tokenizers.map { TokenizerEncoder($0) }
    let reader = try input.reader(lineFeed: newline)
    var number: UInt64 = 0
    var tokenCounts = [0, 0]
    while let batch = try reader.next() {
      if input.strict, let invalid = batch.firstInvalidByte() { throw invalid }
      for range in batch.ranges {
        number += 1
        let text = Array(batch.bytes[range])
        let encoded = try encoders.indices.map { try encoders[$0].encode(text).tokens }
        if let place = difference(encoded, tokenizers) {
          report(number, batch.path, encoded, tokenizers, from: place)
          throw ExitCode(1)
        }
        for index in 0...1 { tokenCounts[index] += encoded[index].count }
      }
    }
    print("no difference in \(number) documents, \(tokenCounts[0]) tokens")
  }

  /// The index of the first token that differs.
  private func difference(_ encoded: [[TokenID]], _ tokenizers: [Tokenizer]) -> Int? {
    for index in 0..<max(encoded[0].count, encoded[1].count) {
      guard index < encoded[0].count, index < encoded[1].count else { return index }
      let (left, right) = (encoded[0][index], encoded[1][index])
      if ids ? left != right : tokenizers[0].bytes(of: left) != tokenizers[1].bytes(of: right) {
        return index
      }
    }
    return nil
  }

  private func report(
    _ number: UInt64,
    _ path: String,
    _ encoded: [[TokenID]],
    _ tokenizers: [Tokenizer],
    from place: Int
  ) {
    print("\(path): document \(number) differs from token \(place) on:")
    for (name, (tokens, tokenizer)) in zip([first, second], zip(encoded, tokenizers)) {
      let shown = tokens[min(place, tokens.count)...].prefix(8)
      let pieces = shown.map { "\(tokenizer.piece(of: $0)) (\($0))" }
      print("  \(name): \(pieces.isEmpty ? "(no more tokens)" : pieces.joined(separator: "  "))")
    }
    for reason in reasons(tokenizers) { print("  \(reason)") }
  }

  private func reasons(_ tokenizers: [Tokenizer]) -> [String] {
    let (left, right) = (tokenizers[0], tokenizers[1])
    var reasons: [String] = []
    if left.normalizer != right.normalizer {
      let names = [left, right].map { $0.normalizer.defaultValueDescription }
      reasons.append("the normalisers differ: \(names[0]) and \(names[1])")
    }
    if left.preTokenizer != right.preTokenizer {
      reasons.append(
        "the pre-tokenisers differ: \(left.preTokenizer) and \(right.preTokenizer)"
      )
    }
    if left.vocabularySize != right.vocabularySize {
      reasons.append(
        "the vocabularies differ: \(left.vocabularySize) and \(right.vocabularySize) entries"
      )
    }
    return reasons
  }
}
