import Training

/// The recent loss and the speed of a run.
public struct TrainingMeter {
  private let now: () -> Double
  private let start: Double
  private var end: Double?
  private var tokens = 0
  /// Seconds in which something else than training was done.
  private var paused = 0.0
  /// Sums that forget: the last twenty steps or so count.
  private var (nats, targets, bytes) = (0.0, 0.0, 0.0)

  /// A meter that begins now.
  ///
  /// - Parameter now: Seconds on a clock that never goes back.
  init(now: @escaping () -> Double) {
    self.now = now
    start = now()
  }

  /// Seconds since the beginning, up to the end where there is one.
  public var seconds: Double { (end ?? now()) - start }

  /// Target tokens a second, without pauses; 0 before the first step.
  public var tokensPerSecond: Double {
    let busy = seconds - paused
    return busy > 0 ? Double(tokens) / busy : 0
  }

  /// The loss of the last steps, in bits of a byte; nil where the data do not say their bytes.
  public var recentBitsPerByte: Double? {
    bytes > 0 ? Evaluation.bitsPerByte(nats: nats, bytes: bytes) : nil
  }

  /// The loss of the last steps, in nats of a token.
  public var recentLoss: Double { targets > 0 ? nats / targets : 0 }

  /// Does something that is not training.
  mutating func pause<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = seconds
    defer { paused += seconds - before }
    return try body()
  }

  /// Stops the clock.
  mutating func stop() { end = now() }

  /// Takes a step in.
  mutating func add(_ step: TrainingStep) {
    tokens += step.targets
    guard !step.isSkipped else { return }
    nats = 0.95 * nats + step.nats
    targets = 0.95 * targets + Double(step.targets)
    bytes = 0.95 * bytes + Double(step.bytes)
  }
}
