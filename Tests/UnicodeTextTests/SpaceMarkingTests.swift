import Testing
import UnicodeText

@Suite struct SpaceMarkingTests {
  private func marked(
    _ text: String,
    _ prepending: SpaceMarking.Prepending,
    mark: String = "▁",
    isFirst: Bool = true
  ) -> String {
    let bytes = Array(text.utf8)
    let marking = SpaceMarking(mark: mark, prepending: prepending)
    let result = bytes.withUnsafeBufferPointer { marking.mark($0, isFirst: isFirst) }
    return String(decoding: result?.bytes ?? bytes, as: UTF8.self)
  }

  @Test func `marks stand for spaces and before the text`() {
    #expect(marked("a b", .always) == "▁a▁b")
    #expect(marked(" a  b ", .always) == "▁a▁▁b▁")
    #expect(marked("▁a", .always) == "▁a")
    #expect(marked("a b", .never) == "a▁b")
    #expect(marked("a b", .first) == "▁a▁b")
    #expect(marked("a b", .first, isFirst: false) == "a▁b")
    #expect(marked("", .always) == "")
    #expect(marked("a b", .always, mark: " ") == " a b")
    #expect(marked(" a b", .always, mark: " ") == " a b")
  }

  @Test func `offsets lead back, the first mark to the first character`() throws {
    let bytes = Array("é b".utf8)
    let marking = SpaceMarking(mark: "▁", prepending: .always)
    let result = try #require(
      bytes.withUnsafeBufferPointer { marking.mark($0, isFirst: true) }
    ).normalized(from: nil)
    #expect(result.offsets.originalRange(of: 0..<3) == 0..<2)
    #expect(result.offsets.originalRange(of: 3..<5) == 0..<2)
    #expect(result.offsets.originalRange(of: 5..<8) == 2..<3)
    #expect(result.offsets.originalRange(of: 8..<9) == 3..<4)
  }
}
