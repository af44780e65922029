// Procedure: a stage of a pre-tokenizer answers here all that the library asks about it. A new
//   kind of stage is a file with a conforming type, a case of `PreTokenizer.Stage` and its line
//   below.

/// The behaviour of a stage of a pre-tokenizer.
protocol StageKind {
  /// The name in descriptions.
  var name: String { get }
  /// Whether its pieces cover every byte of any text.
  var coversEveryByte: Bool { get }
  /// Where a text may be cut without changing its pieces.
  var safeCut: SafeCut { get }
  /// A cutter of texts, for one thread.
  func makeCutter() -> StageCutter
}

/// A cutter of texts for one stage.
enum StageCutter {
  /// Needs nothing but the text and a position.
  case scanner(any BatchScanner)
  /// Must see the whole text.
  case pieces(any PieceCutter)
}

/// Cuts whole texts into pieces; one for each thread.
protocol PieceCutter {
  /// Appends the pieces of a text.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - offset: Is added to the bounds.
  ///   - pieces: Grows.
  /// - Throws: ``UnicodeTextError`` where ICU fails; ``InvalidData`` where a regular expression
  ///   takes too long.
  mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    to pieces: inout [Range<Int>]
  ) throws
}

extension PreTokenizer.Stage {
  /// The behaviour of the stage.
  var kind: any StageKind {
    switch self {
    case .gpt2: GPT2Stage()
    case .whitespace: WhitespaceStage(cut: .words)
    case .whitespaceSplit: WhitespaceStage(cut: .runs)
    case .icuWords: WordBreakStage()
    case .split(let rule): rule
    }
  }
}

extension PreTokenizer.Stage: CustomStringConvertible {
  /// What it cuts by.
  public var description: String { kind.name }
}
