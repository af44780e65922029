// Source: subword-nmt 0.3.8 (apply_bpe.py: `strip('\r\n ')`, `split(' ')`), fastBPE (fast.cc:
//   readText) and YouTokenToMe (utils.cpp: is_space).
// Procedure: the white space between words, which these libraries leave out. In a run of spaces,
//   returns and line feeds subword-nmt drops all at the ends of a line, and spaces elsewhere. The
//   first position of a run decides about the whole run, so no position is looked at twice.
//   To fastBPE a return is part of a word.
// Complexity: O(n).

/// What separates the words of subword-nmt and fastBPE: spaces and line feeds; with subword-nmt also
/// returns at the ends of a line.
struct LineGaps: PatternScanner {
  static let subwordNMT = LineGaps(#"\A[\r\n ]+|[\r\n ]+\z|[\r ]*\n[\r\n ]*| +"#, " \r\n")
  static let fastBPE = LineGaps(#"[ \n]+"#, " \n")

  let texts: [String]
  /// A bit for each byte that may stand in a gap.
  private let bytes: UInt64
  var coversAll: Bool { false }
  var safeCut: SafeCut { .never }

  private init(_ text: String, _ bytes: String) {
    texts = [text]
    self.bytes = bytes.utf8.reduce(0) { $0 | 1 << UInt64($1) }
  }

  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard isGap(text[start]) else { return start }
    var end = start
    if start == 0 || !isGap(text[start - 1]) {
      var hasLineFeed = false
      var hasReturn = false
      while end < text.count && isGap(text[end]) {
        if text[end] == 0x0A { hasLineFeed = true }
        if text[end] == 0x0D { hasReturn = true }
        end += 1
      }
      if start == 0 || end == text.count || hasLineFeed || !hasReturn { return end }
      end = start
    }
    while end < text.count && text[end] == 0x20 { end += 1 }
    return end
  }

  private func isGap(_ byte: UInt8) -> Bool {
    byte <= 0x20 && bytes &>> UInt64(byte) & 1 == 1
  }

  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    fillGaps(&batch, from: text, at: &position, isGap: isGap)
  }
}

/// What separates the words of YouTokenToMe: ASCII white space and ▁.
struct YouTokenToMeGaps: PatternScanner {
  var coversAll: Bool { false }
  var safeCut: SafeCut { .never }
  var texts: [String] { [#"[\t\n\x0B\f\r \x{2581}]+"#] }

  private static let mark: [UInt8] = [0xE2, 0x96, 0x81]

  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = start
    while end < text.count {
      if text[end] == 0x20 || (0x09...0x0D).contains(text[end]) {
        end += 1
      } else if text[end] == 0xE2, text[end...].starts(with: Self.mark) {
        end += Self.mark.count
      } else {
        break
      }
    }
    return end
  }

  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    fillGaps(&batch, from: text, at: &position) {
      $0 == 0x20 || (0x09...0x0D).contains($0) || $0 == 0xE2
    }
  }
}

extension PatternScanner {
  /// Fills a batch with matches, each of which begins with one of a few bytes that never stand
  /// inside another character.
  @inline(__always)
  fileprivate func fillGaps(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int,
    isGap: (UInt8) -> Bool
  ) {
    while position < text.count && !batch.isFull {
      guard isGap(text[position]) else {
        position += 1
        continue
      }
      let end = matchEnd(of: text, from: position)
      if end > position { batch.append(position, end) }
      position = max(end, position + 1)
    }
  }
}

extension PreTokenizer {
  /// subword-nmt's words: what stands between spaces, without the returns at the ends of a line.
  public static let subwordNMT = PreTokenizer([.split(gaps(LineGaps.subwordNMT))])
  /// fastBPE's words: what stands between spaces and line feeds.
  public static let fastBPE = PreTokenizer([.split(gaps(LineGaps.fastBPE))])
  /// YouTokenToMe's words: what stands between ASCII white space and ▁.
  public static let youTokenToMe = PreTokenizer([.split(gaps(YouTokenToMeGaps()))])

  private static func gaps(_ scanner: some PatternScanner) -> SplitRule {
    SplitRule(known: .regex(scanner.texts.first ?? ""), .removed)
  }
}
