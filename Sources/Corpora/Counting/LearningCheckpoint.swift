public import BytePairEncoding
import Diagnostics
import Files

/// The folder of an interruptible learning run: its settings, the counts, and the merges so far.
///
/// Each file is written whole or not at all, so a run that was killed resumes from the last
/// complete file.
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
    if let found = try Self.read(path) {
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

  /// The counts saved under a name; nil if they were not completed.
  public func counts(_ name: String = "counts") throws -> WordCounts? {
    let path = "\(folder)/\(name).tsv"
    return try Self.read(path) == nil ? nil : CountsFile.read([path])
  }

  /// Saves counts under a name.
  public func save(_ counts: WordCounts, _ name: String = "counts") throws {
    let file = try OutputFile("\(folder)/\(name).tsv")
    try CountsFile.write(counts, to: file)
    try file.commit()
  }

  /// The merges saved last; empty if there are none.
  public func merges() throws -> [Merge] {
    let path = "\(folder)/merges.tsv"
    guard let text = try Self.read(path) else { return [] }
    return try text.split(separator: 0x0A).enumerated().map { index, line in
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
    try Self.write("\(folder)/merges.tsv", lines.joined())
    let end = now()
    nextSave = end + 20 * (end - start)
  }

  private static func read(_ path: String) throws -> [UInt8]? {
    Folder.contains(path) ? try InputFile(path).readAll() : nil
  }

  private static func write(_ path: String, _ text: String) throws {
    let file = try OutputFile(path)
    try file.write(text)
    try file.commit()
  }
}
