/// Content that is not what its format asks for: where, what was found, what was expected.
public struct InvalidData: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, where the content came from one.
  public var path: String?
  /// The line or byte offset, where there is one.
  public let place: String?
  /// What was found and what was expected, as a sentence without a full stop.
  public let message: String

  /// - Parameters:
  ///   - path: The file, where the content came from one.
  ///   - place: The line or byte offset, where there is one.
  ///   - message: What was found and what was expected, as a sentence without a full stop.
  public init(path: String? = nil, place: String? = nil, _ message: String) {
    self.path = path
    self.place = place
    self.message = message
  }

  /// The path and place, where they are known, and the message, joined by colons.
  public var description: String {
    [path, place, message].compactMap { $0 }.joined(separator: ": ")
  }

  /// The same with a path, where it has none yet.
  public func inFile(_ path: String) -> InvalidData {
    var copy = self
    copy.path = self.path ?? path
    return copy
  }
}
