import BytePairEncoding
import PreTokenization

extension EncodedDocument {
  /// The stage after encoding if offsets are requested: appends offsets and word ids.
  ///
  /// - Parameters:
  ///   - parts: The split of the words into tokens, whose ids are already appended.
  ///   - words: A batch.
  ///   - stretch: The stretch that contains the words.
  ///   - options: How offsets are aligned.
  ///   - areOneWord: Whether the words are parts of one, which the caller counts.
  mutating func append(
    _ parts: WordParts,
    of words: WordBatch,
    in stretch: Stretch,
    _ options: EncodingOptions,
    areOneWord: Bool
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
      if !areOneWord { wordCount += 1 }
    }
  }
}
