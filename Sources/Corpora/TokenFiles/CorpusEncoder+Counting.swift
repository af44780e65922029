// Procedure: workers count the tokens of batches of documents, and keep none.
// Complexity: O(n) over the threads.
// Determinism: the same counts for any number of threads.

import Execution
import Tokenization

extension CorpusEncoder {
  /// Counts the tokens of all documents and of their draws.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - consume: Takes the counts of some documents, in order.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData``, or any error of `consume`.
  public func count(_ reader: DocumentReader, consume: ([Int]) throws -> Void) throws {
    precondition(!draws.areDistinct, "draws that are only counted cannot be compared")
    try start(reader)
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: { TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity) },
      transform: { encoder, batch in
        var counts: [Int] = []
        try forEachDocument(of: batch) { document, _, place in
          try draws.run(
            noise: place.noise,
            encode: { noise in
              var options = options
              options.noise = noise
              do {
                return try encoder.countTokens(in: document, number: place.number, options: options)
              } catch let error as TokenizerEncoder.WordTooLong {
                throw error.inFile(place.path, offset: place.offset)
              }
            },
            ids: { _ in [] },
            consume: { count, _ in counts.append(count) }
          )
        }
        return counts
      },
      consume: consume
    )
  }
}
