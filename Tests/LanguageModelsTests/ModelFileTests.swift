import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

struct ModelFileTests {
  @Test(arguments: kinds)
  func `a model comes back from its file`(kind: ModelConfiguration) throws {
    let folder = try TemporaryFolder()
    let model = kind.lively(Float.self)
    try model.safetensors(metadata: [("note", "by hand")]).write(to: folder["model"])
    let file = try Safetensors(reading: folder["model"])
    #expect(file.metadata("note") == "by hand")
    #expect(try ModelConfiguration(file) == kind)
    let read = try file.model(of: Float.self)
    #expect(read.configuration == kind && read.bits == model.bits)
    #expect(read.parameters.map(\.name) == model.parameters.map(\.name))
    let other = kind.model(of: Float.self, key: NoiseKey(seed: 9, site: .initialization))
    #expect(other.bits != model.bits)
    try other.load(file)
    #expect(other.bits == model.bits)
    let wide = try file.model(of: Double.self)
    #expect(wide.bits == model.bits)
    #expect(throws: InvalidData.self) { try wide.safetensors().model(of: Float.self) }
  }

  @Test func `a file of another kind or shape is refused with both, the model unchanged`() throws {
    let model = kinds[0].lively(Float.self)
    let before = model.bits
    let wider = ModelConfiguration.lstm(LSTMConfiguration(vocabulary: 13, columns: 7, layers: 2))
    for other in [kinds[1], kinds[2], wider] {
      let file = other.lively(Float.self).safetensors()
      let error = #expect(throws: InvalidData.self) { try model.load(file) }
      let text = try #require(error).description
      #expect(text.contains("\(other)") && text.contains("\(kinds[0])"))
    }
    #expect(model.bits == before)
  }

  @Test func `tensors that are missing, extra or of another shape are named`() throws {
    let whole = kinds[0].lively(Float.self).safetensors()
    func message(_ metadata: [(key: String, value: String)], _ skip: String? = nil) -> String {
      var file = Safetensors(metadata: metadata)
      for tensor in whole.tensors where tensor.name != skip {
        if case .float(let numbers) = tensor.numbers { file.append(tensor.name, numbers) }
      }
      if skip == nil { file.append("more", Tensor<Float>(zeros: [1])) }
      let error = #expect(throws: InvalidData.self) { try file.model(of: Float.self) }
      return error?.description ?? ""
    }
    #expect(message(whole.metadata, "head.bias").contains("head.bias"))
    #expect(message(whole.metadata).contains("more"))
    func changed(_ key: String, _ value: String?) -> [(key: String, value: String)] {
      whole.metadata.compactMap { pair in
        pair.key == key ? value.map { (key: key, value: $0) } : pair
      }
    }
    #expect(message(changed("columns", "7")).contains("[13, 6] where [13, 7]"))
    // A shape that would take all memory costs nothing, for the file does not have it.
    #expect(message(changed("vocabulary", "67108864")).contains("67108864"))
    #expect(message(changed("vocabulary", "0")).contains("vocabulary must lie in 1..."))
    #expect(message(changed("layers", "4000000000")).contains("layers must lie in 1..."))
    #expect(message(changed("layers", "99999999999999999999")).contains("no whole number"))
    #expect(message(changed("layers", "-1")).contains("no whole number"))
    #expect(message(changed("layers", nil)).contains("there is no 'layers'"))
    #expect(message(changed("tied", "2")).contains("'tied' is 2"))
    #expect(message(changed("version", "2")).contains("the version is '2'; 1 was expected"))
    #expect(message(changed("model", "gpt")).contains("the model is 'gpt'"))
    #expect(message([]).contains("the model is 'none'"))
  }

  @Test func `first values are those of the recipes`() throws {
    let key = NoiseKey(seed: 4, site: .initialization)
    let lstm = LSTMLanguageModel<Float>(
      LSTMConfiguration(vocabulary: 500, columns: 40, layers: 1),
      bound: 0.05,
      key: key
    )
    for parameter in lstm.parameters {
      let values = parameter.value.elements
      #expect(values.allSatisfy { abs($0) <= 0.05 } && (values.max() ?? 0) > 0.045)
    }
    let transformer = TransformerLanguageModel<Float>(
      TransformerConfiguration(vocabulary: 500, columns: 40, layers: 8, heads: 4, context: 100),
      key: key
    )
    for parameter in transformer.parameters where parameter.shape.count == 2 {
      let values = parameter.value.elements.map(Double.init)
      let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      let isToStream = parameter.name.hasSuffix("out.weight") || parameter.name.contains("down")
      let deviation = isToStream ? 0.02 / 4 : 0.02
      // Six standard errors of a variance over at least 1600 values.
      #expect(abs(variance / (deviation * deviation) - 1) < 6 * 0.036, "\(parameter.name)")
    }
    let bias = try #require(transformer.parameter("blocks.0.mlp.down.bias"))
    #expect(bias.value.elements.allSatisfy { $0 == 0 })
    #expect(transformer.parameter("head.weight") == nil)
  }
}
