public import ArgumentParser
import Diagnostics
import Files
import Glibc
import Tokenization
import UnicodeText

/// The command `bpedrop`.
public struct Bpedrop: ParsableCommand {
  /// The command's name, help, version and verbs.
  public static let configuration = CommandConfiguration(
    commandName: "bpedrop",
    abstract: "Tokenization with controlled, seedable noise.",
    discussion: """
      Trains byte-level BPE tokenizers, encodes text with them, plain or under BPE-dropout that \
      follows its paper exactly, and decodes it. The same seed gives the same bytes, whatever the \
      number of threads.

      Data go to standard output, messages to standard error; - is standard input.

      Examples:
        bpedrop train -o tokenizer.json --vocab-size 2000 corpora/english.txt
        bpedrop encode -m tokenizer.json --dropout 0.1 corpora/english.txt
        bpedrop inspect -m tokenizer.json --dropout 0.1 'a cup of tea'

      Exit codes: 0 done, 1 a comparison found a difference or training diverged, 64 wrong usage, \
      65 bad data, 66 no such input, 70 an internal error, 73 output cannot be created, 74 reading \
      or writing failed.
      """,
    version: "0.1.0",
    subcommands: [
      TrainCommand.self, EncodeCommand.self, DecodeCommand.self, InspectCommand.self,
      CountCommand.self, CompareCommand.self, ConvertCommand.self, ReportCommand.self,
      StreamCommand.self, StudyCommand.self,
      LMCommand.self, CorpusCommand.self, BenchCommand.self, DemoCommand.self,
    ]
  )

  /// Required by the argument parser, which fills in the user's arguments.
  public init() {}

  /// Runs the command that the process was started with, and exits.
  public static func runAndExit() -> Never {
    // A closed pipe is then an error of `write`, and ends the process quietly instead of by a
    // signal.
    signal(SIGPIPE, SIG_IGN)
    // The same for a file beyond the limit of the process.
    signal(SIGXFSZ, SIG_IGN)
    StandardStreams.occupyClosed()
    do {
      try Verbs.check(CommandLine.arguments.dropFirst(), below: Bpedrop.self)
      try ForeignFlags.check(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot()
      try command.run()
      try Terminal.flushPrinted()
      Glibc.exit(EXIT_SUCCESS)
    } catch {
      guard let failure = Failure(error) else { exit(withError: error) }
      if let message = failure.message { Terminal.note("bpedrop: \(shortened(message))") }
      Glibc.exit(failure.code)
    }
  }
}

/// A message without its middle where it quotes a long piece of a file.
private func shortened(_ message: String) -> String {
  let (front, back) = (2000, 1000)
  let scalars = message.unicodeScalars
  guard scalars.count > front + back else { return message }
  return String(scalars.prefix(front)) + " … " + String(scalars.suffix(back))
}

/// How an error ends the process: a sentence for the user and an exit code of sysexits.h.
struct Failure {
  let message: String?
  let code: Int32

  /// - Returns: nil for errors of usage, which the argument parser reports itself.
  init?(_ error: any Error) {
    switch error {
    case let error as FileError where error.operation == .write && error.isClosedPipe:
      (message, code) = (nil, EXIT_SUCCESS)
    case let error as FileError:
      message = error.description
      switch error.operation {
      case .open: code = 66
      case .read: code = error.code == EISDIR ? 66 : 74
      case .create: code = 73
      case .write: code = 74
      }
    case let error as InvalidData:
      (message, code) = (error.description, 65)
    case let error as TokenizerEncoder.WordTooLong:
      (message, code) = (error.description, 65)
    case let error as UnicodeTextError:
      (message, code) = (error.description, 70)
    default:
      return nil
    }
  }
}
