extension SegmentationNoise {
  /// The distribution that segmentations are drawn from: the meaning of a rate p.
  ///
  /// To add a law, add a file with a ``LawProcedure`` and its name as a static member of this type,
  /// and list the name in ``allCases``.
  public struct Law: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// All laws, the paper's first.
    public static var allCases: [Law] {
      [
        .paper, .huggingface, .youtokentome, .subwordNMT, .sentencepiece, .uniform, .stochastok,
        .maxmatch,
      ]
    }

    private let name: StaticString
    /// How the law samples a word, and its exact distribution.
    let procedure: any LawProcedure.Type

    /// - Parameters:
    ///   - name: The stable name, as recipes and options write it.
    ///   - procedure: The implementation of the law.
    init(_ name: StaticString, _ procedure: any LawProcedure.Type) {
      self.name = name
      self.procedure = procedure
    }

    /// The law with a given name.
    ///
    /// - Parameter rawValue: The stable name, such as `subword-nmt`.
    public init?(rawValue: String) {
      guard let law = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = law
    }

    /// The stable name, as recipes and options write it.
    public var rawValue: String { name.description }

    /// The stable name.
    public var description: String { rawValue }

    /// Whether it is another library's law, whose base symbols in a byte-level vocabulary are
    /// bytes.
    public var knowsBytesOnly: Bool { procedure.knowsBytesOnly }

    /// Compares laws by name.
    public static func == (left: Law, right: Law) -> Bool { left.rawValue == right.rawValue }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
  }
}
