import Corpora

/// One row on its way from tokens to inputs and targets.
///
/// What is read stays as it is. An objective makes inputs and targets of it, and noise then changes
/// the inputs. The arrays are used again for the next row.
public struct Row {
  // What was read.
  /// The tokens that were read.
  public internal(set) var ids: [UInt32] = []
  /// The bytes of each token; empty where ``byteTable`` has them.
  var byteCounts: [UInt32] = []
  /// The bytes of each id, where all tokens of an id have as many; the same for all rows.
  var byteTable: [UInt32]?
  /// The document of each token; empty where documents are not known.
  public internal(set) var documents: [UInt32] = []
  /// The parts that were read one by one: all of the row, the pieces of a packed row, or the fields
  /// of a document.
  public internal(set) var segments: [Range<Int>] = []

  // What is made of it.
  /// The input ids, without padding.
  public internal(set) var inputs: [UInt32] = []
  /// The document of each input; empty where documents are not known.
  var inputDocuments: [UInt32] = []
  /// The target ids, or ``Batch/ignoredTarget``.
  public var targets: [Int32] = []
  /// The bytes of each target.
  public var targetBytes: [UInt32] = []
  /// The numbers of each of the objective's ``Objective/extras``; empty before the objective's
  /// turn.
  public var extras: [[Int32]] = []

  /// The class of the row's document.
  public internal(set) var label = DocumentFields.noLabel
  /// The tokens that did not fit, and the bytes that they stand for.
  var cutTokens = 0, cutBytes = 0
  /// Where there are several sources, the number of the row's source, and the pass over it.
  var source = 0
  var pass: UInt32 = 0
  /// The document of a row that has fields.
  var document: UInt32?

  /// Where each input is from, and what was done to it; nil where nobody asks.
  var trace: RowTrace?

  /// The words of the row, once they have been looked for.
  var units = TokenUnits()
  var sentences = TokenUnits()

  // Scratch of whoever works on the row.
  var words: [UInt32] = []
  var seconds: [UInt32] = []
  var places: [UInt32] = []

  /// An empty row.
  ///
  /// - Parameter extras: The extra arrays of its objective.
  init(extras: Int = 0) { self.extras = [[Int32]](repeating: [], count: extras) }

  mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    byteCounts.removeAll(keepingCapacity: true)
    documents.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    inputs.removeAll(keepingCapacity: true)
    inputDocuments.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    targetBytes.removeAll(keepingCapacity: true)
    for index in extras.indices { extras[index].removeAll(keepingCapacity: true) }
    (cutTokens, cutBytes) = (0, 0)
    label = DocumentFields.noLabel
    document = nil
    trace?.removeAll()
  }

  /// The bytes of the original text that a token stands for.
  @inline(__always)
  public func byteCount(at place: Int) -> UInt32 {
    guard let byteTable else { return byteCounts[place] }
    let id = Int(ids[place])
    return id < byteTable.count ? byteTable[id] : 0
  }

  /// Says which source and pass the row is of, where there are several: documents count over all
  /// sources.
  mutating func move(to place: SourceMixture.Place) {
    (source, pass) = (place.number, place.pass)
    let first = UInt32(truncatingIfNeeded: place.part.firstDocument)
    if first == 0 { return }
    for index in documents.indices { documents[index] &+= first }
    document = document.map { $0 &+ first }
  }

  /// Makes one segment of all.
  mutating func joinSegments() {
    segments.removeAll(keepingCapacity: true)
    segments.append(0..<ids.count)
  }

  /// Appends tokens that were read to the inputs.
  public mutating func input(_ range: Range<Int>) {
    inputs.append(contentsOf: ids[range])
    if !documents.isEmpty { inputDocuments.append(contentsOf: documents[range]) }
    trace?.read(range)
  }

  /// Appends a token that was not read to the inputs.
  ///
  /// - Parameters:
  ///   - token: Its id.
  ///   - place: A token that was read; the new one counts to its document.
  ///   - change: What puts it in.
  public mutating func input(_ token: UInt32, at place: Int, by change: TokenChange) {
    inputs.append(token)
    if !documents.isEmpty { inputDocuments.append(documents[min(place, documents.count - 1)]) }
    trace?.put(change)
  }

  /// Appends tokens that were read to the targets.
  public mutating func target(_ range: Range<Int>) {
    for id in ids[range] { targets.append(Int32(truncatingIfNeeded: id)) }
    if byteTable == nil {
      targetBytes.append(contentsOf: byteCounts[range])
    } else {
      for place in range { targetBytes.append(byteCount(at: place)) }
    }
  }

  /// Appends a token that was not read to the targets.
  public mutating func target(_ token: UInt32) {
    targets.append(Int32(truncatingIfNeeded: token))
    targetBytes.append(0)
  }

  /// Appends positions without a target.
  public mutating func noTargets(_ count: Int) {
    targets.append(addingCapacity: count) {
      $0.append(repeating: Batch.ignoredTarget, count: count)
    }
    targetBytes.append(addingCapacity: count) { $0.append(repeating: 0, count: count) }
  }

  /// Notes that chance decides about each ordinary input.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - classes: Which inputs are ordinary.
  ///   - rate: The probability; nil where the trials depend on each other.
  public mutating func countOrdinary(_ change: TokenChange, _ classes: TokenClasses, rate: Double?)
  {
    guard trace != nil else { return }
    let ordinary = inputs.count { !classes.isSpecial($0) }
    trace?.begin(change, trials: ordinary, rate: rate)
  }

  /// Replaces the id of an input.
  ///
  /// - Parameters:
  ///   - place: The place of the input.
  ///   - token: The new id.
  ///   - change: What replaces it.
  public mutating func replace(_ place: Int, by token: UInt32, _ change: TokenChange) {
    inputs[place] = token
    trace?.change(place, change)
  }
}
