import Noise

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
  case tokenBudget = "max_tokens"
  case replacementRate = "token_replacement"
  case replacementLaw = "replacement_law"
  case wordDropout = "word_dropout"
  case spanDropout = "span_dropout"
  case spanDropoutLength = "span_dropout_length"
  case wordShuffle = "word_shuffle"
  case maskChoice = "mask_choice"
  case longestSpan = "max_span_length"
  case noiseDensity = "noise_density"
  case meanSpanLength = "mean_noise_span_length"
  case sentinelToken = "sentinel_token"
  case endToken = "eos_token"
  case permuteSentences = "permute_sentences"
  case fillRate = "fim_rate"
  case suffixFirst = "fim_spm_rate"
  case prefixToken = "fim_prefix_token"
  case suffixToken = "fim_suffix_token"
  case middleToken = "fim_middle_token"
  case permutedShare = "plm_probability"
  case typos
  case typoUnit = "typo_unit"
  case typoList = "typo_list"
  case fields
  case fieldDropout = "field_dropout"
  case labelField = "label_field"
  case labels
  case startToken = "cls_token"
  case endMark = "sep_token"
  case sources
  case noiseVersion = "noise_version"

  /// The default, as it would stand in the file, and what the setting is.
  var documentation: (fallback: String, meaning: String) {
    switch self {
    case .rows: ("windows", "what a row is: windows, contiguous, documents, packed, grid or pack")
    case .objective:
      (
        "causal",
        "causal (the next token), masked (80/10/10), span_corruption (T5), ul2, denoising (BART), "
          + "prefix, fill_in_the_middle, replaced (ELECTRA), permutation (XLNet), classification or pairs"
      )
    case .batchSize: ("32", "rows of a batch")
    case .blockSize: ("512", "positions of a row, at most")
    case .epochs: ("1", "passes that the course of a rate spans")
    case .shuffle: ("true", "a new order of rows in each epoch; contiguous rows have none")
    case .shiftWindows: ("false", "windows begin at another token in each epoch")
    case .partialRows: ("pad", "rows that are not full, of windows or pack: pad or drop")
    case .dropLast: ("false", "leave out a last batch with fewer rows")
    case .padToMultipleOf: ("1", "the length of a batch of documents is a multiple of it")
    case .padToken: ("<pad>, [PAD], <|pad|>, the separator or id 0", "at positions without a token")
    case .separator: ("<|endoftext|>, </s> or null", "put behind each document of text")
    case .tokenDropout: ("0", "rate of input tokens replaced, such as 0.1 or \"0.1:early:0.5\"")
    case .dropoutToken: ("<unk>, [UNK], <|unk|> or a mask token", "what replaces them")
    case .maskingRate: ("0.15", "rate of tokens to be found, or to be replaced")
    case .maskShare: ("0.8", "the share of these that the mask replaces")
    case .randomShare: ("0.1", "the share of these that a random token replaces")
    case .maskToken: ("<mask>, [MASK] or <|mask|>", "the mask")
    case .segmentation: ("0", "rate of BPE-dropout, in every epoch anew")
    case .segmentationLaw: ("paper", "how its rate is meant, as by encode --law")
    case .slack: ("0.2", "the part of a grid row left free for what BPE-dropout adds")
    case .tokenBudget:
      ("null", "positions of a batch of documents of like lengths, in place of batch_size")
    case .replacementRate: ("0", "rate of input tokens exchanged for others")
    case .replacementLaw:
      ("uniform", "which others: uniform, or frequency, as often as in the data")
    case .wordDropout: ("0", "rate of words of which each token is replaced as by token_dropout")
    case .spanDropout: ("0", "rate of tokens that are so replaced in runs")
    case .spanDropoutLength: ("3", "the tokens of a run")
    case .wordShuffle: ("0", "places that a word may move")
    case .maskChoice:
      (
        "tokens",
        "what is chosen: tokens, count (exactly the rate), words, spans (SpanBERT) or ngrams"
      )
    case .longestSpan: ("10, of ngrams 3", "words of a span, at most")
    case .noiseDensity: ("0.15, of denoising 0.3", "rate of tokens hidden in spans")
    case .meanSpanLength: ("3", "mean tokens of a span")
    case .sentinelToken: ("<extra_id_N>", "what stands for span number N, from 0")
    case .endToken: ("</s>, <|endoftext|>, [SEP]", "the end of inputs and targets with sentinels")
    case .permuteSentences: ("false", "sentences in another order")
    case .fillRate: ("0.5", "rate of rows whose middle comes last")
    case .suffixFirst: ("0.5", "the share of these whose suffix comes first")
    case .prefixToken: ("<|fim_prefix|>, <fim_prefix>, <PRE>", "before the prefix")
    case .suffixToken: ("<|fim_suffix|>, <fim_suffix>, <SUF>", "before the suffix")
    case .middleToken: ("<|fim_middle|>, <fim_middle>, <MID>", "before the middle")
    case .permutedShare: ("0.1667", "rate of tokens to be found, the last of the order")
    case .typos: ("0", "rate of errors put into the text: swapped, missing, wrong letters")
    case .typoUnit: ("characters", "what the rate is of: characters or words")
    case .typoList:
      (
        "null",
        "a file of errors to be put in instead: a right word, a tab, a wrong one on each line"
      )
    case .fields:
      ("null", "the text is lines of JSON: the field with the text, or a list of fields")
    case .fieldDropout: ("0", "rate of whole fields left out, or an object with a rate for some")
    case .labelField: ("null", "the field with the class, a number from 0 or a name")
    case .labels: ("null", "the names of the classes, number 0 first")
    case .startToken: ("[CLS], <s>", "before the first text of a class")
    case .endMark: ("[SEP], </s>", "behind each text of a class")
    case .sources:
      (
        "null",
        "the data, instead of files: a list of objects with path, fields, from, and repeat (passes in an epoch) "
          + "or weight (its part of the rows)"
      )
    case .noiseVersion:
      ("\(NoiseKey.version)", "the noise that the recipe was made for; no other is")
    }
  }

  /// Objectives whose inputs other noise may change, besides their own.
  private static let open =
    [
      "causal", "prefix", "fill_in_the_middle", "span_corruption", "ul2", "denoising",
    ] + classes

  /// Objectives that find the class of one text or two.
  static let classes = ["classification", "pairs"]

  /// The setting that this one is of no use without, and the values that it must have.
  var condition: (key: RecipeKey, values: [String])? {
    switch self {
    case .shuffle, .dropLast: (.rows, ["windows", "documents", "packed", "grid", "pack"])
    case .shiftWindows: (.rows, ["windows", "contiguous"])
    case .partialRows: (.rows, ["windows", "contiguous", "pack"])
    case .padToMultipleOf, .tokenBudget: (.rows, ["documents"])
    case .slack: (.rows, ["grid"])
    case .segmentation, .segmentationLaw, .typos, .typoUnit, .typoList, .fieldDropout:
      (.rows, ["documents", "grid", "pack"])
    case .labelField, .labels, .startToken, .endMark: (.objective, Self.classes)
    case .separator:
      (.objective, CollationRecipe.objectives.filter { !Self.classes.contains($0) })
    case .tokenDropout, .wordDropout, .spanDropout, .replacementRate: (.objective, Self.open)
    case .dropoutToken: (.objective, Self.open)
    case .maskingRate: (.objective, ["masked", "replaced"])
    case .maskShare, .randomShare, .maskChoice, .longestSpan: (.objective, ["masked"])
    case .maskToken: (.objective, ["masked", "denoising"])
    case .noiseDensity, .meanSpanLength: (.objective, ["span_corruption", "denoising"])
    case .sentinelToken, .endToken: (.objective, ["span_corruption", "ul2"])
    case .permuteSentences, .wordShuffle: (.objective, ["denoising"])
    case .fillRate, .suffixFirst, .prefixToken, .suffixToken, .middleToken:
      (.objective, ["fill_in_the_middle"])
    case .permutedShare: (.objective, ["permutation"])
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
