/// The sequences of eight words in a text, to find passages copied from it.
struct CopiedSequences {
  private static let length = 8
  private let known: Set<[UInt8]>

  init(of text: [UInt8]) {
    var known: Set<[UInt8]> = []
    Self.forEach(in: String(decoding: text, as: UTF8.self)) { known.insert($0) }
    self.known = known
  }

  /// The number of sequences in a text, and the number of those that are known.
  func count(in text: String) -> (copied: Int, all: Int) {
    var (copied, all) = (0, 0)
    Self.forEach(in: text) { sequence in
      all += 1
      if known.contains(sequence) { copied += 1 }
    }
    return (copied, all)
  }

  private static func forEach(in text: String, _ body: ([UInt8]) -> Void) {
    let words = text.utf8.split { $0 <= 0x20 }
    for start in 0..<max(words.count - length + 1, 0) {
      body(Array(words[start..<start + length].joined(separator: [0x20])))
    }
  }
}
