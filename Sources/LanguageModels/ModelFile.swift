// Procedure: a model file is a safetensors file with the configuration in its metadata and one
//   tensor for each parameter. A reader compares names and shapes with those of the configuration
//   before it makes a model, so memory is bounded by the size of the file.
// Complexity: O(size of the file).
// Determinism: the file is a function of the model.

import Diagnostics
import NeuralLayers
public import Noise
public import TensorCore

extension LanguageModel {
  /// The content of the model's file.
  ///
  /// - Parameter metadata: Further text about the model, after its configuration.
  /// - Returns: The content for `write(to:)`.
  public func safetensors(metadata: [(key: String, value: String)] = []) -> Safetensors {
    var file = Safetensors(metadata: configuration.metadata + metadata)
    for parameter in parameters { file.append(parameter.name, parameter.value) }
    return file
  }

  /// Loads the values of a file.
  ///
  /// - Parameter file: The file of a model with the same configuration.
  /// - Throws: ``InvalidData`` if the kind or a shape differs; the model is then unchanged.
  public func load(_ file: Safetensors) throws {
    let other = try ModelConfiguration(file)
    guard other == configuration else {
      throw InvalidData(
        place: "header: __metadata__",
        "found a model of another shape, \(other), where \(configuration) was expected"
      )
    }
    let values: [Tensor<Element>] = try other.values(in: file)
    for (parameter, value) in zip(parameters, values) { parameter.value = value }
  }
}

extension ModelConfiguration {
  /// Creates a model of this configuration with initial values.
  ///
  /// - Parameters:
  ///   - type: The type of its numbers.
  ///   - bound: The bound of an LSTM's initial values.
  ///   - key: Seed and the site `initialization`.
  /// - Returns: A new model.
  public func model<Element: TensorElement>(
    of type: Element.Type,
    bound: Double = 0.1,
    key: NoiseKey
  ) -> any LanguageModel<Element> {
    switch self {
    case .lstm(let shape): LSTMLanguageModel<Element>(shape, bound: bound, key: key)
    case .transformer(let shape): TransformerLanguageModel<Element>(shape, key: key)
    }
  }

  /// The parameters of a file in the model's order, with matching shapes.
  func values<Element: TensorElement>(in file: Safetensors) throws -> [Tensor<Element>] {
    var tensors: [[UInt8]: Safetensors.NamedTensor] = [:]
    for tensor in file.tensors { tensors[Array(tensor.name.utf8)] = tensor }
    let values = try shapes.map { name, shape -> Tensor<Element> in
      guard let tensor = tensors.removeValue(forKey: Array(name.utf8)) else {
        throw InvalidData(place: "header", "there is no tensor '\(name)' of shape \(shape)")
      }
      guard tensor.shape == shape else {
        throw InvalidData(
          place: "header: \(name)",
          "found the shape \(tensor.shape) where \(shape) was expected"
        )
      }
      return try tensor.values(of: Element.self)
    }
    if let name = file.tensors.first(where: { tensors[Array($0.name.utf8)] != nil })?.name {
      throw InvalidData(place: "header: \(name)", "\(self) has no such parameter")
    }
    return values
  }
}

extension Safetensors {
  /// Creates the model that the file describes.
  ///
  /// - Parameter type: The type of its numbers; 32-bit numbers are widened to 64 bits, never the
  ///   reverse.
  /// - Returns: A new model with the values of the file.
  /// - Throws: ``InvalidData`` if it is not a model file, or not a complete one.
  public func model<Element: TensorElement>(
    of type: Element.Type
  ) throws -> any LanguageModel<Element> {
    let configuration = try ModelConfiguration(self)
    // Values first: no memory is allocated for a shape that the file does not have.
    let values: [Tensor<Element>] = try configuration.values(in: self)
    let key = NoiseKey(seed: 0, site: .initialization)
    let model = configuration.model(of: type, key: key)
    for (parameter, value) in zip(model.parameters, values) { parameter.value = value }
    return model
  }
}

extension Safetensors.NamedTensor {
  /// The numbers in another type.
  ///
  /// - Throws: ``InvalidData`` if that type cannot hold them all.
  public func values<Element: TensorElement>(of: Element.Type) throws -> Tensor<Element> {
    switch numbers {
    case .float(let tensor):
      return (tensor as? Tensor<Element>)
        ?? Tensor(tensor.elements.map { Element($0) }, shape: tensor.shape)
    case .double(let tensor):
      guard let tensor = tensor as? Tensor<Element> else {
        throw InvalidData(place: "header: \(name)", "found F64 where F32 was expected")
      }
      return tensor
    }
  }
}
