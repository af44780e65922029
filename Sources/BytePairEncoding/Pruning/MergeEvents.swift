// Procedure: merges and removals in one list; for each pair and each token, the numbers of the
//   events that apply to it.
// Complexity: O(1) to find a pair, and O(log k) to find the next of its k events.

/// The merges and removals of a model, in order.
struct MergeEvents: Sendable {
  struct Event: BitwiseCopyable {
    /// The left token of a merge, or the token that is split.
    let token: UInt32
    /// The right token; ``none`` for a split.
    let next: UInt32
    /// The merged token, or the index of the first part.
    let product: UInt32
    /// The number of parts.
    let count: UInt32

    static let none = UInt32.max
    var isSplit: Bool { next == Self.none }
  }

  let events: [Event]
  /// The tokens that removed tokens are split into.
  let parts: [UInt32]
  /// The length of each token in bytes.
  let spans: [UInt32]
  /// The token of each byte, or ``BPEModel/absent``.
  let byteTokens: [UInt32]
  /// Each pair once; its rank is the index of its list of events.
  private let pairs: MergeTable
  private let mergesOfPair: EventLists
  private let splitsOfToken: EventLists

  /// - Throws: ``BPEModel/InvalidModel`` if the merges collide as those of no trained table do.
  init(_ tokens: Vocabulary, _ merges: [Merge], _ removals: [VocabularyPruning.Removal]) throws {
    var events: [Event] = []
    var parts: [UInt32] = []
    var distinct: [Merge] = []
    var numbers: [Pair: Int] = [:]
    numbers.reserveCapacity(merges.count)
    var mergeKeys: [(key: Int, event: Int)] = []
    var splitKeys: [(key: Int, event: Int)] = []
    var origins = [Int](repeating: -1, count: tokens.count)
    var isRemoved = [Bool](repeating: false, count: tokens.count)
    var rest = removals[...]
    for (index, merge) in merges.enumerated() {
      let pair = Pair(merge.left.rawValue, merge.right.rawValue)
      let number = numbers[pair] ?? distinct.count
      if number == distinct.count {
        numbers[pair] = number
        distinct.append(merge)
      }
      mergeKeys.append((number, events.count))
      events.append(
        Event(
          token: merge.left.rawValue,
          next: merge.right.rawValue,
          product: merge.product.rawValue,
          count: 0
        )
      )
      if origins[merge.product.index] < 0 { origins[merge.product.index] = index }
      isRemoved[merge.product.index] = false
      while let removal = rest.popFirst(where: { $0.mergeCount == index + 1 }) {
        isRemoved[removal.token.index] = true
        splitKeys.append((removal.token.index, events.count))
        let start = parts.count
        parts += removal.parts(isRemoved) { merges[origins[$0.index]] }
        events.append(
          Event(
            token: removal.token.rawValue,
            next: Event.none,
            product: UInt32(start),
            count: UInt32(parts.count - start)
          )
        )
      }
    }
    guard let pairs = MergeTable(distinct) else {
      throw BPEModel.InvalidModel(description: "the merges collide as no trained table does")
    }
    self.events = events
    self.parts = parts
    self.pairs = pairs
    mergesOfPair = EventLists(mergeKeys, count: distinct.count)
    splitsOfToken = EventLists(splitKeys, count: tokens.count)
    spans = (0..<tokens.count).map { UInt32(tokens.byteCount(of: TokenID($0))) }
    byteTokens = (UInt8.min...UInt8.max).map { tokens.id(of: [$0])?.rawValue ?? BPEModel.absent }
  }

  /// The first merge of two tokens at or after an event.
  func merge(_ left: UInt32, _ right: UInt32, from event: Int) -> Int? {
    let rank = pairs.rank(left, right)
    return rank == MergeTable.noRank ? nil : mergesOfPair.first(of: Int(rank), from: event)
  }

  /// The first removal of a token at or after an event.
  func split(_ token: UInt32, from event: Int) -> Int? {
    splitsOfToken.first(of: Int(token), from: event)
  }
}

/// Lists of events, each ascending, back to back.
private struct EventLists: Sendable {
  private var starts: [UInt32]
  private var events: [UInt32]

  /// - Parameters:
  ///   - entries: The index of a list and an event for it, by ascending events.
  ///   - count: The number of lists.
  init(_ entries: [(key: Int, event: Int)], count: Int) {
    starts = Array(repeating: 0, count: count + 1)
    for entry in entries { starts[entry.key + 1] += 1 }
    for number in 0..<count { starts[number + 1] += starts[number] }
    var ends = starts
    events = Array(repeating: 0, count: entries.count)
    for entry in entries {
      events[Int(ends[entry.key])] = UInt32(entry.event)
      ends[entry.key] += 1
    }
  }

  /// The first event of a list at or after a given one.
  func first(of key: Int, from event: Int) -> Int? {
    var low = Int(starts[key])
    let end = Int(starts[key + 1])
    var high = end
    while low < high {
      let middle = (low + high) / 2
      if events[middle] < event { low = middle + 1 } else { high = middle }
    }
    return low < end ? Int(events[low]) : nil
  }
}

extension ArraySlice {
  /// Removes and returns the first element if it satisfies a condition.
  fileprivate mutating func popFirst(where isWanted: (Element) -> Bool) -> Element? {
    guard let first, isWanted(first) else { return nil }
    removeFirst()
    return first
  }
}
