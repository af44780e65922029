import ArgumentParser
import BytePairEncoding
import Corpora
import Diagnostics
import Tokenization

struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Turn text into tokens, plain or under BPE-dropout.",
    discussion: """
      A document is a line, unless --document says otherwise. Under --dropout the output is a \
      function of the seed, the epoch, and each document's number and bytes; it does not depend on \
      threads or on how the text is read.

      --samples K writes K independent draws of every document, one after another; the first is \
      that of a run without --samples. --distinct leaves out repeated draws of a document, so \
      there may be fewer. In jsonl each line has the numbers of its document and draw.

      jsonl and npy are rows for a model: they obey the post-processor, the truncation and the \
      padding of a tokenizer.json, as Hugging Face's encode_batch does, and add type_ids, \
      attention_mask, special_tokens_mask and sequence_ids. In npy, rows padded to one length are \
      a matrix, and the masks lie beside it. All other formats take only what flags ask for.

      OpenAI's files work as tokenizers, too: -m cl100k_base.tiktoken. So do codes of subword-nmt \
      and fastBPE: with --format pieces --separator @@ the output is that of their apply-bpe.

      Examples:
        bpedrop encode -m tokenizer.json corpora/english.txt
        echo 'a cup of tea' | bpedrop encode -m tokenizer.json --format pieces \\
          --dropout 0.3
        echo 'a cup of tea' | bpedrop encode -m tokenizer.json --dropout 0.3 \\
          --samples 4 --distinct
        bpedrop encode -m tokenizer.json --dropout 0.1 --law sentencepiece \\
          corpora/english.txt
        bpedrop encode -m tokenizer.json --dropout 0.3:linear:0:1 --epoch 2 \\
          --epochs 10 corpora/english.txt
        echo '{"text": "a cup of tea", "p": 0.5}' | bpedrop encode \\
          -m tokenizer.json --text-field text --dropout-field p
        bpedrop encode -m tokenizer.json --format jsonl --offsets bytes \\
          corpora/russian.txt
        bpedrop encode -m tokenizer.json --format nanogpt -o train.bin \\
          --append '<|endoftext|>' corpora/english.txt
        bpedrop encode -m tokenizer.json --format counts corpora/english.txt
        bpedrop encode -m tokenizer.json --format jsonl --max-length 16 --stride 4 \\
          --overflow corpora/english.txt
        printf 'a question\\tits answer\\n' | bpedrop encode -m tokenizer.json \\
          --format jsonl --pairs --max-length 8
        bpedrop encode -m tokenizer.json --format npy -o rows.npy --max-length 64 \\
          --padding max-length --pad-token '<|endoftext|>' corpora/english.txt
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  @Option(help: "The output format; ids, pieces, jsonl and counts are lines of text.")
  var format: TokenFormat = .ids

  @Option(
    help: ArgumentHelp("Add offsets and word ids to jsonl: bytes or chars.", valueName: "unit")
  )
  var offsets: OffsetUnit?

  @OptionGroup var subwords: SubwordOptions

  @OptionGroup var dropout: DropoutOptions

  @Option(help: ArgumentHelp("The number of draws of each document.", valueName: "count"))
  var samples = 1

  @Flag(help: "Leave out repeated draws of a document.")
  var distinct = false

  @Option(
    help: ArgumentHelp("Each line is a JSON object with its text in this field.", valueName: "name")
  )
  var textField: String?

  @Option(
    help: ArgumentHelp(
      "The field with a document's own dropout rate; --dropout applies if it is missing.",
      valueName: "name"
    )
  )
  var dropoutField: String?

  @Option(help: ArgumentHelp("The running number of the first document.", valueName: "number"))
  var firstDocument: UInt64 = 0

  @Flag(help: "Recognise special tokens in the text. Not for untrusted text.")
  var allowSpecial = false

  @Option(help: ArgumentHelp("A token to append to each document.", valueName: "token"))
  var append: String?

  @Option(help: ArgumentHelp("Whether the line feed belongs to a line.", valueName: "what"))
  var newline: LineFeed = .drop

  @OptionGroup var rows: InputRowOptions

  @OptionGroup var cache: CacheOptions

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if !format.isText && output == "-" {
      throw ValidationError("--format \(format.rawValue) needs a file: --output FILE.")
    }
    if offsets != nil && format != .jsonl {
      throw ValidationError("--offsets needs --format jsonl.")
    }
    if rows.batchSize != nil && format == .npy {
      throw ValidationError("A matrix has rows of one length; --batch-size needs --format jsonl.")
    }
    if rows.masks && format != .jsonl { throw ValidationError("--masks needs --format jsonl.") }
    try subwords.validate(for: format)
    try validateDraws()
  }

  private func validateDraws() throws {
    if !(1...1_000_000).contains(samples) {
      throw ValidationError("--samples must lie in 1...1000000, but is \(samples).")
    }
    if distinct && format == .counts {
      throw ValidationError("--distinct compares tokens, which counts do not have.")
    }
    if distinct && samples == 1 { throw ValidationError("--distinct needs --samples above 1.") }
    if dropoutField != nil && textField == nil {
      throw ValidationError("--dropout-field needs --text-field.")
    }
    if rows.pairField != nil && textField == nil {
      throw ValidationError("--pair-field needs --text-field.")
    }
    if rows.pairs && textField != nil {
      throw ValidationError("--pairs are divided by tabs; pairs of objects need --pair-field.")
    }
    if textField != nil && input.unit != .line {
      throw ValidationError("--text-field takes an object from each line, not --document file.")
    }
  }

  func run() throws {
    let tokenizer = try subwords.apply(to: try self.tokenizer.load())
    var options = EncodingOptions()
    options.noise = dropoutField == nil ? dropout.noise : dropout.noise(at: dropout.rate)
    options.allowsSpecial = allowSpecial
    options.wantsOffsets = offsets != nil || subwords.separator != nil
    options.alignsByCharacters = offsets == .chars
    options.appended = try append.map { try Self.token($0, of: tokenizer) }
    if let noise = options.noise, case .ignored = tokenizer.model.response(to: noise) {
      Terminal.note("bpedrop: warning: \(tokenizer.model.name) has no merges to drop")
    }
    var encoder = CorpusEncoder(tokenizer, options: options, threads: threads.count)
    encoder.cacheCapacity = cache.share(of: threads.count)
    encoder.isStrict = input.strict
    encoder.draws = DocumentDraws(samples, areDistinct: distinct)
    encoder.fields = textField.map {
      RecordFields(text: $0, rate: dropoutField, pair: rows.pairField)
    }
    encoder.dividesPairs = rows.pairs
    if let unused = rows.unusedSettings(tokenizer, format) {
      Terminal.note("bpedrop: note: --format \(format.rawValue) leaves out the file's \(unused)")
    }
    let inputs = try rows.inputs(tokenizer, format)
    let formatter = TokenFormatter(
      format,
      tokenizer: tokenizer,
      offsetUnit: offsets,
      separator: subwords.separator
    )
    let reader = try input.reader(lineFeed: newline, firstNumber: firstDocument)
    let bar = ProgressBar("encoding", unit: "B")
    defer { bar.clear() }
    let job = EncodingJob(
      encoder: encoder,
      formatter: formatter,
      output: output,
      reader: reader,
      progress: { bar.show(reader.bytesRead, of: reader.totalBytes) }
    )
    if let inputs {
      try job.writeRows(inputs, batchSize: rows.batchSize)
    } else {
      try job.writeDocuments()
    }
  }

  private static func token(_ text: String, of tokenizer: Tokenizer) throws -> TokenID {
    if let id = tokenizer.id(of: text) { return id }
    throw InvalidData("'\(text)' of --append is no token of this tokenizer")
  }
}
