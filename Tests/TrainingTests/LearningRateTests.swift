import Glibc
import Testing
import Training

struct LearningRateTests {
  @Test func `warm-up rises in equal steps and never begins at 0`() {
    let rate = LearningRate(0.8, warmup: 3, schedule: .constant)
    let rates = (0..<6).map { rate.rate(atStep: $0, of: 10) }
    for (own, expected) in zip(rates, [0.2, 0.4, 0.6, 0.8, 0.8, 0.8]) {
      #expect(abs(own - expected) < 1e-15)
    }
  }

  @Test func `a cosine goes from the peak over the middle to its floor`() {
    let rate = LearningRate(1, warmup: 10, schedule: .cosine(floor: 0.2))
    #expect(rate.rate(atStep: 10, of: 110) == 1)
    #expect(abs(rate.rate(atStep: 60, of: 110) - 0.6) < 1e-12)
    #expect(abs(rate.rate(atStep: 35, of: 110) - (0.2 + 0.4 * (1 + cos(.pi / 4)))) < 1e-12)
    #expect(abs(rate.rate(atStep: 110, of: 110) - 0.2) < 1e-12)
    #expect(abs(rate.rate(atStep: 9_999, of: 110) - 0.2) < 1e-12)
  }

  @Test func `a line falls evenly`() {
    let rate = LearningRate(1, schedule: .linear(floor: 0.5))
    let rates = (0...4).map { rate.rate(atStep: $0, of: 4) }
    for (own, expected) in zip(rates, [1, 0.875, 0.75, 0.625, 0.5]) {
      #expect(abs(own - expected) < 1e-15)
    }
  }

  /// 13 epochs of 10 steps: the paper's small model keeps its rate for 4 and halves it in each after.
  @Test func `decay is that of Zaremba's recipe`() {
    let rate = LearningRate(1, schedule: .decay(factor: 0.5, after: 40, every: 10))
    for epoch in 0..<13 {
      let expected = pow(0.5, Double(max(epoch + 1 - 4, 0)))
      #expect(rate.rate(atStep: 10 * epoch, of: 130) == expected)
      #expect(rate.rate(atStep: 10 * epoch + 9, of: 130) == expected)
    }
  }

  @Test func `runs of no steps and warm-ups longer than the run have rates`() {
    for schedule in [LearningRate.Schedule.cosine(floor: 0), .linear(floor: 0), .constant] {
      #expect(LearningRate(1, schedule: schedule).rate(atStep: 0, of: 0) == 1)
      #expect(LearningRate(1, warmup: 99, schedule: schedule).rate(atStep: 9, of: 10) == 0.1)
    }
  }
}
