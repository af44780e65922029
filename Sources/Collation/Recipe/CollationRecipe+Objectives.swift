import BytePairEncoding
import Corpora
import JSONText
import Noise

extension CollationRecipe {
  /// The objectives by their names.
  static let objectives = [
    "causal", "masked", "span_corruption", "ul2", "denoising", "prefix", "fill_in_the_middle",
    "replaced", "permutation", "classification", "pairs",
  ]

  /// The objective of a name, with its settings.
  func objective(_ name: String, _ special: SpecialTokens) throws -> Objective {
    switch name {
    case "masked": return .masked(try masking(special))
    case "span_corruption":
      return .spanCorruption(
        SpanCorruption(
          rate: try share(.noiseDensity) ?? 0.15,
          meanLength: try length(.meanSpanLength, in: 1...1000) ?? 3,
          sentinels: try sentinels(special),
          end: try needed(special.end, .endToken, SpecialTokens.ends),
          classes: special.classes
        )
      )
    case "ul2":
      return .mixture(
        DenoiserMixture(
          sentinels: try sentinels(special),
          end: try needed(special.end, .endToken, SpecialTokens.ends),
          modeTokens: special.modes,
          classes: special.classes
        )
      )
    case "denoising":
      return .denoising(
        Denoising(
          rate: try rate(.noiseDensity) ?? NoiseRate(DropoutRate(0.3) ?? .zero),
          meanLength: try length(.meanSpanLength, in: 0.1...32) ?? 3,
          mask: try needed(special.mask, .maskToken, SpecialTokens.masks),
          permutesSentences: try flag(.permuteSentences) ?? false,
          classes: special.classes
        )
      )
    case "prefix": return .prefix
    case "fill_in_the_middle":
      return .fillInTheMiddle(
        FillInTheMiddle(
          rate: try rate(.fillRate) ?? NoiseRate(DropoutRate(0.5) ?? .zero),
          suffixFirst: try share(.suffixFirst) ?? 0.5,
          prefix: try needed(special.prefix, .prefixToken, SpecialTokens.prefixes),
          suffix: try needed(special.suffix, .suffixToken, SpecialTokens.suffixes),
          middle: try needed(special.middle, .middleToken, SpecialTokens.middles),
          classes: special.classes
        )
      )
    case "replaced":
      let rate = try rate(.maskingRate) ?? NoiseRate(DropoutRate(0.15) ?? .zero)
      return .replaced(ReplacedTokens(try replacement(rate, special)))
    case "permutation":
      let rate = try rate(.permutedShare) ?? NoiseRate(DropoutRate(1.0 / 6) ?? .zero)
      return .permutation(PermutedPrediction(rate: rate, classes: special.classes))
    case "classification", "pairs":
      return .classification(
        SequenceClassification(
          texts: name == "pairs" ? 2 : 1,
          start: try needed(special.start, .startToken, SpecialTokens.starts),
          end: try needed(special.mark, .endMark, SpecialTokens.marks)
        )
      )
    default: return .causal
    }
  }

  /// The noise on tokens.
  func noise(_ special: SpecialTokens) throws -> TokenNoise {
    var noise = TokenNoise()
    if let rate = try rate(.replacementRate), rate.peak != .zero {
      noise.replacement = try replacement(rate, special)
    }
    let names = SpecialTokens.unknown
    if let rate = try rate(.tokenDropout), rate.peak != .zero {
      noise.tokenDropout = TokenDropout(
        rate: rate,
        replacement: try needed(special.replacement, .dropoutToken, names),
        classes: special.classes
      )
    }
    if let rate = try rate(.wordDropout), rate.peak != .zero {
      let replacement = try needed(special.replacement, .dropoutToken, names)
      noise.wordDropout = WordDropout(rate: rate, replacement: replacement)
    }
    if let rate = try rate(.spanDropout), rate.peak != .zero {
      noise.spanDropout = SpanDropout(
        rate: rate,
        length: try integer(.spanDropoutLength, in: 1...1000) ?? 3,
        replacement: try needed(special.replacement, .dropoutToken, names),
        classes: special.classes
      )
    }
    if let distance = try integer(.wordShuffle, in: 0...1_000_000), distance > 0 {
      noise.wordShuffle = WordShuffle(distance: distance)
    }
    let law = try choice(.replacementLaw, ReplacementLaw.init(rawValue:), Self.laws)
    if law == .frequency && values[.sources] != nil {
      throw fail(.replacementLaw, "several sources have no frequencies of their own")
    }
    return noise
  }

  /// The errors in the text; nil where there are none.
  func typos() throws -> Typos? {
    let units = Typos.Unit.allCases.map(\.rawValue)
    let unit = try choice(.typoUnit, Typos.Unit.init(rawValue:), units)
    let list = try text(.typoList).map { try ErrorList(contentsOf: $0) }
    if list != nil && unit == .characters {
      throw fail(.typoList, "the errors of a list are of words: typo_unit cannot be \"characters\"")
    }
    guard let rate = try rate(.typos) else {
      if list == nil { return nil }
      throw fail(.typoList, "the setting needs a rate of typos")
    }
    return Typos(rate: rate, unit: unit ?? (list == nil ? .characters : .words), list: list)
  }

  private static let laws = ReplacementLaw.allCases.map(\.rawValue)

  private func replacement(_ rate: NoiseRate, _ special: SpecialTokens) throws -> TokenReplacement {
    guard !special.classes.ordinary.isEmpty else {
      throw fail(.replacementLaw, "the tokenizer has no ordinary token to draw")
    }
    return TokenReplacement(
      rate: rate,
      law: try choice(.replacementLaw, ReplacementLaw.init(rawValue:), Self.laws) ?? .uniform,
      classes: special.classes
    )
  }

  private func masking(_ special: SpecialTokens) throws -> TokenMasking {
    let mask = try needed(special.mask, .maskToken, SpecialTokens.masks)
    let maskShare = try share(.maskShare) ?? 0.8
    let randomShare = try share(.randomShare) ?? min(0.1, 1 - maskShare)
    guard maskShare + randomShare <= TokenMasking.wholeShare else {
      throw fail(
        .randomShare,
        "found \(maskShare) and \(randomShare), which with mask_replace_prob is more than 1"
      )
    }
    guard randomShare == 0 || !special.classes.ordinary.isEmpty else {
      throw fail(.randomShare, "the tokenizer has no ordinary token to draw")
    }
    return TokenMasking(
      rate: try rate(.maskingRate) ?? NoiseRate(DropoutRate(0.15) ?? .zero),
      choice: try maskChoice(),
      mask: mask,
      maskShare: maskShare,
      randomShare: randomShare,
      classes: special.classes
    )
  }

  private func maskChoice() throws -> TokenMasking.Choice {
    let names = ["tokens", "count", "words", "spans", "ngrams"]
    let name = try choice(.maskChoice, { $0 }, names) ?? "tokens"
    let limit = try integer(.longestSpan, in: 1...1000)
    if limit != nil && name != "spans" && name != "ngrams" {
      throw fail(.longestSpan, "the setting needs \"mask_choice\": \"spans\" or \"ngrams\"")
    }
    switch name {
    case "count": return .count
    case "words": return .words
    // SpanBERT, section 3.1: p = 0.2, at most 10. ALBERT, section 4.1: P(n) in proportion to 1/n.
    case "spans": return .spans(.geometric(0.2, limit: limit ?? 10))
    case "ngrams": return .spans(.harmonic(limit: limit ?? 3))
    default: return .tokens
    }
  }

  private func sentinels(_ special: SpecialTokens) throws -> [TokenID] {
    guard special.sentinels.isEmpty else { return special.sentinels }
    throw fail(
      .sentinelToken,
      "the tokenizer has no <extra_id_0>; one is learned with `bpedrop train --special "
        + "'<extra_id_0>'`"
    )
  }

  /// A token that an objective cannot do without.
  private func needed(_ token: TokenID?, _ key: RecipeKey, _ names: [String]) throws -> TokenID {
    if let token { return token }
    throw fail(
      key,
      "the tokenizer has none of \(names.joined(separator: ", ")); one is learned with `bpedrop train "
        + "--special '\(names[0])'`"
    )
  }

  /// Refuses what the parts of a collator cannot do together.
  func check(_ collator: Collator, _ name: String) throws {
    if collator.isLive && values[.replacementLaw]?.text == ReplacementLaw.frequency.rawValue {
      throw fail(.replacementLaw, "rows that are encoded when they are made have no frequencies")
    }
    if collator.isLive && collator.tokenBudget != nil {
      throw fail(.tokenBudget, "documents under noise on their text have no known length")
    }
    let stride = collator.stride
    if collator.objective.inputLength(ofTokens: stride) > collator.length {
      throw fail(.blockSize, "found \(collator.length), which is too short for \"\(name)\"")
    }
    let packable = ["causal", "masked", "replaced", "permutation"]
    if collator.rows == .packed && !packable.contains(name) {
      throw fail(
        .rows,
        "packed rows have one of \(packable.joined(separator: ", ")), not \"\(name)\""
      )
    }
    if case .classification(let marks) = collator.objective {
      if collator.rows != .documents {
        throw fail(
          .rows,
          "\"\(name)\" has rows of the kind documents, not \(collator.rows.rawValue)"
        )
      }
      let count = try fields()?.texts.count ?? 0
      if count != marks.texts {
        throw fail(.fields, "\"\(name)\" needs \(marks.texts) of them, but found \(count)")
      }
      if name == "classification" && values[.labelField] == nil {
        throw fail(.labelField, "\"classification\" needs the field with the class")
      }
    }
    let spans: Int
    let sentinels: [TokenID]
    switch collator.objective {
    case .spanCorruption(let corruption):
      (spans, sentinels) = (corruption.counts(ofTokens: stride).spans, corruption.sentinels)
    case .mixture(let mixture):
      spans = mixture.spanCount(ofTokens: stride)
      sentinels = mixture.denoisers[0].corruption.sentinels
    default: return
    }
    if spans > sentinels.count {
      throw fail(
        .sentinelToken,
        "rows of \(collator.length) need \(spans) sentinels, but the tokenizer has \(sentinels.count)"
      )
    }
  }
}

extension CollationRecipe {
  /// A number that need not be whole.
  func length(_ key: RecipeKey, in range: ClosedRange<Double>) throws -> Double? {
    guard let value = values[key] else { return nil }
    if case .number(let number) = value, range.contains(number) { return number }
    throw fail(key, "found \(shown(value)) where a number in \(range) was expected")
  }

  /// A text.
  func text(_ key: RecipeKey) throws -> String? {
    guard let value = values[key] else { return nil }
    if let text = value.text { return text }
    throw fail(key, "found \(shown(value)) where a text was expected")
  }
}
