import Testing

@Suite("Wrong usage ends with 64, before anything is read or written")
struct UsageErrorTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", "aa\n")
  }

  @Test(
    "the flag or the verb is named",
    arguments: [
      ("encrypt", "encrypt"), ("encode -m toy.json --colour text", "--colour"),
      ("encode text", "--model"), ("encode -m", "--model"), ("train text", "--output"),
      ("encode -m toy.json --dropout 1.5 text", "1.5"),
      ("encode -m toy.json --dropout nan text", "nan"),
      ("encode -m toy.json --dropout inf text", "inf"),
      ("encode -m toy.json --dropout=-0.1 text", "-0.1"),
      ("encode -m toy.json --dropout half text", "half"),
      ("encode -m toy.json --dropout 0.1 --seed=-1 text", "seed"),
      ("encode -m toy.json --dropout 0.1 --epoch 4294967296 text", "epoch"),
      ("encode -m toy.json --dropout 0.1 --dropout-unit word text", "word"),
      ("encode -m toy.json --format csv text", "csv"),
      ("encode -m toy.json --format npy text", "--output"),
      ("encode -m toy.json --format llmc text", "--output"),
      ("encode -m toy.json --format nanogpt text", "--output"),
      ("encode -m toy.json --format megatron -o - text", "--output"),
      ("encode -m toy.json --offsets bytes text", "--format jsonl"),
      ("encode -m toy.json --format jsonl --offsets words text", "words"),
      ("encode -m toy.json --threads 0 text", "--threads"),
      ("encode -m toy.json --threads 1025 text", "--threads"),
      ("encode -m toy.json --threads many text", "many"),
      ("encode -m toy.json --cache=-1 text", "--cache"),
      ("encode -m toy.json --document page text", "page"),
      ("encode -m toy.json --newline maybe text", "maybe"),
      ("encode -m toy.json --first-document=-1 text", "-1"),
      ("train -o out.json --vocab-size 0 text", "--vocab-size"),
      ("train -o out.json --vocab-size 16777217 text", "--vocab-size"),
      ("train -o out.json --vocab-size many text", "many"),
      ("train -o out.json --normalizer nfc,nfx text", "nfc,nfx"),
      ("train -o out.json --pattern gpt5 text", "gpt5"),
      ("train -o out.json --model unigram text", "unigram"),
      ("train -o out.json --model char --pattern gpt2 text", "--pattern"),
      ("train -o out.json --model word --pattern gpt2 text", "--pattern"),
      ("train -o out.json --limit-alphabet 9 text", "--alphabet characters"),
      ("train -o out.json --byte-fallback text", "--alphabet characters"),
      ("train -o out.json --end-of-word-suffix </w> text", "--alphabet characters"),
      ("train -o out.json --parity text --parity text text", "2 for 1"),
      ("train -o out.json --parity text", "1 for 0"),
      ("train -o out.json --parity text --law huggingface text", "--law"),
      ("train -o out.json --parity text --model word text", "--parity"),
      ("train -o out.json --picky 0 text", "--picky"),
      ("train -o out.json --picky 1.1 text", "1.1"), ("train -o out.json --picky nan text", "nan"),
      ("train -o out.json --picky 0.9 --scaffold text", "--scaffold"),
      ("train -o out.json --picky 0.9 --law huggingface text", "--law"),
      ("train -o out.json --scaffold --alphabet characters text", "--alphabet"),
      ("train -o out.json --scaffold --extend toy.json text", "--extend"),
      ("train -o out.json --scaffold --parity text text", "--parity"),
      ("train -o out.json --scaffold --model word text", "--scaffold"),
      ("train -o out.json --alphabet characters --limit-alphabet 0 text", "--limit-alphabet"),
      ("train -o out.json --alphabet characters --character-coverage 1.1 text", "1.1"),
      ("train -o out.json --alphabet characters --end-of-word-suffix </w> text", "--pattern"),
      ("train -o out.json --alphabet characters --extend toy.json text", "--extend"),
      ("train -o out.json --alphabet characters --model char text", "--alphabet"),
      (
        "train -o out.json --alphabet characters --byte-fallback --pattern bert "
          + "--continuing-subword-prefix ## text", "--byte-fallback"
      ), ("train -o out.json --threads 0 text", "--threads"),
      ("count --threads 0 text", "--threads"),
      ("compare toy.json", "second"), ("inspect -m toy.json", "--vocabulary"),
      ("inspect -m toy.json --top=-1 aa", "--top"), ("corpus stories --bytes 0", "--bytes"),
      ("corpus stories --seed 1.5", "1.5"), ("bench encode -m toy.json", "file"),
      ("bench encode -m toy.json --cache 100000000 text", "--cache"), ("bench train", "files"),
      ("decode -m toy.json --threads 2 text", "--threads"),
    ]
  )
  func usage(command: String, named: String) throws {
    let result = try workspace.fail(64, named, command.split(separator: " ").map(String.init))
    #expect(result.errors.hasPrefix("Error: "), "\(result.errors)")
    #expect(result.errors.contains("Usage: bpedrop"), "\(result.errors)")
  }

  @Test("the limits of the flags are inside of them")
  func limits() throws {
    let commands = [
      "--dropout 0", "--dropout 1", "--dropout 1e-300", "--threads 1024", "--cache 0",
      "--dropout 0.5 --seed 18446744073709551615 --epoch 4294967295",
    ]
    for flags in commands {
      let command = ["encode", "-m", "toy.json"] + flags.split(separator: " ").map(String.init)
      let result = try workspace.run(command + ["text"])
      #expect(result.status == 0, "\(flags): \(result.errors)")
      #expect(idLines(result.output).count == 1)
    }
  }
}
