/// The lines of a file, one at a time: a file of line ends costs no memory.
struct FileLines {
  private var rest: ArraySlice<UInt8>
  /// The number of the line that was returned last, from 1.
  private(set) var number = 0

  /// - Parameter text: The file; line ends at its end make no lines.
  init(_ text: [UInt8]) {
    rest = text[...]
    while rest.last == 0x0A { rest = rest.dropLast() }
  }

  /// The next line without its line end; nil at the end.
  mutating func next() -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    number += 1
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    defer { rest = rest[min(end + 1, rest.endIndex)...] }
    return rest[..<end]
  }

  /// The place of the line that was returned last.
  var place: String { "line \(number)" }
}
