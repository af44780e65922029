import BytePairEncoding
import Corpora
import Diagnostics
import Files
import Reports
import Tokenization
import UnicodeText

extension TrainCommand {
  /// Learns, resuming from a checkpoint if there is one.
  func learn(_ recipe: TokenizerRecipe) throws -> [Tokenizer] {
    let checkpoint = try checkpoint.map {
      try LearningCheckpoint($0, run: description(recipe), now: Terminal.seconds)
    }
    let saved = try checkpoint?.counts()
    let counts = try saved ?? readCounts(recipe, input.files)
    if saved == nil { try checkpoint?.save(counts) }
    guard model == .bpe else { return [try recipe.learn(from: counts)] }
    // With pruning, merging restarts from the counts.
    let keepsMerges = recipe.pruningMethod == nil
    let known = keepsMerges ? try checkpoint?.merges() ?? [] : []
    return try watching(recipe, counts, keepsMerges ? checkpoint : nil) {
      try recipe.learn(sizes: sizes(recipe), from: counts, known: known, progress: $0)
    }
  }

  /// Learns with each text as a language; merging always restarts from the counts.
  func learnParity(_ recipe: TokenizerRecipe) throws -> [Tokenizer] {
    let checkpoint = try checkpoint.map {
      try LearningCheckpoint($0, run: description(recipe), now: Terminal.seconds)
    }
    func counts(of file: String, _ name: String) throws -> WordCounts {
      if let saved = try checkpoint?.counts(name) { return saved }
      let counts = try readCounts(recipe, [file])
      try checkpoint?.save(counts, name)
      return counts
    }
    let languages = try zip(input.files, parity).enumerated().map { number, files in
      BPELearner.Language(
        words: try counts(of: files.0, "counts-\(number)"),
        parallel: try counts(of: files.1, "parallel-\(number)")
      )
    }
    return try watching(recipe, TokenizerRecipe.allWords(of: languages), nil) {
      try recipe.learn(sizes: sizes(recipe), languages: languages, progress: $0)
    }
  }

  private func sizes(_ recipe: TokenizerRecipe) -> [Int] {
    vocabSize?.sizes ?? [recipe.vocabularySize ?? 32_000]
  }

  /// Shows progress, saves it, and measures held-out text.
  private func watching(
    _ recipe: TokenizerRecipe,
    _ counts: WordCounts,
    _ checkpoint: LearningCheckpoint?,
    _ learn: ((LearningProgress) throws -> Void) throws -> [Tokenizer]
  ) throws -> [Tokenizer] {
    try counting.checkMemory(BPELearner.memoryAtStart(from: counts), "to begin with")
    let bar = ProgressBar("learning", unit: "tokens")
    defer { bar.clear() }
    var heldOut = try heldOut.map { try CompressionMeter($0) }
    return try learn { progress in
      bar.show(
        progress.vocabularySize,
        of: recipe.vocabularySize,
        note: Terminal.memoryNote
      )
      try counting.checkMemory(progress.memory, "for \(progress.vocabularySize) tokens")
      try checkpoint?.save(progress.merges)
      if heldOut?.isDue(at: progress.vocabularySize) == true {
        bar.clear()
        try heldOut.map { try report($0, recipe.tokenizer(at: progress, from: counts)) }
      }
    }
  }

  /// Reports the bytes per token of a held-out text.
  private func report(_ text: CompressionMeter, _ tokenizer: Tokenizer) throws {
    let bytes = decimal(try text.bytesPerToken(tokenizer), digits: 3)
    Terminal.note(
      "bpedrop: \(tokenizer.vocabularySize) tokens: \(bytes) bytes a token in \(text.path)"
    )
  }

  /// Everything that the result depends on, for a checkpoint.
  private func description(_ recipe: TokenizerRecipe) throws -> String {
    var lines = [
      "version 1", "sizes \(vocabSize?.sizes ?? [])", "normalizer \(recipe.normalizer.steps)",
      "pattern \(recipe.preTokenizer)", "special \(recipe.specialTokens)",
      "law \(recipe.law.rawValue)",
      "least \(minFrequency)", "limits \(recipe.limits)", "alphabet \(alphabet.description)",
      "extends \(extend ?? "nothing")",
      "refining \(recipe.pruningMethod.map { "\($0)" } ?? "nothing")",
      "newline \(counting.lineFeed)", "field \(counting.jsonField ?? "none")",
      "weights \(counting.weight)", "document \(input.unit)", "counts \(fromCounts)",
    ]
    let files = try FileNames.expanded(input.files + parity)
    for file in files + [extend].compactMap({ $0 }) {
      lines.append("\(try InputFile.check(file) ?? 0) bytes of \(file)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func readCounts(_ recipe: TokenizerRecipe, _ files: [String]) throws -> WordCounts {
    let counts =
      try fromCounts
      ? CountsFile.read(
        files.isEmpty ? ["-"] : files,
        weights: counting.weights(of: input.files)
      ) : countWords(recipe, files)
    guard counts.count > 0 else {
      throw InvalidData(path: files.first ?? "-", "no text: there is nothing to learn from")
    }
    return counts
  }

  private func countWords(_ recipe: TokenizerRecipe, _ files: [String]) throws -> WordCounts {
    let reader = try DocumentReader(
      paths: files,
      unit: input.unit,
      lineFeed: counting.lineFeed,
      reading: input.reading
    )
    let counter = try counting.counter(
      recipe.normalizer,
      recipe.countingPreTokenizer,
      input,
      threads
    )
    let bar = ProgressBar("counting", unit: "B")
    defer { bar.clear() }
    return try counter.count(reader, isSorted: false) {
      bar.show(reader.bytesRead, of: reader.totalBytes, note: Terminal.memoryNote)
    }
  }
}
