import PreTokenization
import UnicodeText

/// Scanners against each other, and regular expressions of any text.
enum PatternFuzzing {
  private static let patterns = ["cl100k", "o200k", "llama3", "qwen2", "deepseek-v3"]
  private static let general = Result { try patterns.map { try withoutScanners($0) } }

  static func run(_ input: inout FuzzInput) throws {
    switch input.number(below: 3) {
    case 0: try kernel(input.bytes)
    case 1:
      let index = input.number(below: patterns.count)
      // The general engine reads invalid bytes as U+FFFD, so they are made so for both.
      let text = Array(String(decoding: input.rest.prefix(4096), as: UTF8.self).utf8)
      let fast = try PreTokenizer(name: patterns[index]).split(text)
      guard let slow = try? general.get()[index].split(text) else { return }
      try expect(fast == slow, "\(patterns[index]) cuts as its regular expression does")
    default:
      let behaviors = SplitRule.Behavior.allCases
      let behavior = behaviors[input.number(below: behaviors.count)]
      let (pattern, text) = input.halves
      try expression(String(decoding: pattern, as: UTF8.self), behavior, text)
    }
  }

  private static func kernel(_ text: [UInt8]) throws {
    try text.withUnsafeBufferPointer { bytes in
      for isPortable in [false, true] {
        var batch = PreTokenBuffer()
        var position = 0
        var expected = 0
        while position < bytes.count {
          batch.removeAll()
          GPT2Scanner.fill(&batch, from: bytes, at: &position, isPortable: isPortable)
          try expect(batch.count > 0, "a scanner goes on")
          for index in 0..<batch.count {
            let end = GPT2Scanner.end(of: bytes, from: expected)
            try expect(batch[index] == expected..<end, "the kernel cuts as its specification does")
            expected = end
          }
        }
        try expect(expected == bytes.count, "the kernel reaches the end")
      }
    }
  }

  private static func expression(
    _ pattern: String,
    _ behavior: SplitRule.Behavior,
    _ text: [UInt8]
  ) throws {
    guard let rule = try? SplitRule(.regex(pattern), behavior) else { return }
    let preTokenizer = PreTokenizer([.split(rule)])
    guard let pieces = try? preTokenizer.split(text) else { return }
    try expect(pieces.allSatisfy { !$0.isEmpty }, "no piece is empty")
    if preTokenizer.isLossless {
      try expect(pieces.flatMap { $0 } == text, "the pieces are the text")
    }
  }

  /// The same stages by the general engine: a text in parentheses is no known one.
  private static func withoutScanners(_ name: String) throws -> PreTokenizer {
    PreTokenizer(
      try PreTokenizer(name: name).stages.map { stage in
        guard case .split(let rule) = stage, case .regex(let pattern) = rule.pattern else {
          return stage
        }
        return .split(try SplitRule(.regex("(?:\(pattern))"), rule.behavior))
      }
    )
  }
}
