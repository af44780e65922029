import BytePairEncoding
import Collation
import Corpora
import Experiments
import PreTokenization
import Testing
import Tokenization
import UnicodeText

struct DocumentUnitTests {
  private func unit(
    _ recipe: String,
    pattern: PreTokenizer = .none,
    hasLineFeed: Bool = true,
    separatesDocuments: Bool = false
  ) throws -> DocumentUnit {
    var vocabulary = Vocabulary()
    for byte in UInt8.min...UInt8.max where hasLineFeed || byte != 0x0A {
      vocabulary.append([byte])
    }
    let tokenizer = Tokenizer(
      normalizer: .none,
      preTokenizer: pattern,
      model: UnitModel(unit: .character, vocabulary: vocabulary, unknown: nil, reserved: [])
    )
    return try .usual(
      for: tokenizer,
      batches: CollationRecipe(Array(recipe.utf8)),
      separatesDocuments: separatesDocuments
    )
  }

  @Test func `a tokenizer that holds the line feed gets whole files, unless documents matter`()
    throws
  {
    for rows in ["windows", "contiguous", "grid"] {
      #expect(try unit(#"{"rows": "\#(rows)"}"#) == .file)
    }
    for rows in ["documents", "packed", "concatenated"] {
      #expect(try unit(#"{"rows": "\#(rows)"}"#) == .line)
    }
    #expect(try unit("{}", hasLineFeed: false) == .line)
    #expect(try unit("{}", pattern: .whitespaceSplit) == .line)
    #expect(try unit("{}", separatesDocuments: true) == .line)
    #expect(try unit(#"{"sources": [{"path": "a"}]}"#) == .line)
  }
}
