import PreTokenization
import Tokenization

/// YouTokenToMe's models.
struct YouTokenToMeFormat: TokenizerFormat {
  var name: String { "youtokentome" }
  var fileNames: [String] { [] }

  /// Whether the counts in the first line are those of the numbers that follow: a table of ranks may
  /// look alike in its first lines.
  func recognisesContents(of source: TokenizerSource) -> Bool {
    let first = source.bytes.prefix(64).split(separator: 0x0A).first ?? []
    guard first.split(separator: 0x20).count == 2, let byte = first.first,
      (0x30...0x39).contains(byte)
    else { return false }
    var numbers = NumberReader(source.bytes)
    guard let characters = numbers.next(), let rules = numbers.next(),
      characters >= 0, rules >= 0, max(characters, rules) <= source.bytes.count
    else { return false }
    var left = 2 * characters + 3 * rules + 4
    while left > 0, numbers.next() != nil { left -= 1 }
    return left == 0 && numbers.isAtEnd
  }

  func recognisesName(of source: TokenizerSource) -> Bool { source.name.hasSuffix(".yttm") }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named { try YouTokenToMeFile(source.bytes).tokenizer() }
  }
}
