// Source: protobuf's wire format (SentencePiece's sentencepiece_model.proto), Python's pickle
//   protocol, and the signatures of zip, HDF5 and safetensors.
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
    if Self.isSentencePiece(bytes) {
      description =
        "this is a SentencePiece model, which bpedrop does not read; save it as a tokenizer.json "
        + "with Hugging Face transformers: AutoTokenizer.from_pretrained(NAME).save_pretrained(DIR)"
    } else if bytes.starts(with: [0x80]) && bytes.count > 1 && (2...5).contains(bytes[1]) {
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

  /// Whether a file begins with a message of one string and its score: field 1 in field 1.
  private static func isSentencePiece(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 4, bytes[0] == 0x0A, bytes[2] == 0x0A else { return false }
    let (message, piece) = (Int(bytes[1]), Int(bytes[3]))
    guard message < 0x80, piece + 2 <= message, bytes.count >= 2 + message else { return false }
    // The score is a 32-bit field 2; an entry without one has its type or its end there.
    return piece + 2 == message || [0x15, 0x18].contains(bytes[4 + piece])
  }
}
