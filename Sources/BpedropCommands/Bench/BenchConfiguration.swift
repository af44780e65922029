import ArgumentParser
import Collation
import Experiments
import LanguageModels
import Noise
import Training

/// The configurations used to compare with peers, by name.
enum BenchConfiguration: String, CaseIterable, ExpressibleByArgument {
  case lstmSmall = "lstm-small"
  case lstmMedium = "lstm-medium"
  case lstmLarge = "lstm-large"
  case gptMini = "gpt-mini"
  case gptSmall = "gpt-small"
  case gptModern = "gpt-modern"
  case gpt2 = "gpt-2"

  /// The model, the rows of a batch, and the tokens of a row.
  var shape: (model: ModelConfiguration, rows: Int, times: Int) {
    func lstm(_ columns: Int) -> ModelConfiguration {
      .lstm(LSTMConfiguration(vocabulary: 10_000, columns: columns, layers: 2))
    }
    func gpt(_ columns: Int, layers: Int, heads: Int) -> TransformerConfiguration {
      TransformerConfiguration(
        vocabulary: 8192,
        columns: columns,
        layers: layers,
        heads: heads,
        context: 256
      )
    }
    switch self {
    case .lstmSmall: return (lstm(200), 20, 20)
    case .lstmMedium: return (lstm(650), 20, 35)
    case .lstmLarge: return (lstm(1500), 20, 35)
    case .gptMini: return (.transformer(gpt(256, layers: 4, heads: 4)), 8, 256)
    case .gptSmall: return (.transformer(gpt(384, layers: 6, heads: 6)), 8, 256)
    case .gptModern: return (.transformer(gpt(256, layers: 4, heads: 4).modern), 8, 256)
    case .gpt2:
      var shape = gpt(768, layers: 12, heads: 12)
      (shape.vocabulary, shape.context) = (50_257, 1024)
      return (.transformer(shape), 4, 64)
    }
  }

  private var recipe: TrainingRecipe {
    var recipe = TrainingRecipe(steps: 1 << 40)
    func rates(_ rate: Double, at places: [NoisePlace]) -> ModelNoiseRates {
      var rates = ModelNoiseRates()
      for place in places { rates[place] = NoiseRate(DropoutRate(rate) ?? .zero) }
      return rates
    }
    switch self {
    case .lstmSmall, .lstmMedium, .lstmLarge:
      let rate = self == .lstmSmall ? 0 : self == .lstmMedium ? 0.5 : 0.65
      recipe.rule = .sgd
      recipe.learningRate = LearningRate(1)
      recipe.clip = 5
      recipe.noise = rates(rate, at: [.embedding, .layers, .output])
    case .gptMini, .gptSmall, .gptModern, .gpt2:
      recipe.rule = .adamW()
      recipe.learningRate = LearningRate(3e-4)
      recipe.weightDecay = 0.01
      recipe.clip = 1
      recipe.noise = rates(0.1, at: [.attention, .residual, .mlp])
    }
    return recipe
  }

  /// An endless run over random tokens.
  var plan: RunPlan {
    get throws {
      let (model, rows, times) = shape
      var settings: [String: RecipeValue] = [
        "batch_size": .number(Double(rows)), "block_size": .number(Double(times)),
      ]
      if case .lstm = model { settings["rows"] = "contiguous" }
      var plan = RunPlan(
        data: .random(tokens: rows * times * 16 + rows),
        batches: try CollationRecipe(settings),
        model: model,
        training: recipe
      )
      plan.initialBound = self == .lstmLarge ? 0.04 : self == .lstmMedium ? 0.05 : 0.1
      return plan
    }
  }
}
