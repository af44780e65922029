import BytePairEncoding
import PreTokenization

/// The last stages: cuts a stretch into pre-tokens, a batch at a time, and encodes them.
struct WordStage {
  private var scanner: PreTokenScanner
  private var ranges = PreTokenBuffer()
  private var encoder: any WordEncoder
  private let longestWord: Int
  private var parts = WordParts()

  /// The addresses of a batch's words in the corpus, if the text is not the original.
  private var addresses: [WordAddress] = []
  private var last = WordAddress(position: -1)
  /// Where the given bytes begin in their document.
  private var origin = 0

  init(_ tokenizer: Tokenizer, cacheCapacity: Int) {
    scanner = PreTokenScanner(tokenizer.preTokenizer)
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

  /// Whether a stretch begins its document.
  func isFirst(_ stretch: Stretch) -> Bool { origin + stretch.originalStart(of: 0) == 0 }

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
      if ranges.count == 0 { return }
      if let word = ranges.first(longerThan: longestWord) {
        throw TokenizerEncoder.WordTooLong(
          offset: stretch.originalStart(of: word.lowerBound),
          length: word.count
        )
      }
      try encodeBatch(stretch, options, &result)
    }
  }

  private mutating func encodeBatch(
    _ stretch: Stretch,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    let words = nextBatch(stretch)
    if options.wantsOffsets {
      parts.removeAll()
      try encoder.encode(words, noise: options.noise, into: &result.ids, parts: &parts)
      result.append(parts, of: words, in: stretch, options)
    } else {
      try encoder.encode(words, noise: options.noise, into: &result.ids)
      result.wordCount += UInt32(words.count)
    }
  }

  /// The batch with the addresses of its words.
  private mutating func nextBatch(_ stretch: Stretch) -> WordBatch {
    guard stretch.map != nil else {
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
