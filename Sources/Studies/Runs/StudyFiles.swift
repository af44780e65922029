// Procedure: the divided text and the tokenizer are written once, the tokenizer last. A study that
//   goes on reads them, so that it does not need the original files.
// Determinism: a function of text and study, for any number of threads.

import Collation
import Corpora
import Execution
import Files
import Tokenization
import TokenizerFormats

/// The files of a study's data, in its folder.
package struct StudyFiles: Sendable {
  /// The folder.
  let folder: String
  /// The shares of the training text that arms have, besides all of it.
  let shares: [Double]

  init(folder: String, shares: [Double]) { (self.folder, self.shares) = (folder, shares) }

  /// The files of a study.
  init(_ study: Study, in folder: String) {
    self.init(folder: folder, shares: Array(Set(study.arms.map(\.share)).subtracting([1])).sorted())
  }

  /// The text that learning rates are chosen on.
  package var tuning: String { "\(folder)/tuning.txt" }
  /// The text that the measures are taken on.
  package var test: String { "\(folder)/test.txt" }
  /// The tokenizer.
  package var tokenizer: String { "\(folder)/tokenizer.json" }
  /// The training text of an arm.
  package func data(share: Double) -> String {
    share == 1 ? "\(folder)/train.txt" : "\(folder)/train-\(share).txt"
  }

  /// Writes the files, unless they are there.
  ///
  /// - Parameters:
  ///   - study: Says what they hold.
  ///   - data: The folder that file names of the study are relative to.
  ///   - parts: The text, where it has been read.
  /// - Throws: ``FileError``; ``InvalidData`` for a text that is too short.
  func make(_ study: Study, from data: String, _ parts: StudyText.Parts?) throws {
    guard !Folder.contains(tokenizer) else { return }
    let parts = try parts ?? study.text.read(in: data)
    try Folder.make(folder)
    try Self.write(parts.train, to: self.data(share: 1))
    for share in shares {
      try Self.write(StudyText.front(share, of: parts.train), to: self.data(share: share))
    }
    try Self.write(parts.tuning, to: tuning)
    try Self.write(parts.test, to: test)
    let made = try study.tokenizer.tokenizer(
      trainedOn: self.data(share: 1),
      in: data,
      atMost: study.isSmoke ? 400 : nil,
      threads: WorkerThreads.available
    )
    try made.write(to: tokenizer)
  }

  private static func write(_ text: [UInt8], to path: String) throws {
    let file = try OutputFile(path)
    try file.write(text)
    try file.commit()
  }

  /// Reads a text of the study.
  ///
  /// - Parameters:
  ///   - path: One of its files.
  ///   - unit: What is one document.
  /// - Returns: Its documents.
  /// - Throws: ``FileError``; ``InvalidData`` for a document that is too long.
  static func documents(_ path: String, unit: DocumentUnit) throws -> DocumentStore {
    var files = BatchFiles([path])
    files.unit = unit
    return try files.documents()
  }
}
