import CICU

/// A failure of ICU or of the limits of its interface.
public struct UnicodeTextError: Error, Sendable, CustomStringConvertible {
  /// The failure, as a sentence without a full stop.
  public let description: String

  init(_ description: String) { self.description = description }

  init(icu code: Int32, _ action: String) {
    let name = bpd_icu_error_name(-code).map { String(cString: $0) } ?? "\(code)"
    self.init("ICU failed in \(action): \(name)")
  }
}
