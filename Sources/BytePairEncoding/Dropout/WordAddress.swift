/// The position of a word in a corpus, which determines its noise.
public struct WordAddress: Hashable, Sendable {
  /// The running number of the document over all inputs.
  public var document: UInt64
  /// The byte offset of the word's start in the original document.
  public var position: Int
  /// The index of the word among those that start at that offset; normalisation can turn one
  /// original character into several words.
  public var index: Int

  /// - Parameters:
  ///   - document: The running number of the document, from 0.
  ///   - position: The byte offset of the word's start in the original document.
  ///   - index: The index of the word, from 0, among those that start at the same offset.
  public init(document: UInt64 = 0, position: Int = 0, index: Int = 0) {
    self.document = document
    self.position = position
    self.index = index
  }
}

/// Where the words of a batch lie in their corpus.
package struct WordOrigin: Sendable {
  /// The address that places count from.
  package let address: WordAddress
  /// For each word, its distance from the address; nil for where it starts in the text.
  package let places: [Int]?

  /// - Parameters:
  ///   - address: The address that places count from.
  ///   - places: The words' distances from it; nil for where they start in the text.
  package init(_ address: WordAddress, places: [Int]? = nil) {
    self.address = address
    self.places = places
  }
}
