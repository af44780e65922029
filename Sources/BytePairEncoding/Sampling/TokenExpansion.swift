// Source, Procedure, Determinism: as StochasTokLaw.swift.
// Complexity: O(n) for a word of n tokens: they form an unordered linked list, so a split takes
//   O(1).

import CUnicode
import Noise

/// Random splits of tokens in two; the sampler of ``StochasTokLaw``.
struct TokenExpansion: LawSampler {
  /// What a cut may not divide if it is a token.
  private let unit: SegmentationNoise.Unit
  private let model: BPEModel
  private let isMade: [Bool]
  private var pairs: [UInt32: [Pair]] = [:]
  private var nodes: [(symbol: UInt32, next: Int)] = []

  /// Two tokens that replace one.
  struct Pair: Sendable {
    let left: UInt32
    let right: UInt32
  }

  init(_ model: BPEModel, _ unit: SegmentationNoise.Unit) {
    self.model = model
    self.unit = unit
    var isMade = [Bool](repeating: false, count: model.vocabulary.count)
    for merge in model.merges.merges { isMade[merge.product.index] = true }
    for byte in model.byteTokens where byte != BPEModel.absent { isMade[Int(byte)] = true }
    self.isMade = isMade
  }

  static var revisesPlainTokens: Bool { true }

  mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    from start: Int,
    into tokens: inout [UInt32]
  ) {
    let count = tokens.count - start
    let attempts = noise.attempts(count, word: stream.next64())
    guard attempts > 0, count > 0 else { return }
    nodes.removeAll(keepingCapacity: true)
    for (index, token) in tokens[start...].enumerated() { nodes.append((token, index + 1)) }
    nodes[count - 1].next = -1
    for _ in 0..<attempts {
      let index = Int(stream.next(below: UInt32(truncatingIfNeeded: nodes.count)))
      let pairs = pairs(of: nodes[index].symbol)
      if pairs.isEmpty { continue }
      let choice =
        pairs.count == 1 ? 0 : Int(stream.next(below: UInt32(truncatingIfNeeded: pairs.count)))
      nodes.append((pairs[choice].right, nodes[index].next))
      nodes[index] = (pairs[choice].left, nodes.count - 1)
    }
    tokens.removeLast(count)
    var index = 0
    while index >= 0 {
      tokens.append(nodes[index].symbol)
      index = nodes[index].next
    }
  }

  /// The pairs of tokens that spell a token without cutting a character that is a token.
  mutating func pairs(of token: UInt32) -> [Pair] {
    if let known = pairs[token] { return known }
    let bytes = Array(model.vocabulary.bytes(of: TokenID(token)))
    var found: [Pair] = []
    if Int(token) < isMade.count && isMade[Int(token)] {
      bytes.withUnsafeBufferPointer { bytes in
        for length in cuts(of: bytes) {
          if let left = made(bytes[..<length]), let right = made(bytes[length...]) {
            found.append(Pair(left: left, right: right))
          }
        }
      }
    }
    pairs[token] = found
    return found
  }

  private func made(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
    guard let id = model.vocabulary.id(of: UnsafeBufferPointer(rebasing: bytes)) else { return nil }
    return isMade[id.index] ? id.rawValue : nil
  }

  /// Where a run of bytes may be cut in two.
  private func cuts(of bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    guard let base = bytes.baseAddress else { return [] }
    var cuts: [Int] = []
    var position = 0
    while position < bytes.count {
      // SAFETY: position is inside the bytes, and the decoder reads no more than the given length.
      let length = Int(bpd_decode_utf8(base + position, bytes.count - position).length)
      let isWhole = unit == .character && made(bytes[position..<position + length]) != nil
      cuts += isWhole ? [position + length] : Array(position + 1...position + length)
      position += length
    }
    return cuts.dropLast()
  }
}

extension SegmentationNoise {
  /// The rate times a number, rounded down or up so that the mean is exact.
  fileprivate func attempts(_ count: Int, word: UInt64) -> Int {
    if rate.value == 1 { return count }
    let product = UInt64(rate.value * 0x1p64).multipliedFullWidth(by: UInt64(count))
    let carries = product.low.addingReportingOverflow(word).overflow
    return Int(product.high) + (carries ? 1 : 0)
  }
}
