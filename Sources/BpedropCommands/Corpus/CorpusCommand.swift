import ArgumentParser

struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Make text to learn from, and look after it.",
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
