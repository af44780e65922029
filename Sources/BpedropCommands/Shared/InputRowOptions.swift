import ArgumentParser
import BytePairEncoding
import Corpora
import Diagnostics
import Tokenization

/// A setting of a tokenizer's file, or none.
enum TruncationChoice: String, CaseIterable, ExpressibleByArgument {
  case longestFirst = "longest-first"
  case onlyFirst = "only-first"
  case onlySecond = "only-second"
  case off

  var strategy: Truncation.Strategy? { Truncation.Strategy(rawValue: rawValue) }
}

/// The length that rows are filled up to, or none.
enum PaddingChoice: String, CaseIterable, ExpressibleByArgument {
  case longest
  case maxLength = "max-length"
  case off
}

/// Special tokens, pairs, truncation and padding.
struct InputRowOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Add the special tokens of the file's post-processor. (default: in jsonl and npy)"
    )
  )
  var template: Bool?

  @Option(
    help: ArgumentHelp(
      "The field with the second text of a pair, beside --text-field.",
      valueName: "name"
    )
  )
  var pairField: String?

  @Flag(help: "Each document is a pair of texts, divided by a tab.")
  var pairs = false

  @Flag(help: "Write type ids and masks to jsonl, even if nothing is added or cut.")
  var masks = false

  @Option(
    help: ArgumentHelp("The most tokens of a row, with special tokens.", valueName: "count")
  )
  var maxLength: Int?

  @Option(
    help: ArgumentHelp(
      "Which text of a pair is cut, or off. (default: the file's)",
      valueName: "what"
    )
  )
  var truncation: TruncationChoice?

  @Option(help: ArgumentHelp("The side that is cut off: left or right.", valueName: "side"))
  var truncationSide: InputSide?

  @Option(
    help: ArgumentHelp("The tokens that parts of a cut text have in common.", valueName: "count")
  )
  var stride: Int?

  @Flag(help: "Write what is cut off as further rows.")
  var overflow = false

  @Option(
    help: ArgumentHelp(
      "Fill rows up: longest, max-length or off. (default: the file's)",
      valueName: "what"
    )
  )
  var padding: PaddingChoice?

  @Option(help: ArgumentHelp("The side that is filled up: left or right.", valueName: "side"))
  var padSide: InputSide?

  @Option(help: ArgumentHelp("Fill rows up to a multiple of this.", valueName: "count"))
  var padToMultipleOf: Int?

  @Option(
    help: ArgumentHelp(
      "The token that fills rows. (default: the file's, or <pad>)",
      valueName: "token"
    )
  )
  var padToken: String?

  @Option(
    help: ArgumentHelp(
      "The texts or pairs that are padded to the longest of them. (default: all)",
      valueName: "count"
    )
  )
  var batchSize: Int?

  func validate() throws {
    let numbers = [
      ("max-length", maxLength, 1), ("stride", stride, 0),
      ("pad-to-multiple-of", padToMultipleOf, 1),
      ("batch-size", batchSize, 1),
    ]
    for (name, number, least) in numbers {
      if let number, !(least...Padding.longestRow).contains(number) {
        throw ValidationError(
          "--\(name) must lie in \(least)...\(Padding.longestRow), but is \(number)."
        )
      }
    }
    if pairs && pairField != nil { throw ValidationError("--pairs and --pair-field are two ways.") }
    if truncation == .off && (maxLength == nil || padding != .maxLength) && cuts {
      throw ValidationError("--truncation off and settings of truncation contradict each other.")
    }
    if padding == .off && pads {
      throw ValidationError("--padding off and settings of padding contradict each other.")
    }
  }

  /// Whether settings of truncation are given.
  private var cuts: Bool { maxLength != nil || truncationSide != nil || stride != nil || overflow }
  /// Whether settings of padding are given.
  private var pads: Bool {
    padSide != nil || padToMultipleOf != nil || padToken != nil || batchSize != nil
  }

  // MARK: - Rules

  /// What rows contain; nil if documents are written as they are.
  ///
  /// - Parameters:
  ///   - tokenizer: Its file's settings are obeyed in `jsonl` and `npy`.
  ///   - format: The format of the output.
  /// - Returns: The options without those of the texts' tokens.
  /// - Throws: ``InvalidData`` if settings and file do not go together.
  func inputs(_ tokenizer: Tokenizer, _ format: TokenFormat) throws -> ModelInputOptions? {
    let isForModels = format == .jsonl || format == .npy
    let file = tokenizer.inputRules
    if template == true && !file.postProcessor.addsTokens {
      throw InvalidData("--template: the tokenizer's file has no post-processor that adds tokens")
    }
    var options = ModelInputOptions(InputRules(postProcessor: file.postProcessor))
    options.addsSpecialTokens = template ?? isForModels
    options.wantsOverflow = overflow
    options.rules.truncation = try truncation(file.truncation, isForModels)
    options.rules.padding = try padding(file, options.rules.truncation, isForModels, tokenizer)
    let hasPairs = pairs || pairField != nil
    try options.check(isPair: false)
    if pairs { try options.check(isPair: true) }
    let adds = options.addsSpecialTokens && file.postProcessor.addsTokens
    let isNeeded =
      adds || hasPairs || masks || options.rules.truncation != nil || options.rules.padding != nil
    guard isNeeded else { return nil }
    try checkWidth(options, tokenizer, format)
    return options
  }

  /// Refuses special tokens and padding that files of 16-bit ids cannot hold.
  private func checkWidth(
    _ options: ModelInputOptions,
    _ tokenizer: Tokenizer,
    _ format: TokenFormat
  ) throws {
    let isMatrix = format == .npy && options.rules.padding != nil
    guard !format.isText, !isMatrix, TokenFormatter(format, tokenizer: tokenizer).isNarrow,
      let largest = options.rules.largestAddedID, largest.rawValue > UInt32(UInt16.max)
    else { return }
    throw InvalidData(
      "the file's post-processor or padding has the id \(largest.rawValue), but the vocabulary ends "
        + "at \(tokenizer.vocabularySize - 1), so \(format.rawValue) files hold ids of 16 bits: "
        + "leave out the template, or write jsonl"
    )
  }

  /// What of the file a format does not obey unless it is asked to; nil if there is nothing.
  func unusedSettings(_ tokenizer: Tokenizer, _ format: TokenFormat) -> String? {
    if format == .jsonl || format == .npy { return nil }
    let file = tokenizer.inputRules
    var parts: [String] = []
    if template == nil && file.postProcessor.addsTokens { parts.append("template (--template)") }
    if truncation == nil && !cuts && file.truncation != nil {
      parts.append("truncation (--truncation)")
    }
    if padding == nil && !pads && file.padding != nil { parts.append("padding (--padding)") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private func truncation(_ file: Truncation?, _ isForModels: Bool) throws -> Truncation? {
    if truncation == .off { return nil }
    guard truncation != nil || cuts else { return isForModels ? file : nil }
    guard let length = maxLength ?? file?.maxLength else {
      throw InvalidData("truncation needs --max-length, since the tokenizer's file sets none")
    }
    return Truncation(
      maxLength: length,
      strategy: truncation?.strategy ?? file?.strategy ?? .longestFirst,
      stride: stride ?? file?.stride ?? 0,
      side: truncationSide ?? file?.side ?? .right
    )
  }

  private func padding(
    _ file: InputRules,
    _ truncation: Truncation?,
    _ isForModels: Bool,
    _ tokenizer: Tokenizer
  ) throws -> Padding? {
    guard let choice = padding else {
      guard pads else { return isForModels ? file.padding : nil }
      guard file.padding != nil else {
        throw InvalidData("settings of padding need --padding longest or max-length")
      }
      return try changed(file.padding, tokenizer)
    }
    if choice == .off { return nil }
    guard var rules = try changed(file.padding, tokenizer) else {
      throw InvalidData(
        "padding needs --pad-token TOKEN, since the tokenizer's file names none and has no token "
          + Self.usualTokens.joined(separator: " or ")
      )
    }
    rules.length = .longest
    if choice == .maxLength {
      var length = maxLength ?? truncation?.maxLength
      if case .fixed(let count)? = file.padding?.length { length = length ?? count }
      guard let length, length <= Padding.longestRow else {
        throw InvalidData(
          "--padding max-length needs --max-length of at most \(Padding.longestRow)"
        )
      }
      rules.length = .fixed(length)
    }
    return rules
  }

  private static let usualTokens = ["<pad>", "[PAD]", "<|pad|>", "<|padding|>"]

  /// The file's padding with the settings given; nil without any token to pad with.
  private func changed(_ file: Padding?, _ tokenizer: Tokenizer) throws -> Padding? {
    let names = padToken.map { [$0] } ?? (file == nil ? Self.usualTokens : [])
    let found = names.lazy.compactMap { name in
      tokenizer.id(of: name).map { InputToken(id: $0, piece: Array(name.utf8)) }
    }.first
    if let padToken, found == nil {
      throw InvalidData("'\(padToken)' of --pad-token is no token of this tokenizer")
    }
    guard let token = found ?? file?.token else { return nil }
    var padding = file ?? Padding(token)
    padding.token = token
    padding.side = padSide ?? padding.side
    padding.multiple = padToMultipleOf ?? padding.multiple
    return padding
  }
}
