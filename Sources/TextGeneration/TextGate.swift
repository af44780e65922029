// Procedure: bytes come in as tokens have them. Held back are an unfinished character at the end,
//   and the longest end that could become a stop string; all before that is handed on. So a stop
//   string always lies in what is held, wherever tokens are cut.
// Complexity: O(bytes held * stop strings * their length) a token; held is less than a stop string.
// Determinism: the text that goes out is a function of the bytes, not of how they are cut.

import UnicodeText

/// Turns the bytes of tokens into whole characters, and ends the text before a stop string.
package struct TextGate {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// Whether a stop string has come; nothing goes out from then on.
  package private(set) var isClosed = false

  /// - Parameter stops: Empty ones are ignored.
  package init(stops: [String] = []) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
  }

  /// Takes bytes in.
  ///
  /// - Returns: The text that is certain now, of whole characters; bytes that are no UTF-8 become
  ///   U+FFFD, as in `String(decoding:as:)`.
  package mutating func push(_ bytes: some Sequence<UInt8>) -> String {
    guard !isClosed else { return "" }
    held.append(contentsOf: bytes)
    if let start = firstStop() {
      isClosed = true
      let text = String(decoding: held[..<start], as: UTF8.self)
      held = []
      return text
    }
    let end = min(
      startOfPossibleStop(),
      held.withUnsafeBufferPointer { UTF8Text.wholeCharactersEnd($0) }
    )
    let text = String(decoding: held[..<end], as: UTF8.self)
    held.removeFirst(end)
    return text
  }

  /// What is left when no more bytes come.
  package mutating func finish() -> String {
    let text = String(decoding: held, as: UTF8.self)
    held = []
    return text
  }

  private func firstStop() -> Int? {
    held.indices.first { start in stops.contains { held[start...].starts(with: $0) } }
  }

  private func startOfPossibleStop() -> Int {
    held.indices.first { start in stops.contains { $0.starts(with: held[start...]) } }
      ?? held.count
  }
}
