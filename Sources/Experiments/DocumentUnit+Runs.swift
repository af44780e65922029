public import Collation
public import Corpora
import BytePairEncoding
public import Tokenization

extension DocumentUnit {
  /// What is one document of a run's text where nothing says it.
  ///
  /// A tokenizer that has tokens for the line feed gets whole files, so that a model learns where
  /// lines end. Others get lines, which separators keep apart. So do rows that are put together from
  /// documents, models that separate documents, and recipes that name sources or fields.
  ///
  /// - Parameters:
  ///   - tokenizer: That of the run.
  ///   - batches: The settings of batches.
  ///   - separatesDocuments: Whether the model keeps documents apart.
  /// - Returns: A file or a line.
  /// - Throws: What encoding throws; ``InvalidData`` for settings that are none.
  public static func usual(
    for tokenizer: Tokenizer,
    batches: CollationRecipe,
    separatesDocuments: Bool
  ) throws -> DocumentUnit {
    let rows = try batches.collator(for: tokenizer).rows
    guard !separatesDocuments, [.windows, .contiguous, .grid].contains(rows),
      try batches.sources() == nil && batches.fields() == nil
    else { return .line }
    return try tokenizer.holdsLineFeed ? .file : .line
  }
}

extension Tokenizer {
  /// Whether decoding gives back a line feed that was encoded.
  fileprivate var holdsLineFeed: Bool {
    get throws {
      try encode("\n").flatMap { bytes(of: $0) } == [UInt8(ascii: "\n")]
    }
  }
}
