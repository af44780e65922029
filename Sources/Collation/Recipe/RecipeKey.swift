import Noise

/// A setting of a recipe, by the name that it has in the file.
///
/// Where Hugging Face or nanoGPT have a name for the same thing, it is theirs. The file that reads
/// a setting declares it, in an extension of this type.
public struct RecipeKey: Hashable, Sendable {
  /// The name in the file.
  public let name: String
  /// The default, as it would stand in the file.
  public let fallback: String
  /// A few words for the help.
  public let meaning: String
  /// The kinds of rows that the setting is for; empty for all.
  let rows: [Collator.Rows]
  /// Whether any objective takes it, although only some use it.
  let fitsAnyObjective: Bool

  /// A setting.
  ///
  /// - Parameters:
  ///   - name: The name in the file; unique.
  ///   - fallback: The default, as it would stand in the file.
  ///   - meaning: A few words for the help.
  ///   - rows: The kinds of rows that the setting is for; empty for all.
  ///   - fitsAnyObjective: Whether objectives that do not list the setting accept it.
  public init(
    _ name: String,
    fallback: String,
    _ meaning: String,
    rows: [Collator.Rows] = [],
    fitsAnyObjective: Bool = false
  ) {
    self.name = name
    self.fallback = fallback
    self.meaning = meaning
    self.rows = rows
    self.fitsAnyObjective = fitsAnyObjective
  }

  /// Settings of one name are one setting.
  public static func == (left: RecipeKey, right: RecipeKey) -> Bool { left.name == right.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension RecipeKey {
  static let rows = RecipeKey(
    "rows",
    fallback: "windows",
    "what a row is: windows, contiguous, documents, packed, grid or concatenated (also called pack)"
  )
  static let objective = naming([])
  static let batchSize = RecipeKey("batch_size", fallback: "32", "rows of a batch")
  static let blockSize = RecipeKey("block_size", fallback: "512", "positions of a row, at most")
  static let epochs = RecipeKey("epochs", fallback: "1", "passes that the schedule of a rate spans")
  static let shuffle = RecipeKey(
    "shuffle",
    fallback: "true",
    "a new order of rows in each epoch; contiguous rows have none",
    rows: shuffled
  )
  static let shiftWindows = RecipeKey(
    "shift_windows",
    fallback: "false",
    "windows begin at another token in each epoch",
    rows: [.windows, .contiguous]
  )
  static let partialRows = RecipeKey(
    "partial_rows",
    fallback: "pad",
    "rows that are not full, of windows or concatenated: pad or drop",
    rows: [.windows, .contiguous, .concatenated]
  )
  static let dropLast = RecipeKey(
    "drop_last",
    fallback: "false",
    "leave out a last batch with fewer rows",
    rows: shuffled
  )
  static let padToMultipleOf = RecipeKey(
    "pad_to_multiple_of",
    fallback: "1",
    "the length of a batch of documents is a multiple of it",
    rows: [.documents]
  )
  static let tokenBudget = RecipeKey(
    "max_tokens",
    fallback: "null",
    "positions of a batch of documents of like lengths, in place of batch_size",
    rows: [.documents]
  )
  static let padToken = RecipeKey(
    "pad_token",
    fallback: "<pad>, [PAD], <|pad|>, the separator or id 0",
    "at positions without a token"
  )
  static let separator = RecipeKey(
    "separator",
    fallback: "<|endoftext|>, </s> or null",
    "put behind each document of text"
  )
  static let slack = RecipeKey(
    "slack",
    fallback: "0.2",
    "the part of a grid row left free for what BPE-dropout adds",
    rows: [.grid]
  )
  static let noiseVersion = RecipeKey(
    "noise_version",
    fallback: "\(NoiseKey.version)",
    "the noise that the recipe was made for; no other is"
  )
  static let segmentation = RecipeKey(
    "bpe_dropout",
    fallback: "0",
    "rate of BPE-dropout, in every epoch anew",
    rows: encoded
  )
  static let segmentationLaw = RecipeKey(
    "bpe_dropout_law",
    fallback: "paper",
    "how its rate is meant, as by encode --law",
    rows: encoded
  )

  private static let shuffled = Collator.Rows.allCases.filter { $0 != .contiguous }
  /// The kinds of rows that can be encoded anew in every epoch.
  static let encoded: [Collator.Rows] = [.documents, .grid, .concatenated]

  static let segmentationKeys = [segmentation, segmentationLaw]

  /// The settings of every collator, but rows and objective.
  static let general = [
    batchSize, blockSize, epochs, shuffle, shiftWindows, partialRows, dropLast, padToMultipleOf,
    tokenBudget, padToken, separator, slack, fields, sources, noiseVersion,
  ]

  /// The setting that names one of some objectives.
  static func naming(_ objectives: [any Objective.Type]) -> RecipeKey {
    let names = objectives.flatMap { objective in
      objective.names.map { name in objective.gloss.map { "\(name) (\($0))" } ?? name }
    }
    let list = names.dropLast().joined(separator: ", ")
    let meaning = names.count > 1 ? "\(list) or \(names[names.count - 1])" : names.joined()
    return RecipeKey("objective", fallback: "causal", meaning)
  }
}
