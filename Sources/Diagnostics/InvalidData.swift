/// Content that does not conform to its format: where, what was found, and what was expected.
public struct InvalidData: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, if the content came from one.
  public var path: String?
  /// The line or byte offset, if there is one.
  public let place: String?
  /// What was found and what was expected, as a sentence without a full stop.
  public let message: String

  /// - Parameters:
  ///   - path: The file, if the content came from one.
  ///   - place: The line or byte offset, if there is one.
  ///   - message: What was found and what was expected, as a sentence without a full stop.
  public init(path: String? = nil, place: String? = nil, _ message: String) {
    self.path = path
    self.place = place
    self.message = message
  }

  /// The path and place, if they are known, and the message, joined by colons.
  public var description: String {
    [path, place, message].compactMap { $0 }.joined(separator: ": ")
  }

  /// The same error with a path, unless it has one.
  public func inFile(_ path: String) -> InvalidData {
    var copy = self
    copy.path = self.path ?? path
    return copy
  }
}
