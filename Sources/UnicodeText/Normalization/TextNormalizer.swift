// Procedure: each step makes one pass or several over the text; a pass that changes nothing returns
//   nil and costs no copy. ICUTransform.swift has the normal forms.
// Complexity: O(n) for each pass but regular expressions.

/// A sequence of transformations that are applied to a text before pre-tokenization.
public struct TextNormalizer: Hashable, Sendable {
  /// The transformations in order.
  public let steps: [Step]
  private let passes: [any TextRewriter]

  /// Whether every text stays canonically equivalent to the original.
  public var isCanonical: Bool { steps.allSatisfy { $0 == .nfc || $0 == .nfd } }

  /// Whether a text that is cut before white space behind a visible ASCII character can be
  /// normalised part by part.
  package var isLocal: Bool { steps.allSatisfy(\.isLocal) }

  /// Whether texts that are to be found in normalised text are found as they are written.
  package var keepsSymbols: Bool {
    steps.contains { if case .sentencePiece = $0 { true } else { false } }
  }

  /// Leaves every text unchanged.
  public static let none = TextNormalizer([])

  /// - Parameter steps: The transformations in order.
  public init(_ steps: [Step]) {
    self.steps = steps
    passes = steps.flatMap(\.passes)
  }

  /// Parses `none`, `nfc`, or several names joined by commas: `nfd,strip-accents,lowercase`.
  ///
  /// - Returns: nil if a name is unknown.
  public init?(name: String) {
    if name == "none" {
      self.init([])
      return
    }
    let names = name.split(separator: ",", omittingEmptySubsequences: false)
    let steps = names.compactMap { name in Step.named.first { $0.name == name }?.step }
    guard steps.count == names.count else { return nil }
    self.init(steps)
  }

  /// Two normalisers are equal if their steps are.
  public static func == (left: Self, right: Self) -> Bool { left.steps == right.steps }

  /// Hashes the steps.
  public func hash(into hasher: inout Hasher) { hasher.combine(steps) }

  /// Normalises a text.
  ///
  /// - Parameters:
  ///   - text: Any bytes; those that are not UTF-8 stay.
  ///   - tracksOffsets: Whether the result leads back to the text; without, it is faster.
  /// - Returns: The normalised text with its offsets, or nil if nothing changes.
  /// - Throws: ``UnicodeTextError`` if ICU fails (memory) or a run of 2 GiB has no ASCII character;
  ///   `InvalidData` if a regular expression takes too long.
  public func normalize(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool = true
  ) throws -> NormalizedText? {
    var current: NormalizedText?
    for pass in passes {
      func run(_ text: UnsafeBufferPointer<UInt8>) throws -> RewrittenText? {
        try pass.rewrite(text, tracksOffsets: tracksOffsets)
      }
      let rewritten =
        if let current { try current.bytes.withUnsafeBufferPointer(run) } else { try run(text) }
      if let rewritten { current = rewritten.normalized(from: current?.offsets) }
    }
    return current
  }

  /// Normalises an array of bytes; see the other form.
  ///
  /// - Throws: As the other form.
  public func normalize(_ text: [UInt8]) throws -> NormalizedText? {
    try text.withUnsafeBufferPointer { try normalize($0) }
  }
}
