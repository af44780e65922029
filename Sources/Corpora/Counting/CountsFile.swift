// Format: one pre-token per line, in GPT-2's byte alphabet (so it contains no white space), a tab,
// and its count; sorted by bytes. Counts add up: a word may occur in several files, or several
// times.

public import BytePairEncoding
import Diagnostics
public import Files
import Tokenization
import UnicodeText

/// Pre-token counts as a text file.
public enum CountsFile {
  /// Appends counts to a file, one line each.
  ///
  /// - Throws: ``FileError``.
  public static func write(_ counts: WordCounts, to file: OutputFile) throws {
    for index in 0..<counts.count {
      try write(counts.word(index), counts.occurrences(index), to: file)
    }
  }

  /// Appends the line of one pre-token to a file.
  ///
  /// - Throws: ``FileError``.
  public static func write(
    _ word: ArraySlice<UInt8>,
    _ occurrences: UInt64,
    to file: OutputFile
  ) throws {
    try file.write("\(ByteAlphabet.encode(word))\t\(occurrences)\n")
  }

  /// Reads files of counts and adds them up.
  ///
  /// - Parameters:
  ///   - paths: Files, folders and patterns; `-` for standard input.
  ///   - weights: The factor for the counts of a file, by its path; 1 for a path without one.
  /// - Returns: The sums, by ascending bytes of the pre-tokens.
  /// - Throws: ``FileError``; ``InvalidData`` naming the first line that is not a pre-token, a tab
  ///   and a whole number.
  public static func read(
    _ paths: [String],
    weights: [String: UInt64] = [:]
  ) throws -> WordCounts {
    var tally = WordTally()
    // Bounds every sum over the words of a corpus.
    var bytes: Int64 = 0
    for path in try FileNames.expanded(paths) {
      let reader = try DocumentReader(paths: [path])
      var line = 0
      while let batch = try reader.next() {
        for range in batch.ranges {
          line += 1
          let fields = batch.bytes[range].split(
            separator: UInt8(ascii: "\t"),
            omittingEmptySubsequences: false
          )
          guard fields.count == 2, let word = ByteAlphabet.decode(fields[0]), !word.isEmpty,
            let count = UInt64(String(decoding: fields[1], as: UTF8.self)), !tally.isFull
          else {
            throw InvalidData(
              path: path,
              place: "line \(line)",
              "a pre-token in the byte alphabet, a tab and its count were expected"
            )
          }
          let (weighted, overflows) = count.multipliedReportingOverflow(by: weights[path] ?? 1)
          guard !overflows, let sum = Self.sum(bytes, Int64(word.count), weighted) else {
            throw InvalidData(
              path: path,
              place: "line \(line)",
              "the counts so far stand for more than 2^63 bytes of text"
            )
          }
          bytes = sum
          word.withUnsafeBufferPointer { tally.add($0, occurrences: weighted) }
        }
      }
    }
    return tally.sortedCounts()
  }

  /// `bytes + length * count`, or nil if that is too large.
  private static func sum(_ bytes: Int64, _ length: Int64, _ count: UInt64) -> Int64? {
    guard let count = Int64(exactly: count) else { return nil }
    let (product, overflows) = length.multipliedReportingOverflow(by: count)
    let (sum, exceeds) = bytes.addingReportingOverflow(product)
    return overflows || exceeds ? nil : sum
  }
}
