// Procedure: the symbols of a word before the first merge.

/// The tokens that learning starts from.
public enum InitialSymbols: Sendable {
  /// The bytes of a word; those missing from the vocabulary are left out.
  case bytes
  /// The characters of a word.
  case characters(CharacterSymbols)
  /// A model's segmentation of a word; learning continues from its vocabulary and merges.
  case segmentation(BPEModel)

  /// How words are cut into characters.
  public struct CharacterSymbols: Sendable {
    /// The bytes before the first character of a word, as part of its symbol.
    public var prefix: [UInt8]
    /// The bytes after the last character, such as `</w>`.
    public var suffix: [UInt8]
    /// Whether a word breaks at a character missing from the vocabulary; otherwise its neighbours
    /// become adjacent.
    public var breaksAtUnknown: Bool

    /// - Parameters:
    ///   - prefix: The bytes before the first character of a word.
    ///   - suffix: The bytes after the last character.
    ///   - breaksAtUnknown: Whether a word breaks at a character missing from the vocabulary.
    public init(prefix: [UInt8] = [], suffix: [UInt8] = [], breaksAtUnknown: Bool = true) {
      self.prefix = prefix
      self.suffix = suffix
      self.breaksAtUnknown = breaksAtUnknown
    }

    /// Passes the symbols of a word to `body`, in order.
    public func cut(_ word: ArraySlice<UInt8>, _ body: ([UInt8]) -> Void) {
      var start = word.startIndex
      while start < word.endIndex {
        var end = start + 1
        while end < word.endIndex && word[end] & 0xC0 == 0x80 { end += 1 }
        let first = start == word.startIndex ? prefix : []
        body(first + word[start..<end] + (end == word.endIndex ? suffix : []))
        start = end
      }
    }
  }

  /// Cuts words, one after another.
  struct Cutter: ~Copyable {
    private let symbols: InitialSymbols
    private let byteTokens: [UInt32?]
    private let vocabulary: Vocabulary
    private var segmenter: WordSegmenter?
    private var segmented: [UInt32] = []

    init(_ symbols: InitialSymbols, _ vocabulary: Vocabulary) {
      self.symbols = symbols
      self.vocabulary = vocabulary
      byteTokens = (UInt8.min...UInt8.max).map { vocabulary.id(of: [$0])?.rawValue }
      if case .segmentation(let model) = symbols { segmenter = WordSegmenter(model) }
    }

    /// Yields the tokens of a word in order; the boundary marks where it breaks.
    @inline(__always)
    mutating func cut(_ word: ArraySlice<UInt8>, _ body: (UInt32) -> Void) {
      switch symbols {
      case .bytes:
        for byte in word {
          if let token = byteTokens[Int(byte)] { body(token) }
        }
      case .characters(let characters):
        characters.cut(word) { symbol in
          if let token = vocabulary.id(of: symbol) {
            body(token.rawValue)
          } else if characters.breaksAtUnknown {
            body(FlatCorpus.boundary)
          }
        }
      case .segmentation:
        segmented.removeAll(keepingCapacity: true)
        word.withUnsafeBufferPointer { _ = segmenter?.segment($0, into: &segmented) }
        for token in segmented { body(token) }
      }
    }
  }
}
