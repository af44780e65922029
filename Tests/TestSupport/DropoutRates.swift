public import Noise

/// A drop rate that is known to be one.
public func dropoutRate(_ value: Double) -> DropoutRate {
  guard let rate = DropoutRate(value) else { preconditionFailure("\(value) is no drop rate") }
  return rate
}
