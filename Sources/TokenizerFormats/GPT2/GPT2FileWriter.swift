// Source: GPT-2's encoder.json and vocab.bpe, as Hugging Face's GPT2Tokenizer saves them.
// Complexity: O(bytes of the tokens).

import BytePairEncoding
import Diagnostics
import JSONText
import Tokenization
import UnicodeText

/// The texts of vocab.json and merges.txt.
struct GPT2FileWriter {
  /// An object of tokens and ids, added tokens included.
  let vocabulary: [UInt8]
  /// A merge in a line, below a line with the version.
  let merges: [UInt8]

  /// - Throws: ``InvalidData`` if the model is not byte-level BPE.
  init(_ tokenizer: Tokenizer) throws {
    guard let model = tokenizer.model as? BPEModel else {
      throw InvalidData(
        "vocab.json with merges.txt has no form for \(tokenizer.model.name): it takes byte-level BPE"
      )
    }
    guard !model.vocabulary.hasCopies else { throw InvalidData(Self.copies) }
    var members: [JSONMember] = []
    for id in (0..<tokenizer.vocabularySize).map({ TokenID($0) }) {
      let piece = Array(tokenizer.piece(of: id).utf8)
      if !piece.isEmpty {
        members.append(JSONMember(key: piece, value: .number(Double(id.rawValue))))
      }
    }
    var vocabulary: [UInt8] = []
    JSONValue.object(members).write(to: &vocabulary)
    self.vocabulary = vocabulary + [0x0A]
    var lines = Array("#version: 0.2\n".utf8)
    for merge in model.merges.merges {
      lines += ByteAlphabet.encode(model.vocabulary.bytes(of: merge.left)).utf8
      lines.append(0x20)
      lines += ByteAlphabet.encode(model.vocabulary.bytes(of: merge.right)).utf8
      lines.append(0x0A)
    }
    merges = lines
  }

  /// Why a vocabulary that has the same bytes twice cannot be an object of tokens and ids.
  static let copies =
    "several ids have the same bytes, which an object of tokens and ids cannot say"
}
