public import ArgumentParser
public import Collation
import Corpora

extension DataFormat: ExpressibleByArgument {}

/// The data and the recipe of batches.
struct BatchSourceOptions: ParsableArguments {
  @Option(
    name: .customLong("recipe"),
    help: ArgumentHelp("The settings of batches. (default: all defaults)", valueName: "file"),
    completion: .file(extensions: ["json"])
  )
  var recipePath: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("The format of the files: text, or a token format.", valueName: "format")
  )
  var source: DataFormat = .text

  @Option(
    name: .customLong("index"),
    help: ArgumentHelp(
      "Save the index of grid rows here, so that later runs with the same data start at once.",
      valueName: "file"
    ),
    completion: .file()
  )
  var indexPath: String?

  @OptionGroup var input: InputOptions

  func validate() throws {
    if source != .text && (input.files.isEmpty || input.files.contains("-")) {
      throw ValidationError("--from \(source.rawValue) needs files, not standard input.")
    }
  }

  /// The recipe of the file, or the default one.
  func recipe() throws -> CollationRecipe {
    try recipePath.map { try CollationRecipe(contentsOf: $0) } ?? CollationRecipe()
  }

  /// Says on standard error what a user should know of the data.
  @Sendable static func tell(_ note: DataWarning) {
    switch note {
    case .byteOrderMark(let path): InputOptions.noteMark(path)
    case .joinedDocuments:
      Terminal.note(
        "bpedrop: the tokenizer has no <|endoftext|> or </s>, so documents run together without a "
          + "separator; learn one with `bpedrop train --special '<|endoftext|>'`, or set "
          + "\"separator\": null in the recipe"
      )
    }
  }

  /// The files, and how they are read.
  var files: BatchFiles {
    var files = BatchFiles(input.files)
    files.format = source
    files.unit = input.unit
    files.isStrict = input.strict
    (files.largestDocument, files.stripsMark) = (input.reading.largestDocument, input.stripsMark)
    files.index = indexPath
    return files
  }
}
