// Complexity: O(n); 32 bytes of memory for each distinct document.
// Determinism: a function of the documents; the scripts depend on ICU's version.

public import UnicodeText

/// Statistics of a corpus.
public struct CorpusStatistics: Sendable {
  /// The normal forms that are checked.
  public static let forms: [TextNormalizer.Step] = [.nfc, .nfd, .nfkc]

  /// The number of documents, empty ones included.
  public private(set) var documents = 0
  /// The number of empty documents.
  public private(set) var emptyDocuments = 0
  /// The number of non-empty documents that are equal to an earlier one.
  public private(set) var duplicates = 0
  /// The total length of the duplicates in bytes.
  public private(set) var duplicateBytes = 0
  /// The total length of all documents in bytes, without separators.
  public private(set) var documentBytes = 0
  /// The length of the longest document in bytes.
  public private(set) var longestDocument = 0
  /// The total size of the files in bytes, compressed ones expanded.
  public private(set) var bytes = 0
  /// The number of lines that end in LF alone.
  public private(set) var lineFeeds = 0
  /// The number of lines that end in CR LF.
  public private(set) var carriageReturnLineFeeds = 0
  /// The number of CRs without LF after them.
  public private(set) var carriageReturns = 0
  /// The number of NUL bytes; text has none.
  public private(set) var nulls = 0
  /// The number of byte order marks, U+FEFF.
  public private(set) var byteOrderMarks = 0
  /// For each of ``forms``, the number of documents that are not in it.
  public private(set) var unnormalized = [Int](repeating: 0, count: Self.forms.count)
  /// Characters and scripts.
  public private(set) var scripts = ScriptTally()

  private var seen: Set<DocumentDigest> = []

  /// Statistics of no documents.
  public init() {}

  /// Adds documents with their separators.
  ///
  /// - Parameter batch: Read with line feeds dropped, or as whole files.
  /// - Throws: ``UnicodeTextError`` if ICU fails.
  public mutating func add(_ batch: DocumentBatch) throws {
    try batch.bytes.withUnsafeBufferPointer { block in
      countBytes(block)
      for range in batch.ranges {
        try add(UnsafeBufferPointer(rebasing: block[range]))
      }
    }
  }

  private mutating func add(_ document: UnsafeBufferPointer<UInt8>) throws {
    documents += 1
    documentBytes += document.count
    longestDocument = max(longestDocument, document.count)
    if document.isEmpty { return emptyDocuments += 1 }
    if !seen.insert(DocumentDigest(document)).inserted {
      duplicates += 1
      duplicateBytes += document.count
    }
    scripts.add(document)
    for (index, form) in Self.forms.enumerated()
    where try TextNormalizer([form]).normalize(document) != nil {
      unnormalized[index] += 1
    }
  }

  private mutating func countBytes(_ block: UnsafeBufferPointer<UInt8>) {
    bytes += block.count
    for index in block.indices {
      switch block[index] {
      case 0x0A:
        if index > 0 && block[index - 1] == 0x0D {
          carriageReturnLineFeeds += 1
        } else {
          lineFeeds += 1
        }
      case 0x0D where index + 1 == block.count || block[index + 1] != 0x0A: carriageReturns += 1
      case 0x00: nulls += 1
      case 0xEF where block[index...].starts(with: [0xEF, 0xBB, 0xBF]): byteOrderMarks += 1
      default: break
      }
    }
  }
}
