import ArgumentParser
import BytePairEncoding
import PreTokenization
import Tokenization

extension TrainCommand {
  /// Under these a word carries its space, which decoding a word model would add a second time.
  private static let patternsWithSpaces: Set<PreTokenizer> = [
    .none, .gpt2, .cl100k, .o200k, .llama3, .qwen2, .deepSeekV3, .digits, .singleDigits,
    .punctuation,
  ]

  /// Rejects flags that exclude each other.
  ///
  /// - Throws: ``ValidationError``.
  func checkFlags() throws {
    for size in vocabSize?.sizes ?? [] where size < 1 || size > 1 << 24 {
      throw ValidationError("--vocab-size must lie in 1...16777216, but is \(size).")
    }
    if let vocabSize, vocabSize.sizes.count > 1, !output.contains("{}") {
      throw ValidationError("several sizes need a {} in the name of --output, such as 't-{}.json'.")
    }
    if let maxTokenLength, maxTokenLength < 2 {
      throw ValidationError("--max-token-length must be at least 2, but is \(maxTokenLength).")
    }
    if model != .bpe
      && (extend != nil || checkpoint != nil || heldOut != nil || maxTokenLength != nil
        || wholeCharacters || law != nil || !parity.isEmpty || (vocabSize?.sizes.count ?? 1) > 1
        || alphabet.start == .characters || picky != nil || scaffold)
    {
      throw ValidationError(
        "several sizes, --law, --parity, --picky, --scaffold, --max-token-length, "
          + "--whole-characters, --alphabet, --extend, --held-out and --checkpoint are for --model bpe."
      )
    }
    if picky != nil || scaffold { try validatePruning() }
    if alphabet.start == .characters && extend != nil {
      throw ValidationError("--alphabet has no meaning beside --extend: the tokenizer has its own.")
    }
    if alphabet.hasAffixes && Self.patternsWithSpaces.contains(pattern ?? .gpt2) {
      throw ValidationError(
        "affixes take a --pattern that leaves spaces out, such as whitespace-split: they mark where "
          + "words begin or end."
      )
    }
    if !parity.isEmpty {
      guard parity.count == input.files.count, !(parity + input.files).contains("-") else {
        throw ValidationError(
          "--parity needs one file for each text, but there are \(parity.count) for "
            + "\(input.files.count) texts."
        )
      }
      if law == .huggingFace {
        throw ValidationError(
          "--parity does not go with --law huggingface, which keeps counts of its own."
        )
      }
    }
    if checkpoint != nil && (input.files.isEmpty || input.files.contains("-")) {
      throw ValidationError("--checkpoint needs files, not standard input, to begin again.")
    }
    if model == .char && pattern != nil {
      throw ValidationError(
        "--pattern has no meaning for --model char: every character is a token."
      )
    }
    if model == .word, let pattern, Self.patternsWithSpaces.contains(pattern) {
      throw ValidationError(
        "--model word takes a --pattern that leaves spaces out or marks them, such as "
          + "whitespace-split or metaspace."
      )
    }
  }

  private func validatePruning() throws {
    if let picky, !(picky > 0 && picky <= 1) {
      throw ValidationError("--picky must lie above 0 and up to 1, but is \(picky).")
    }
    if picky != nil && scaffold {
      throw ValidationError("--picky and --scaffold do not go together: give one of them.")
    }
    if alphabet.start == .characters || extend != nil || !parity.isEmpty || law == .huggingFace {
      throw ValidationError(
        "--picky and --scaffold start from the bytes, and go neither with --alphabet characters, "
          + "--extend and --parity nor with --law huggingface, which keeps counts of its own."
      )
    }
  }
}
