import ArgumentParser
import Corpora
import Diagnostics
import Files
import PreTokenization
import UnicodeText

/// Options for counting words, shared by `count` and `train`.
struct CountingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Whether the line feed belongs to a line.", valueName: "what"))
  var newline: LineFeed = .keep

  @Option(
    help: ArgumentHelp(
      "Each line is a JSON object with its text in this field.",
      valueName: "name"
    )
  )
  var jsonField: String?

  @Option(
    help: ArgumentHelp(
      "The weight of a file's words, as FILE=N with a whole number; repeatable. (default: 1)",
      valueName: "file=n"
    )
  )
  var weight: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The approximate memory limit. Counting spills beyond it to a temporary file in TMPDIR; \
      learning fails if merging needs more. (default: 4096 for counting)
      """,
      valueName: "MB"
    )
  )
  var memory: Int?

  func validate() throws {
    if let memory, !(16...(1 << 24)).contains(memory) {
      throw ValidationError("--memory must lie in 16...16777216, but is \(memory).")
    }
  }

  /// Checks the memory of merging against the limit.
  ///
  /// - Parameters:
  ///   - bytes: The size of its tables.
  ///   - use: Their purpose, for the message.
  /// - Throws: ``InvalidData``.
  func checkMemory(_ bytes: Int, _ use: String) throws {
    let megabytes = Self.peakMemory(merging: bytes) >> 20
    guard let memory, megabytes > memory else { return }
    throw InvalidData(
      "merging takes about \(megabytes) MB \(use), more than --memory \(memory); allow more, or ask "
        + "for less: a smaller --vocab-size, or a --pattern that cuts text into more words"
    )
  }

  /// The expected peak if merging holds some bytes: those bytes, the allocator's overhead, and the
  /// program itself.
  static func peakMemory(merging bytes: Int) -> Int { bytes / 5 * 6 + (24 << 20) }

  /// JSON objects are lines, and the characters between them are not text.
  var lineFeed: LineFeed { jsonField == nil ? newline : .drop }

  /// The weights by file.
  func weights(of files: [String]) throws -> [String: UInt64] {
    var weights: [String: UInt64] = [:]
    for text in weight {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      let file = parts.dropLast().joined(separator: "=")
      guard let last = parts.last, let number = UInt64(last), (1...1_000_000).contains(number),
        files.contains(file)
      else {
        throw ValidationError(
          "--weight takes one of the files, an equals sign and a number in 1...1000000, but "
            + "'\(text)' is given."
        )
      }
      // The weight of a folder is that of each of its files.
      for path in try FileNames.expanded([file]) { weights[path] = number }
    }
    return weights
  }

  func counter(
    _ normalizer: TextNormalizer,
    _ preTokenizer: PreTokenizer,
    _ input: InputOptions,
    _ threads: ThreadOptions
  ) throws -> PreTokenCounter {
    var counter = PreTokenCounter(
      normalizer: normalizer,
      preTokenizer: preTokenizer,
      threads: threads.count,
      isStrict: input.strict
    )
    counter.jsonField = jsonField
    counter.weights = try weights(of: input.files)
    // Half of the limit is for reading, and for the tables' sum.
    counter.memoryLimit = ((memory ?? 4096) << 20) / 2
    return counter
  }
}
