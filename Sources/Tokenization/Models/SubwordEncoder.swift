// Procedure: see SubwordModel.swift. A part of a word is encoded by the model over characters; each
//   of its pieces is looked up by the token where a table has it, and else by its text.
// Complexity: O(1) more for a piece in the vocabulary; O(length) for each merge that is undone.
// Determinism: as BPEEncoder.

import BytePairEncoding
import Noise

/// Encodes words by a ``SubwordModel``; one for each thread.
struct SubwordEncoder: WordEncoder {
  private let model: SubwordModel
  private var encoder: CharacterEncoder
  private let stand: (symbol: [UInt8], other: [UInt8])?
  private var spelling: [UInt8] = []
  private var codes: [UInt32] = []
  private var codeLengths: [Int] = []
  private var pending: [(range: Range<Int>, isFinal: Bool)] = []

  init(_ model: SubwordModel, cacheCapacity: Int) {
    self.model = model
    encoder = CharacterEncoder(model.codes, cacheCapacity: cacheCapacity)
    // A text may hold the end symbol itself: it is read as its neighbour, no character either.
    let symbol = model.endSymbol
    stand = symbol.last.map { (symbol, symbol.dropLast() + [$0 - 1]) }
  }

  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) throws {
    guard let cutter = model.cutter else {
      return encodePart(word, isLast: true, noise, address, &tokens, &lengths)
    }
    let parts = try cutter.parts(of: word)
    for (index, range) in parts.enumerated() {
      let part = UnsafeBufferPointer(rebasing: word[range])
      let isLast = index == parts.count - 1
      if try cutter.isWhole(part) {
        tokens.append((model.id(of: Array(part), isFinal: isLast) ?? model.unknown).rawValue)
        lengths.append(part.count)
        continue
      }
      var place = address
      place.position += range.lowerBound
      encodePart(part, isLast: isLast, noise, place, &tokens, &lengths)
    }
  }

  /// Encodes a word, or the part of one between glossaries, which is merged like a word.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - isLast: Whether its last piece ends the word.
  ///   - noise: As for a word.
  ///   - address: Where the part lies.
  ///   - tokens: Grows by the part's tokens.
  ///   - lengths: Grows by the number of bytes of each.
  private mutating func encodePart(
    _ part: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    _ noise: SegmentationNoise?,
    _ address: WordAddress,
    _ tokens: inout [UInt32],
    _ lengths: inout [Int]
  ) {
    codes.removeAll(keepingCapacity: true)
    codeLengths.removeAll(keepingCapacity: true)
    if let stand {
      spelling = Array(part)
      if let last = stand.symbol.last, spelling.contains(last) {
        spelling = spelling.replacingAll(stand.symbol, with: stand.other)
      }
      spelling += stand.symbol
      spelling.withUnsafeBufferPointer {
        encoder.encode($0, noise: noise, at: address, into: &codes, lengths: &codeLengths)
      }
      if let last = codeLengths.popLast() {
        if last > stand.symbol.count {
          codeLengths.append(last - stand.symbol.count)
        } else {
          codes.removeLast()
        }
      }
    } else {
      encoder.encode(part, noise: noise, at: address, into: &codes, lengths: &codeLengths)
    }
    var position = 0
    for (index, code) in codes.enumerated() {
      let range = position..<position + codeLengths[index]
      position = range.upperBound
      let isFinal = index == codes.count - 1
      let table = isFinal ? model.final : model.inside
      if isLast || !isFinal, table[Int(code)] != SubwordModel.absent {
        tokens.append(table[Int(code)])
        lengths.append(range.count)
      } else {
        append(part, range, isFinal: isFinal, isLast: isLast, &tokens, &lengths)
      }
    }
  }

  /// Appends a piece, or what undoing its merges makes of it.
  private mutating func append(
    _ part: UnsafeBufferPointer<UInt8>,
    _ range: Range<Int>,
    isFinal: Bool,
    isLast: Bool,
    _ tokens: inout [UInt32],
    _ lengths: inout [Int]
  ) {
    // A word of one character is never split.
    let mayCut = model.isRestricted && part.count { $0 & 0xC0 != 0x80 } > 1
    pending = [(range, isFinal)]
    while let (range, isFinal) = pending.popLast() {
      let text = Array(part[range])
      let known = model.id(of: text, isFinal: isFinal)
      if known == nil, mayCut, let cut = model.cut(of: text, isFinal: isFinal), cut <= text.count {
        let middle = range.lowerBound + cut
        pending.append((middle..<range.upperBound, isFinal))
        pending.append((range.lowerBound..<middle, false))
        continue
      }
      // The end of a part inside a word is written with the mark of a piece that goes on.
      let token = isFinal && !isLast ? model.id(of: text, isFinal: false) : known
      tokens.append((token ?? model.unknown).rawValue)
      lengths.append(range.count)
    }
  }
}
