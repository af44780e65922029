// Determinism: the same tokens for any number of threads.

public import BytePairEncoding
import Execution
public import Tokenization

extension TokenStream {
  /// Encodes documents without noise, in parallel.
  ///
  /// - Parameters:
  ///   - store: The documents.
  ///   - tokenizer: Shared by all threads.
  ///   - separator: A token that follows each document and stands for its line feed.
  ///   - threads: At least 1.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  public init(
    encoding store: DocumentStore,
    tokenizer: Tokenizer,
    separator: TokenID?,
    threads: Int
  ) throws {
    var ids: [UInt32] = []
    var byteCounts: [UInt32] = []
    var starts = [0]
    var bounds: [Int] = []
    let hasFields = store.fieldCount > 1 || !store.labels.isEmpty
    var next = 0
    try OrderedMap(threads: threads).run(
      next: { () -> Range<Int>? in
        guard next < store.count else { return nil }
        let first = next
        var size = 0
        while next < store.count && size < 1 << 18 {
          size += store.ranges[next].count + 64
          next += 1
        }
        return first..<next
      },
      makeScratch: { TokenizerEncoder(tokenizer) },
      transform: { encoder, documents in
        try documents.map { document in
          do {
            return try Self.tokens(of: document, in: store, separator: separator, with: &encoder)
          } catch let error as TokenizerEncoder.WordTooLong {
            throw store.located(error, in: document)
          }
        }
      },
      consume: { (documents: [(ids: [UInt32], byteCounts: [UInt32], fieldEnds: [Int])]) in
        for document in documents {
          if hasFields {
            bounds.append(ids.count)
            bounds += document.fieldEnds.map { $0 + ids.count }
          }
          ids += document.ids
          byteCounts += document.byteCounts
          starts.append(ids.count)
        }
      }
    )
    self.init(
      ids: ids,
      byteCounts: byteCounts,
      documentStarts: starts,
      fields: hasFields
        ? TokenFields(count: store.fieldCount, bounds: bounds, labels: store.labels) : nil
    )
  }

  /// The tokens of a document, field by field, and the separator.
  private static func tokens(
    of document: Int,
    in store: DocumentStore,
    separator: TokenID?,
    with encoder: inout TokenizerEncoder
  ) throws -> (ids: [UInt32], byteCounts: [UInt32], fieldEnds: [Int]) {
    var options = EncodingOptions()
    options.wantsOffsets = true
    var (ids, counts, ends): ([UInt32], [UInt32], [Int]) = ([], [], [])
    let fields = store.fields(of: document)
    for (index, field) in fields.enumerated() {
      options.appended = index + 1 == fields.count ? separator : nil
      let bytes = store.bytes(of: document, field)
      let encoded = try encoder.encode(bytes, options: options)
      let end = store.byteCountWithSeparator(of: document) - store.ranges[document].count
      TokenBytes.append(
        of: encoded,
        length: bytes.count,
        separator: options.appended == nil ? 0 : end,
        to: &counts
      )
      ids += encoded.ids
      ends.append(ids.count - (options.appended == nil ? 0 : 1))
    }
    return (ids, counts, ends)
  }
}
