import Files
import Reports

/// The log of a run: a table of comma-separated values with a row for each step.
struct RunLog {
  private let file: LogFile

  /// Opens a log, or begins one.
  ///
  /// - Parameters:
  ///   - path: The table; rows from `step` on are removed, because they will be written again.
  ///   - step: The first step to come.
  ///   - kept: Gets the rows that stay, in order.
  /// - Throws: ``FileError``.
  init(_ path: String, step: Int, kept: (LogRow) -> Void) throws {
    try Self.truncate(path, toStep: step, kept)
    file = try LogFile(appendingTo: path)
  }

  /// Keeps the rows of a table up to a step.
  private static func truncate(_ path: String, toStep step: Int, _ kept: (LogRow) -> Void) throws {
    var text = CSVTable.line(LogRow.head)
    if step > 0, Folder.contains(path) {
      let old = String(decoding: try InputFile(path).readAll(), as: UTF8.self)
      for line in old.split(separator: "\n").dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let number = Int(cells[0]), number < step else { continue }
        text += line + "\n"
        if let row = LogRow(cells) { kept(row) }
      }
    }
    let output = try OutputFile(path)
    try output.write(text)
    try output.commit()
  }

  /// Writes a row.
  ///
  /// - Parameter cells: Those of ``LogRow``.
  /// - Throws: ``FileError``.
  func write(_ cells: [String]) throws { try file.append(CSVTable.line(cells)) }
}
