/// The fields of documents in a stream of tokens, and the classes of the documents.
public struct TokenFields: Sendable {
  /// The number of fields of a document.
  public let count: Int
  /// The class of each document, ``DocumentFields/noLabel`` if it has none; empty if no document
  /// has one.
  public let labels: [Int32]
  /// For each document, the start of each field and the end of the last.
  private let bounds: [Int]

  /// - Parameters:
  ///   - count: The number of fields of a document.
  ///   - bounds: For each document, the start of each field in the stream and the end of the last.
  ///   - labels: The class of each document; empty if there are no classes.
  public init(count: Int, bounds: [Int], labels: [Int32] = []) {
    precondition(count >= 1 && bounds.count.isMultiple(of: count + 1), "a field lacks its bounds")
    precondition(
      labels.isEmpty || labels.count * (count + 1) == bounds.count,
      "\(bounds.count / (count + 1)) documents have \(labels.count) labels"
    )
    self.count = count
    self.labels = labels
    self.bounds = bounds
  }

  /// The range of a field's tokens in the stream.
  public func range(of field: Int, document: Int) -> Range<Int> {
    let first = document * (count + 1) + field
    return bounds[first]..<bounds[first + 1]
  }

  /// The end of the last field; the tokens after it separate the document from the next.
  public func end(of document: Int) -> Int { bounds[document * (count + 1) + count] }
}
