import ArgumentParser

struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Create, clean and split training text.",
    discussion: """
      Example:
        bpedrop corpus info corpora/english.txt
        bpedrop corpus dedupe corpora/english.txt -o once.txt
        bpedrop corpus split -o 'once.{}.txt' once.txt
      """,
    subcommands: [
      CorpusInfoCommand.self, CorpusDedupeCommand.self, CorpusSplitCommand.self,
      CorpusSentencesCommand.self, CorpusFetchCommand.self, StoriesCommand.self,
    ]
  )
}
