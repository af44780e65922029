import BytePairEncoding
import PreTokenization
import UnicodeText

/// The last stages: cuts a stretch into pre-tokens, a batch at a time, and encodes them.
struct WordStage {
  private var scanner: PreTokenScanner
  private var ranges = PreTokenBuffer()
  private var encoder: any WordEncoder
  private let longestWord: Int
  /// Whether a stretch is one word, and the scanner cuts it into parts that no merge joins.
  private let cutsWord: Bool
  private var parts = WordParts()

  /// The addresses of a batch's words in the corpus, if the text is not the original.
  private var addresses: [WordAddress] = []
  private var last = WordAddress(position: -1)
  /// Where the given bytes begin in their document.
  private var origin = 0

  init(_ tokenizer: Tokenizer, cacheCapacity: Int) {
    let parts = WordParting(tokenizer)
    scanner = PreTokenScanner(tokenizer.preTokenizer, uncut: parts?.scanner)
    cutsWord = parts != nil
    encoder = tokenizer.model.makeEncoder(cacheCapacity: cacheCapacity)
    longestWord = tokenizer.model.longestWord
  }

  /// How words were segmented under dropout so far; empty for models other than byte-level BPE.
  var dropoutWork: DropoutWork { (encoder as? BPEWordEncoder)?.work ?? DropoutWork() }

  /// Begins a document, or the part of it that starts at a byte offset.
  mutating func start(document: UInt64, origin: Int) {
    last = WordAddress(document: document, position: -1)
    self.origin = origin
  }

  /// Applies the stages of the pre-tokeniser that rewrite.
  ///
  /// - Parameters:
  ///   - stretch: Normalised text without added tokens.
  ///   - tracksOffsets: Whether the result leads back to the document.
  /// - Returns: The text to encode instead; nil if nothing is rewritten.
  /// - Throws: The errors of the scanner.
  mutating func rewrite(
    _ stretch: Stretch,
    tracksOffsets: Bool
  ) throws -> NormalizedText? {
    try scanner.rewrite(
      stretch.text,
      from: stretch.map,
      start: origin + stretch.base,
      isFirst: origin + stretch.start == 0,
      tracksOffsets: tracksOffsets
    )
  }

  /// Encodes a stretch without added tokens.
  ///
  /// - Throws: ``TokenizerEncoder/WordTooLong``, and the errors of the scanner and the encoder.
  mutating func encode(
    _ stretch: Stretch,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    try scanner.start(stretch.text)
    while true {
      scanner.fill(&ranges, from: stretch.text)
      if ranges.count == 0 { break }
      if let word = ranges.first(longerThan: longestWord) {
        throw TokenizerEncoder.WordTooLong(
          offset: stretch.originalStart(of: word.lowerBound),
          length: word.count
        )
      }
      try encodeBatch(stretch, options, &result)
    }
    if cutsWord && !stretch.text.isEmpty { result.wordCount += 1 }
  }

  private mutating func encodeBatch(
    _ stretch: Stretch,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    let words = nextBatch(stretch, needsAddresses: options.noise != nil)
    if options.wantsOffsets {
      parts.removeAll()
      try encoder.encode(words, noise: options.noise, into: &result.ids, parts: &parts)
      result.append(parts, of: words, in: stretch, options, areOneWord: cutsWord)
    } else {
      try encoder.encode(words, noise: options.noise, into: &result.ids)
      if !cutsWord { result.wordCount += UInt32(words.count) }
    }
  }

  /// The batch with the addresses of its words.
  private mutating func nextBatch(_ stretch: Stretch, needsAddresses: Bool) -> WordBatch {
    guard stretch.map != nil && needsAddresses else {
      let address = WordAddress(document: last.document, position: origin + stretch.base)
      return WordBatch(stretch.text, ranges, behind: address)
    }
    addresses.removeAll(keepingCapacity: true)
    for index in 0..<ranges.count {
      // An index distinguishes words that come from one position in the original.
      let position = origin + stretch.originalStart(of: ranges[index].lowerBound)
      last.index = last.position == position ? last.index + 1 : 0
      last.position = position
      addresses.append(last)
    }
    return WordBatch(stretch.text, ranges, at: addresses)
  }
}
