import Corpora
import Testing

struct DocumentStoreSplitTests {
  @Test func `the last documents are taken away whole, under their numbers`() {
    let texts = ["a", "", "bc", "def", ""].map { Array($0.utf8) }
    for first in 0...texts.count {
      var store = DocumentStore(texts)
      let rest = store.removeLast(from: first)
      #expect(store.digest == DocumentStore(Array(texts[..<first])).digest)
      #expect(rest.digest == DocumentStore(Array(texts[first...])).digest)
      #expect(rest.firstNumber == UInt64(first) && store.firstNumber == 0)
      #expect(store.count + rest.count == texts.count)
    }
  }

  @Test func `a document is cut at the start of a line`() {
    /// The documents behind a cut, and where the second part is.
    func cut(_ texts: [String], _ share: Double) -> ([String], Int?) {
      var store = DocumentStore(texts.map { Array($0.utf8) })
      let digest = store.digest
      let place = store.splitAtLine(behind: share)
      if place == nil { #expect(store.digest == digest) }
      let documents = store.ranges.map { String(decoding: store.bytes[$0], as: UTF8.self) }
      return (documents, place)
    }
    #expect(cut(["ab\ncd\nef\n"], 0.5) == (["ab\ncd\n", "ef\n"], 1))
    #expect(cut(["ab\ncd\nef"], 0.95) == (["ab\ncd\n", "ef"], 1))
    #expect(cut(["x", "ab\ncd\nef"], 0.95) == (["x", "ab\ncd\n", "ef"], 2))
    #expect(cut(["ab\ncd\nef", "x"], 0.2) == (["ab\n", "cd\nef", "x"], 1))
    #expect(cut(["one line"], 0.5) == (["one line"], nil))
    #expect(cut(["one line\n"], 0.5) == (["one line\n"], nil))
    #expect(cut(["\n\n"], 1) == (["\n", "\n"], 1))
    #expect(cut([], 0.5) == ([], nil))
    #expect(cut([""], 0.5) == ([""], nil))
  }
}
