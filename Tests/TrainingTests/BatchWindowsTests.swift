import BytePairEncoding
import Collation
import LanguageModels
import NeuralLayers
import TensorCore
import Testing
import Training

struct BatchWindowsTests {
  private let separator = Int32(TrainingSamples.separator.rawValue)

  @Test(arguments: ["windows", "grid", "pack"])
  func `a document begins with the separator before it`(rows: String) throws {
    let stream = try TrainingSamples.stream(rows)
    var documents = 0
    for step in 0..<4 {
      let batch = try stream.batch(step: step)
      let window = try batch.window(
        rows: 1..<batch.rows,
        batchSize: 6,
        for: TrainingSamples.shapes[3],
        separator: TrainingSamples.separator
      )
      let bounds = try #require(window.bounds).map { Int($0) }
      for (start, end) in zip(bounds, bounds.dropFirst()) {
        let document = window.inputs[start..<end]
        #expect(start / window.times == (end - 1) / window.times)
        #expect(document.dropFirst().allSatisfy { $0 != separator })
        if start % window.times > 0 && document.first == separator { documents += 1 }
      }
    }
    #expect(documents > 3 || rows == "grid")
  }

  /// The loss of a step is that of its documents, each alone.
  @Test func `windows of documents that are kept apart do not see one another`() throws {
    let stream = try TrainingSamples.stream("windows")
    let batch = try stream.batch(step: 0)
    let model = TrainingSamples.model(TrainingSamples.shapes[3], of: Double.self)
    var expected = 0.0
    for row in 0..<batch.rows {
      let range = row * batch.length..<(row + 1) * batch.length
      let (inputs, targets) = (Array(batch.inputs[range]), Array(batch.targets[range]))
      var starts = [0]
      for place in 1..<batch.length where Int32(inputs[place]) == separator { starts.append(place) }
      for (start, end) in zip(starts, starts.dropFirst() + [batch.length]) {
        let window = TokenWindow(
          inputs[start..<end].map { Int32($0) },
          targets: Array(targets[start..<end]),
          batch: 1
        )
        var state = model.start(batch: 1)
        let tape = Tape<Double>(pool: pools[0], isRecording: false)
        expected += model.loss(window, state: &state, on: tape).total
      }
    }
    var recipe = TrainingSamples.recipe(steps: 1)
    recipe.noise = ModelNoiseRates()
    let own = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[0]).advance(1)[0].nats
    #expect(abs(own - expected) < 1e-9)
  }
}
