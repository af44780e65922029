// Complexity: O(n); 32 bytes of memory for each different document.
// Determinism: a function of the documents; the scripts depend on ICU's version.

public import UnicodeText

/// What a corpus is made of.
public struct CorpusStatistics: Sendable {
  /// The normal forms that are asked about.
  public static let forms: [TextNormalizer.Step] = [.nfc, .nfd, .nfkc]

  /// All documents, empty ones included.
  public private(set) var documents = 0
  /// Documents without a byte.
  public private(set) var emptyDocuments = 0
  /// Documents, not empty, that are equal to one before.
  public private(set) var duplicates = 0
  /// The bytes of the duplicates.
  public private(set) var duplicateBytes = 0
  /// The bytes of all documents, without what separates them.
  public private(set) var documentBytes = 0
  /// The most bytes of a document.
  public private(set) var longestDocument = 0
  /// The bytes of the files, expanded where they are compressed.
  public private(set) var bytes = 0
  /// Lines that end in LF alone.
  public private(set) var lineFeeds = 0
  /// Lines that end in CR LF.
  public private(set) var carriageReturnLineFeeds = 0
  /// CR without LF behind it.
  public private(set) var carriageReturns = 0
  /// NUL bytes: text has none.
  public private(set) var nulls = 0
  /// Byte order marks, U+FEFF.
  public private(set) var byteOrderMarks = 0
  /// For each of ``forms`` the documents that are not in it.
  public private(set) var unnormalized = [Int](repeating: 0, count: Self.forms.count)
  /// Characters and scripts.
  public private(set) var scripts = ScriptTally()

  private var seen: Set<DocumentDigest> = []

  /// Of no document.
  public init() {}

  /// Adds documents with what separates them.
  ///
  /// - Parameter batch: Read with line feeds dropped, or whole files.
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
