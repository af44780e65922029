import ArgumentParser
import Diagnostics
import Experiments
import LanguageModels
import Reports
import Training

struct LMInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show what a model is made of.",
    discussion: """
      The settings are those of the file: what it does not name is as in GPT-2.

      Examples:
        bpedrop lm train -m tokenizer.json -o lm --overwrite --steps 20 corpora/english.txt
        bpedrop lm info lm
        bpedrop lm info lm --json
      """
  )

  @Argument(help: "The folder of `bpedrop lm train`, or a .safetensors file.", completion: .file())
  var model: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let folder = RunFolder(path: model)
    let path = folder.modelFile
    let file = try Safetensors(reading: path)
    TrainedModelOptions.noteCheckpoint(folder)
    let shape: ModelConfiguration
    do {
      shape = try ModelConfiguration(file)
    } catch let error as InvalidData {
      throw error.inFile(path)
    }
    let tensors = file.modelPart.tensors
    var figures = BenchmarkFigures()
    figures.add("kind", text: shape.kind)
    for (key, value) in shape.settings {
      if let number = Int(value) { figures.add(key, number) } else { figures.add(key, text: value) }
    }
    figures.add("parameters", tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })
    figures.add("tensors", tensors.count)
    if let context = shape.context {
      figures.add("operations_per_token", shape.operationsPerToken(context: context))
    }
    if let separator = file.metadata("separator") { figures.add("separator", text: separator) }
    if let step = file.metadata("checkpoint.step").flatMap({ Int($0) }) {
      figures.add("step", step)
    }
    // The plan of a folder has the rates; without one, a checkpoint does.
    let training =
      folder.isFolder && folder.hasPlan ? try RunPlan(contentsOf: folder.plan).training : nil
    if let noise = training.map({ "\($0.noise)" }) ?? file.metadata("recipe.dropout") {
      figures.add("noise", text: noise)
    }
    if let weight = training?.consistency, weight > 0 { figures.add("consistency", weight) }
    if let blocks = file.metadata("pruned_blocks") { figures.add("pruned_blocks", text: blocks) }
    figures.show(asJSON: json)
  }
}
