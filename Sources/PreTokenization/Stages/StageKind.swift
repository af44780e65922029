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

extension StageCutter {
  /// Appends the pieces of a text, as a ``PieceCutter`` does.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - offset: Added to the bounds.
  ///   - pieces: Receives the ranges.
  ///   - batch: Scratch space.
  /// - Throws: As a ``PieceCutter``.
  mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    to pieces: inout [Range<Int>],
    batch: inout PreTokenBuffer
  ) throws {
    switch self {
    case .scanner(let scanner):
      var position = 0
      repeat {
        batch.removeAll()
        scanner.fill(&batch, from: text, at: &position)
        for index in 0..<batch.count {
          pieces.append(offset + batch[index].lowerBound..<offset + batch[index].upperBound)
        }
      } while batch.count > 0
    case .pieces(var cutter):
      // A cutter keeps its matcher and buffers from one text to the next.
      defer { self = .pieces(cutter) }
      try cutter.append(piecesOf: text, offset: offset, to: &pieces)
    }
  }
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
    case .scripts: ScriptStage()
    case .fixedLength(let length): FixedLengthStage(length: length)
    case .spelled(let stage): SpelledStage(stage: stage)
    case .mark: WholeStage(name: "marked spaces")
    case .spell: WholeStage(name: "byte alphabet")
    }
  }

  /// The rewriting of each piece; nil for a stage that only cuts.
  var rewriting: PieceRewriting? {
    switch self {
    case .mark(let marking): .mark(marking)
    case .spell: .spell
    default: nil
    }
  }
}

/// A stage that leaves every piece whole.
private struct WholeStage: StageKind {
  let name: String
  let coversEveryByte = true
  let safeCut = SafeCut.never

  func makeCutter() -> StageCutter { .scanner(WholeTextScanner()) }
}

extension PreTokenizer.Stage: CustomStringConvertible {
  /// The name of the stage's kind.
  public var description: String { kind.name }
}
