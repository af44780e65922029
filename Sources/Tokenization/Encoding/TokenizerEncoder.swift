// Procedure: a document passes through the stages of the folder Stages. Added tokens cut it into
//   stretches; each is normalised and cut at the added tokens of normalised text; spaces are
//   marked; the rest is cut into pre-tokens, a batch at a time, and the word model encodes each
//   batch.
// Complexity: O(n) except for long words; see WordSegmenter.swift.
// Determinism: a word's noise is a function of (seed, epoch, document, byte offset of the word in
//   the original document), so it does not depend on threads, batches, caches or earlier documents.

public import BytePairEncoding
public import Diagnostics
import Noise
import PreTokenization
import UnicodeText

/// Encodes one document after another; one for each thread.
public struct TokenizerEncoder {
  let tokenizer: Tokenizer
  private var words: WordStage
  /// Whether the stages keep maps back to the document.
  private var tracksOffsets = false

  /// - Parameters:
  ///   - tokenizer: Shared.
  ///   - cacheCapacity: The most memory for cached words, in bytes.
  public init(_ tokenizer: Tokenizer, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    self.tokenizer = tokenizer
    words = WordStage(tokenizer, cacheCapacity: cacheCapacity)
  }

  /// How words of all documents were segmented under dropout.
  package var dropoutWork: DropoutWork { words.dropoutWork }

  /// Encodes a document.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document over all inputs, which determines its noise.
  ///   - origin: The offset of these bytes in the document, if they are only a part of it; a word's
  ///     noise depends on its position in the whole document.
  ///   - options: What to produce.
  /// - Returns: The ids, with offsets and word ids if the options request them.
  /// - Throws: ``UnicodeTextError`` or ``WordTooLong``; ``InvalidData`` for noise that the model
  ///   does not support, and for a model that removes tokens without end.
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

  /// Encodes a document into a reusable result.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document over all inputs, which determines its noise.
  ///   - origin: The offset of these bytes in the document, if they are only a part of it; a word's
  ///     noise depends on its position in the whole document.
  ///   - options: What to produce.
  ///   - result: Replaced.
  /// - Throws: ``UnicodeTextError`` or ``WordTooLong``; ``InvalidData`` for noise that the model
  ///   does not support, and for a model that removes tokens without end.
  public mutating func encode(
    _ document: UnsafeBufferPointer<UInt8>,
    number: UInt64,
    origin: Int = 0,
    options: EncodingOptions,
    into result: inout EncodedDocument
  ) throws {
    if let noise = options.noise,
      case .refused(let reason) = tokenizer.model.response(to: noise)
    {
      throw InvalidData(reason)
    }
    tracksOffsets =
      options.wantsOffsets || options.noise != nil || tokenizer.preTokenizer.dependsOnPlaces
    do {
      try encode(document, WordAddress(document: number, position: origin), options, &result)
    } catch is WordTooLong where !tracksOffsets {
      // Once more, for the place of the word in the document.
      tracksOffsets = true
      try encode(document, WordAddress(document: number, position: origin), options, &result)
    }
  }

  /// Encodes a document from its address on.
  private mutating func encode(
    _ document: UnsafeBufferPointer<UInt8>,
    _ address: WordAddress,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    result.removeAll()
    words.start(document: address.document, origin: address.position)
    let whole = Stretch(document)
    if tokenizer.matcher.isIdle(allowsSpecial: options.allowsSpecial) {
      try encodeText(whole, options, &result)
    } else {
      try encodePieces(of: whole, tokenizer.matcher, options, &result) { encoder, text, result in
        try encoder.encodeText(text, options, &result)
      }
    }
    if let appended = options.appended {
      result.append(appended, for: document.count..<document.count, options)
    }
  }

  /// Cuts a stretch at its added tokens.
  private mutating func encodePieces(
    of stretch: Stretch,
    _ matcher: AddedTokenMatcher,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument,
    text encode: (inout Self, Stretch, inout EncodedDocument) throws -> Void
  ) throws {
    var pieces = AddedTokenPieces(matcher, in: stretch, allowsSpecial: options.allowsSpecial)
    while let piece = pieces.next() {
      switch piece {
      case .token(let token, let range):
        if !stretch.text[range].elementsEqual(token.content) {
          result.foundTexts[result.ids.count] = Array(stretch.text[range])
        }
        result.append(token.id, for: stretch.originalRange(of: range, options), options)
      case .text(let text): try encode(&self, text, &result)
      }
    }
  }

  /// Encodes original text: normalises it, and finds the added tokens of normalised text.
  private mutating func encodeText(
    _ text: Stretch,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    guard !text.text.isEmpty else { return }
    try tokenizer.normalizer.normalize(text, tracksOffsets: tracksOffsets) { text in
      if tokenizer.normalizedMatcher.isIdle(allowsSpecial: options.allowsSpecial) {
        return try encodeWords(text, options, &result)
      }
      let matcher = tokenizer.normalizedMatcher
      try encodePieces(of: text, matcher, options, &result) { encoder, text, result in
        try encoder.encodeWords(text, options, &result)
      }
    }
  }

  /// Encodes normalised text without added tokens.
  private mutating func encodeWords(
    _ text: Stretch,
    _ options: EncodingOptions,
    _ result: inout EncodedDocument
  ) throws {
    guard let rewritten = try words.rewrite(text, tracksOffsets: tracksOffsets) else {
      return try words.encode(text, options, &result)
    }
    try rewritten.bytes.withUnsafeBufferPointer {
      try words.encode(
        Stretch($0, map: rewritten.offsets, base: text.base),
        options,
        &result
      )
    }
  }
}

extension TokenizerEncoder {
  /// A pre-token longer than ``WordLimits/longestWord``.
  public struct WordTooLong: Error, Sendable, CustomStringConvertible {
    /// Its start in the document, in bytes.
    public let offset: Int
    /// Its length in bytes, after normalisation.
    public let length: Int

    /// The same error with its position in a file.
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

    /// The word's start in its document, its length and the limit, in bytes.
    public var description: String {
      "byte \(offset): a pre-token of \(length) bytes; at most \(WordLimits.longestWord) are encoded"
    }
  }
}
