import ArgumentParser
import Diagnostics
import Experiments
import Files
import LanguageModels
import Training

struct LMPruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Leave out blocks of a transformer, evenly spaced.",
    discussion: """
      A model that was trained with noise at `depth` (LayerDrop) works at fewer blocks without \
      further training. Block i of N is block floor(i n / N) of the model's n. The folder written \
      holds the model and its tokenizer, for `lm eval`, `lm generate` and `--initial-model`.

      Examples:
        bpedrop lm train -m tokenizer.json -o deep --overwrite --columns 32 --steps 20 \
      --dropout-at depth=0.2 corpora/english.txt
        bpedrop lm prune deep --keep 2 -o shallow --overwrite
        bpedrop lm eval shallow corpora/english.txt
      """
  )

  @Argument(help: "The folder of `bpedrop lm train`, or a .safetensors file.", completion: .file())
  var model: String

  @Option(help: ArgumentHelp("The number of blocks that remain.", valueName: "N"))
  var keep: Int

  @Option(
    name: [.short, .long],
    help: "The folder to write; or a .safetensors file, without the tokenizer.",
    completion: .directory
  )
  var output: String

  @Flag(help: "Write even if there is a model already.")
  var overwrite = false

  func validate() throws {
    if keep < 1 { throw ValidationError("--keep must be at least 1, but is \(keep).") }
  }

  func run() throws {
    let source = RunFolder(path: model)
    let target = RunFolder(path: output)
    let path = source.modelFile
    let file = try Safetensors(reading: path)
    TrainedModelOptions.noteCheckpoint(source)
    let pruned: Safetensors
    let network: any LanguageModel<Float>
    do {
      pruned = try file.modelPart.pruned(toBlocks: keep)
      network = try pruned.model(of: Float.self)
    } catch let error as InvalidData {
      throw error.inFile(path)
    }
    let place = target.isFolder ? target.model : output
    guard overwrite || !(Folder.contains(place) || target.hasCheckpoint) else {
      throw InvalidData(path: output, "holds a model already: --overwrite replaces it")
    }
    if target.isFolder {
      try target.make()
      if source.isFolder {
        let tokenizer = try InputFile(source.tokenizer).readAll(limit: 1 << 28)
        let copy = try OutputFile(target.tokenizer)
        try copy.write(tokenizer)
        try copy.commit()
      }
    }
    try pruned.write(to: place)
    print("\(place): \(network.configuration), blocks \(pruned.metadata("pruned_blocks") ?? "")")
  }
}
