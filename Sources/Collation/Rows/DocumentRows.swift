import BytePairEncoding
import Corpora

/// Documents of a stream of tokens, a row each.
struct DocumentRows: RowSource {
  private let documents: TokenDocuments
  /// The documents that have at least one position.
  private let numbers: [Int]

  /// - Parameters:
  ///   - tokens: Of known documents.
  ///   - collator: Which documents have a position.
  init(_ tokens: TokenStream, _ collator: Collator) {
    documents = TokenDocuments(tokens)
    let counts = documents.positions(collator)
    numbers = counts.indices.filter { counts[$0] > 0 }
  }

  var tokens: TokenStream? { documents.tokens }

  func plan(_ epoch: Epoch) -> any EpochPlan {
    let order = RowOrder(epoch, samples: numbers.count)
    return Plan(order: order, documents: documents, numbers: numbers, collator: epoch.collator)
  }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    let documents: TokenDocuments
    let numbers: [Int]
    let collator: Collator

    func tokenCount(ofSample sample: Int) -> Int {
      documents.tokenCount(numbers[order.place(ofSample: sample)])
    }

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      let document = numbers[order.place(ofSample: sample)]
      try documents.read(document, at: moment, collator, into: &row)
    }
  }
}

/// The documents of a stream of tokens.
struct TokenDocuments: Sendable {
  let tokens: TokenStream

  /// - Parameter tokens: Of known documents.
  init(_ tokens: TokenStream) {
    precondition(
      !tokens.documentStarts.isEmpty || tokens.count == 0,
      "rows of documents need known documents"
    )
    self.tokens = tokens
  }

  /// The positions of each document; 0 for an empty one, which has at most a separator.
  func positions(_ collator: Collator) -> [Int] {
    let starts = tokens.documentStarts
    return zip(starts, starts.dropFirst()).map { start, end in
      let isEmpty = end - start == 1 && isSeparator(start, collator)
      return isEmpty ? 0 : collator.positions(ofTokens: end - start)
    }
  }

  private func isSeparator(_ place: Int, _ collator: Collator) -> Bool {
    guard let separator = collator.separator else { return false }
    // A token that cannot be read is an error where its row is read.
    return (try? tokens.id(at: place)) == separator.rawValue
  }

  func tokenCount(_ document: Int) -> Int {
    tokens.documentStarts[document + 1] - tokens.documentStarts[document]
  }

  /// Reads a document, without the fields that chance leaves out, and cuts what does not fit.
  func read(
    _ document: Int,
    at moment: NoiseContext,
    _ collator: Collator,
    into row: inout Row
  ) throws {
    let starts = tokens.documentStarts
    if let fields = tokens.fields {
      try read(fields, document, at: moment, collator, into: &row)
    } else {
      try row.read(starts[document]..<starts[document + 1], of: tokens)
    }
    row.cut(toFit: collator)
  }

  private func read(
    _ fields: TokenFields,
    _ document: Int,
    at moment: NoiseContext,
    _ collator: Collator,
    into row: inout Row
  ) throws {
    row.document = UInt32(truncatingIfNeeded: document)
    if !fields.labels.isEmpty { row.label = fields.labels[document] }
    let drawn = collator.fieldDropout?.drawn(moment)
    for field in 0..<fields.count {
      var range = fields.range(of: field, document: document)
      if !range.isEmpty,
        drawn?.isDropped(field, ofDocument: UInt64(document), &row.trace) ?? false
      {
        range = range.lowerBound..<range.lowerBound
      }
      try row.read(range, of: tokens)
    }
    if collator.objective.kind.keepsFields { return }
    try row.read(fields.end(of: document)..<tokens.documentStarts[document + 1], of: tokens)
    row.joinSegments()
  }
}
