// Procedure: added tokens cut the document into stretches; each is normalised, cut into pre-tokens a
//   batch at a time, and each pre-token is encoded by the model.
// Complexity: O(n) for all but long words; see WordSegmenter.swift.
// Determinism: a word's noise is a function of (seed, epoch, document, byte offset of the word in the
//   original document), so it does not depend on threads, batches, caches or what came before.

public import BytePairEncoding
public import Diagnostics
import Noise
import PreTokenization
import UnicodeText

/// What an encoding is to contain.
public struct EncodingOptions: Sendable {
  /// BPE-dropout, or nil for plain BPE.
  ///
  /// Of no effect on word and character models.
  public var noise: SegmentationNoise?
  /// Whether special tokens are recognised in text.
  ///
  /// Leave it off for text from strangers.
  public var allowsSpecial = false
  /// Whether offsets and word ids are wanted.
  public var wantsOffsets = false
  /// Whether a composed character came from the first of its parts alone, as Hugging Face tokenizers
  /// say; else from all of them.
  public var alignsByCharacters = false
  /// A token put behind the document, such as an end-of-text token.
  public var appended: TokenID?

  /// Plain, without special tokens, ids only.
  public init() {}

  /// The same without noise: what a call that evaluates passes to an encoder that also trains.
  public var forEvaluation: EncodingOptions {
    var options = self
    options.noise = nil
    return options
  }
}

/// The tokens of one document.
public struct EncodedDocument: Sendable {
  /// The ids as plain numbers.
  public internal(set) var ids: [UInt32] = []
  /// For each token the bytes of the original document that it stands for; empty if not asked for.
  ///
  /// A token that is part of a character gets the bytes of its part.
  public internal(set) var offsets: [Range<Int>] = []
  /// For each token the number of its pre-token in the document; empty if not asked for.
  public internal(set) var wordIDs: [UInt32] = []

  /// No tokens.
  public init() {}

  /// The ids.
  public var tokens: [TokenID] { ids.map { TokenID($0) } }

  /// Adds the ids of the next part of the document.
  package mutating func append(_ part: EncodedDocument) { ids.append(contentsOf: part.ids) }

  package mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    wordIDs.removeAll(keepingCapacity: true)
  }
}

/// Encodes one document after another; one for each thread.
public struct TokenizerEncoder {
  /// A pre-token longer than ``WordLimits/longestWord``.
  public struct WordTooLong: Error, Sendable, CustomStringConvertible {
    /// Where it starts in the document, in bytes.
    public let offset: Int
    /// Its length in bytes, after normalisation.
    public let length: Int

    /// The same as an error of a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - offset: Where the document starts in the file, in bytes.
    /// - Returns: The error, with the word's byte offset in the file.
    public func inFile(_ path: String, offset: Int) -> InvalidData {
      InvalidData(
        path: path,
        place: "byte \(offset + self.offset)",
        "found a pre-token of \(length) bytes; at most \(WordLimits.longestWord) are encoded"
      )
    }

    /// Where the word starts in its document, its length and the limit, in bytes.
    public var description: String {
      "byte \(offset): a pre-token of \(length) bytes; at most \(WordLimits.longestWord) are encoded"
    }
  }

  private let tokenizer: Tokenizer
  private var scanner: PreTokenScanner
  private var batch = PreTokenBuffer()
  private var bpe: BPEEncoder?
  private var characters: CharacterEncoder?
  private var pruned: PrunedEncoder?
  private var lengths: [Int] = []

  private var wordCount: UInt32 = 0
  private var lastAddress = WordAddress(position: -1)
  /// Where what is encoded begins in its document, in bytes.
  private var origin = 0

  /// - Parameters:
  ///   - tokenizer: Shared.
  ///   - cacheCapacity: The most memory for remembered words, in bytes.
  public init(_ tokenizer: Tokenizer, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    self.tokenizer = tokenizer
    scanner = PreTokenScanner(tokenizer.preTokenizer)
    switch tokenizer.model {
    case .bpe(let model): bpe = BPEEncoder(model: model, cacheCapacity: cacheCapacity)
    case .characters(let model):
      characters = CharacterEncoder(model, cacheCapacity: cacheCapacity)
    case .pruned(let model): pruned = PrunedEncoder(model, cacheCapacity: cacheCapacity)
    case .units: break
    }
  }

  /// How the words of all documents were cut under dropout.
  package var dropoutWork: DropoutWork { bpe?.work ?? DropoutWork() }

  /// Encodes a document.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document over all inputs: its noise depends on it.
  ///   - origin: Where these bytes begin in the document, where they are a part of it: the noise of
  ///     a word depends on its place in the whole.
  ///   - options: What is wanted.
  /// - Returns: The ids, with offsets and word ids where the options ask for them.
  /// - Throws: ``UnicodeTextError`` or ``WordTooLong``; ``InvalidData`` for noise that the model does
  ///   not know, and for a model that removes tokens without end.
  public mutating func encode(
    _ document: [UInt8],
    number: UInt64 = 0,
    origin: Int = 0,
    options: EncodingOptions = EncodingOptions()
  ) throws -> EncodedDocument {
    var result = EncodedDocument()
    try document.withUnsafeBufferPointer {
      try encode($0, number: number, origin: origin, options: options, into: &result)
    }
    return result
  }

  /// Encodes a document into a result that is used again.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document over all inputs: its noise depends on it.
  ///   - origin: Where these bytes begin in the document, where they are a part of it: the noise of
  ///     a word depends on its place in the whole.
  ///   - options: What is wanted.
  ///   - result: Replaced.
  /// - Throws: ``UnicodeTextError`` or ``WordTooLong``; ``InvalidData`` for noise that the model does
  ///   not know, and for a model that removes tokens without end.
  public mutating func encode(
    _ document: UnsafeBufferPointer<UInt8>,
    number: UInt64,
    origin: Int = 0,
    options: EncodingOptions,
    into result: inout EncodedDocument
  ) throws {
    if characters != nil, let noise = options.noise, noise.law != .paper || noise.unit == .byte {
      throw InvalidData(
        "a model over characters knows BPE-dropout by the paper's law only, by characters"
      )
    }
    if case .pruned(let model) = tokenizer.model, let noise = options.noise, !model.knows(noise) {
      throw InvalidData(
        "a model that leaves out some of its tokens has no meaning for the law "
          + "\(noise.law.rawValue); use BPE-dropout by the paper's law"
      )
    }
    result.removeAll()
    wordCount = 0
    lastAddress = WordAddress(document: number, position: -1)
    self.origin = origin
    var matches = AddedTokenMatches(
      tokenizer.matcher,
      in: document,
      allowsSpecial: options.allowsSpecial
    )
    var position = 0
    while let match = matches.next() {
      try encodeText(document, from: position, to: match.range.lowerBound, options, &result)
      append(match.token, match.range, options, &result)
      position = match.range.upperBound
    }
    try encodeText(document, from: position, to: document.count, options, &result)
    if let appended = options.appended {
      result.ids.append(appended.rawValue)
      if options.wantsOffsets {
        result.offsets.append(document.count..<document.count)
        result.wordIDs.append(wordCount)
      }
    }
  }

  private mutating func append(
    _ token: AddedToken,
    _ range: Range<Int>,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) {
    result.ids.append(token.id.rawValue)
    if options.wantsOffsets {
      result.offsets.append(range)
      result.wordIDs.append(wordCount)
    }
    wordCount += 1
  }

  /// Encodes a stretch without those added tokens that are looked for before normalisation.
  private mutating func encodeText(
    _ document: UnsafeBufferPointer<UInt8>,
    from start: Int,
    to end: Int,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    guard start < end else { return }
    let text = UnsafeBufferPointer(rebasing: document[start..<end])
    if let normalized = try tokenizer.normalizer.normalize(text) {
      try normalized.bytes.withUnsafeBufferPointer {
        try encodeNormalized($0, normalized.offsets, start, options, &result)
      }
    } else {
      try encodeNormalized(text, nil, start, options, &result)
    }
  }

  /// Encodes normalised text; `map` leads from it to the stretch that begins at `base`.
  private mutating func encodeNormalized(
    _ text: UnsafeBufferPointer<UInt8>,
    _ map: OffsetMap?,
    _ base: Int,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    var matches = AddedTokenMatches(
      tokenizer.normalizedMatcher,
      in: text,
      allowsSpecial: options.allowsSpecial
    )
    var position = 0
    while let match = matches.next() {
      let stretch = position..<max(position, match.range.lowerBound)
      try encodeStretch(text, stretch, map, base, options, &result)
      let original =
        map?.originalRange(of: match.range, byCharacters: options.alignsByCharacters)
        ?? match.range
      append(
        match.token,
        base + original.lowerBound..<base + original.upperBound,
        options,
        &result
      )
      position = match.range.upperBound
    }
    try encodeStretch(text, position..<text.count, map, base, options, &result)
  }

  /// Encodes normalised text without added tokens.
  private mutating func encodeStretch(
    _ text: UnsafeBufferPointer<UInt8>,
    _ range: Range<Int>,
    _ map: OffsetMap?,
    _ base: Int,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    guard !range.isEmpty else { return }
    let stretch = UnsafeBufferPointer(rebasing: text[range])
    let map = map?.part(range)
    let base = map == nil ? base + range.lowerBound : base
    if let marking = tokenizer.preTokenizer.marking,
      let marked = marking.marked(
        stretch,
        from: map,
        isFirst: origin + base + (map?.originalStart(of: 0) ?? 0) == 0
      )
    {
      try marked.bytes.withUnsafeBufferPointer {
        try encodeWords($0, marked.offsets, base, options, &result)
      }
    } else {
      try encodeWords(stretch, map, base, options, &result)
    }
  }

  private var longestWord: Int {
    characters == nil ? WordLimits.longestWord : CharacterEncoder.longestWord
  }

  private mutating func encodeWords(
    _ text: UnsafeBufferPointer<UInt8>,
    _ map: OffsetMap?,
    _ base: Int,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    try scanner.start(text)
    while true {
      scanner.fill(&batch, from: text)
      if batch.count == 0 { return }
      if map == nil && !options.wantsOffsets, bpe != nil || pruned != nil {
        try encodeBatch(text, base, options, &result)
        continue
      }
      for index in 0..<batch.count {
        let range = batch[index]
        let offset = base + (map?.originalStart(of: range.lowerBound) ?? range.lowerBound)
        guard range.count <= longestWord else {
          throw WordTooLong(offset: offset, length: range.count)
        }
        let position = origin + offset
        lastAddress.index = lastAddress.position == position ? lastAddress.index + 1 : 0
        lastAddress.position = position
        let start = result.ids.count
        let word = UnsafeBufferPointer(rebasing: text[range])
        try encodeWord(word, options, &result)
        if options.wantsOffsets {
          appendOffsets(from: start, of: range, map, base, options.alignsByCharacters, &result)
        }
        wordCount += 1
      }
    }
  }

  /// Encodes a batch whose words each have a place of their own in the document, ids only.
  private mutating func encodeBatch(
    _ text: UnsafeBufferPointer<UInt8>,
    _ base: Int,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    if let word = batch.first(longerThan: WordLimits.longestWord) {
      throw WordTooLong(offset: base + word.lowerBound, length: word.count)
    }
    let address = WordAddress(document: lastAddress.document, position: origin + base)
    bpe?.encode(
      text,
      starts: batch.starts,
      ends: batch.ends,
      count: batch.count,
      noise: options.noise,
      origin: address,
      into: &result.ids
    )
    do throws(PrunedEncoder.TooManyEvents) {
      try pruned?.encode(
        text,
        starts: batch.starts,
        ends: batch.ends,
        count: batch.count,
        noise: options.noise,
        origin: address,
        into: &result.ids
      )
    } catch { throw InvalidData(error.description) }
    wordCount += UInt32(batch.count)
  }

  @inline(__always)
  private mutating func encodeWord(
    _ word: UnsafeBufferPointer<UInt8>,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    switch tokenizer.model {
    case .bpe:
      bpe?.encode(word, noise: options.noise, at: lastAddress, into: &result.ids)
    case .characters:
      lengths.removeAll(keepingCapacity: true)
      characters?.encode(
        word,
        noise: options.noise,
        at: lastAddress,
        into: &result.ids,
        lengths: &lengths
      )
    case .pruned:
      do throws(PrunedEncoder.TooManyEvents) {
        try pruned?.encode(word, noise: options.noise, at: lastAddress, into: &result.ids)
      } catch { throw InvalidData(error.description) }
    case .units(let model):
      lengths.removeAll(keepingCapacity: true)
      model.encode(word, into: &result.ids, lengths: &lengths)
    }
  }

  private func appendOffsets(
    from start: Int,
    of range: Range<Int>,
    _ map: OffsetMap?,
    _ base: Int,
    _ byCharacters: Bool,
    _ result: inout EncodedDocument
  ) {
    var position = range.lowerBound
    for index in start..<result.ids.count {
      let length =
        switch tokenizer.model {
        case .bpe(let model):
          // An unknown token stands for one byte.
          result.ids[index] == model.unknown?.rawValue
            ? 1 : model.vocabulary.byteCount(of: TokenID(result.ids[index]))
        case .pruned(let model):
          model.vocabulary.byteCount(of: TokenID(result.ids[index]))
        case .units, .characters: lengths[index - start]
        }
      let part = position..<position + length
      let original = map?.originalRange(of: part, byCharacters: byCharacters) ?? part
      result.offsets.append(original.lowerBound + base..<original.upperBound + base)
      result.wordIDs.append(wordCount)
      position += length
    }
  }
}
