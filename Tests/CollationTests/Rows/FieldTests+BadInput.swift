import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Execution
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

extension FieldTests {
  @Test(
    "lines that are no such documents are named",
    arguments: [
      (#"{"a": 3}"#, #"found a number where "a" should be a string"#),
      (#"{"b": "x"}"#, #"found nothing where "a" should be a string"#),
      ("[", "is no JSON object"), ("[]", "found nothing"),
      (#"{"a": "x", "k": -1}"#, #""k" should be a whole number from 0"#),
      (#"{"a": "x", "k": 1.5}"#, #""k" should be a whole number"#),
      (#"{"a": "x", "k": "no"}"#, #""k" should be a whole number"#),
      (#"{"a": "x"}"#, #""k" should be a whole number"#),
    ]
  )
  func badLines(line: String, message: String) throws {
    let path = try folder.put("bad.jsonl", Array("{\"a\": \"ok\", \"k\": null}\n\(line)\n".utf8))
    let error = #expect(throws: InvalidData.self) {
      try DocumentStore(DocumentReader(paths: [path]), fields: DocumentFields(["a"], label: "k"))
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("line 2, byte 23") == true)
    let named = DocumentFields(["a"], label: "k", labels: ["yes", "no"])
    try folder.put("bad.jsonl", Array(#"{"a": "x", "k": "maybe"}"#.utf8))
    let unknown = #expect(throws: InvalidData.self) {
      try DocumentStore(DocumentReader(paths: [path]), fields: named)
    }
    #expect(unknown?.description.contains("one of yes, no") == true)
  }

  @Test(
    "settings that do not go together are said",
    arguments: [
      (#""field_dropout": 0.1, "rows": "grid""#, "needs fields"),
      (
        #""field_dropout": 0.1, "fields": "a""#,
        #"needs "rows": "documents" or "grid" or "concatenated""#
      ),
      (#""fields": [], "rows": "grid""#, "at least one field"),
      (#""fields": ["a", "a"]"#, "none of them twice"), (#""fields": [3]"#, "a text was expected"),
      (#""fields": "a", "rows": "grid", "field_dropout": {"b": 1}"#, "none of a"),
      (#""fields": "a", "rows": "grid", "field_dropout": {"a": 2}"#, "rate in 0...1"),
      (#""label_field": "a""#, #"needs "objective": "classification" or "pairs""#),
      (#""objective": "classification""#, "kind documents"),
      (#""objective": "classification", "rows": "documents""#, "needs 1 of them, but found 0"),
      (
        #""objective": "classification", "rows": "documents", "fields": "a""#,
        "the field with the class"
      ),
      (
        #""objective": "pairs", "rows": "documents", "fields": "a", "label_field": "k""#,
        "needs 2 of them"
      ),
      (
        #""objective": "pairs", "rows": "documents", "fields": ["a", "b"], "labels": ["x"]"#,
        "needs label_field"
      ),
      (#""objective": "pairs", "separator": "</s>""#, "the setting needs"),
      (
        #""objective": "pairs", "block_size": 3, "rows": "documents", "fields": ["a", "b"]"#,
        "too short"
      ),
    ]
  )
  func badSettings(settings: String, message: String) throws {
    let recipe = try CollationRecipe(Array(#"{\#(settings), "cls_token": "[R]"}"#.utf8))
    let other = try CollationRecipe(Array("{\(settings)}".utf8))
    let marked = settings.contains("pairs") || settings.contains("classification")
    let error = #expect(throws: InvalidData.self) {
      _ = try (marked ? recipe : other).collator(for: tokenizer)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("a tokenizer without [CLS]")
  func noMarks() throws {
    let recipe = try CollationRecipe(
      Array(#"{"objective": "pairs", "rows": "documents", "fields": ["a", "b"]}"#.utf8)
    )
    let error = #expect(throws: InvalidData.self) { _ = try recipe.collator(for: tokenizer) }
    #expect(error?.description.contains("[CLS]") == true)
  }
}
