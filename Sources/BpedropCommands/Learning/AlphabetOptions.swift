import ArgumentParser
import Tokenization

/// The initial symbols of `train --model bpe`.
struct AlphabetOptions: ParsableArguments {
  enum Start: String, CaseIterable, ExpressibleByArgument {
    case bytes, characters
  }

  @Option(
    name: .customLong("alphabet"),
    help: ArgumentHelp("The initial symbols; the other options here apply to characters.")
  )
  var start = Start.bytes

  @Option(help: ArgumentHelp("The most characters in the alphabet.", valueName: "count"))
  var limitAlphabet: Int?

  @Option(
    help: ArgumentHelp("Characters to include even if they do not occur.", valueName: "text")
  )
  var initialAlphabet = ""

  @Option(
    help: ArgumentHelp(
      "The share of the text to cover; rarer characters are left out.",
      valueName: "share"
    )
  )
  var characterCoverage = 1.0

  @Flag(help: "Turn other characters into the tokens of their bytes, <0x00> to <0xFF>.")
  var byteFallback = false

  @Option(
    help: ArgumentHelp("The prefix of tokens that continue a word.", valueName: "##")
  )
  var continuingSubwordPrefix = ""

  @Option(help: ArgumentHelp("The suffix of tokens that end a word.", valueName: "</w>"))
  var endOfWordSuffix = ""

  var hasAffixes: Bool { !continuingSubwordPrefix.isEmpty || !endOfWordSuffix.isEmpty }

  /// The alphabet of characters; nil for bytes.
  func characters() throws -> CharacterAlphabet? {
    guard start == .characters else { return nil }
    var alphabet = CharacterAlphabet()
    alphabet.limit = limitAlphabet
    alphabet.initial = Set(initialAlphabet.unicodeScalars)
    alphabet.coverage = characterCoverage
    alphabet.fallsBackToBytes = byteFallback
    alphabet.prefix = Array(continuingSubwordPrefix.utf8)
    alphabet.suffix = Array(endOfWordSuffix.utf8)
    return alphabet
  }

  /// Everything that the result depends on, for a checkpoint.
  var description: String {
    "\(start) \(limitAlphabet ?? -1) '\(initialAlphabet)' \(characterCoverage) \(byteFallback) "
      + "'\(continuingSubwordPrefix)' '\(endOfWordSuffix)'"
  }

  func validate() throws {
    let isDefault =
      limitAlphabet == nil && initialAlphabet.isEmpty && characterCoverage == 1 && !byteFallback
    if start == .bytes && (!isDefault || hasAffixes) {
      throw ValidationError(
        "--limit-alphabet, --initial-alphabet, --character-coverage, --byte-fallback and affixes have "
          + "no meaning for bytes, which are always all there: say --alphabet characters."
      )
    }
    if let limitAlphabet, limitAlphabet < 1 {
      throw ValidationError("--limit-alphabet must be at least 1, but is \(limitAlphabet).")
    }
    if !(characterCoverage > 0 && characterCoverage <= 1) {
      throw ValidationError(
        "--character-coverage must lie above 0 and up to 1, but is \(characterCoverage)."
      )
    }
    if byteFallback && hasAffixes {
      throw ValidationError("--byte-fallback and affixes do not go together.")
    }
  }
}
