import ArgumentParser
import Corpora
import Files
import Stories

struct StoriesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stories",
    abstract: "Generate simple English stories, one per line.",
    discussion: """
      The stories come from a grammar with agreement, reference and plot. The same seed gives the \
      same stories; a longer text begins with a shorter one.

      Example:
        bpedrop corpus stories --seed 1 --bytes 10000000 > stories.txt
      """
  )

  @Option(help: "The seed.")
  var seed: UInt64 = 0

  @Option(help: "Stop after the story that reaches this length.")
  var bytes = 1_000_000

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  func validate() throws {
    if bytes < 1 { throw ValidationError("--bytes must be at least 1, but is \(bytes).") }
  }

  func run() throws {
    let generator = StoryGenerator(seed: seed)
    let file = try OutputFile(output)
    let bar = ProgressBar("writing", unit: "B")
    defer { bar.clear() }
    var number: UInt64 = 0
    var written = 0
    var text: [UInt8] = []
    while written < bytes {
      text.removeAll(keepingCapacity: true)
      while text.count < 1 << 16 && written + text.count < bytes {
        generator.appendStory(number, to: &text)
        number += 1
      }
      try file.write(text)
      written += text.count
      bar.show(written, of: bytes)
    }
    try file.commit()
  }
}
