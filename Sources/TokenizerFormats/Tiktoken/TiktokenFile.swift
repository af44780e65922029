// Source: tiktoken 0.14 (load.py, openai_public.py): lines of a token in base64, a space and its
//   rank, which is also its id. Pattern and special tokens are not in the file; its name determines
//   them.
// Complexity: O(size of the file).

import Tokenization
import BytePairEncoding
import Diagnostics
import PreTokenization
import UnicodeText

/// The tokens of a `.tiktoken` file.
struct TiktokenFile {
  private let vocabulary: Vocabulary

  /// - Throws: ``InvalidData`` with the line that is malformed.
  init(_ text: [UInt8]) throws {
    let entries = try Self.entries(of: text)
    vocabulary = try Self.vocabulary(entries)
  }

  /// One line of the file.
  private struct Entry {
    /// The range of its bytes in the pool.
    let bytes: Range<Int>
    let rank: Int
    let line: Int
  }

  private struct Entries {
    let pool: [UInt8]
    let list: [Entry]
  }

  private static func entries(of text: [UInt8]) throws -> Entries {
    var list: [Entry] = []
    list.reserveCapacity(text.count / 16)
    let pool = try [UInt8](unsafeUninitializedCapacity: text.count) { buffer, count in
      // SAFETY: base64 is longer than its bytes, so these fit; a byte is read only after its
      // position has been found to lie before the end.
      guard let pool = buffer.baseAddress else { return }
      try text.withUnsafeBufferPointer { try read($0, into: pool, &count, &list) }
    }
    guard !list.isEmpty else { throw InvalidData("no tokens: the file is empty") }
    return Entries(pool: pool, list: list)
  }

  /// Reads all lines.
  private static func read(
    _ text: UnsafeBufferPointer<UInt8>,
    into pool: UnsafeMutablePointer<UInt8>,
    _ count: inout Int,
    _ list: inout [Entry]
  ) throws {
    var line = 0
    var position = 0
    while position < text.count {
      line += 1
      let written = Base64.decode(text, &position, into: pool + count)
      let bytes = count..<count + (written ?? 0)
      count = bytes.upperBound
      // Whisper's file spells an empty token `=`, where base64 would have nothing.
      let isEmptyToken =
        written == 0 && position < text.count && text[position] == UInt8(ascii: "=")
      if isEmptyToken { position += 1 }
      let rank = written == nil ? nil : number(text, &position)
      if position < text.count && text[position] == 0x0D { position += 1 }
      let isAtEnd = position == text.count || text[position] == 0x0A
      if isAtEnd && written == 0 && rank == nil && !isEmptyToken {
        position += 1
        continue
      }
      guard let rank, isAtEnd, !bytes.isEmpty || isEmptyToken else {
        throw InvalidData(
          place: "line \(line)",
          "a token in base64, a space and its rank were expected"
        )
      }
      list.append(Entry(bytes: bytes, rank: rank, line: line))
      position += 1
    }
  }

  /// Whether a line has a token in base64, a space and its rank.
  static func isEntry(_ line: ArraySlice<UInt8>) -> Bool {
    line.withUnsafeBufferPointer { line in
      var position = 0
      guard Base64.bytes(of: line, &position)?.isEmpty == false,
        number(line, &position) != nil
      else { return false }
      return position == line.count || line[position...].elementsEqual([0x0D])
    }
  }

  /// Parses a space and a number below the largest id.
  @inline(__always)
  private static func number(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int? {
    guard position + 1 < text.count, text[position] == 0x20 else { return nil }
    position += 1
    let start = position
    var value = 0
    while position < text.count, (0x30...0x39).contains(text[position]) {
      value = value * 10 + Int(text[position] - 0x30)
      if value >= VocabularyReader.largestID { return nil }
      position += 1
    }
    return position > start ? value : nil
  }

  private static func vocabulary(_ entries: Entries) throws -> Vocabulary {
    let list = entries.list
    let isInOrder = zip(list, list.dropFirst()).allSatisfy { $0.rank < $1.rank }
    let sorted = isInOrder ? list : list.sorted { ($0.rank, $0.line) < ($1.rank, $1.line) }
    guard let last = sorted.last, last.rank < 2 * list.count + 65_536 else {
      throw InvalidData("ranks go up to \(sorted.last?.rank ?? 0) for only \(list.count) tokens")
    }
    var vocabulary = Vocabulary()
    vocabulary.reserveCapacity(tokens: last.rank + 1, bytes: entries.pool.count)
    try entries.pool.withUnsafeBufferPointer { pool in
      for entry in sorted {
        while vocabulary.count < entry.rank { vocabulary.appendGap() }
        let bytes = UnsafeBufferPointer(rebasing: pool[entry.bytes])
        if bytes.isEmpty && vocabulary.count == entry.rank {
          // Nothing encodes to it, and it decodes to nothing.
          vocabulary.appendGap()
          continue
        }
        guard vocabulary.count == entry.rank, vocabulary.append(bytes).index == entry.rank else {
          throw InvalidData(place: "line \(entry.line)", "the token or its rank stands twice")
        }
      }
    }
    return vocabulary
  }

  // MARK: - The tokenizer

  /// - Parameters:
  ///   - name: The file's name.
  ///   - preTokenizer: How text is cut; nil if the name determines it.
  /// - Returns: The tokenizer, with the special tokens for the name.
  /// - Throws: ``InvalidData`` if neither determines it, or if the tokens form no model.
  func tokenizer(name: String, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    let stem = name.hasSuffix(".tiktoken") ? String(name.dropLast(".tiktoken".count)) : name
    let encoding = TiktokenEncoding.named(stem, of: vocabulary)
    guard let pattern = preTokenizer ?? encoding?.pattern else {
      let names = TiktokenEncoding.all.map(\.name).joined(separator: ", ")
      throw InvalidData(
        "neither the name '\(stem)' nor the tokens are those of a known encoding (\(names)): name "
          + "the pattern that cuts text into words, --pattern cl100k for example"
      )
    }
    let added = (encoding?.special ?? []).map { content, id in
      AddedToken(id: TokenID(id), content: Array(content.utf8))
    }
    for token in added where vocabulary.contains(token.id) {
      throw InvalidData("the id \(token.id) is a special token's in \(stem), but has a token here")
    }
    do {
      return Tokenizer(
        normalizer: encoding?.normalizer ?? .none,
        preTokenizer: pattern,
        model: try BPEModel(ranks: vocabulary),
        addedTokens: added
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }
}
