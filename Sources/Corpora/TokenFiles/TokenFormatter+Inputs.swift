import JSONText
public import Tokenization

/// The rows of one text or pair, and where they are from.
public struct InputGroup: Sendable {
  /// The running number of the text or pair.
  public let document: UInt64
  /// The number of the draw, if it is drawn several times.
  public let draw: Int
  /// The row, and then those of what truncation cut off.
  public internal(set) var rows: [ModelInput]
}

/// What the lines of rows say of where they are from.
public struct InputLabels: Sendable {
  /// Whether lines have the number of a draw.
  public let hasDraws: Bool
  /// Whether lines have the number of a row of a text or pair, 0 for the first.
  public let hasRows: Bool

  /// - Parameters:
  ///   - hasDraws: Whether lines have the number of a draw.
  ///   - hasRows: Whether lines have the number of a row of a text or pair.
  public init(hasDraws: Bool, hasRows: Bool) {
    self.hasDraws = hasDraws
    self.hasRows = hasRows
  }
}

extension TokenFormatter {
  /// Appends the rows of a text or pair, each as the format has documents.
  ///
  /// - Parameters:
  ///   - group: The rows.
  ///   - labels: What lines of `jsonl` say of where they are from.
  ///   - output: Grows by the formatted rows.
  public func append(_ group: InputGroup, _ labels: InputLabels, to output: inout [UInt8]) {
    for (number, row) in group.rows.enumerated() {
      switch format {
      case .ids: appendList(row.ids, separator: " ", to: &output)
      case .pieces: output += Array(row.pieces(tokenizer).joined(separator: " ").utf8)
      case .counts: appendDecimal(UInt32(clamping: row.ids.count), to: &output)
      case .jsonl: appendObject(row, label(group, number, labels), to: &output)
      case .npy, .llmc, .nanogpt, .megatron:
        appendBinary(row.ids, to: &output)
        continue
      }
      output.append(0x0A)
    }
  }

  private func label(_ group: InputGroup, _ row: Int, _ labels: InputLabels) -> String {
    guard labels.hasDraws || labels.hasRows else { return "" }
    return "\"document\": \(group.document), "
      + (labels.hasDraws ? "\"draw\": \(group.draw), " : "")
      + (labels.hasRows ? "\"row\": \(row), " : "")
  }

  private func appendObject(_ row: ModelInput, _ label: String, to output: inout [UInt8]) {
    output += Array("{\(label)\"ids\": [".utf8)
    appendList(row.ids, separator: ", ", to: &output)
    output += Array("], \"tokens\": [".utf8)
    for (index, piece) in row.pieces(tokenizer).enumerated() {
      if index > 0 { output += Array(", ".utf8) }
      JSONValue.writeString(piece.utf8, to: &output)
    }
    if offsetUnit != nil {
      output += Array("], \"offsets\": [".utf8)
      appendPairs(row.offsets, to: &output)
      output += Array("], \"word_ids\": [".utf8)
      appendOptionals(row.wordIDs, to: &output)
    }
    output += Array("], \"type_ids\": [".utf8)
    appendList(row.typeIDs, separator: ", ", to: &output)
    output += Array("], \"attention_mask\": [".utf8)
    appendList(row.attentionMask.map(UInt32.init), separator: ", ", to: &output)
    output += Array("], \"special_tokens_mask\": [".utf8)
    appendList(row.specialTokensMask.map(UInt32.init), separator: ", ", to: &output)
    output += Array("], \"sequence_ids\": [".utf8)
    appendOptionals(row.sequenceIDs.map { $0.map(UInt32.init) }, to: &output)
    output += Array("]}".utf8)
  }

  private func appendOptionals(_ numbers: [UInt32?], to output: inout [UInt8]) {
    for (index, number) in numbers.enumerated() {
      if index > 0 { output += Array(", ".utf8) }
      if let number { appendDecimal(number, to: &output) } else { output += Array("null".utf8) }
    }
  }
}
