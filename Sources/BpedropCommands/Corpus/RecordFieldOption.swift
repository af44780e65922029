import ArgumentParser
import Corpora

/// The field of JSON lines that holds the text.
struct RecordFieldOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("The lines are JSON; this field has the text.", valueName: "name")
  )
  var jsonField: String?

  /// Rejects documents that are not lines.
  func check(_ unit: DocumentUnit) throws {
    if jsonField != nil && unit != .line {
      throw ValidationError("--json-field reads lines: it goes with --document line only.")
    }
  }

  /// A reader of the documents, or of lines of JSON.
  func reader(_ reader: DocumentReader) -> DocumentReader {
    reader.readsJSONLines = jsonField != nil
    return reader
  }

  /// The documents, or the texts of their field.
  func texts(of batch: DocumentBatch) throws -> DocumentBatch {
    guard let jsonField else { return batch }
    return try RecordFields(text: jsonField).texts(of: batch)
  }
}
