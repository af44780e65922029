// Procedure: each transformation of a text adds a layer of runs that tile both texts in order. A
//   range of the last text is mapped back through the layers, last first: byte for byte inside an
//   unchanged run, to the whole run inside a changed one. A second list of layers has shorter runs,
//   of single characters where they can be aligned (CharacterAlignment.swift).
//   OffsetLayer.swift has the two forms of a layer.
// Complexity: O(log runs) for a range and layer, O(1) for a cursor that only advances; memory
//   O(runs), not O(bytes).

/// Maps ranges of a transformed text back to the original.
public struct OffsetMap: Equatable, Sendable {
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
    // What was inserted before the first character has nothing of the original, and what was removed
    // there lies before its start.
    return min(start, end)..<end
  }

  /// The original offset at which the run of a byte of the transformed text starts.
  public func originalStart(of offset: Int) -> Int {
    layers.reversed().reduce(offset) { offset, layer in layer.originalStart(of: offset) }
  }
}

/// Maps ascending offsets of a transformed text back, some at a time.
package struct OffsetCursor {
  private let layers: [OffsetMap.Layer]
  /// For each layer, the run or the replacement of the last offset.
  private var hints: [Int]

  /// - Parameter map: Maps the text to the original.
  package init(_ map: OffsetMap) {
    layers = map.layers.reversed()
    hints = layers.map { _ in 0 }
  }

  /// Replaces offsets as ``OffsetMap/originalStart(of:)`` does.
  ///
  /// - Parameter offsets: Ascending, and none below those of the call before.
  package mutating func mapToOriginal(_ offsets: inout [Int]) {
    for (index, layer) in layers.enumerated() {
      layer.mapToOriginal(&offsets, from: &hints[index])
    }
  }
}

/// A text after normalisation.
public struct NormalizedText: Sendable {
  /// The bytes of the normalised text.
  public let bytes: [UInt8]
  /// Maps its bytes back to the original.
  public let offsets: OffsetMap
}
