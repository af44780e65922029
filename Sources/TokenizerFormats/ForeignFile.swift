// Source: Python's pickle protocol, and the signatures of zip, HDF5 and safetensors.
// Complexity: O(1).

import Diagnostics

/// A file that is known, but is no tokenizer that can be read.
struct ForeignFile {
  /// What it is, and what helps.
  let description: String

  /// Recognises a file by its first bytes; nil for a file that is none of these.
  ///
  /// - Parameter bytes: The whole file.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0x80]) && bytes.count > 1 && (2...5).contains(bytes[1]) {
      description =
        "this is a Python pickle, which can run any code and is not read; a tokenizer.json, a "
        + ".tiktoken file, or vocab.json with merges.txt was expected"
    } else if let name = Self.signatures.first(where: { bytes.starts(with: $0.bytes) })?.name {
      description = "this is \(name), not a tokenizer; a tokenizer.json was expected"
    } else if bytes.count > 9 && bytes[8] == UInt8(ascii: "{") && bytes[6...7] == [0, 0] {
      description = "this is a safetensors file, which holds weights; a tokenizer.json was expected"
    } else {
      return nil
    }
  }

  private static let signatures: [(bytes: [UInt8], name: String)] = [
    (Array("PK\u{3}\u{4}".utf8), "a zip archive, as PyTorch writes its weights"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file"),
  ]
}
