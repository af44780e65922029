/// Where the fields of documents lie in a stream of tokens, and the classes of the documents.
public struct TokenFields: Sendable {
  /// The fields of a document.
  public let count: Int
  /// The class of each document, ``DocumentFields/noLabel`` where it has none; empty if none has.
  public let labels: [Int32]
  /// For each document where each field begins, and where the last ends.
  private let bounds: [Int]

  /// - Parameters:
  ///   - count: The fields of a document.
  ///   - bounds: For each document where each field begins in the stream, and where the last ends.
  ///   - labels: The class of each document, or none.
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

  /// The tokens of a field in the stream.
  public func range(of field: Int, document: Int) -> Range<Int> {
    let first = document * (count + 1) + field
    return bounds[first]..<bounds[first + 1]
  }

  /// Where the last field ends: behind it is what separates the document from the next.
  public func end(of document: Int) -> Int { bounds[document * (count + 1) + count] }
}
