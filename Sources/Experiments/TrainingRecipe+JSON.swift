import Diagnostics
import JSONText
import LanguageModels
import Noise
import Training

extension TrainingRecipe {
  /// The recipe as an object, without the seed.
  var json: JSONValue {
    let everywhere = JSONMember("everywhere", .text("\(noise.common)"))
    let rates = NoisePlace.all.filter { !$0.isOptional || noise[$0] != NoiseRate(.zero) }
      .map { JSONMember($0.name, .text("\(noise[$0])")) }
    let settings = noise.settings.numbers.map { JSONMember($0.key, .number($0.value)) }
    return .object([
      JSONMember("steps", .number(Double(steps))), JSONMember("optimizer", rule.json),
      JSONMember("learning_rate", learningRate.json),
      JSONMember("weight_decay", .number(weightDecay)),
      JSONMember("clip", clip.map { .number($0) } ?? .null),
      JSONMember("dropout", .object([everywhere] + rates)),
      JSONMember("noise", .object(settings)), JSONMember("consistency", .number(consistency)),
      JSONMember("accumulation", .number(Double(accumulation))),
      JSONMember("groups", .array(groups.map(\.json))),
    ])
  }

  init(_ reader: PlanReader) throws {
    self.init(steps: try reader.integer("steps", in: 0...1 << 40))
    rule = try OptimizerRule(reader.object("optimizer"))
    learningRate = try LearningRate(reader.object("learning_rate"))
    weightDecay = try reader.number("weight_decay")
    clip = try reader.optional("clip") == nil ? nil : reader.number("clip")
    let rates = try reader.object("dropout")
    noise = ModelNoiseRates(try rates.choice("everywhere") { NoiseRate($0) })
    for place in NoisePlace.all where rates.optional(place.name) != nil {
      noise[place] = try rates.choice(place.name) { NoiseRate($0) }
    }
    if reader.optional("noise") != nil {
      let settings = try reader.object("noise")
      noise.settings = try NoiseSettings { key in
        settings.optional(key) == nil ? nil : try settings.number(key)
      }
      if let fault = noise.settings.fault { throw InvalidData(place: "training.noise", fault) }
    }
    if reader.optional("consistency") != nil { consistency = try reader.number("consistency") }
    accumulation = try reader.integer("accumulation", in: 1...65_536)
    groups = try reader.list("groups").enumerated().map { index, value in
      try ParameterGroup(PlanReader(value, at: "training.groups[\(index)]"))
    }
  }
}

extension OptimizerRule {
  fileprivate var json: JSONValue {
    switch self {
    case .sgd: .object([JSONMember("rule", .text("sgd"))])
    case .adamW(let beta1, let beta2, let epsilon):
      .object([
        JSONMember("rule", .text("adamw")), JSONMember("beta1", .number(beta1)),
        JSONMember("beta2", .number(beta2)), JSONMember("epsilon", .number(epsilon)),
      ])
    }
  }

  fileprivate init(_ reader: PlanReader) throws {
    let isSGD = try reader.choice("rule") { ["sgd": true, "adamw": false][$0] }
    self =
      isSGD
      ? .sgd
      : .adamW(
        beta1: try reader.number("beta1"),
        beta2: try reader.number("beta2"),
        epsilon: try reader.number("epsilon")
      )
  }
}

extension LearningRate {
  fileprivate var json: JSONValue {
    let parts: [JSONMember] =
      switch schedule {
      case .constant: [JSONMember("schedule", .text("constant"))]
      case .cosine(let floor):
        [JSONMember("schedule", .text("cosine")), JSONMember("floor", .number(floor))]
      case .linear(let floor):
        [JSONMember("schedule", .text("linear")), JSONMember("floor", .number(floor))]
      case .decay(let factor, let after, let every):
        [
          JSONMember("schedule", .text("decay")), JSONMember("factor", .number(factor)),
          JSONMember("after", .number(Double(after))), JSONMember("every", .number(Double(every))),
        ]
      }
    let first = [
      JSONMember("peak", .number(peak)), JSONMember("warmup", .number(Double(warmup))),
    ]
    return .object(first + parts)
  }

  fileprivate init(_ reader: PlanReader) throws {
    let steps = 0...1 << 40
    let schedule: Schedule =
      switch try reader.choice("schedule", ScheduleKind.init(rawValue:)) {
      case .constant: .constant
      case .cosine: .cosine(floor: try reader.number("floor"))
      case .linear: .linear(floor: try reader.number("floor"))
      case .decay:
        .decay(
          factor: try reader.number("factor"),
          after: try reader.integer("after", in: steps),
          every: try reader.integer("every", in: steps)
        )
      }
    let peak = try reader.number("peak")
    guard peak >= 0 else { throw InvalidData(place: "training.learning_rate.peak", "is below 0") }
    self.init(peak, warmup: try reader.integer("warmup", in: steps), schedule: schedule)
  }

  private enum ScheduleKind: String { case constant, cosine, linear, decay }
}

extension ParameterGroup {
  fileprivate var json: JSONValue {
    .object([
      JSONMember("names", .array(names.map { .text($0) })),
      JSONMember("optimizer", rule?.json ?? .null),
      JSONMember("rate_factor", .number(rateFactor)),
      JSONMember("weight_decay", weightDecay.map { .number($0) } ?? .null),
      JSONMember("frozen", .bool(isFrozen)),
    ])
  }

  fileprivate init(_ reader: PlanReader) throws {
    self.init(try reader.texts("names"))
    rule = try reader.optional("optimizer") == nil ? nil : OptimizerRule(reader.object("optimizer"))
    rateFactor = try reader.number("rate_factor")
    weightDecay = try reader.optional("weight_decay") == nil ? nil : reader.number("weight_decay")
    isFrozen = try reader.flag("frozen")
  }
}
