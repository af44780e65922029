import Collation
import Experiments
import LanguageModels
import Reports
import TensorCore
import Training

/// What noise costs or saves, measured against the same model without noise in one run.
///
/// The two take their steps in turns, and who goes first changes from pair to pair, so that a slower
/// machine is slower for both.
struct NoiseCost {
  /// The times of steps, as a clock has them and as the processor does.
  private struct Times {
    var wall: [Double] = []
    var processor = 0.0

    var mean: Double { wall.reduce(0, +) / Double(max(wall.count, 1)) }
  }

  private var plain = Times()
  private var noisy = Times()

  /// Runs pairs of steps for some seconds, after two pairs that do not count.
  ///
  /// - Parameters:
  ///   - plan: The plan of both; its noise and loss are taken for the one, and none for the other.
  ///   - seconds: How long.
  ///   - threads: How many compute.
  ///   - pool: Computes.
  /// - Throws: ``InvalidData`` if the model does not have a place of the noise.
  init(_ plan: RunPlan, seconds: Double, threads: Int, pool: ComputePool) throws {
    let quiet = plan.changing {
      $0.training.noise = ModelNoiseRates()
      $0.training.consistency = 0
    }
    let runs = try [quiet, plan].map { plan in
      try plan.run(on: plan.open(plan.loadTokenizer(), threads: threads).stream, pool: pool)
    }
    var start = Terminal.seconds()
    var pairs = 0
    repeat {
      if pairs == 2 { start = Terminal.seconds() }
      for turn in 0..<2 {
        let isNoisy = (turn + pairs) % 2 == 1
        let before = (Terminal.seconds(), Terminal.processorSeconds())
        _ = try runs[isNoisy ? 1 : 0].next()
        let time = Terminal.seconds() - before.0
        let processor = Terminal.processorSeconds() - before.1
        guard pairs >= 2 else { continue }
        if isNoisy {
          noisy.wall.append(time)
          noisy.processor += processor
        } else {
          plain.wall.append(time)
          plain.processor += processor
        }
      }
      pairs += 1
    } while pairs <= 2 || Terminal.seconds() - start < seconds
  }

  /// The figures; a cost is negative where the noise saves time.
  ///
  /// Means count where steps differ, as with whole blocks left out; the median over the pairs is
  /// surer where they do not. The processor's time, for which one thread is best because threads
  /// poll while they wait, does not count what other processes take.
  func add(to figures: inout BenchmarkFigures) {
    let pairs = zip(noisy.wall, plain.wall).map { $0 / $1 }.sorted()
    figures.add("pairs", pairs.count)
    figures.add("plain_ms", plain.mean * 1000)
    figures.add("noise_ms", noisy.mean * 1000)
    figures.add("cost_percent", 100 * (noisy.mean / plain.mean - 1))
    figures.add("median_cost_percent", 100 * ((pairs.isEmpty ? 1 : pairs[pairs.count / 2]) - 1))
    figures.add("processor_cost_percent", 100 * (noisy.processor / plain.processor - 1))
    figures.add("speed_ratio", plain.mean / noisy.mean)
  }
}
