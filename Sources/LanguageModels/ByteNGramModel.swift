// Source: I. H. Witten, T. C. Bell, "The zero-frequency problem", IEEE Transactions on Information
//   Theory 37(4), 1991, method C; interpolated as in S. F. Chen, J. Goodman, "An Empirical Study of
//   Smoothing Techniques for Language Modeling", TR-10-98, 1998, section 2.6.
// Procedure: P(b | h) = (c(h b) + t(h) P(b | h')) / (c(h) + t(h)), where h' is the history without
//   its first byte, c counts occurrences, and t(h) is the number of distinct bytes that have
//   followed h; below the empty history every byte has probability 1/256. Histories do not reach
//   beyond the start of the text.
// Complexity: O(order) dictionary look-ups per byte; memory for the distinct histories of the text.
// Determinism: counts are sums; nothing is drawn.

/// A byte-level n-gram model: the baseline that a neural model of the same text has to beat.
public struct ByteNGramModel: Sendable {
  /// The continuations of a history.
  private struct Continuations {
    var total: UInt32 = 0
    var kinds: UInt32 = 0
  }

  /// The length of a full n-gram in bytes; histories are one byte shorter.
  public let order: Int

  private var histories: [UInt64: Continuations] = [:]
  private var counts: [UInt64: UInt32] = [:]

  /// Creates an empty model, in which every byte has probability 1/256.
  ///
  /// - Parameter order: 1 through 6.
  public init(order: Int = 5) {
    precondition((1...6).contains(order), "an order must lie in 1...6, but is \(order)")
    self.order = order
  }

  /// Counts a text.
  public mutating func learn(_ text: some Sequence<UInt8>) {
    var window = Window(order: order)
    for byte in text {
      for length in 0...window.length {
        let history = window.history(length)
        let gram = Window.gram(history, byte)
        let isNew = counts[gram] == nil
        counts[gram, default: 0] += 1
        histories[history, default: Continuations()].total += 1
        if isNew { histories[history, default: Continuations()].kinds += 1 }
      }
      window.append(byte)
    }
  }

  /// The cost of a text in bits.
  ///
  /// - Parameters:
  ///   - text: Text that the model has not learned from.
  ///   - log2: The logarithm to base 2.
  /// - Returns: The sum of -log2 P over the bytes; divide by their number for bits per byte.
  public func bits(of text: some Sequence<UInt8>, log2: (Double) -> Double) -> Double {
    var window = Window(order: order)
    var bits = 0.0
    for byte in text {
      bits -= log2(probability(of: byte, in: window))
      window.append(byte)
    }
    return bits
  }

  /// The probability of a byte after a text.
  public func probability(of byte: UInt8, after text: [UInt8]) -> Double {
    var window = Window(order: order)
    for byte in text.suffix(order - 1) { window.append(byte) }
    return probability(of: byte, in: window)
  }

  private func probability(of byte: UInt8, in window: Window) -> Double {
    var probability = 1.0 / 256
    for length in 0...window.length {
      let history = window.history(length)
      guard let known = histories[history] else { break }
      let count = Double(counts[Window.gram(history, byte)] ?? 0)
      let kinds = Double(known.kinds)
      probability = (count + kinds * probability) / (Double(known.total) + kinds)
    }
    return probability
  }

  /// The last bytes of a text, as keys: the length in the top byte, the bytes below.
  private struct Window {
    private let limit: Int
    private var bytes: UInt64 = 0
    private(set) var length = 0

    init(order: Int) { limit = order - 1 }

    mutating func append(_ byte: UInt8) {
      bytes = bytes << 8 | UInt64(byte)
      length = min(length + 1, limit)
    }

    /// The last `count` bytes as a key; histories have at most five bytes, so 48 bits hold a gram.
    func history(_ count: Int) -> UInt64 {
      let mask: UInt64 = (1 << UInt64(8 * count)) - 1
      return UInt64(count) << 56 | (bytes & mask)
    }

    static func gram(_ history: UInt64, _ byte: UInt8) -> UInt64 {
      let length = history >> 56
      return length << 56 | (history & ((1 << 48) - 1)) << 8 | UInt64(byte)
    }
  }
}
