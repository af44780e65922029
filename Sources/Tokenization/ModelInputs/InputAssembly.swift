// Source: Hugging Face tokenizers 0.23, `post_processor` (process_encodings, Encoding::merge_with).
// Procedure: a row is a list of segments, at first one for each text. A segment has parts: the one
//   that is kept, and those that overflow. Steps change the segments; at the end every combination
//   of parts is a row: those of the kept parts first, then those of parts that overflow.
// Complexity: O(tokens of all rows).

import Diagnostics

/// A stretch of a part: tokens of a text, or one that is added.
struct InputElement {
  enum Content {
    case text(index: Int, tokens: Range<Int>)
    case special(InputToken)
  }

  let content: Content
  var typeID: UInt32
  /// How its offsets are trimmed, and whether its first token was then the first of its part.
  var trimmings: [(trimming: OffsetTrimming, isFirst: Bool)] = []

  init(_ content: Content, typeID: UInt32) {
    self.content = content
    self.typeID = typeID
  }

  var isEmpty: Bool { if case .text(_, let tokens) = content { tokens.isEmpty } else { false } }
}

/// The segments of a row on their way through a post-processor.
struct InputAssembly {
  /// No text, or pair, may overflow into more rows than this.
  static let mostRows = 1 << 20

  private typealias Part = [InputElement]

  private var segments: [[Part]]
  private let addsTokens: Bool

  /// - Parameters:
  ///   - texts: The parts of each text, as ranges of its tokens.
  ///   - addsTokens: Whether special tokens are added.
  init(_ texts: [[Range<Int>]], addsTokens: Bool) {
    segments = texts.enumerated().map { index, parts in
      parts.map { [InputElement(.text(index: index, tokens: $0), typeID: UInt32(index))] }
    }
    self.addsTokens = addsTokens
  }

  /// Applies all steps.
  ///
  /// - Throws: ``InvalidData`` if a template does not fit.
  mutating func apply(_ processor: PostProcessor) throws {
    for step in processor.steps {
      switch step {
      case .trimming(let trimming): trim(trimming)
      case .template(let template): try apply(template)
      case .bert(let start, let separator): applyBERT(start, separator)
      case .roberta(let start, let separator, let trimming):
        if let trimming { trim(trimming) }
        applyRoBERTa(start, separator)
      }
    }
  }

  // MARK: - Steps

  /// Changes each part of each segment.
  private mutating func forEachPart(
    _ change: (_ part: inout Part, _ segment: Int, _ overflows: Bool) -> Void
  ) {
    for segment in segments.indices {
      for part in segments[segment].indices { change(&segments[segment][part], segment, part > 0) }
    }
  }

  private mutating func trim(_ trimming: OffsetTrimming) {
    forEachPart { part, _, _ in
      var isFirst = true
      for index in part.indices {
        part[index].trimmings.append((trimming, isFirst))
        isFirst = isFirst && part[index].isEmpty
      }
    }
  }

  private static func setTypes(of part: inout Part, to typeID: UInt32) {
    for index in part.indices { part[index].typeID = typeID }
  }

  private mutating func applyRoBERTa(_ start: InputToken, _ separator: InputToken) {
    let addsTokens = addsTokens
    forEachPart { part, segment, overflows in
      // Without special tokens, Hugging Face's rows that overflow keep their types.
      if addsTokens || !overflows { Self.setTypes(of: &part, to: 0) }
      guard addsTokens else { return }
      part.insert(InputElement(.special(segment == 0 ? start : separator), typeID: 0), at: 0)
      part.append(InputElement(.special(separator), typeID: 0))
    }
  }

  private mutating func applyBERT(_ start: InputToken, _ separator: InputToken) {
    guard addsTokens else { return }
    forEachPart { part, segment, _ in
      if segment == 0 { part.insert(InputElement(.special(start), typeID: 0), at: 0) }
      part.append(InputElement(.special(separator), typeID: segment == 0 ? 0 : 1))
    }
  }

  private mutating func apply(_ template: InputTemplate) throws {
    guard segments.count == 1 || segments.count == 2 else {
      throw InvalidData(
        "the post-processor has a template behind one that has added tokens, which no row fits"
      )
    }
    let pieces = segments.count == 2 ? template.pair : template.single
    guard segments.indices.allSatisfy({ text in pieces.contains { $0.textIndex == text } }) else {
      throw InvalidData(
        segments.count == 2
          ? "the tokenizer's template of a pair has no place for one of the texts: leave out the "
            + "template, or encode the texts one by one"
          : "the tokenizer's template of one text has no place for it: leave out the template"
      )
    }
    segments = pieces.compactMap { piece in
      switch piece {
      case .first(let typeID): typed(segments[0], typeID)
      case .second(let typeID): typed(segments[1], typeID)
      case .special(let special, let typeID):
        addsTokens
          ? [special.tokens.map { InputElement(.special($0), typeID: typeID) }] : nil
      }
    }
  }

  /// The segment with a type; as in Hugging Face, parts that overflow keep theirs.
  private func typed(_ segment: [Part], _ typeID: UInt32) -> [Part] {
    var segment = segment
    Self.setTypes(of: &segment[0], to: typeID)
    return segment
  }

  // MARK: - Rows

  /// The rows: the kept parts, and then the other combinations.
  ///
  /// - Throws: ``InvalidData`` if they are more than ``mostRows``.
  func rows() throws -> [[InputElement]] {
    var count = 1
    for segment in segments {
      let product = count.multipliedReportingOverflow(by: segment.count)
      guard !product.overflow, product.partialValue <= Self.mostRows else {
        throw InvalidData(
          "the texts overflow into more than \(Self.mostRows) rows: cut only one text of a pair, "
            + "choose a smaller stride, or leave out what overflows"
        )
      }
      count = product.partialValue
    }
    var kept: Part = []
    var overflowing: [Part] = []
    for segment in segments {
      let others = segment.dropFirst().map { kept + $0 }
      overflowing = overflowing.flatMap { row in segment.map { row + $0 } } + others
      kept += segment[0]
    }
    return [kept] + overflowing
  }
}
