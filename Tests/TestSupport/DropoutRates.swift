public import Noise

/// A dropout rate that is known to be valid.
public func dropoutRate(_ value: Double) -> DropoutRate {
  guard let rate = DropoutRate(value) else { preconditionFailure("\(value) is no drop rate") }
  return rate
}
