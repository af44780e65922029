// Procedure: what a word is cut into before anything is merged.

/// The tokens that learning starts from.
public enum InitialSymbols: Sendable {
  /// The bytes of a word; those that the vocabulary lacks are left out.
  case bytes
  /// The characters of a word, the last one with a suffix such as `</w>`; a word breaks where the
  /// vocabulary lacks one.
  case characters(suffix: [UInt8])
  /// What a model makes of a word, whose vocabulary and merges are then gone on from.
  case segmentation(BPEModel)

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

    /// Gives the tokens of a word in order; the boundary stands where it breaks.
    @inline(__always)
    mutating func cut(_ word: ArraySlice<UInt8>, _ body: (UInt32) -> Void) {
      switch symbols {
      case .bytes:
        for byte in word {
          if let token = byteTokens[Int(byte)] { body(token) }
        }
      case .characters(let suffix):
        Self.characters(of: word, suffix: suffix) { character in
          body(vocabulary.id(of: character)?.rawValue ?? FlatCorpus.boundary)
        }
      case .segmentation:
        segmented.removeAll(keepingCapacity: true)
        word.withUnsafeBufferPointer { _ = segmenter?.segment($0, into: &segmented) }
        for token in segmented { body(token) }
      }
    }

    private static func characters(
      of word: ArraySlice<UInt8>,
      suffix: [UInt8],
      _ body: ([UInt8]) -> Void
    ) {
      var start = word.startIndex
      while start < word.endIndex {
        var end = start + 1
        while end < word.endIndex && word[end] & 0xC0 == 0x80 { end += 1 }
        body(Array(word[start..<end]) + (end == word.endIndex ? suffix : []))
        start = end
      }
    }
  }
}
