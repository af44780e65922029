import ArgumentParser
import Files

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run a tour of about a minute, from text to two language models.",
    discussion: """
      Learns a tokenizer, shows text under dropout and its exact law, streams augmented batches, \
      trains an LSTM and a transformer, measures both on held-out text, and lets them generate \
      text. The output folder then holds everything, including report.html.

      Examples:
        bpedrop demo --corpora corpora --output out --steps 10
        bpedrop corpus stories --seed 5 --bytes 60000 -o mine.txt
        bpedrop demo --text mine.txt --output own --steps 10
      """
  )

  @Option(help: "The folder with the embedded corpora.", completion: .directory)
  var corpora = "corpora"

  @Option(help: "Your own text, instead of corpora and stories.", completion: .file())
  var text: String?

  @Option(name: [.short, .long], help: "The folder for the results.", completion: .directory)
  var output = "out"

  @Option(help: "The number of training steps of each model. (default: 1500 and 1300)")
  var steps: Int?

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let steps, steps < 1 {
      throw ValidationError("--steps must be at least 1, but is \(steps).")
    }
  }

  func run() throws {
    let own = try text.map { try DemoTexts(own: $0) }
    try Folder.make(output)
    let texts = try own ?? DemoTexts(corpora: corpora, stories: "\(output)/stories.txt")
    let report = PrintedPage(title: "bpedrop: from text to a language model, with noise to trust")
    try DemoTokenizer(texts: texts, report: report, output: output, threads: threads.count).run()
    try DemoLanguageModels(
      texts: texts,
      report: report,
      output: output,
      threads: threads.count,
      steps: steps
    ).run()
    let file = try OutputFile("\(output)/report.html")
    try file.write(report.rendered())
    try file.commit()
    print(
      "Everything is in \(output)/: report.html to look at, tokenizer.json, and the models in "
        + "lstm/ and transformer/."
    )
    print("Try:  bpedrop inspect -m \(output)/tokenizer.json --dropout 0.2 'your own words'")
    print("      bpedrop lm generate \(output)/lstm --prompt '\(texts.prompt)' --temperature 0.8")
  }
}
