// Procedure: a layer is a list of runs, or, where one byte was replaced everywhere as most files
//   replace the space, the places of the replacements alone: offsets then follow by counting.
// Complexity: O(log runs); O(1) from a hint that is near.

extension OffsetMap {
  /// One transformation: run i covers from `transformedStarts[i]`, `originalStarts[i]` to the next
  /// entry; the last entry is the end of both texts.
  struct Layer: Equatable, Sendable {
    /// The replacements; nil for runs.
    private var replacements: Replacements?
    private(set) var transformedStarts: [Int] = [0]
    private(set) var originalStarts: [Int] = [0]
    private(set) var isChanged: [Bool] = []

    init() {}

    /// A layer of replacements of one byte.
    init(_ replacements: Replacements) { self.replacements = replacements }

    /// A layer that drops the bytes before an offset.
    init(from offset: Int, length: Int) {
      originalStarts = [offset]
      append(original: length, transformed: length, changed: false)
    }

    mutating func append(original: Int, transformed: Int, changed: Bool) {
      guard original > 0 || transformed > 0 else { return }
      let end = isChanged.count
      let transformedEnd = transformedStarts[end] + transformed
      let originalEnd = originalStarts[end] + original
      if !changed && isChanged.last == false {
        transformedStarts[end] = transformedEnd
        originalStarts[end] = originalEnd
      } else {
        transformedStarts.append(transformedEnd)
        originalStarts.append(originalEnd)
        isChanged.append(changed)
      }
    }

    mutating func append(_ next: Layer) {
      // A layer that drops its beginning is never appended.
      if let replacements = next.replacements {
        replacements.forEachRun { append(original: $0, transformed: $1, changed: $2) }
      }
      for run in next.isChanged.indices {
        append(
          original: next.originalStarts[run + 1] - next.originalStarts[run],
          transformed: next.transformedStarts[run + 1] - next.transformedStarts[run],
          changed: next.isChanged[run]
        )
      }
    }

    /// The run that contains a byte of the transformed text.
    private func run(at offset: Int) -> Int {
      // The last run that starts at or before the offset: runs that became empty share their start
      // with the run after them, and are skipped.
      var low = 0
      var high = isChanged.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if transformedStarts[middle] <= offset { low = middle } else { high = middle }
      }
      return low
    }

    func originalStart(of offset: Int) -> Int {
      if let replacements { return replacements.originalStart(of: offset) }
      guard offset < transformedStarts[isChanged.count] else {
        return originalStarts[isChanged.count]
      }
      let run = run(at: offset)
      let distance = isChanged[run] ? 0 : offset - transformedStarts[run]
      return originalStarts[run] + distance
    }

    /// Replaces ascending offsets as ``originalStart(of:)`` does, from the run or replacement of a
    /// smaller offset on.
    func mapToOriginal(_ offsets: inout [Int], from hint: inout Int) {
      if let replacements { return replacements.mapToOriginal(&offsets, from: &hint) }
      var run = hint
      let (starts, originals, changed) = (
        transformedStarts.span, originalStarts.span, isChanged.span
      )
      for index in offsets.indices {
        let offset = offsets[index]
        while run < changed.count && starts[run + 1] <= offset { run += 1 }
        let isInside = run < changed.count && !changed[run]
        offsets[index] = originals[run] + (isInside ? offset - starts[run] : 0)
      }
      hint = run
    }

    func originalEnd(of offset: Int) -> Int {
      if let replacements { return replacements.originalEnd(of: offset) }
      guard offset > 0 else { return originalStarts[0] }
      let run = run(at: offset - 1)
      if isChanged[run] { return originalStarts[run + 1] }
      return originalStarts[run] + offset - transformedStarts[run]
    }
  }

  /// One byte of a text, replaced wherever it stands.
  struct Replacements: Equatable, Sendable {
    /// Where the replacements start in the transformed text.
    let starts: [Int]
    /// Their length, at least 1.
    let length: Int
    /// The length of the transformed text.
    let end: Int

    /// The number of replacements that start before an offset.
    private func count(before offset: Int) -> Int {
      var low = 0
      var high = starts.count
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] < offset { low = middle + 1 } else { high = middle }
      }
      return low
    }

    /// The original offset behind some replacements, the last of which may contain the offset.
    private func originalStart(of offset: Int, behind count: Int) -> Int {
      let isInside = count > 0 && offset < starts[count - 1] + length
      return (isInside ? starts[count - 1] + length : offset) - count * (length - 1)
        - (isInside ? 1 : 0)
    }

    func originalStart(of offset: Int) -> Int {
      originalStart(of: min(offset, end), behind: count(before: min(offset, end)))
    }

    func mapToOriginal(_ offsets: inout [Int], from hint: inout Int) {
      let starts = starts.span
      var count = hint
      for index in offsets.indices {
        let offset = min(offsets[index], end)
        while count < starts.count && starts[count] < offset { count += 1 }
        offsets[index] = originalStart(of: offset, behind: count)
      }
      hint = count
    }

    func originalEnd(of offset: Int) -> Int {
      let count = count(before: offset)
      guard count > 0, offset < starts[count - 1] + length else {
        return offset - count * (length - 1)
      }
      return originalStart(of: offset, behind: count) + 1
    }

    /// Calls with the original and the transformed length of each run, and whether it changed.
    func forEachRun(_ body: (Int, Int, Bool) -> Void) {
      var position = 0
      for start in starts {
        body(start - position, start - position, false)
        body(1, length, true)
        position = start + length
      }
      body(end - position, end - position, false)
    }
  }
}
