// Source: Hugging Face tokenizers 0.23, `padding` of tokenizer.json (pad_encodings).

/// How rows are filled up to one length.
public struct Padding: Hashable, Sendable {
  /// The length that rows are filled up to.
  public enum Length: Hashable, Sendable {
    /// That of the longest row of a batch; rows that overflow do not count.
    case longest
    /// A number of tokens; longer rows stay as they are.
    case fixed(Int)
  }

  /// No row is filled up to more tokens than this, 2^20.
  public static let longestRow = 1 << 20

  /// The length that rows are filled up to.
  public var length: Length
  /// The end of a row that is filled.
  public var side: InputSide
  /// The length is rounded up to a multiple of this; nil for any length.
  public var multiple: Int?
  /// The token that fills rows.
  public var token: InputToken
  /// The type of the token.
  public var typeID: UInt32

  /// - Parameters:
  ///   - token: The token that fills rows.
  ///   - length: The length that rows are filled up to.
  ///   - side: The end of a row that is filled.
  ///   - multiple: The length is rounded up to a multiple of this; nil for any length.
  ///   - typeID: The type of the token.
  public init(
    _ token: InputToken,
    length: Length = .longest,
    side: InputSide = .right,
    multiple: Int? = nil,
    typeID: UInt32 = 0
  ) {
    self.token = token
    self.length = length
    self.side = side
    self.multiple = multiple
    self.typeID = typeID
  }

  /// The length of the rows of a batch.
  ///
  /// - Parameter longest: The length of its longest row.
  /// - Returns: The length to fill up to.
  public func target(longest: Int) -> Int {
    var target = longest
    if case .fixed(let count) = length { target = count }
    if let multiple, multiple > 0, target % multiple > 0 { target += multiple - target % multiple }
    return target
  }

  /// Fills up the rows of a batch.
  ///
  /// - Parameter batch: For each text or pair, its row and those that overflow.
  public func pad(_ batch: inout [[ModelInput]]) {
    let target = target(longest: batch.reduce(0) { max($0, $1.first?.ids.count ?? 0) })
    for index in batch.indices { pad(&batch[index], to: target) }
  }

  /// Fills up rows.
  ///
  /// - Parameters:
  ///   - rows: Rows; longer ones stay as they are.
  ///   - length: The length that ``target(longest:)`` gives.
  public func pad(_ rows: inout [ModelInput], to length: Int) {
    for index in rows.indices { rows[index].pad(to: length, self) }
  }
}
