// Procedure: what noise takes besides its rate. Texts and files name only the settings that differ
//   from the defaults, so that those from before a setting keep their meaning.

/// What the noise of a model takes besides rates.
public struct NoiseSettings: Hashable, Sendable {
  /// The number of masks before the head; the loss is the mean over all of them.
  public var headSamples = 1
  /// How many of a query's most attended keys may be hidden.
  public var hiddenKeys = 5
  /// Whether a hidden key leaves the softmax, instead of getting the score 0.
  public var hidesHard = false
  /// The largest deviation of the blur of attention, in keys.
  public var blurDeviation = 1.0
  /// How many keys on each side a blurred score takes in.
  public var blurReach = 2

  /// The defaults.
  public init() {}

  /// The names and limits of the settings.
  private static let limits: [(key: String, range: ClosedRange<Double>)] = [
    ("head_samples", 1...64), ("hidden_keys", 1...1024), ("hide_hard", 0...1),
    ("blur_deviation", 0.01...100), ("blur_reach", 0...64),
  ]

  private var values: [Double] {
    [
      Double(headSamples), Double(hiddenKeys), hidesHard ? 1 : 0, blurDeviation, Double(blurReach),
    ]
  }

  /// The settings that differ from the defaults, by name.
  public var numbers: [(key: String, value: Double)] {
    zip(Self.limits, zip(values, Self().values)).compactMap { limit, values in
      values.0 == values.1 ? nil : (limit.key, values.0)
    }
  }

  /// A setting that is out of its limits, in words; nil if there is none.
  public var fault: String? {
    zip(Self.limits, values).first { !$0.range.contains($1) }.map { limit, value in
      "\(limit.key) must lie in \(limit.range), but is \(value)"
    }
  }

  /// Reads settings.
  ///
  /// - Parameter number: The value of a name; nil for the default.
  public init(_ number: (_ key: String) throws -> Double?) rethrows {
    func whole(_ key: String, _ own: Int) throws -> Int {
      // A number without a whole form is out of the limits, and `fault` says so.
      try number(key).map { Int(exactly: $0) ?? -1 } ?? own
    }
    headSamples = try whole("head_samples", headSamples)
    hiddenKeys = try whole("hidden_keys", hiddenKeys)
    hidesHard = try number("hide_hard").map { $0 != 0 } ?? hidesHard
    blurDeviation = try number("blur_deviation") ?? blurDeviation
    blurReach = try whole("blur_reach", blurReach)
  }
}
