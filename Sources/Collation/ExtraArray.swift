/// An array that an objective adds to batches, beside inputs and targets.
///
/// Files and frames have it under its name, as 32-bit signed numbers; see ``BatchLayout``.
public struct ExtraArray: Hashable, Sendable {
  /// How many numbers a row has.
  public enum Width: Hashable, Sendable {
    /// One.
    case row
    /// One for each input position.
    case inputs
    /// One for each target position.
    case targets
  }

  /// The name in files and frames; ASCII, at most 16 bytes.
  public let name: String
  /// How many numbers a row has.
  public let width: Width
  /// The number that pads shorter rows.
  public let fill: Int32

  /// An extra array.
  ///
  /// - Parameters:
  ///   - name: ASCII, at most 16 bytes.
  ///   - width: How many numbers a row has.
  ///   - fill: The number that pads shorter rows.
  public init(_ name: String, width: Width, fill: Int32 = 0) {
    precondition(name.utf8.count <= 16, "the name '\(name)' has more than 16 bytes")
    self.name = name
    self.width = width
    self.fill = fill
  }

  /// The numbers of a row.
  ///
  /// - Parameters:
  ///   - length: The input positions.
  ///   - targetLength: The target positions.
  /// - Returns: At least 1.
  func count(length: Int, targetLength: Int) -> Int {
    switch width {
    case .row: 1
    case .inputs: length
    case .targets: targetLength
    }
  }
}

extension Batch {
  /// One extra array of a batch.
  public struct Extra: Hashable, Sendable {
    /// What it is.
    public let array: ExtraArray
    /// Its numbers, row after row.
    public internal(set) var values: [Int32] = []
  }

  /// The numbers of an extra array, row after row; empty where the objective does not have it.
  public subscript(array: ExtraArray) -> [Int32] {
    extras.first { $0.array == array }?.values ?? []
  }
}
