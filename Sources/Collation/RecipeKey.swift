/// The settings of a recipe, by the names that they have in its file.
///
/// Where Hugging Face or nanoGPT have a name for the same thing, it is theirs.
enum RecipeKey: String, CaseIterable {
  case rows
  case objective
  case batchSize = "batch_size"
  case blockSize = "block_size"
  case epochs
  case shuffle
  case shiftWindows = "shift_windows"
  case partialRows = "partial_rows"
  case dropLast = "drop_last"
  case padToMultipleOf = "pad_to_multiple_of"
  case padToken = "pad_token"
  case separator
  case tokenDropout = "token_dropout"
  case dropoutToken = "dropout_token"
  case maskingRate = "mlm_probability"
  case maskShare = "mask_replace_prob"
  case randomShare = "random_replace_prob"
  case maskToken = "mask_token"
  case segmentation = "bpe_dropout"
  case segmentationLaw = "bpe_dropout_law"
  case slack

  /// The default, as it would stand in the file, and what the setting is.
  var documentation: (fallback: String, meaning: String) {
    switch self {
    case .rows: ("windows", "what a row is: windows, contiguous, documents or grid")
    case .objective: ("causal", "causal (the next token) or masked (80/10/10)")
    case .batchSize: ("32", "rows of a batch")
    case .blockSize: ("512", "positions of a row, at most")
    case .epochs: ("1", "passes that the course of a rate spans")
    case .shuffle: ("true", "a new order of rows in each epoch; contiguous rows have none")
    case .shiftWindows: ("false", "windows begin at another token in each epoch")
    case .partialRows: ("pad", "windows shorter than a row: pad or drop")
    case .dropLast: ("false", "leave out a last batch with fewer rows")
    case .padToMultipleOf: ("1", "the length of a batch of documents is a multiple of it")
    case .padToken: ("<pad>, [PAD], <|pad|>, the separator or id 0", "at positions without a token")
    case .separator: ("<|endoftext|>, </s> or null", "put behind each document of text")
    case .tokenDropout: ("0", "rate of input tokens replaced, such as 0.1 or \"0.1:early:0.5\"")
    case .dropoutToken: ("<unk>, [UNK], <|unk|> or a mask token", "what replaces them")
    case .maskingRate: ("0.15", "rate of tokens to be found")
    case .maskShare: ("0.8", "the share of these that the mask replaces")
    case .randomShare: ("0.1", "the share of these that a random token replaces")
    case .maskToken: ("<mask>, [MASK] or <|mask|>", "the mask")
    case .segmentation: ("0", "rate of BPE-dropout, in every epoch anew")
    case .segmentationLaw: ("paper", "how its rate is meant, as by encode --law")
    case .slack: ("0.2", "the part of a row left free for what BPE-dropout adds")
    }
  }

  /// The setting that this one is of no use without, and the values that it must have.
  var condition: (key: RecipeKey, values: [String])? {
    switch self {
    case .shuffle, .dropLast: (.rows, ["windows", "documents", "grid"])
    case .shiftWindows, .partialRows: (.rows, ["windows", "contiguous"])
    case .padToMultipleOf: (.rows, ["documents"])
    case .segmentation, .segmentationLaw, .slack: (.rows, ["grid"])
    case .tokenDropout, .dropoutToken: (.objective, ["causal"])
    case .maskingRate, .maskShare, .randomShare, .maskToken: (.objective, ["masked"])
    default: nil
    }
  }

  /// The known key that a text is most like, by the fewest edits for its length; the first of several.
  static func nearest(to text: String) -> RecipeKey {
    let costs = allCases.map { key in
      let length = max(key.rawValue.utf8.count, min(text.utf8.count, 100))
      return (key: key, cost: Double(editDistance(key.rawValue, text)) / Double(length))
    }
    return costs.min { $0.cost < $1.cost }?.key ?? .rows
  }

  /// How many letters must be put in, taken out or exchanged to make one text of the other.
  ///
  /// After V. Levenshtein, 1966; of the second text only the first hundred bytes count.
  static func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8.prefix(100))
    var row = Array(0...right.count)
    for (line, letter) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (index, other) in right.enumerated() {
        let exchanged = diagonal + (letter == other ? 0 : 1)
        diagonal = row[index + 1]
        row[index + 1] = min(exchanged, row[index] + 1, row[index + 1] + 1)
      }
    }
    return row[right.count]
  }
}
