// Source: J. Devlin et al., "BERT", NAACL 2019, section 3 and figure 2: [CLS] a [SEP], or [CLS] a [SEP] b [SEP], with
//   a segment number for each token. Cutting: "longest first" of Hugging Face tokenizers.
// Procedure: a row has one segment for each text; where they are too long together, the longer one is cut until
//   they are equal, then both, the odd token staying with the one that was longer.
// Complexity: O(row).
// Determinism: no draws.

public import BytePairEncoding

/// One or two texts between marks, of which a class is to be found.
public struct SequenceClassification: Sendable {
  /// The texts of a row, 1 or 2.
  public let texts: Int
  /// The token before the first text.
  public let start: TokenID
  /// The token behind each text.
  public let end: TokenID

  /// - Parameters:
  ///   - texts: The texts of a row, 1 or 2.
  ///   - start: The token before the first text.
  ///   - end: The token behind each text.
  public init(texts: Int, start: TokenID, end: TokenID) {
    precondition((1...2).contains(texts), "a row has 1 or 2 texts, not \(texts)")
    self.texts = texts
    self.start = start
    self.end = end
  }

  /// The marks of a row.
  var addedTokens: Int { texts + 1 }

  /// How many tokens of each text there is room for.
  ///
  /// - Parameters:
  ///   - counts: The tokens of each text.
  ///   - limit: Of all of them.
  /// - Returns: At most the counts.
  static func kept(_ counts: [Int], limit: Int) -> [Int] {
    guard counts.count == 2 else { return counts.map { min($0, limit) } }
    let (short, long) = (counts.min() ?? 0, counts.max() ?? 0)
    if short + long <= limit { return counts }
    if 2 * short <= limit {
      return counts[0] <= counts[1] ? [short, limit - short] : [limit - short, short]
    }
    let half = limit / 2
    return counts[0] > counts[1] ? [limit - half, half] : [half, limit - half]
  }

  /// Makes inputs of a row whose segments are its texts.
  func apply(to row: inout Row) {
    row.input(start.rawValue, at: 0, by: .mark)
    row.tokenTypes.append(0)
    for (number, segment) in row.segments.enumerated() {
      row.input(segment)
      row.input(end.rawValue, at: max(segment.upperBound - 1, 0), by: .mark)
      row.tokenTypes += repeatElement(Int32(number), count: segment.count + 1)
    }
    row.noTargets(row.inputs.count)
    // Also where no text is left that would say it.
    if let document = row.document {
      row.inputDocuments.removeAll(keepingCapacity: true)
      row.inputDocuments += repeatElement(document, count: row.inputs.count)
    }
  }
}
