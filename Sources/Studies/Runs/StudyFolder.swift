// Procedure: the study is written before its first run, so that what is expected stands there before
//   anything is known. Another study in the same folder is refused; only the number of seeds may grow,
//   and the study then says so.

import Diagnostics
public import Experiments
import Files
import JSONText

/// The files of a study in its folder.
public struct StudyFolder: Hashable, Sendable {
  /// The folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(path: String) { self.path = path }

  /// What is compared, and what is expected.
  public var study: String { "\(path)/study.json" }
  /// A row for each run.
  public var runs: String { "\(path)/runs.csv" }
  /// A row for each pair of a comparison.
  public var differences: String { "\(path)/differences.csv" }
  /// The learning curves of the chosen runs.
  public var curves: String { "\(path)/curves.csv" }
  /// All figures of the report.
  public var report: String { "\(path)/report.json" }
  /// The report as a page.
  public var page: String { "\(path)/report.html" }

  /// Whether the folder holds a study.
  public var hasStudy: Bool { Folder.contains(study) }

  /// The folder of a run.
  ///
  /// - Parameters:
  ///   - run: One of the study.
  ///   - study: Names the arms.
  /// - Returns: Whether it is there or not.
  public func run(_ run: StudyRun, of study: Study) -> RunFolder {
    let arm = study.arms[run.arm].name
    return RunFolder(path: "\(path)/runs/\(arm)/rate-\(run.rate)/seed-\(run.seed)")
  }

  /// Makes the folder of a run.
  func makeFolder(of run: StudyRun, of study: Study) throws {
    let arm = "\(path)/runs/\(study.arms[run.arm].name)"
    for folder in ["\(path)/runs", arm, "\(arm)/rate-\(run.rate)"] { try Folder.make(folder) }
    try self.run(run, of: study).make()
  }

  /// The divided text and the tokenizer.
  func files(_ study: Study) -> StudyFiles { StudyFiles(study, in: "\(path)/data") }

  /// Writes the study to the folder, or finds it there.
  ///
  /// - Parameter study: What is to be done.
  /// - Returns: The study of the folder, which keeps its number of seeds unless that grows, and then
  ///   says so.
  /// - Throws: ``FileError``; ``InvalidData`` where the folder holds another study, with what differs.
  public func begin(_ study: Study) throws -> Study {
    try Folder.make(path)
    var study = study
    if hasStudy {
      let old = try Study(contentsOf: self.study, kinds: study.kinds)
      let places = old.json.differences(from: study.json)
      let others = places.filter { $0 != "seeds" && $0 != "seeds_before" }
      guard others.isEmpty else {
        throw InvalidData(
          path: self.study,
          "another study was begun here, which differs in \(others.joined(separator: ", ")): take "
            + "another folder"
        )
      }
      if study.seeds <= old.seeds { return old }
      study = try old.with(seeds: study.seeds, seen: old.seeds)
    }
    let file = try OutputFile(self.study)
    try file.write(study.description)
    try file.commit()
    return study
  }

  /// Writes a file of the folder.
  static func write(_ text: String, to path: String) throws {
    let file = try OutputFile(path)
    try file.write(text)
    try file.commit()
  }
}
