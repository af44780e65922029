// Source: parameter groups as in torch.optim; frozen parts as in transfer learning.
// Procedure: the first group that names a parameter applies to it; the recipe applies to the rest.
//   A frozen parameter is left out altogether: no norm, no decay, no moments, no update. A zero
//   gradient would not be equivalent, because AdamW still moves by its moments and its decay.
// Complexity: O(groups) for each parameter, once.
// Determinism: a function of the names.

/// Parameters of a model that are trained differently from the others.
public struct ParameterGroup: Hashable, Sendable {
  /// Names of parameters, in which `*` matches any text: `embedding.weight`, `*.bias`.
  public var names: [String]
  /// The update rule; nil for the recipe's.
  public var rule: OptimizerRule?
  /// Multiplies the learning rate.
  public var rateFactor = 1.0
  /// The weight decay of matrices; nil for the recipe's.
  public var weightDecay: Double?
  /// Whether the parameters keep their values.
  public var isFrozen = false

  /// Creates a group that trains as in the recipe, until one of its other properties is set.
  ///
  /// - Parameter names: Names of parameters, in which `*` matches any text.
  public init(_ names: [String]) { self.names = names }

  /// Whether a parameter belongs to the group.
  ///
  /// - Parameter name: The parameter's name in a model file.
  /// - Returns: Whether it belongs to the group.
  public func contains(_ name: String) -> Bool {
    names.contains { Self.matches(Array($0.utf8)[...], Array(name.utf8)[...]) }
  }

  /// Whether a pattern matches a whole text; each `*` tries the shortest text first.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    if first == UInt8(ascii: "*") {
      return (text.startIndex...text.endIndex).contains { matches(rest, text[$0...]) }
    }
    return text.first == first && matches(rest, text.dropFirst())
  }
}

extension ParameterGroup: CustomStringConvertible {
  /// For example `*.bias: rule adamW, rate 0.5, decay 0` or `embedding.*: frozen`.
  public var description: String {
    var parts: [String] = []
    if isFrozen { parts.append("frozen") }
    if let rule { parts.append("rule \(rule)") }
    if rateFactor != 1 { parts.append("rate \(rateFactor)") }
    if let weightDecay { parts.append("decay \(weightDecay)") }
    return "\(names.joined(separator: " ")): \(parts.joined(separator: ", "))"
  }
}
