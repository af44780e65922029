import ArgumentParser
import Diagnostics
import Downloads
import Glibc

struct CorpusFetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download a known corpus, and print the paths of its files.",
    discussion: """
      Keeps files that exist with the right checksum, and resumes an interrupted download. It \
      requires curl. wikitext-2 is from Wikipedia (CC BY-SA 3.0); tinyshakespeare is in the public \
      domain.

      Example:
        bpedrop corpus fetch tinyshakespeare --dry-run
      """
  )

  /// The known corpora, all from https://github.com/pytorch/examples at one commit.
  enum Corpus: String, CaseIterable, ExpressibleByArgument {
    case wikitext2 = "wikitext-2"
    case tinyshakespeare

    /// The files of a corpus: the name, URL path, size in bytes and SHA-256 of each.
    var files: [(name: String, place: String, size: Int, checksum: String)] {
      switch self {
      case .wikitext2:
        [
          (
            "train.txt", "word_language_model/data/wikitext-2/train.txt", 10_797_148,
            "9e9fa1ad55b1c2c95b08e37dd8e653f638fac2c6de904b79e813611eefbc985f"
          ),
          (
            "valid.txt", "word_language_model/data/wikitext-2/valid.txt", 1_121_681,
            "f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8"
          ),
          (
            "test.txt", "word_language_model/data/wikitext-2/test.txt", 1_256_449,
            "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0"
          ),
        ]
      case .tinyshakespeare:
        [
          (
            "input.txt", "distributed/minGPT-ddp/mingpt/data/input.txt", 1_115_394,
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
          )
        ]
      }
    }
  }

  @Argument(help: "The corpus.")
  var corpus: Corpus

  @Option(
    name: [.short, .long],
    help: "The folder for its files. (default: bpedrop/NAME in $XDG_CACHE_HOME or ~/.cache)",
    completion: .directory
  )
  var output: String?

  @Option(help: ArgumentHelp("Another server with the same files.", valueName: "address"))
  var from =
    "https://raw.githubusercontent.com/pytorch/examples/77f55b912142e11fcfdf5b530231fb9c52f181e8"

  @Flag(help: "Print the address, size and checksum of each file instead of downloading it.")
  var dryRun = false

  func run() throws {
    let folder = output ?? Self.cache + "/bpedrop/" + corpus.rawValue
    if !dryRun { try Self.make(folder) }
    for file in corpus.files {
      let path = folder + "/" + file.name
      if dryRun {
        print("\(from)/\(file.place) \(file.size) \(file.checksum)")
        continue
      }
      let download = Download("\(from)/\(file.place)", size: file.size, checksum: file.checksum)
      try download.fetch(to: path, showsProgress: isatty(STDERR_FILENO) == 1)
      print(path)
    }
  }

  /// The user's cache folder.
  private static var cache: String {
    let value = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
    let cache = value("XDG_CACHE_HOME")
    return cache.isEmpty ? (value("HOME").isEmpty ? "." : value("HOME")) + "/.cache" : cache
  }

  /// Creates a folder and its parents.
  private static func make(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for name in path.split(separator: "/") {
      made += name + "/"
      if mkdir(made, 0o777) != 0 && errno != EEXIST && errno != EISDIR {
        throw FileError(.create, path: made)
      }
    }
  }
}
