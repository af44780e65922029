import Foundation
import Testing

/// How a command ended.
struct CommandResult {
  /// The exit code; 128 and the number of the signal where one ended the process.
  let status: Int32
  let output: [UInt8]
  let errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// A folder of its own in which one test runs the built executable; removed with the test.
///
/// Commands run inside of it, so that tests and messages name files without their folder. What the
/// processes read and write as standard streams lies elsewhere: the folder holds outputs only.
final class Workspace {
  private let root: URL
  private let folder: URL

  /// The executable, which SwiftPM puts beside the tests.
  static let executable: String = {
    let here = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let build = Samples.package.appendingPathComponent(".build")
    let folders = [
      here, Bundle.main.bundleURL, build.appendingPathComponent("release"),
      build.appendingPathComponent("debug"),
    ]
    let paths = folders.map { $0.appendingPathComponent("bpedrop").path }
    return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "bpedrop"
  }()

  init() throws {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("bpedrop-tests-\(UUID().uuidString)")
    folder = root.appendingPathComponent("work")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  // MARK: - Files

  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
  }

  func write(_ name: String, _ text: String) throws { try write(name, text.utf8) }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent(name),
      withIntermediateDirectories: false
    )
  }

  /// The files of the folder and what they hold; nil for folders.
  func contents() throws -> [String: [UInt8]?] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return Dictionary(uniqueKeysWithValues: names.map { ($0, try? read($0)) })
  }

  // MARK: - Commands

  /// Runs `bpedrop` with the arguments between the spaces of a text.
  func run(_ command: String, input: [UInt8] = []) throws -> CommandResult {
    try run(command.split(separator: " ").map(String.init), input: input)
  }

  func run(_ arguments: [String], input: [UInt8] = []) throws -> CommandResult {
    try launch(Self.executable, arguments, input)
  }

  /// Runs a line of bash in which `bpedrop` is the executable.
  func shell(_ line: String, input: [UInt8] = []) throws -> CommandResult {
    let definition = "bpedrop() { \"\(Self.executable)\" \"$@\"; }"
    return try launch("/bin/bash", ["-c", "\(definition)\n\(line)"], input)
  }

  /// Runs `bpedrop`, which must end with 0 and say nothing on standard error.
  @discardableResult
  func succeed(
    _ command: String,
    input: [UInt8] = [],
    at location: SourceLocation = #_sourceLocation
  ) throws -> CommandResult {
    try succeed(command.split(separator: " ").map(String.init), input: input, at: location)
  }

  @discardableResult
  func succeed(
    _ arguments: [String],
    input: [UInt8] = [],
    at location: SourceLocation = #_sourceLocation
  ) throws -> CommandResult {
    let result = try run(arguments, input: input)
    #expect(result.status == 0, "\(arguments): \(result.errors)", sourceLocation: location)
    #expect(result.errors == "", "\(arguments)", sourceLocation: location)
    return result
  }

  /// Runs `bpedrop`, which must end with an exit code, say a part of a message, print nothing, and
  /// leave every file of the folder as it was, with none more.
  @discardableResult
  func fail(
    _ status: Int32,
    _ message: String,
    _ arguments: [String],
    input: [UInt8] = [],
    at location: SourceLocation = #_sourceLocation
  ) throws -> CommandResult {
    let before = try contents()
    let result = try run(arguments, input: input)
    #expect(result.status == status, "\(arguments): \(result.errors)", sourceLocation: location)
    #expect(
      result.errors.firstRange(of: message) != nil,
      "\(result.errors)",
      sourceLocation: location
    )
    #expect(result.text == "", "\(arguments)", sourceLocation: location)
    let after = try contents()
    #expect(after.keys.sorted() == before.keys.sorted(), sourceLocation: location)
    #expect(after == before, "\(arguments) changed a file", sourceLocation: location)
    return result
  }

  private func launch(
    _ executable: String,
    _ arguments: [String],
    _ input: [UInt8]
  ) throws -> CommandResult {
    // Files instead of pipes for the standard streams: nobody has to empty them meanwhile.
    let streams = root.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: false)
    let names = ["input", "output", "errors"].map { streams.appendingPathComponent($0) }
    try Data(input).write(to: names[0])
    for name in names.dropFirst() { try Data().write(to: name) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    process.waitUntilExit()
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return CommandResult(
      status: process.terminationStatus + signal,
      output: [UInt8](try Data(contentsOf: names[1])),
      errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self)
    )
  }
}
