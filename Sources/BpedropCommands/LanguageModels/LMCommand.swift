import ArgumentParser

struct LMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Train, evaluate and use a small language model.",
    discussion: """
      Example:
        bpedrop lm train -m tokenizer.json -o lm0 --overwrite --steps 20 corpora/english.txt
      """,
    subcommands: [
      LMTrainCommand.self, LMEvalCommand.self, LMGenerateCommand.self, LMInfoCommand.self,
      LMPruneCommand.self,
    ]
  )
}
