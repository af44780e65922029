public import BytePairEncoding
import Diagnostics
import Files
import Noise

/// The folder of an interruptible learning run: its settings, the counts, and the merges so far.
///
/// Each file is written whole or not at all, so that a run that was killed goes on from the last
/// file that is complete. Counts and merges have digests, so that what was damaged later is refused.
public final class LearningCheckpoint {
  private let folder: String
  private let now: () -> Double
  /// The earliest time of the next save of merges; saving takes at most a twentieth of the run
  /// time.
  private var nextSave = 0.0

  /// Opens or creates the folder of a run.
  ///
  /// - Parameters:
  ///   - folder: Created if it is missing.
  ///   - run: Everything that the result depends on.
  ///   - now: Seconds on a monotonic clock.
  /// - Throws: ``FileError``; ``InvalidData`` if the folder is that of another run.
  public init(_ folder: String, run: String, now: @escaping () -> Double) throws {
    self.folder = folder
    self.now = now
    try Folder.make(folder)
    let path = "\(folder)/run.txt"
    if let found = try Self.read(path, limit: 1 << 24) {
      guard found.elementsEqual(run.utf8) else {
        throw InvalidData(
          path: folder,
          "the checkpoint is of a run with other files or settings; name another folder, or remove it"
        )
      }
    } else {
      try Self.write(path, run)
    }
  }

  /// The counts of a name; nil where they were not finished.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` where the file is broken.
  public func counts(_ name: String = "counts") throws -> WordCounts? {
    let path = "\(folder)/\(name).tsv"
    guard let digest = try Self.read("\(folder)/\(name).digest", limit: 17) else { return nil }
    let counts = try CountsFile.read([path])
    guard digest.elementsEqual(Self.line(Self.digest(counts)).utf8) else { throw Self.broken(path) }
    return counts
  }

  /// Saves counts under a name.
  public func save(_ counts: WordCounts, _ name: String = "counts") throws {
    let file = try OutputFile("\(folder)/\(name).tsv")
    try CountsFile.write(counts, to: file)
    try file.commit()
    // Comes last: counts without it are not finished.
    try Self.write("\(folder)/\(name).digest", Self.line(Self.digest(counts)))
  }

  /// The merges saved last; empty if there are none.
  public func merges() throws -> [Merge] {
    let path = "\(folder)/merges.tsv"
    guard let text = try Self.read(path, limit: 1 << 30) else { return [] }
    // The last line is the digest of all lines before it; files of earlier versions have none. Of
    // these whole lines are enough: fewer merges are those of an earlier moment.
    let end = text.dropLast().lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let hasDigest = !text[end...].contains(0x09)
    let lines = hasDigest ? text[..<end] : text[...]
    guard
      hasDigest
        ? text[end...].elementsEqual(Self.line(Digest(lines).value).utf8) : text.last == 0x0A
    else { throw Self.broken(path) }
    return try lines.split(separator: 0x0A).enumerated().map { index, line in
      let ids = line.split(separator: 0x09).compactMap {
        UInt32(String(decoding: $0, as: UTF8.self))
      }
      guard ids.count == 3 else {
        throw InvalidData(path: path, place: "line \(index + 1)", "three ids were expected")
      }
      return Merge(left: TokenID(ids[0]), right: TokenID(ids[1]), product: TokenID(ids[2]))
    }
  }

  /// Saves the merges, unless the last save was too recent.
  public func save(_ merges: [Merge]) throws {
    let start = now()
    guard start >= nextSave else { return }
    let lines = merges.map { "\($0.left)\t\($0.right)\t\($0.product)\n" }
    let text = lines.joined()
    try Self.write("\(folder)/merges.tsv", text + Self.line(Digest(text.utf8).value))
    let end = now()
    nextSave = end + 20 * (end - start)
  }

  private static func read(_ path: String, limit: Int) throws -> [UInt8]? {
    Folder.contains(path) ? try InputFile(path).readAll(limit: limit) : nil
  }

  /// The sum of the digests of all words with their counts: files do not keep the order.
  ///
  /// Each is mixed as in MurmurHash3, so that changes of several counts do not cancel out.
  private static func digest(_ counts: WordCounts) -> UInt64 {
    (0..<counts.count).reduce(0) { sum, index in
      var digest = Digest(counts.word(index))
      digest.add(counts.occurrences(index))
      var mixed = (digest.value ^ digest.value >> 33) &* 0xFF51_AFD7_ED55_8CCD
      mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
      return sum &+ (mixed ^ mixed >> 33)
    }
  }

  /// A digest in 16 digits, as a line.
  private static func line(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits + "\n"
  }

  private static func broken(_ path: String) -> InvalidData {
    InvalidData(path: path, "the checkpoint is broken; remove its folder")
  }

  private static func write(_ path: String, _ text: String) throws {
    let file = try OutputFile(path)
    try file.write(text)
    try file.commit()
  }
}
