import Corpora

extension Row {
  /// Appends tokens of a stream; each call begins a segment.
  mutating func read(_ range: Range<Int>, of tokens: TokenStream) throws {
    let start = ids.count
    if byteTable == nil {
      try tokens.read(range, into: &ids, byteCounts: &byteCounts)
    } else {
      try tokens.read(range, into: &ids)
    }
    tokens.appendDocuments(of: range, to: &documents)
    segments.append(start..<ids.count)
  }

  /// Leaves out, and counts, the tokens that do not fit a full row.
  mutating func cut(toFit collator: Collator) {
    let limit = collator.tokens(forPositions: collator.stride)
    guard ids.count > limit else { return }
    if collator.objective.kind.keepsFields {
      let kept = collator.objective.keptTokens(ofFields: segments.map(\.count), limit: limit)
      for (segment, count) in zip(segments, kept) { countCut(segment.dropFirst(count)) }
      return cutSegments(to: kept)
    }
    countCut(limit..<ids.count)
    ids.removeLast(ids.count - limit)
    if byteTable == nil { byteCounts.removeLast(byteCounts.count - limit) }
    if !documents.isEmpty { documents.removeLast(documents.count - limit) }
    joinSegments()
  }

  private mutating func countCut(_ places: Range<Int>) {
    cutTokens += places.count
    cutBytes += places.reduce(0) { $0 + Int(byteCount(at: $1)) }
  }

  /// Leaves as many tokens at the front of each segment as are to be kept.
  private mutating func cutSegments(to counts: [Int]) {
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
}
