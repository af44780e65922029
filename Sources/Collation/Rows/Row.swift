import Corpora
import UnicodeText

/// One row on its way from tokens to inputs and targets.
///
/// Its arrays are used again for the next row. What is read stays as it is; an objective makes inputs
/// and targets of it, and noise then changes the inputs.
struct Row {
  // What was read.
  var ids: [UInt32] = []
  /// The bytes of each token; empty where ``byteTable`` tells.
  var byteCounts: [UInt32] = []
  /// The bytes of each id, where all tokens of an id have as many; the same for all rows.
  var byteTable: [UInt32]?
  /// Empty where documents are not known.
  var documents: [UInt32] = []
  /// The parts that were read one by one: all of it, or the pieces of a packed row.
  var segments: [Range<Int>] = []

  // What is made of it.
  var inputs: [UInt32] = []
  var inputDocuments: [UInt32] = []
  var targets: [Int32] = []
  var targetBytes: [UInt32] = []
  /// For prefix language models: how many inputs all positions may see.
  var prefixLength = 0
  /// For permutation language models: the place of each input in the order of prediction.
  var order: [Int32] = []

  /// For classification: the text that each input belongs to, and the class.
  var tokenTypes: [Int32] = []
  var label = DocumentFields.noLabel
  /// Where there are several sources, which one the row is of, and the pass over it.
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

  mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    byteCounts.removeAll(keepingCapacity: true)
    documents.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    inputs.removeAll(keepingCapacity: true)
    inputDocuments.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    targetBytes.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    tokenTypes.removeAll(keepingCapacity: true)
    prefixLength = 0
    label = DocumentFields.noLabel
    document = nil
    trace?.removeAll()
  }

  /// The bytes of the original text that a token stands for.
  @inline(__always)
  func byteCount(at place: Int) -> UInt32 {
    guard let byteTable else { return byteCounts[place] }
    let id = Int(ids[place])
    return id < byteTable.count ? byteTable[id] : 0
  }

  /// Says which source and pass the row is of, where there are several: documents count over all sources.
  mutating func move(to place: SourceMixture.Place) {
    (source, pass) = (place.number, place.pass)
    let first = UInt32(truncatingIfNeeded: place.part.firstDocument)
    if first == 0 { return }
    for index in documents.indices { documents[index] &+= first }
    document = document.map { $0 &+ first }
  }

  /// Leaves out what stands behind the first tokens of a row of one segment.
  mutating func cut(to limit: Int) {
    ids.removeLast(ids.count - limit)
    if byteTable == nil { byteCounts.removeLast(byteCounts.count - limit) }
    if !documents.isEmpty { documents.removeLast(documents.count - limit) }
    joinSegments()
  }

  /// Makes one segment of all.
  mutating func joinSegments() {
    segments.removeAll(keepingCapacity: true)
    segments.append(0..<ids.count)
  }

  /// Leaves as many tokens at the front of each segment as are to be kept.
  mutating func cutSegments(to counts: [Int]) {
    var start = 0
    for index in segments.indices {
      let segment = segments[index]
      let kept = segment.prefix(counts[index])
      ids.replaceSubrange(start..<start + segment.count, with: ids[start..<start + kept.count])
      if byteTable == nil {
        let bytes = byteCounts[start..<start + kept.count]
        byteCounts.replaceSubrange(start..<start + segment.count, with: bytes)
      }
      if !documents.isEmpty {
        let numbers = documents[start..<start + kept.count]
        documents.replaceSubrange(start..<start + segment.count, with: numbers)
      }
      segments[index] = start..<start + kept.count
      start += kept.count
    }
  }

  /// Appends tokens that were read to the inputs.
  mutating func input(_ range: Range<Int>) {
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
  mutating func input(_ token: UInt32, at place: Int, by change: TokenChange) {
    inputs.append(token)
    if !documents.isEmpty { inputDocuments.append(documents[min(place, documents.count - 1)]) }
    trace?.put(change)
  }

  /// Appends tokens that were read to the targets.
  mutating func target(_ range: Range<Int>) {
    for id in ids[range] { targets.append(Int32(truncatingIfNeeded: id)) }
    if byteTable == nil {
      targetBytes.append(contentsOf: byteCounts[range])
    } else {
      for place in range { targetBytes.append(byteCount(at: place)) }
    }
  }

  /// Appends a token that was not read to the targets.
  mutating func target(_ token: UInt32) {
    targets.append(Int32(truncatingIfNeeded: token))
    targetBytes.append(0)
  }

  /// Appends positions without a target.
  mutating func noTargets(_ count: Int) {
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
  ///   - rate: The probability; nil where the trials hang on each other.
  mutating func countOrdinary(_ change: TokenChange, _ classes: TokenClasses, rate: Double?) {
    guard trace != nil else { return }
    let ordinary = inputs.count { !classes.isSpecial($0) }
    trace?.begin(change, trials: ordinary, rate: rate)
  }

  /// Replaces the id of an input.
  mutating func replace(_ place: Int, by token: UInt32, _ change: TokenChange) {
    inputs[place] = token
    trace?.change(place, change)
  }
}
