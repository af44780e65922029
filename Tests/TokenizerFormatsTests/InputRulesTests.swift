import BytePairEncoding
import Diagnostics
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite struct InputRulesTests {
  private func file(_ part: String, _ value: String) throws -> [UInt8] {
    let text = String(decoding: try sampleTokenizer().json(), as: UTF8.self)
    let changed = text.replacing("\"\(part)\": null", with: "\"\(part)\": \(value)")
    #expect(changed != text)
    return Array(changed.utf8)
  }

  private static let template = #"""
    {"type": "TemplateProcessing",
     "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 3}}],
     "pair": [{"Sequence": {"id": "B", "type_id": 1}},
              {"SpecialToken": {"id": "[CLS]", "type_id": 2}},
              {"Sequence": {"id": "A", "type_id": 0}}],
     "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [7, 8], "tokens": ["x", "é"]}}}
    """#

  @Test(arguments: [
    ("post_processor", template),
    (
      "post_processor", #"{"type": "BertProcessing", "sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}"#
    ),
    (
      "post_processor",
      #"{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}"#
    ),
    (
      "post_processor",
      #"{"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "Sequence", "processors": [\#(template)]}]}"#
    ),
    (
      "truncation",
      #"{"direction": "Left", "max_length": 12, "strategy": "OnlySecond", "stride": 3}"#
    ), ("truncation", #"{"max_length": 512, "strategy": "LongestFirst", "stride": 0}"#),
    (
      "padding",
      #"{"strategy": {"Fixed": 9}, "direction": "Left", "pad_to_multiple_of": 8, "pad_id": 4, "pad_type_id": 1, "pad_token": "é"}"#
    ),
    (
      "padding",
      #"{"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}"#
    ),
  ])
  func `sections are read, and written as what they are`(part: String, value: String) throws {
    let tokenizer = try Tokenizer(json: file(part, value))
    #expect(tokenizer.inputRules != InputRules() && tokenizer.warnings.isEmpty)
    let copy = try Tokenizer(json: tokenizer.json())
    #expect(copy.inputRules == tokenizer.inputRules)
    #expect(try copy.json() == tokenizer.json())
    #expect(try copy.digest == sampleTokenizer().digest || part == "post_processor")
  }

  @Test func `a template says where texts and tokens go`() throws {
    let tokenizer = try Tokenizer(json: file("post_processor", Self.template))
    let processor = tokenizer.inputRules.postProcessor
    #expect(processor.addedTokenCount(isPair: false) == 2 && processor.addsTokens)
    #expect(tokenizer.inputRules.largestAddedID == TokenID(8))
    var encoder = TokenizerEncoder(tokenizer)
    let options = ModelInputOptions(tokenizer.inputRules)
    let row = try encoder.inputs(Array("a".utf8), second: Array("b".utf8), options: options)[0]
    #expect(row.pieces(tokenizer) == ["b", "x", "é", "a"])
    #expect(row.typeIDs == [1, 2, 2, 0] && row.sequenceIDs == [1, nil, nil, 0])
  }

  @Test(arguments: [
    (
      "post_processor", #"{"type": "BertProcessing", "sep": ["[SEP]"], "cls": ["a", 1]}"#,
      "post_processor.sep"
    ),
    (
      "post_processor", #"{"type": "TemplateProcessing", "single": [], "pair": []}"#,
      "special_tokens"
    ),
    (
      "post_processor",
      #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B", "type_id": 0}}], "pair": [], "special_tokens": {}}"#,
      "the Sequence A was expected"
    ),
    (
      "post_processor",
      #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x", "type_id": 0}}], "pair": [], "special_tokens": {}}"#,
      "'x' is none of the 'special_tokens'"
    ),
    (
      "post_processor",
      #"{"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {"x": {"id": "x", "ids": [1], "tokens": []}}}"#,
      "as many 'ids' as 'tokens'"
    ),
    ("post_processor", #"{"type": "Sequence", "processors": 5}"#, "'processors'"),
    ("truncation", #"{"max_length": -1, "strategy": "LongestFirst", "stride": 0}"#, "max_length"),
    ("truncation", #"{"max_length": 1, "strategy": "Longest", "stride": 0}"#, "'LongestFirst'"),
    ("truncation", #"{"max_length": 1, "strategy": "LongestFirst"}"#, "stride"),
    ("truncation", "5", "max_length"),
    ("padding", #"{"strategy": {"Fixed": 99999999999}, "direction": "Left"}"#, "at most 1048576"),
    ("padding", #"{"strategy": "BatchLongest", "direction": "Left", "pad_token": "x"}"#, "pad_id"),
    (
      "padding", #"{"strategy": "BatchLongest", "pad_token": "x", "pad_id": 1, "pad_type_id": 0}"#,
      "'Left'"
    ),
  ])
  func `what is not such a section is refused by name`(
    part: String,
    value: String,
    reason: String
  ) throws {
    let error = #expect(throws: InvalidData.self) { try Tokenizer(json: file(part, value)) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func `RoBERTa's file makes RoBERTa's rows`() throws {
    let name = "tokenizers-in-the-wild/roberta-base.json"
    guard let path = SharedData.path(name) else {
      print("skipped: \(SharedData.folder)/\(name) is missing")
      return
    }
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = ModelInputOptions(tokenizer.inputRules)
    options.offsetUnit = .chars
    var encoder = TokenizerEncoder(tokenizer)
    // Values of Hugging Face tokenizers 0.23.3.
    let row = try encoder.inputs(
      Array("Hello world".utf8),
      second: Array(" Fine".utf8),
      options: options
    )[0]
    #expect(row.ids == [0, 31414, 232, 2, 2, 14321, 2])
    #expect(row.typeIDs == [0, 0, 0, 0, 0, 0, 0])
    #expect(row.specialTokensMask == [1, 0, 0, 1, 1, 0, 1])
    #expect(row.offsets == [0..<0, 0..<5, 6..<11, 0..<0, 0..<0, 1..<5, 0..<0])
  }
}
