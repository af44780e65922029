// Source: A. Fan, E. Grave, A. Joulin, "Reducing Transformer Depth on Demand with Structured Dropout",
//   ICLR 2020, section 3.2: layers are left out evenly, without further training.
// Procedure: block i of r is block floor(i n / r) of n: the first one is kept, and for half of the
//   blocks every other. The tensors of the others go, and those of the kept are numbered anew.
// Complexity: O(size of the file).
// Determinism: the file is a function of the file and of r. Its model computes what the whole model
//   does through the kept blocks, bit by bit.

import Diagnostics

extension Safetensors {
  /// The blocks that remain if a transformer is pruned to fewer.
  ///
  /// - Parameters:
  ///   - count: How many remain, at most `layers`.
  ///   - layers: How many there are.
  /// - Returns: Their numbers, in ascending order, evenly spaced.
  public static func evenBlocks(_ count: Int, of layers: Int) -> [Int] {
    precondition(count >= 1 && count <= layers, "\(count) of \(layers) blocks cannot remain")
    return (0..<count).map { $0 * layers / count }
  }

  /// The model with some of its blocks left out, for evaluation or further training.
  ///
  /// - Parameter count: How many blocks remain.
  /// - Returns: The model's file, without the state of a run.
  /// - Throws: ``InvalidData`` if it is not a transformer's file, or has fewer blocks.
  public func pruned(toBlocks count: Int) throws -> Safetensors {
    guard case .transformer(var shape) = try ModelConfiguration(self) else {
      throw InvalidData(
        "only the blocks of a transformer can be left out, not the layers of an lstm"
      )
    }
    let layers = shape.layers
    guard count >= 1 && count <= layers else {
      throw InvalidData("the model has \(layers) blocks, of which \(count) cannot remain")
    }
    let kept = Self.evenBlocks(count, of: layers)
    shape.layers = count
    let configuration = ModelConfiguration.transformer(shape).metadata
    let names = Set(ModelConfiguration.transformer(shape).metadata.map(\.key))
    // The text about the run remains, but not its position: the result is no checkpoint.
    let others = metadata.filter { member in
      !names.contains(member.key) && !member.key.hasPrefix("checkpoint")
        && !member.key.hasPrefix("recipe.")
    }
    let blocks = kept.map { "\($0)" }.joined(separator: " ")
    var result = Safetensors(metadata: configuration + others + [("pruned_blocks", blocks)])
    for tensor in tensors {
      var parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false).map(
        String.init
      )
      if parts.count > 1, parts[0] == "blocks" {
        // A name that no model has stays, and is refused when the model is made.
        if let block = Int(parts[1]), "\(block)" == parts[1] {
          guard let place = kept.firstIndex(of: block) else { continue }
          parts[1] = "\(place)"
        }
      }
      switch tensor.numbers {
      case .float(let numbers): result.append(parts.joined(separator: "."), numbers)
      case .double(let numbers): result.append(parts.joined(separator: "."), numbers)
      }
    }
    return result
  }
}
