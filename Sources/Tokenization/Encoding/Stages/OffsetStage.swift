import BytePairEncoding
import PreTokenization

extension EncodedDocument {
  /// The stage that follows encoding where offsets are wanted: adds offsets and word ids.
  ///
  /// - Parameters:
  ///   - parts: How the words fall into tokens, whose ids are here already.
  ///   - words: A batch.
  ///   - stretch: What the words are parts of.
  ///   - options: How offsets are aligned.
  mutating func append(
    _ parts: WordParts,
    of words: WordBatch,
    in stretch: Stretch,
    _ options: EncodingOptions
  ) {
    var token = 0
    for index in 0..<words.count {
      var position = words.ranges[index].lowerBound
      for _ in 0..<parts.counts[index] {
        let length = parts.lengths[token]
        offsets.append(stretch.originalRange(of: position..<position + length, options))
        wordIDs.append(wordCount)
        position += length
        token += 1
      }
      wordCount += 1
    }
  }
}
