import Diagnostics
import Testing

struct InvalidDataTests {
  @Test func `the text has the path and the place where they are known`() {
    let message = "found x, expected y"
    #expect("\(InvalidData(message))" == message)
    #expect("\(InvalidData(place: "line 3", message))" == "line 3: \(message)")
    #expect("\(InvalidData(path: "f.json", message))" == "f.json: \(message)")
    #expect(
      "\(InvalidData(path: "f.json", place: "byte 7", message))" == "f.json: byte 7: \(message)"
    )
  }

  @Test func `a path is added where there is none`() {
    let plain = InvalidData(place: "line 3", "bad")
    #expect(plain.inFile("a") == InvalidData(path: "a", place: "line 3", "bad"))
    #expect(plain.inFile("a").inFile("b") == plain.inFile("a"))
    #expect(plain.path == nil)
  }
}
