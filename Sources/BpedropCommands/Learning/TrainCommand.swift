import ArgumentParser
import BytePairEncoding
import Corpora
import Files
import PreTokenization
import Reports
import Tokenization
import TokenizerFormats
import UnicodeText

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a tokenizer from text.",
    discussion: """
      Writes a tokenizer.json that Hugging Face tokenizers reads, too. With the same settings, it \
      is identical to the one that Hugging Face learns.

      Examples:
        bpedrop train -o tokenizer.json --vocab-size 8000 corpora/english.txt
        bpedrop train -o ptb.json --model word --special '<eos>' --no-default-special \\
          --vocab-size 10000 ptb.train.txt
        bpedrop train -o chars.json --model char shakespeare.txt
        bpedrop train -o tokenizer.json --pattern cl100k --vocab-size 2000 \\
          corpora/english.txt
        bpedrop train -o tokenizer.json --pattern 'regex:\\w+| ' --vocab-size 999 \\
          corpora/greek.txt
        bpedrop count -o counts.tsv corpora/english.txt
        bpedrop train -o tokenizer.json --vocab-size 4000 --from-counts counts.tsv
        bpedrop train -o 'english-{}.json' --vocab-size 500,1000,2000 \\
          corpora/english.txt
        bpedrop train -o more.json --extend tokenizer.json --vocab-size 5000 \\
          corpora/russian.txt
        bpedrop train -o fair.json --vocab-size 900 --parity corpora/german.txt \\
          --parity corpora/greek.txt corpora/german.txt corpora/greek.txt
        bpedrop train -o picky.json --picky 0.9 --vocab-size 1000 corpora/english.txt
        bpedrop train -o scaffold.json --scaffold --vocab-size 1000 \\
          corpora/english.txt
        bpedrop train -o super.json --extend tokenizer.json --pattern punctuation \\
          --vocab-size 5000 corpora/english.txt
        bpedrop train -o tokenizer.json --vocab-size 900 --checkpoint run \\
          corpora/english.txt
        bpedrop train -o spm.json --vocab-size 2000 --pattern metaspace \\
          --alphabet characters --character-coverage 0.9995 --byte-fallback \\
          corpora/japanese.txt
      """
  )

  @Option(
    name: [.short, .long],
    help: "The output file; for several sizes, {} in the name stands for the size.",
    completion: .file()
  )
  var output: String

  @Option(
    help: """
      The number of tokens, including special tokens and the 256 bytes (default: 32000; for words \
      and characters all that occur). Several sizes, joined by commas, are learned together.
      """
  )
  var vocabSize: VocabularySizes?

  @Option(help: ArgumentHelp("The kind of tokens.", valueName: "kind"))
  var model: TokenizerRecipe.Kind = .bpe

  @Option(
    help: ArgumentHelp(
      "How text is cut into words; merges never cross them (default: gpt2).",
      discussion: """
        One of \(PreTokenizer.named.map(\.name).joined(separator: ", ")), or regex: followed by a \
        regular expression. With --extend it replaces the tokenizer's own; a pattern that does not \
        cut at spaces, such as punctuation, gives superwords.
        """,
      valueName: "name"
    ),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer?

  @Option(
    help: ArgumentHelp(
      "Normalization steps, joined by commas.",
      valueName: "steps"
    )
  )
  var normalizer = TextNormalizer([.nfc])

  @Option(
    help: ArgumentHelp(
      "A special token beside <|endoftext|>; repeat for more.",
      valueName: "token"
    )
  )
  var special: [String] = []

  @Flag(help: "Leave out the special token <|endoftext|>, which separates documents.")
  var noDefaultSpecial = false

  @Option(
    help: ArgumentHelp("The token for unknown words or characters.", valueName: "token")
  )
  var unkToken = "<unk>"

  @Option(help: "Leave out pairs, words or characters that occur less often.")
  var minFrequency: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      """
      The order of equally frequent pairs. (default: huggingface; bytes with --parity, --picky and \
      --scaffold)
      """,
      valueName: "whose"
    )
  )
  var law: LearningLaw?

  @Option(
    help: ArgumentHelp(
      """
      Compress all languages alike. Give one file for each text, in the same order, with the same \
      sentences in its language. At each step the language with the most tokens picks the merge.
      """,
      valueName: "file"
    ),
    completion: .file()
  )
  var parity: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      PickyBPE: remove a token when at least this share of it went into a merge, and split its \
      remaining occurrences; 0.9 is usual. Hugging Face tokenizers refuses the file.
      """,
      valueName: "threshold"
    )
  )
  var picky: Double?

  @Flag(
    help: """
      Scaffold-BPE: leave out tokens that become rarer than the next merge; they exist only during \
      merging and are split at the end. Hugging Face tokenizers refuses the file.
      """
  )
  var scaffold = false

  @Option(
    help: ArgumentHelp(
      "The longest token, in bytes. (Hugging Face's max_token_length is one more.)",
      valueName: "bytes"
    )
  )
  var maxTokenLength: Int?

  @Flag(help: "Make no token that holds part of a character and something else.")
  var wholeCharacters = false

  @OptionGroup(title: "Alphabet") var alphabet: AlphabetOptions

  @Option(
    help: ArgumentHelp(
      "Extend this tokenizer: its tokens keep their ids, and new ones follow.",
      valueName: "file"
    ),
    completion: .file(extensions: ["json"])
  )
  var extend: String?

  @Option(
    help: ArgumentHelp(
      "Report the compression of this text while learning.",
      valueName: "file"
    ),
    completion: .file()
  )
  var heldOut: String?

  @Option(
    help: ArgumentHelp(
      "Save progress in this folder; the same command resumes from it.",
      valueName: "folder"
    ),
    completion: .directory
  )
  var checkpoint: String?

  @Flag(help: "Read counts written by `bpedrop count` instead of text.")
  var fromCounts = false

  @Flag(help: "Write merges as \"a b\", for Hugging Face tokenizers before 0.20.")
  var legacyMerges = false

  @OptionGroup var counting: CountingOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws { try checkFlags() }

  private func makeRecipe() throws -> TokenizerRecipe {
    var recipe =
      if let extend {
        try TokenizerRecipe(extending: TokenizerOptions.load(extend), preTokenizer: pattern)
      } else {
        TokenizerRecipe(kind: model, normalizer: normalizer, preTokenizer: pattern)
      }
    if let vocabSize { recipe.vocabularySize = vocabSize.largest }
    if noDefaultSpecial { recipe.specialTokens = [] }
    let standing = recipe.specialTokens
    recipe.specialTokens += special.filter { !standing.contains($0) }
    recipe.minimumFrequency = minFrequency
    recipe.unknownToken = unkToken
    recipe.pruningMethod = picky.map { .picky(threshold: $0) } ?? (scaffold ? .scaffold : nil)
    let keepsCounts = parity.isEmpty && recipe.pruningMethod == nil
    recipe.law = law ?? (keepsCounts ? .huggingFace : .bytes)
    recipe.alphabet = try alphabet.characters()
    recipe.limits = JoinLimits(
      longestToken: maxTokenLength ?? .max,
      wholeCharacters: wholeCharacters
    )
    return recipe
  }

  func run() throws {
    let sizes = vocabSize?.sizes ?? []
    let paths =
      sizes.count > 1 ? sizes.map { output.replacing("{}", with: "\($0)") } : [output]
    let files = try paths.map { try OutputFile($0) }
    let recipe = try makeRecipe()
    let tokenizers = try parity.isEmpty ? learn(recipe) : learnParity(recipe)
    for (file, tokenizer) in zip(files, tokenizers) {
      try file.write(tokenizer.json(legacyMerges: legacyMerges))
      try file.commit()
      if let foreign = tokenizer.foreignParts {
        Terminal.note("bpedrop: \(file.path): Hugging Face tokenizers does not know \(foreign)")
      }
    }
    for (size, tokenizer) in zip(sizes, tokenizers) where tokenizer.vocabularySize < size {
      Terminal.note(
        "bpedrop: the text gave only \(tokenizer.vocabularySize) of \(size) tokens"
      )
    }
  }
}
