// Procedure: the bytes of tokens come in. An unfinished character at the end is held back, and so
//   is the longest suffix that could become a stop string; all bytes before them are passed on. A
//   stop string thus always lies within the held bytes, wherever tokens are cut.
// Complexity: O(bytes held * stop strings * their length) per token; fewer bytes than a stop string
//   are held.
// Determinism: the output is a function of the bytes, not of how they are divided.

import UnicodeText

/// Turns the bytes of tokens into whole characters, and ends the text before a stop string.
package struct TextGate {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// Whether a stop string has been found; after that, nothing is passed on.
  package private(set) var isClosed = false

  /// - Parameter stops: Empty ones are ignored.
  package init(stops: [String] = []) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
  }

  /// Takes bytes.
  ///
  /// - Returns: The text that is now final, in whole characters; bytes that are not UTF-8 become
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

  /// Returns the remaining text once the bytes have ended.
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
