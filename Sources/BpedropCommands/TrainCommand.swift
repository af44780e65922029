import ArgumentParser
import BytePairEncoding
import Corpora
import Files
import PreTokenization
import Reports
import Tokenization
import UnicodeText

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a tokenizer from text.",
    discussion: """
      Writes a tokenizer.json that Hugging Face tokenizers reads too; under the same settings it \
      is the very one that Hugging Face learns.

      Examples:
        bpedrop train -o tokenizer.json --vocab-size 8000 corpora/english.txt
        bpedrop train -o ptb.json --model word --special '<eos>' --vocab-size 10000 ptb.train.txt
        bpedrop train -o chars.json --model char shakespeare.txt
        bpedrop train -o tokenizer.json --pattern cl100k --vocab-size 2000 corpora/english.txt
        bpedrop train -o tokenizer.json --pattern 'regex:\\w+| ' --vocab-size 999 corpora/greek.txt
        bpedrop count -o counts.tsv corpora/english.txt
        bpedrop train -o tokenizer.json --vocab-size 4000 --from-counts counts.tsv
      """
  )

  @Option(name: [.short, .long], help: "Where the tokenizer is written.", completion: .file())
  var output: String

  @Option(
    help: """
      The number of tokens, special tokens and the 256 bytes included (default: 32000; for words \
      and characters as many as occur).
      """
  )
  var vocabSize: Int?

  @Option(help: ArgumentHelp("What a token is made of.", valueName: "kind"))
  var model: TokenizerRecipe.Kind = .bpe

  @Option(
    help: ArgumentHelp(
      "How text is cut into words, across which nothing merges (default: gpt2).",
      discussion: """
        One of \(PreTokenizer.named.map(\.name).joined(separator: ", ")), or regex: and a regular \
        expression.
        """,
      valueName: "name"
    ),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer?

  @Option(
    help: ArgumentHelp(
      "What is done to text first; several steps joined by commas.",
      valueName: "steps"
    )
  )
  var normalizer = TextNormalizer([.nfc])

  @Option(
    help: ArgumentHelp(
      "A special token; repeat for more. Replaces the default <|endoftext|>.",
      valueName: "token"
    )
  )
  var special: [String] = []

  @Option(
    help: ArgumentHelp("The token for unknown words or characters.", valueName: "token")
  )
  var unkToken = "<unk>"

  @Option(help: "Leave out what occurs less often.")
  var minFrequency: UInt64 = 0

  @Flag(help: "The files are counts, written by `bpedrop count`, instead of text.")
  var fromCounts = false

  @Option(help: ArgumentHelp("Whether the line feed belongs to a line.", valueName: "what"))
  var newline: LineFeed = .keep

  @Flag(help: "Write merges as \"a b\", for Hugging Face tokenizers before 0.20.")
  var legacyMerges = false

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions

  private var recipe: TokenizerRecipe {
    var recipe = TokenizerRecipe(kind: model, normalizer: normalizer, preTokenizer: pattern)
    if let vocabSize { recipe.vocabularySize = vocabSize }
    if !special.isEmpty { recipe.specialTokens = special }
    recipe.minimumFrequency = minFrequency
    recipe.unknownToken = unkToken
    return recipe
  }

  /// Under these a word carries its space, which a word model would put there once more.
  private static let patternsWithSpaces: Set<PreTokenizer> = [
    .none, .gpt2, .cl100k, .o200k, .llama3, .qwen2, .deepSeekV3, .digits, .singleDigits,
    .punctuation,
  ]

  func validate() throws {
    if let vocabSize, vocabSize < 1 || vocabSize > 1 << 24 {
      throw ValidationError("--vocab-size must lie in 1...16777216, but is \(vocabSize).")
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

  func run() throws {
    let file = try OutputFile(output)
    let recipe = self.recipe
    let counts = try readCounts(recipe)
    guard counts.count > 0 else {
      throw InvalidData(path: input.files.first ?? "-", "no text: there is nothing to learn from")
    }
    let bar = ProgressBar("learning", unit: "tokens")
    let tokenizer = try recipe.learn(from: counts) { bar.show($0, of: recipe.vocabularySize) }
    bar.clear()
    try file.write(tokenizer.json(legacyMerges: legacyMerges))
    try file.commit()
    if let size = vocabSize, tokenizer.vocabularySize < size {
      Terminal.note(
        "bpedrop: the text gave only \(tokenizer.vocabularySize) of \(size) tokens"
      )
    }
    if let parts = tokenizer.foreignParts {
      Terminal.note("bpedrop: \(output): Hugging Face tokenizers does not know \(parts)")
    }
  }

  private func readCounts(_ recipe: TokenizerRecipe) throws -> WordCounts {
    if fromCounts { return try CountsFile.read(input.files.isEmpty ? ["-"] : input.files) }
    let reader = try input.reader(lineFeed: newline)
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads.count,
      isStrict: input.strict
    )
    let bar = ProgressBar("counting", unit: "B")
    defer { bar.clear() }
    return try counter.count(reader) { bar.show(reader.bytesRead, of: reader.totalBytes) }
  }
}
