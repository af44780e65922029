// Procedure: each transformation of a text adds a layer of runs that tile both texts in order. A
//   range of the last text is mapped back through the layers, last first: byte for byte inside an
//   unchanged run, to the whole run inside a changed one. A second list of layers has shorter runs,
//   of single characters where they can be aligned (CharacterAlignment.swift).
// Complexity: O(log runs) for a range and layer; memory O(runs), not O(bytes).

/// Maps ranges of a transformed text back to the original.
public struct OffsetMap: Equatable, Sendable {
  /// One transformation: run i covers from `transformedStarts[i]`, `originalStarts[i]` to the next
  /// entry; the last entry is the end of both texts.
  struct Layer: Equatable, Sendable {
    private(set) var transformedStarts: [Int] = [0]
    private(set) var originalStarts: [Int] = [0]
    private(set) var isChanged: [Bool] = []

    init() {}

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
      guard offset < transformedStarts[isChanged.count] else {
        return originalStarts[isChanged.count]
      }
      let run = run(at: offset)
      let distance = isChanged[run] ? 0 : offset - transformedStarts[run]
      return originalStarts[run] + distance
    }

    func originalEnd(of offset: Int) -> Int {
      guard offset > 0 else { return originalStarts[0] }
      let run = run(at: offset - 1)
      if isChanged[run] { return originalStarts[run + 1] }
      return originalStarts[run] + offset - transformedStarts[run]
    }
  }

  private(set) var layers: [Layer]
  /// The same layers with changed runs cut into their characters.
  private(set) var characterLayers: [Layer]

  init(_ layers: [Layer], characters characterLayers: [Layer]) {
    self.layers = layers
    self.characterLayers = characterLayers
  }

  /// The map followed by one more transformation.
  func appending(_ layer: Layer, characters: Layer? = nil) -> OffsetMap {
    OffsetMap(layers + [layer], characters: characterLayers + [characters ?? layer])
  }

  /// The map of a part of the transformed text.
  ///
  /// - Parameter range: The part, in bytes of the transformed text.
  /// - Returns: A map whose offsets are relative to the start of the part.
  public func part(_ range: Range<Int>) -> OffsetMap {
    range.lowerBound == 0 ? self : appending(Layer(from: range.lowerBound, length: range.count))
  }

  /// The original bytes of a non-empty range of the transformed text.
  ///
  /// - Parameters:
  ///   - range: A range of the transformed text.
  ///   - byCharacters: Whether a composed character belongs to the first of its parts alone, as in
  ///     Hugging Face tokenizers.
  /// - Returns: The smallest range of whole runs and unchanged bytes that covers it.
  public func originalRange(of range: Range<Int>, byCharacters: Bool = false) -> Range<Int> {
    guard !range.isEmpty else {
      let start = originalStart(of: range.lowerBound)
      return start..<start
    }
    var start = range.lowerBound
    var end = range.upperBound
    for layer in (byCharacters ? characterLayers : layers).reversed() {
      (start, end) = (layer.originalStart(of: start), layer.originalEnd(of: end))
    }
    return start..<end
  }

  /// The original offset at which the run of a byte of the transformed text starts.
  public func originalStart(of offset: Int) -> Int {
    layers.reversed().reduce(offset) { offset, layer in layer.originalStart(of: offset) }
  }
}

/// A text after normalisation.
public struct NormalizedText: Sendable {
  /// The bytes of the normalised text.
  public let bytes: [UInt8]
  /// Maps its bytes back to the original.
  public let offsets: OffsetMap
}
