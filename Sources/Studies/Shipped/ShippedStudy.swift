import Diagnostics

/// A study that comes with the program: the text of a file, which `--print` writes.
public struct ShippedStudy: Sendable {
  /// Its name.
  public let name: String
  /// The study as JSON.
  public let text: String

  init(_ name: String, _ text: String) { (self.name, self.text) = (name, text) }

  /// All of them, by name.
  public static let all: [ShippedStudy] = [
    .attentionDrop, .bpeDropout, .earlyLate, .inputMasking, .layerDropDepth, .lstmDropout,
    .weightDecay,
  ]

  /// The study of a name; nil where there is none.
  public static func named(_ name: String) -> ShippedStudy? {
    all.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The name of a study that is nearest to another text.
  public static func nearest(to name: String) -> String {
    all.map(\.name).min { editDistance(name, $0) < editDistance(name, $1) } ?? ""
  }

  /// Reads the study.
  ///
  /// - Throws: ``InvalidData`` where the text is no study, which tests exclude.
  public func study() throws -> Study { try Study(Array(text.utf8)) }
}
