import ArgumentParser

/// Flags of nanoGPT and of Hugging Face's trainers that have no meaning here.
enum ForeignFlags {
  /// The flags, without dashes and with hyphens, and a sentence about each group.
  private static let groups: [(flags: Set<String>, sentence: String)] = [
    (
      ["device", "device-map", "no-cuda", "use-cpu", "gpus", "local-rank", "backend", "n-gpu"],
      "bpedrop computes on the processor; --threads sets how much of it."
    ),
    (
      ["compile", "torch-compile", "jit"],
      "the kernels are compiled already, and chosen for the processor at start."
    ),
    (
      ["dtype", "fp16", "bf16", "tf32", "torch-dtype", "half"],
      "values are 32-bit floating-point numbers; the processor has no faster ones."
    ),
    (
      ["eval-iters", "eval-batches", "max-eval-samples"],
      "an evaluation reads the whole held-out text; --validation names a shorter one."
    ),
    (
      ["num-workers", "dataloader-num-workers", "pin-memory", "dataloader-pin-memory"],
      "batches are made ahead on the threads of --threads."
    ),
    (
      ["wandb-log", "wandb-project", "wandb-run-name", "report-to"],
      "nothing leaves this machine; the run's folder has log.csv."
    ),
  ]

  /// Refuses such a flag of `bpedrop lm`, and says why there is none.
  ///
  /// - Parameter arguments: As the user gave them, without the program's name.
  /// - Throws: ``ValidationError``.
  static func check(_ arguments: ArraySlice<String>) throws {
    guard arguments.first == "lm" else { return }
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let flag = argument.dropFirst(2).prefix { $0 != "=" }
      let name = String(flag.map { $0 == "_" ? "-" : $0 }).lowercased()
      guard let group = groups.first(where: { $0.flags.contains(name) }) else { continue }
      throw ValidationError("There is no --\(flag) here: \(group.sentence)")
    }
  }
}
