// Format: little-endian: the letters "BPDG", the version 1 (32 bits), the digest of all that the
//   cuts are a function of (64 bits), the number of places (64 bits), a document and a byte (64
//   bits each) for each place, and the digest of all numbers before it (64 bits).
// Complexity: O(text) to digest it, about a hundred times as fast as encoding it; O(rows).

public import BytePairEncoding
public import Corpora
import Diagnostics
import Files
import Noise
public import Tokenization
import TokenizerFormats

extension TextGrid {
  /// Cuts a text into rows, or reads where they begin from an index.
  ///
  /// - Parameters:
  ///   - store: The text.
  ///   - tokenizer: What encodes it.
  ///   - separator: The token put behind each document.
  ///   - capacity: The plain tokens of a row at most, at least 1.
  ///   - threads: At least 1; of no effect on the rows.
  ///   - path: A file that keeps where rows begin; written where it does not exist, and checked
  ///     against the content of the text, the tokenizer, the separator and the capacity where it
  ///     does. nil for none.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long, or where the file
  ///   is of another text or setting, or broken; ``FileError``.
  public init(
    _ store: DocumentStore,
    tokenizer: Tokenizer,
    separator: TokenID?,
    capacity: Int,
    threads: Int,
    index path: String? = nil
  ) throws {
    precondition(capacity >= 1, "a row has room for at least one token, but \(capacity) is given")
    let text = LiveText(store, tokenizer: tokenizer, separator: separator)
    guard let path else {
      self.init(text, capacity: capacity, starts: try Self.cut(text, capacity, threads: threads))
      return
    }
    var digest = Digest()
    for part in [store.digest, tokenizer.digest, UInt64(capacity)] { digest.add(part) }
    digest.add(separator.map { UInt64($0.rawValue) } ?? .max)
    let file: InputFile
    do { file = try InputFile(path) } catch let error as FileError where error.isMissing {
      self.init(text, capacity: capacity, starts: try Self.cut(text, capacity, threads: threads))
      try write(digest.value, to: path)
      return
    }
    let longest = GridIndex.byteCount(ofPlaces: store.bytes.count + store.count + 2)
    let places = try GridIndex.places(file.readAll(limit: longest), digest.value, store, path)
    self.init(text, capacity: capacity, starts: places)
  }

  private func write(_ digest: UInt64, to path: String) throws {
    let file = try OutputFile(path)
    try file.write(GridIndex.bytes(starts, digest))
    try file.commit()
  }
}

/// The file of a grid's cuts.
private enum GridIndex {
  private static let magic: [UInt8] = Array("BPDG".utf8) + [1, 0, 0, 0]

  static func byteCount(ofPlaces count: Int) -> Int { magic.count + 16 * count + 24 }

  static func bytes(_ places: [TextGrid.Place], _ digest: UInt64) -> [UInt8] {
    var bytes = magic
    append(digest, to: &bytes)
    append(UInt64(places.count), to: &bytes)
    for place in places {
      append(UInt64(place.document), to: &bytes)
      append(UInt64(place.byte), to: &bytes)
    }
    append(checksum(bytes, count: bytes.count), to: &bytes)
    return bytes
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private static func word(_ bytes: [UInt8], at place: Int) -> UInt64 {
    var word: UInt64 = 0
    for byte in bytes[place..<place + 8].reversed() { word = word << 8 | UInt64(byte) }
    return word
  }

  private static func checksum(_ bytes: [UInt8], count: Int) -> UInt64 {
    var digest = Digest()
    for place in stride(from: 0, to: count, by: 8) { digest.add(word(bytes, at: place)) }
    return digest.value
  }

  /// Reads the places, which lie in a text one behind the other.
  static func places(
    _ bytes: [UInt8],
    _ digest: UInt64,
    _ store: DocumentStore,
    _ path: String
  ) throws -> [TextGrid.Place] {
    let number = { (place: Int) in word(bytes, at: place) }
    guard bytes.count >= byteCount(ofPlaces: 0), bytes.starts(with: magic) else {
      throw InvalidData(path: path, "is no index of rows, or of another version; delete it")
    }
    guard number(8) == digest else {
      throw InvalidData(
        path: path,
        "is the index of another text, tokenizer, separator, block_size or slack; delete it, or name another file"
      )
    }
    let broken = InvalidData(path: path, "the index is broken; delete it")
    guard let count = Int(exactly: number(16)), count <= bytes.count / 16,
      bytes.count == byteCount(ofPlaces: count),
      number(bytes.count - 8) == checksum(bytes, count: bytes.count - 8)
    else { throw broken }
    let places = try (0..<count).map { index in
      guard let document = Int(exactly: number(24 + 16 * index)),
        let byte = Int(exactly: number(32 + 16 * index)), document <= store.count,
        byte <= (document < store.count ? store.ranges[document].count : 0)
      else { throw broken }
      return TextGrid.Place(document: document, byte: byte)
    }
    let areInOrder = zip(places, places.dropFirst()).allSatisfy {
      ($0.document, $0.byte) < ($1.document, $1.byte)
    }
    let isWhole = (places.first?.document ?? 0) == 0 && (places.last?.document ?? 0) == store.count
    guard count != 1, areInOrder, isWhole || count == 0 else { throw broken }
    return places
  }
}
