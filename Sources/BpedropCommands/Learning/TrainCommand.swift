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
      Writes a tokenizer.json that Hugging Face tokenizers reads too; under the same settings it \
      is the very one that Hugging Face learns.

      Examples:
        bpedrop train -o tokenizer.json --vocab-size 8000 corpora/english.txt
        bpedrop train -o ptb.json --model word --special '<eos>' --no-default-special \
      --vocab-size 10000 ptb.train.txt
        bpedrop train -o chars.json --model char shakespeare.txt
        bpedrop train -o tokenizer.json --pattern cl100k --vocab-size 2000 corpora/english.txt
        bpedrop train -o tokenizer.json --pattern 'regex:\\w+| ' --vocab-size 999 corpora/greek.txt
        bpedrop count -o counts.tsv corpora/english.txt
        bpedrop train -o tokenizer.json --vocab-size 4000 --from-counts counts.tsv
        bpedrop train -o 'english-{}.json' --vocab-size 500,1000,2000 corpora/english.txt
        bpedrop train -o more.json --extend tokenizer.json --vocab-size 5000 corpora/russian.txt
        bpedrop train -o fair.json --vocab-size 900 --parity corpora/german.txt --parity \
      corpora/greek.txt corpora/german.txt corpora/greek.txt
        bpedrop train -o picky.json --picky 0.9 --vocab-size 1000 corpora/english.txt
        bpedrop train -o scaffold.json --scaffold --vocab-size 1000 corpora/english.txt
        bpedrop train -o super.json --extend tokenizer.json --pattern punctuation --vocab-size 5000 \
      corpora/english.txt
        bpedrop train -o tokenizer.json --vocab-size 900 --checkpoint run corpora/english.txt
        bpedrop train -o spm.json --vocab-size 2000 --pattern metaspace --alphabet characters \
      --character-coverage 0.9995 --byte-fallback corpora/japanese.txt
      """
  )

  @Option(
    name: [.short, .long],
    help: "Where the tokenizer is written; of several, {} in the name stands for the size.",
    completion: .file()
  )
  var output: String

  @Option(
    help: """
      The number of tokens, special tokens and the 256 bytes included (default: 32000; for words \
      and characters as many as occur). Several, joined by commas, are learned at once.
      """
  )
  var vocabSize: VocabularySizes?

  @Option(help: ArgumentHelp("What a token is made of.", valueName: "kind"))
  var model: TokenizerRecipe.Kind = .bpe

  @Option(
    help: ArgumentHelp(
      "How text is cut into words, across which nothing merges (default: gpt2).",
      discussion: """
        One of \(PreTokenizer.named.map(\.name).joined(separator: ", ")), or regex: and a regular \
        expression. Beside --extend it takes the place of the tokenizer's own: one that does not cut \
        at spaces, such as punctuation, gives superwords.
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

  @Option(help: "Leave out what occurs less often.")
  var minFrequency: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      """
      Which of equally frequent pairs is merged first. (default: huggingface; with --parity, --picky \
      and --scaffold bytes)
      """,
      valueName: "whose"
    )
  )
  var law: LearningLaw?

  @Option(
    help: ArgumentHelp(
      """
      Serve all languages alike: a file for each text, in their order, with the same sentences in its \
      language. At each step that which takes most tokens chooses what is merged.
      """,
      valueName: "file"
    ),
    completion: .file()
  )
  var parity: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      PickyBPE: after a merge, a part of which this share or more went into it is removed from the \
      vocabulary, and split where it is left; 0.9 is usual. Hugging Face tokenizers refuses the file.
      """,
      valueName: "threshold"
    )
  )
  var picky: Double?

  @Flag(
    help: """
      Scaffold-BPE: tokens that become rarer than what would be merged next are made on the way only, \
      and split at the end. Hugging Face tokenizers refuses the file.
      """
  )
  var scaffold = false

  @Option(
    help: ArgumentHelp(
      "The most bytes of a token. (Hugging Face's max_token_length is one more.)",
      valueName: "bytes"
    )
  )
  var maxTokenLength: Int?

  @Flag(help: "No token holds a part of a character beside anything else.")
  var wholeCharacters = false

  @OptionGroup(title: "Alphabet") var alphabet: AlphabetOptions

  @Option(
    help: ArgumentHelp(
      "Go on from this tokenizer: its tokens keep their ids, new ones come behind them.",
      valueName: "file"
    ),
    completion: .file(extensions: ["json"])
  )
  var extend: String?

  @Option(
    help: ArgumentHelp(
      "Say while learning how well this text is compressed.",
      valueName: "file"
    ),
    completion: .file()
  )
  var heldOut: String?

  @Option(
    help: ArgumentHelp(
      "Keep what has been done in this folder; the same command goes on from there.",
      valueName: "folder"
    ),
    completion: .directory
  )
  var checkpoint: String?

  @Flag(help: "The files are counts, written by `bpedrop count`, instead of text.")
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
