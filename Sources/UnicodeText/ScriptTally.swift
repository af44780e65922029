// Source: Unicode Standard Annex #24 (scripts), by ICU.
// Complexity: O(n).
// Determinism: depends on ICU's version of Unicode.

import CICU
import CUnicode

/// The scripts of ICU by number.
package enum UnicodeScript {
  /// The number of a code point's script.
  package static func number(of scalar: UInt32) -> Int32 { bpd_script_of(scalar) }

  /// The name of a script, such as "Latin".
  package static func name(of number: Int32) -> String {
    bpd_script_name(number).map { String(cString: $0) } ?? "unknown"
  }
}

/// Counts the characters of each script in texts.
public struct ScriptTally: Sendable {
  /// The number of characters: code points, and invalid bytes.
  public private(set) var characters = 0
  /// The number of bytes that belong to no well-formed character.
  public private(set) var invalidBytes = 0
  private var counts: [Int32: Int] = [:]
  /// The scripts of the characters below U+0080.
  private let asciiScripts: [Int32] = (0..<128).map(bpd_script_of)

  /// An empty tally.
  public init() {}

  /// Adds the characters of a text.
  ///
  /// - Parameter text: Any bytes.
  public mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress else { return }
    var position = 0
    // Runs of one script are counted together.
    var (script, run) = (Int32(-1), 0)
    while position < text.count {
      // SAFETY: position is inside the text, and the decoder reads no more than it is given.
      let next = bpd_decode_utf8(base + position, text.count - position)
      position += Int(next.length)
      characters += 1
      if next.scalar == BPD_INVALID_SCALAR {
        invalidBytes += 1
        continue
      }
      let found =
        next.scalar < 128 ? asciiScripts[Int(next.scalar)] : bpd_script_of(next.scalar)
      if found != script {
        if run > 0 { counts[script, default: 0] += run }
        (script, run) = (found, 0)
      }
      run += 1
    }
    if run > 0 { counts[script, default: 0] += run }
  }

  /// The scripts that occur, the most frequent first, and then by name.
  ///
  /// "Common" comprises digits, signs and white space, "Inherited" marks.
  public var scripts: [(name: String, characters: Int)] {
    counts.map { script, count in
      (UnicodeScript.name(of: script), count)
    }
    .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }
}
