import Files
import Glibc

/// The files of a run in its folder.
public struct RunFolder: Hashable, Sendable {
  /// The folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(path: String) { self.path = path }

  /// The tokenizer that the run began with.
  public var tokenizer: String { "\(path)/tokenizer.json" }
  /// What the run depends on.
  public var plan: String { "\(path)/plan.json" }
  /// The best model on the held-out text; without one the last.
  public var model: String { "\(path)/model.safetensors" }
  /// Where the run goes on from.
  public var checkpoint: String { "\(path)/checkpoint.safetensors" }
  /// A line for each step.
  public var log: String { "\(path)/log.csv" }
  /// The page of the run: how it stands, its curves, its plan.
  public var report: String { "\(path)/report.html" }
  /// The run's events for TensorBoard, which finds such files by this name.
  public var events: String { "\(path)/events.out.tfevents.bpedrop" }

  /// Makes the folder where there is none.
  ///
  /// - Throws: ``FileError``.
  public func make() throws { try Folder.make(path) }

  /// The model of the folder, or its checkpoint while there is no model yet; the path itself where it
  /// is a file.
  public var modelFile: String {
    guard isFolder else { return path }
    return hasCheckpointOnly ? checkpoint : model
  }

  /// Whether the folder holds a checkpoint, but no model yet.
  public var hasCheckpointOnly: Bool { isFolder && hasCheckpoint && !Folder.contains(model) }

  /// Whether the folder says what its run depends on.
  public var hasPlan: Bool { Folder.contains(plan) }

  /// Whether the path is a folder; a missing one counts unless it is named like a model file.
  public var isFolder: Bool {
    var status = stat()
    return stat(path, &status) == 0
      ? status.st_mode & S_IFMT == S_IFDIR : !path.hasSuffix(".safetensors")
  }

  /// Whether the folder holds events for TensorBoard.
  public var hasEvents: Bool { Folder.contains(events) }

  /// Whether the folder holds a run that can go on.
  public var hasCheckpoint: Bool { Folder.contains(checkpoint) }
}
