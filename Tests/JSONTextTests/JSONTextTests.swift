import Diagnostics
import JSONText
import Testing

struct JSONTextTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

  @Test func `a document is read, written and read again`() throws {
    let value = try parse(
      #" {"a": [1, -2.5e3, true, null], "\u00e9\ud83d\ude00": {"b": "x\ty"}, "pair": ["p", "q"]} "#
    )
    #expect(value["a"] == .array([.number(1), .number(-2500), .bool(true), .null]))
    #expect(value["é😀"]?["b"]?.text == "x\ty")
    var bytes: [UInt8] = []
    value.write(to: &bytes)
    #expect(try JSONParser.parse(bytes) == value)
  }

  @Test func `keys are told apart by their bytes`() throws {
    let value = try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}")
    #expect(value["\u{E9}"] == .number(1) && value["e\u{301}"] == .number(2))
  }

  @Test(arguments: [
    "", "{", "[1,", "[1 2]", "{\"a\" 1}", "{\"a\": 1, \"a\": 2}", "\"\\ud800\"", "\"\\x\"", "01",
    "1.", "-", "tru", "[] []", "\"\u{1}\"", String(repeating: "[", count: 100),
  ])
  func `what is no JSON is refused with a place`(text: String) {
    let error = #expect(throws: InvalidData.self) { try parse(text) }
    #expect(error?.place != nil)
  }

  @Test func `whole numbers are read within bounds`() throws {
    #expect(try parse("7").integer(below: 8) == 7)
    #expect(try parse("8").integer(below: 8) == nil)
    #expect(try parse("1.5").integer(below: 8) == nil)
    #expect(try parse("-1").integer(below: 8) == nil)
  }
}
