extension SegmentationNoise {
  /// How segmentations are drawn: what a rate p means.
  public enum Law: String, CaseIterable, Sendable {
    /// Algorithm 1 of BPE-dropout (arXiv 1910.13267): at every step each merge candidate is dropped with
    /// probability p, afresh, and the first that is kept is applied.
    case paper
    /// Hugging Face tokenizers: outdated entries of the queue draw, too, and one that is kept brings
    /// the dropped ones back, so less is dropped.
    case huggingface
    /// YouTokenToMe: the law of ``huggingface``.
    case youtokentome
    /// subword-nmt: all occurrences of the best pair that are kept are merged in one step.
    case subwordNMT = "subword-nmt"
    /// SentencePiece: a candidate draws once; dropped, it is gone for good, so more is dropped.
    case sentencepiece
    /// With probability p a word is cut anew, every segmentation equally likely (arXiv 2408.11443).
    case uniform
    /// StochasTok (arXiv 2506.01687): p times as many attempts as there are plain tokens, each of which
    /// splits a random token in two.
    case stochastok
    /// MaxMatch-dropout (arXiv 2209.04126): from left to right the longest token, each dropped with
    /// probability p.
    case maxmatch

    /// Whether it is the law of another library, whose base symbols in a byte-level vocabulary are bytes.
    public var knowsBytesOnly: Bool {
      switch self {
      case .huggingface, .youtokentome, .subwordNMT, .sentencepiece: true
      case .paper, .uniform, .stochastok, .maxmatch: false
      }
    }

    /// Whether it changes the plain tokens, rather than making tokens of bytes.
    var revisesPlainTokens: Bool { self == .uniform || self == .stochastok }
  }
}
