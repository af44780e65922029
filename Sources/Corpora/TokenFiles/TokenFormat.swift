import JSONText
public import Tokenization

/// The format in which tokens are written.
public enum TokenFormat: String, CaseIterable, Sendable {
  /// A line of decimal ids for each document.
  case ids
  /// A line of the vocabulary's strings for each document.
  case pieces
  /// A line of JSON for each document: `ids`, `tokens`, and on request `offsets` and `word_ids`;
  /// preceded by `document` and `draw` if a document is drawn several times. Rows of a model's
  /// input also have `type_ids`, `attention_mask`, `special_tokens_mask` and `sequence_ids`.
  case jsonl
  /// A line with the number of tokens for each document.
  case counts
  /// NumPy: all ids in one array, and the start of each document in a second file.
  case npy
  /// llm.c: a header of 256 32-bit numbers, then all ids.
  case llmc
  /// nanoGPT: all ids and nothing else.
  case nanogpt
  /// Megatron-LM: all ids in `.bin`, and an index of the documents in `.idx`.
  case megatron

  /// Whether the format is lines of text.
  public var isText: Bool {
    switch self {
    case .ids, .pieces, .jsonl, .counts: true
    case .npy, .llmc, .nanogpt, .megatron: false
    }
  }
}

/// Turns encoded documents into the bytes of a format.
public struct TokenFormatter: Sendable {
  /// The format that documents are written in.
  public let format: TokenFormat
  /// The unit of offsets in `jsonl`; nil leaves out offsets and word ids.
  public let offsetUnit: OffsetUnit?
  /// Whether ids take 16 bits: if and only if the vocabulary has at most 65,536 entries.
  public let isNarrow: Bool
  /// The mark of pieces that another follows without a gap; nil to write the vocabulary's strings.
  public let separator: [UInt8]?
  let tokenizer: Tokenizer

  /// - Parameters:
  ///   - format: The format that documents are written in.
  ///   - tokenizer: Determines the strings of tokens and the width of ids.
  ///   - offsetUnit: The unit of offsets in `jsonl`; nil leaves out offsets and word ids.
  ///   - separator: The mark in `pieces` of those that another follows without a gap, such as `@@`;
  ///     they are then cut out of the document. nil to write the vocabulary's strings.
  public init(
    _ format: TokenFormat,
    tokenizer: Tokenizer,
    offsetUnit: OffsetUnit? = nil,
    separator: String? = nil
  ) {
    self.separator = separator.map { Array($0.utf8) }
    self.format = format
    self.tokenizer = tokenizer
    self.offsetUnit = offsetUnit
    isNarrow = tokenizer.vocabularySize <= 65_536
  }

  /// Appends a document.
  ///
  /// - Parameters:
  ///   - encoded: Its tokens, with offsets if the formatter has a unit for them.
  ///   - document: Its original bytes.
  ///   - draw: The numbers of the document and of the draw, if a document is drawn several times.
  ///   - output: Grows by the formatted document.
  public func append(
    _ encoded: EncodedDocument,
    of document: UnsafeBufferPointer<UInt8>,
    draw: (document: UInt64, number: Int)? = nil,
    to output: inout [UInt8]
  ) {
    switch format {
    case .ids:
      appendList(encoded.ids, separator: " ", to: &output)
      output.append(0x0A)
    case .pieces where separator != nil:
      SeparatedPieces(separator: separator ?? []).append(encoded.offsets, of: document, to: &output)
    case .pieces:
      for (index, id) in encoded.tokens.enumerated() {
        if index > 0 { output.append(0x20) }
        output += Array(tokenizer.piece(of: id).utf8)
      }
      output.append(0x0A)
    case .jsonl:
      appendObject(encoded, document, draw, to: &output)
    case .counts:
      appendDecimal(UInt32(clamping: encoded.ids.count), to: &output)
      output.append(0x0A)
    case .npy, .llmc, .nanogpt, .megatron: appendBinary(encoded.ids, to: &output)
    }
  }

  func appendBinary(_ ids: [UInt32], to output: inout [UInt8]) {
    for id in ids {
      output.append(UInt8(truncatingIfNeeded: id))
      output.append(UInt8(truncatingIfNeeded: id >> 8))
      if isNarrow { continue }
      output.append(UInt8(truncatingIfNeeded: id >> 16))
      output.append(UInt8(truncatingIfNeeded: id >> 24))
    }
  }

  private func appendObject(
    _ encoded: EncodedDocument,
    _ document: UnsafeBufferPointer<UInt8>,
    _ draw: (document: UInt64, number: Int)?,
    to output: inout [UInt8]
  ) {
    let label = draw.map { "\"document\": \($0.document), \"draw\": \($0.number), " } ?? ""
    output += Array("{\(label)\"ids\": [".utf8)
    appendList(encoded.ids, separator: ", ", to: &output)
    output += Array("], \"tokens\": [".utf8)
    for (index, id) in encoded.tokens.enumerated() {
      if index > 0 { output += Array(", ".utf8) }
      if let text = encoded.foundTexts[index] {
        JSONValue.writeString(String(decoding: text, as: UTF8.self).utf8, to: &output)
      } else {
        JSONValue.writeString(tokenizer.piece(of: id).utf8, to: &output)
      }
    }
    output.append(UInt8(ascii: "]"))
    if let offsetUnit {
      output += Array(", \"offsets\": [".utf8)
      appendPairs(tokenizer.offsets(of: encoded, in: document, unit: offsetUnit), to: &output)
      output += Array("], \"word_ids\": [".utf8)
      appendList(encoded.wordIDs, separator: ", ", to: &output)
      output.append(UInt8(ascii: "]"))
    }
    output += Array("}\n".utf8)
  }

  func appendPairs(_ ranges: [Range<Int>], to output: inout [UInt8]) {
    for (index, range) in ranges.enumerated() {
      let pair = "[\(range.lowerBound), \(range.upperBound)]"
      output += Array("\(index > 0 ? ", " : "")\(pair)".utf8)
    }
  }

  func appendList(_ numbers: [UInt32], separator: String, to output: inout [UInt8]) {
    for (index, number) in numbers.enumerated() {
      if index > 0 { output.append(contentsOf: separator.utf8) }
      appendDecimal(number, to: &output)
    }
  }

  func appendDecimal(_ number: UInt32, to output: inout [UInt8]) {
    var divisor: UInt32 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
      divisor /= 10
    }
  }
}
