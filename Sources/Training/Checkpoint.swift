// Procedure: a checkpoint is the model's file plus the optimizer's moments, the loss's tensors, the
//   carried states, and metadata that identify the run and its position. There is no random state,
//   because noise is a function of the step. The digest of the last batch reveals whether text,
//   tokenizer, collator or seed have changed. SafetensorsHeader.swift of LanguageModels defines the
//   header's format; this file writes the run's part of it.
// Complexity: O(size of the file). The file is written whole or not at all (Safetensors.write).
// Determinism: a resumed run ends bitwise identical to an uninterrupted one.

import Collation
import Diagnostics
public import LanguageModels
import NeuralLayers
import Noise
import TensorCore

extension TrainingRun {
  private static var version: String { "1" }

  /// The settings of recipe and loss, by which a checkpoint identifies its run.
  private var settings: [(key: String, value: String)] {
    recipe.settings + loss.settings.map { ("loss." + $0.key, $0.value) }
  }

  /// The number of steps in an epoch, if it is the same for all and known in advance.
  private var stepsOfEpoch: Int? {
    let collator = stream.collator
    return collator.shiftsWindows || collator.rows == .concatenated
      ? nil : stream.stepCount(epoch: 0)
  }

  /// The state of the run as the content of a file.
  ///
  /// - Parameter metadata: Further text to store, under the caller's keys.
  /// - Returns: The content for `write(to:)`; also a model file.
  public func checkpoint(metadata: [(key: String, value: String)] = []) -> Safetensors {
    var own = [
      ("checkpoint", Self.version), ("checkpoint.step", "\(step)"),
      ("checkpoint.updates", "\(optimizer.time)"), ("checkpoint.skipped", "\(skippedSteps)"),
      ("checkpoint.epoch", "\(epoch)"), ("checkpoint.noise", "\(NoiseKey.version)"),
      ("checkpoint.blas", BLASInfo.current.coreName),
      ("checkpoint.batch", String(lastBatch?.digest ?? 0, radix: 16)),
    ]
    if let count = stepsOfEpoch { own.append(("checkpoint.epoch_steps", "\(count)")) }
    for (key, value) in settings { own.append(("recipe." + key, value)) }
    var file = model.safetensors(metadata: own + metadata)
    for entry in optimizer.entries {
      guard let moments = entry.moments else { continue }
      file.append("optimizer.mean." + entry.parameter.name, moments.mean)
      file.append("optimizer.square." + entry.parameter.name, moments.square)
    }
    for (name, tensor) in loss.tensors { file.append("loss." + name, tensor) }
    for (part, state) in states.enumerated() {
      for (layer, state) in (state?.layers ?? []).enumerated() {
        file.append("state.\(part).\(layer).hidden", state.hidden)
        file.append("state.\(part).\(layer).cell", state.cell)
      }
    }
    return file
  }

  /// Restores the state of a checkpoint.
  ///
  /// The run may have more steps than the checkpoint's: its schedules then extend over all of them.
  ///
  /// - Parameter file: A checkpoint of this run: the same model, recipe and batches.
  /// - Returns: Sentences about what may differ in the last bits.
  /// - Throws: ``InvalidData`` if it is not a checkpoint, or that of another run, naming the
  ///   difference; the run is then unchanged. Also any error of making a batch.
  public func resume(from file: Safetensors) throws -> [String] {
    let step = try position(in: file)
    let (updates, skipped) = (
      try file.number("checkpoint.updates"), try file.number("checkpoint.skipped")
    )
    guard let epoch = UInt32(exactly: try file.number("checkpoint.epoch")) else {
      throw InvalidData(place: "header: __metadata__", "checkpoint.epoch is above 2^32")
    }
    let lastBatch = try batch(beforeStep: step, in: file)
    // Reads all tensors before any is adopted.
    let entries = optimizer.entries.filter { $0.moments != nil }
    let moments = try entries.map { entry in
      let (name, shape) = (entry.parameter.name, entry.parameter.shape)
      return (
        mean: try file.tensor("optimizer.mean." + name, shape: shape) as Tensor<Element>,
        square: try file.tensor("optimizer.square." + name, shape: shape) as Tensor<Element>
      )
    }
    let lossTensors = try loss.tensors.map { name, own in
      (name: name, value: try file.tensor("loss." + name, shape: own.shape) as Tensor<Element>)
    }
    let states = try states.indices.map { try state(ofPart: $0, in: file) }
    try model.load(file.modelPart)
    for (entry, saved) in zip(entries, moments) {
      entry.moments?.mean = saved.mean
      entry.moments?.square = saved.square
    }
    loss.tensors = lossTensors
    (self.states, self.step, self.epoch, self.lastBatch) = (states, step, epoch, lastBatch)
    (optimizer.time, skippedSteps) = (updates, skipped)
    restartBatches()
    return notes(on: file)
  }

  /// Remarks for the user about a checkpoint that fits.
  private func notes(on file: Safetensors) -> [String] {
    var notes: [String] = []
    let (core, own) = (file.metadata("checkpoint.blas") ?? "unknown", BLASInfo.current.coreName)
    if core != own {
      notes.append(
        "the checkpoint was computed by BLAS kernels for \(core), here they are for \(own): "
          + "results may differ in their last bits"
      )
    }
    if let steps = file.metadata("recipe.steps"), steps != "\(recipe.steps)" {
      notes.append(
        "the run grows from \(steps) to \(recipe.steps) steps, and its schedules extend over all of "
          + "them"
      )
    }
    return notes
  }

  /// The step of a checkpoint of this run.
  private func position(in file: Safetensors) throws -> Int {
    let place = "header: __metadata__"
    guard let version = file.metadata("checkpoint") else {
      throw InvalidData(place: place, "this is no checkpoint: there is no 'checkpoint'")
    }
    guard version == Self.version else {
      throw InvalidData(
        place: place,
        "the checkpoint has version '\(version)'; \(Self.version) was expected"
      )
    }
    let noise = try file.number("checkpoint.noise")
    guard noise == NoiseKey.version else {
      throw InvalidData(
        place: place,
        "the checkpoint was made under version \(noise) of the noise; this is \(NoiseKey.version)"
      )
    }
    let other = try ModelConfiguration(file)
    guard other == model.configuration else {
      throw InvalidData(
        place: place,
        "found a model of another shape, \(other), where \(model.configuration) was expected"
      )
    }
    for (key, value) in settings {
      let found = file.metadata("recipe." + key) ?? "none"
      // A run may be extended.
      if key == "steps", let steps = Int(found), steps <= recipe.steps { continue }
      guard found == value else {
        throw InvalidData(
          place: place,
          "the checkpoint belongs to a run with \(key) '\(found)', but this one has '\(value)'"
        )
      }
    }
    let step = try file.number("checkpoint.step")
    guard step <= recipe.steps else {
      throw InvalidData(place: place, "step \(step) lies behind the last, \(recipe.steps)")
    }
    return step
  }

  /// The last batch before a step, which must be the checkpoint's.
  private func batch(beforeStep step: Int, in file: Safetensors) throws -> Batch? {
    guard step > 0, let (epoch, inEpoch) = stream.address(ofStep: step - 1) else { return nil }
    let batch = try stream.batch(epoch: epoch, step: inEpoch)
    guard file.metadata("checkpoint.batch") == String(batch.digest, radix: 16) else {
      throw InvalidData(
        place: "header: __metadata__",
        "the batch of step \(step - 1) is not the one that the checkpoint was trained on: text, "
          + "tokenizer, seed or the making of batches have changed"
      )
    }
    if let count = stepsOfEpoch, let found = file.metadata("checkpoint.epoch_steps"),
      found != "\(count)"
    {
      throw InvalidData(
        place: "header: __metadata__",
        "an epoch had \(found) steps, but now it has \(count): the text or the making of batches has "
          + "changed"
      )
    }
    return batch
  }

  private func state(ofPart part: Int, in file: Safetensors) throws -> ModelState<Element>? {
    guard file.tensors.contains(where: { $0.name == "state.\(part).0.hidden" }) else { return nil }
    let size = stream.collator.batchSize
    let rows = (size + recipe.accumulation - 1) / recipe.accumulation
    var state = model.start(batch: min(rows, size - part * rows))
    for layer in state.layers.indices {
      let shape = state.layers[layer].hidden.shape
      state.layers[layer].hidden = try file.tensor("state.\(part).\(layer).hidden", shape: shape)
      state.layers[layer].cell = try file.tensor("state.\(part).\(layer).cell", shape: shape)
    }
    return state
  }
}

extension Safetensors {
  /// The model's tensors in a checkpoint, without those of the run.
  public var modelPart: Safetensors {
    removing { name in ["optimizer.", "state.", "loss."].contains { name.hasPrefix($0) } }
  }

  fileprivate func number(_ key: String) throws -> Int {
    let text = metadata(key) ?? "none"
    guard text.utf8.count <= 18, let number = Int(text), number >= 0 else {
      throw InvalidData(place: "header: __metadata__", "'\(key)' is '\(text)', no whole number")
    }
    return number
  }

  fileprivate func tensor<Element: TensorElement>(
    _ name: String,
    shape: [Int]
  ) throws -> Tensor<Element> {
    guard let tensor = tensors.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
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
}
