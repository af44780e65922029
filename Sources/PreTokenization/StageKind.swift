// Procedure: each kind of pre-tokenizer stage implements this protocol. To add one, add a file with
//   a conforming type, a case of `PreTokenizer.Stage` and its line below.

/// The behaviour of a stage of a pre-tokenizer.
protocol StageKind {
  /// The name in descriptions.
  var name: String { get }
  /// Whether its pieces cover every byte of any text.
  var coversEveryByte: Bool { get }
  /// Where a text may be cut without changing its pieces.
  var safeCut: SafeCut { get }
  /// A cutter for one thread.
  func makeCutter() -> StageCutter
}

/// A cutter of texts for one stage.
enum StageCutter {
  /// Needs only the text and a position.
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
  ///   - offset: Added to the bounds.
  ///   - pieces: Receives the ranges.
  /// - Throws: ``UnicodeTextError`` if ICU fails; ``InvalidData`` if a regular expression takes too
  ///   long.
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
  /// The name of the stage's kind.
  public var description: String { kind.name }
}
