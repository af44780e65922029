// Procedure: each event is appended in one write, so that TensorBoard can read the file during the
//   run. A resumed run first cuts the file back to the step of its checkpoint, so that no step is in
//   it twice.
// Determinism: all but the wall times, which come from the session's environment.

import Files
import Reports

/// The event file of a run, for TensorBoard.
struct EventLog {
  private let file: LogFile
  private let wallTime: () -> Double

  /// Opens a file, or creates one.
  ///
  /// - Parameters:
  ///   - path: Its name must contain `tfevents`. Events from `step` on are removed.
  ///   - step: The first step to come.
  ///   - wallTime: Seconds since 1970.
  /// - Throws: ``FileError``.
  init(_ path: String, step: Int, wallTime: @escaping () -> Double) throws {
    try Self.truncate(path, toStep: step)
    file = try LogFile(appendingTo: path)
    self.wallTime = wallTime
    if try InputFile(path).readAll().isEmpty {
      try file.append(TensorBoardEvent(wallTime: wallTime(), step: 0, content: .version).record)
    }
  }

  /// Removes the events from a step on, and the file where none is left.
  ///
  /// - Throws: ``FileError``.
  static func truncate(_ path: String, toStep step: Int) throws {
    guard Folder.contains(path) else { return }
    let old = step > 0 ? try InputFile(path).readAll() : []
    let length = TensorBoardEvent.length(of: old, belowStep: step)
    guard length > 0 else { return try Folder.remove(path) }
    let output = try OutputFile(path)
    try output.write(old.prefix(length))
    try output.commit()
  }

  /// Writes an event.
  ///
  /// - Parameters:
  ///   - scalars: Numbers by their tags.
  ///   - step: From 0.
  /// - Throws: ``FileError``.
  func write(_ scalars: [(tag: String, value: Double)], step: Int) throws {
    let event = TensorBoardEvent(wallTime: wallTime(), step: step, content: .scalars(scalars))
    try file.append(event.record)
  }
}
