import Diagnostics
import Files
import JSONText
import Tokenization

/// A tokenizer's file, with its siblings.
final class TokenizerSource {
  let path: String
  let bytes: [UInt8]
  private var value: JSONValue?

  /// - Throws: ``FileError``.
  init(_ path: String) throws {
    self.path = path
    bytes = try InputFile(path).readAll(limit: Tokenizer.largestFile)
  }

  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The first byte that is not white space.
  var firstByte: UInt8? { bytes.first { $0 > 0x20 } }

  /// The file as JSON, which is parsed once.
  ///
  /// - Throws: ``InvalidData`` with the file's path.
  func json() throws -> JSONValue {
    if let value { return value }
    let parsed = try named { try JSONParser.parse(bytes) }
    value = parsed
    return parsed
  }

  /// Adds the file's path to errors.
  func named<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as InvalidData { throw error.inFile(path) }
  }

  /// The first file with one of the given names in the same folder.
  ///
  /// - Throws: ``FileError``, or ``InvalidData`` if there is none.
  func sibling(named names: [String]) throws -> TokenizerSource {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    guard let name = names.first(where: { Self.exists(folder + $0) }) else {
      throw InvalidData(path: path, "\(names.joined(separator: " or ")) was expected beside it")
    }
    return try TokenizerSource(folder + name)
  }

  /// The first file with one of the given names in a folder; nil if there is none.
  static func file(in folder: String, named names: [String]) -> String? {
    names.map { "\(folder)/\($0)" }.first { exists($0) }
  }

  private static func exists(_ path: String) -> Bool { (try? InputFile.check(path)) != nil }
}
