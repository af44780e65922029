/// What is held against any bytes: by libFuzzer (`scripts/fuzz`), and by the tests on the corpus.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A tokenizer, its options and a text.
  case encoder
  /// tokenizer.json, .tiktoken, vocab.json with merges.txt.
  case tokenizers
  /// Models of SentencePiece.
  case sentencePiece = "sentencepiece"
  /// Token files, tensors, counts, recipes, JSON.
  case files
  /// Scanners against their specifications, and any regular expression.
  case patterns
  /// Documents of text and lines of JSON, normal forms, plans, checkpoints of learning, events.
  case texts
  /// Files whose format is found in their content: codes, minbpe, YouTokenToMe, GGUF; conversions.
  case formats
  /// Compiled images that were changed, with the checksum of the change.
  case images

  /// Runs the target once.
  ///
  /// - Parameter input: Any bytes; the first few choose what is done with the others.
  /// - Throws: ``FuzzFailure`` where something does not hold. What an input is refused with is none.
  public func run(_ input: [UInt8]) throws {
    var input = FuzzInput(input)
    switch self {
    case .encoder: try EncoderFuzzing.run(&input)
    case .tokenizers: try TokenizerFuzzing.run(&input)
    case .sentencePiece: try SentencePieceFuzzing.run(&input)
    case .files: try FileFuzzing.run(&input)
    case .patterns: try PatternFuzzing.run(&input)
    case .texts: try TextFuzzing.run(&input)
    case .formats: try FormatFuzzing.run(&input)
    case .images: try ImageFuzzing.run(&input)
    }
  }
}

/// Something that should hold for any input and does not for this one.
public struct FuzzFailure: Error, CustomStringConvertible {
  /// What should hold.
  public let description: String
}

/// Throws where something does not hold.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw FuzzFailure(description: what()) }
}

/// Bytes that are taken from the front.
struct FuzzInput {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next byte; 0 at the end.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// A number below a bound, of one byte.
  mutating func number(below bound: Int) -> Int { Int(byte()) % bound }

  /// All that is left.
  var bytes: [UInt8] { Array(rest) }

  /// As many bytes as the next two say, or all.
  mutating func part() -> [UInt8] {
    let count = Int(byte()) + Int(byte()) << 8
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// What stands before the first zero byte, and what stands behind it.
  var halves: (first: [UInt8], second: [UInt8]) {
    let end = rest.firstIndex(of: 0) ?? rest.endIndex
    return (Array(rest[..<end]), Array(rest[end...].dropFirst()))
  }
}
