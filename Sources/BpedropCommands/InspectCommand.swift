import ArgumentParser
import BytePairEncoding
import Files
import Glibc
import Noise
import PreTokenization
import Reports
import Tokenization
import UnicodeText

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show how a text is cut, by which merges, and how it could be cut under dropout.",
    discussion: """
      Examples:
        bpedrop inspect -m tokenizer.json 'unrelated words'
        bpedrop inspect -m tokenizer.json --dropout 0.1 lower
        bpedrop inspect -m tokenizer.json --vocabulary
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @OptionGroup var dropout: DropoutOptions

  @Option(help: ArgumentHelp("How many outcomes are listed for a word.", valueName: "count"))
  var top = 8

  @Flag(help: "Describe the vocabulary instead of a text.")
  var vocabulary = false

  @Argument(help: "The text.")
  var text: [String] = []

  func validate() throws {
    if text.isEmpty && !vocabulary { throw ValidationError("A text is needed, or --vocabulary.") }
    if top < 0 { throw ValidationError("--top must be at least 0, but is \(top).") }
  }

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    if vocabulary { print(VocabularyReport(tokenizer).rendered(), terminator: "") }
    guard !text.isEmpty else { return }
    let document = Array(text.joined(separator: " ").utf8)
    let normalized = try tokenizer.normalizer.normalize(document)?.bytes ?? document
    if normalized != document {
      print("normalised to  \(String(decoding: normalized, as: UTF8.self))\n")
    }
    let coloring = TokenColoring(usesColor: Terminal.usesColor(STDOUT_FILENO))
    let view = SegmentationView(tokenizer)
    let plain = try view.labels(of: document, noise: nil, document: 0)
    print("\(coloring.line(plain))  \(plain.count) tokens")
    if let noise = dropout.noise {
      for number in 0..<4 as Range<UInt64> {
        let tokens = try view.labels(of: document, noise: noise, document: number)
        let place = "document \(number) at p = \(dropout.dropout)"
        print("\(coloring.line(tokens))  \(tokens.count) tokens  \(place)")
      }
    }
    guard case .bpe(let model) = tokenizer.model else { return }
    for word in try tokenizer.preTokenizer.split(normalized) { describe(word, model, tokenizer) }
  }

  private func describe(_ word: [UInt8], _ model: BPEModel, _ tokenizer: Tokenizer) {
    let name = ByteAlphabet.encode(word)
    guard word.count <= WordLimits.longestWord else { return }
    let steps = model.derivation(of: word)
    print("\n\(name)  (\(word.count) bytes, \(steps.count) merges)")
    for step in steps.prefix(64) {
      let parts =
        "\(tokenizer.piece(of: step.merge.left)) + \(tokenizer.piece(of: step.merge.right))"
      print("  rank \(step.rank): \(parts)\(step.isProtected ? "  inside one character" : "")")
    }
    if steps.count > 64 { print("  … and \(steps.count - 64) more") }
    guard let noise = dropout.noise else { return }
    guard let law = SegmentationLaw(of: word, model: model, noise: noise) else {
      print("  too many segmentations to list")
      return
    }
    let mean = decimal(law.expectedTokenCount)
    let bits = decimal(law.entropy(log2: { log2($0) }))
    print("  \(law.outcomes.count) segmentations, \(mean) tokens expected, \(bits) bits of entropy")
    for outcome in law.outcomes.prefix(top) {
      let pieces = outcome.tokens.map { tokenizer.piece(of: $0) }
      print("    \(decimal(outcome.probability))  \(pieces.joined(separator: " "))")
    }
  }
}

/// Facts about the tokens and merges of a tokenizer.
struct VocabularyReport {
  private let tokenizer: Tokenizer

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  func rendered() -> String {
    let vocabulary = tokenizer.vocabulary
    let tokens = (0..<vocabulary.count).map { Array(vocabulary.bytes(of: TokenID($0))) }
    var table = TextTable(["what", "count"])
    table.append(["entries", "\(tokenizer.vocabularySize)"])
    table.append(["special tokens", "\(tokenizer.addedTokens.filter(\.isSpecial).count)"])
    table.append(["longest token, bytes", "\(tokens.map(\.count).max() ?? 0)"])
    table.append(["tokens that hold part of a character", "\(tokens.filter(isTorn).count)"])
    if case .bpe(let model) = tokenizer.model {
      let crossing = model.merges.merges.filter { merge in
        let bytes = Array(vocabulary.bytes(of: merge.product))
        return isTorn(bytes) && bytes.dropFirst().contains { $0 & 0xC0 != 0x80 }
      }
      table.append(["merges", "\(model.merges.merges.count)"])
      table.append(["merges that cross a character and tear another", "\(crossing.count)"])
    }
    return table.rendered()
  }

  private func isTorn(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer(UTF8Text.firstInvalidByte) != nil
  }
}
