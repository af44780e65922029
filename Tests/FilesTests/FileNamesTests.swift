import Files
import Glibc
import TestSupport
import Testing

@Suite("Folders and patterns")
struct FileNamesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["b.txt", "a.txt", "Z.txt", ".hidden", "c.json", "é.txt", "[x].txt"] {
      try folder.put(name, name)
    }
    mkdir(folder["empty"], 0o777)
  }

  @Test("files stay, folders and patterns are what they hold, in the order of bytes")
  func expansion() throws {
    func names(_ paths: [String]) throws -> [String] {
      try FileNames.expanded(paths).map { String($0.dropFirst(folder.path.count + 1)) }
    }
    let all = ["Z.txt", "[x].txt", "a.txt", "b.txt", "c.json", "é.txt"]
    #expect(try names([folder.path]) == all)
    #expect(try names([folder.path + "/"]) == all)
    #expect(try names([folder["*.txt"]]) == ["Z.txt", "[x].txt", "a.txt", "b.txt", "é.txt"])
    #expect(try names([folder["[ab].txt"], folder["c.json"]]) == ["a.txt", "b.txt", "c.json"])
    #expect(try names([folder["[x].txt"]]) == ["[x].txt"])
    #expect(try names([folder["?.json"]]) == ["c.json"])
    // What stands for nothing stays, for the one who opens it to name.
    #expect(
      try names([folder["no*"], folder["none"], folder["empty"]]) == ["no*", "none", "empty"]
    )
    #expect(try FileNames.expanded(["-"]) == ["-"])
  }

  @Test("a folder that links lead to again is read once")
  func loops() throws {
    try folder.put("empty/x", "x")
    try #require(symlink("..", folder["empty/up"]) == 0)
    try #require(symlink(".", folder["empty/self"]) == 0)
    defer { for name in ["x", "up", "self"] { unlink(folder["empty/" + name]) } }
    #expect(try FileNames.expanded([folder["empty"]]).contains(folder["empty/x"]))
    let all = try FileNames.expanded([folder.path])
    #expect(Set(all).count == all.count)
    #expect(all.filter { $0.hasSuffix("/x") } == [folder["empty/x"]])
  }

  @Test("folders inside of folders")
  func nested() throws {
    mkdir(folder["empty/inner"], 0o777)
    try folder.put("empty/inner/x", "x")
    defer {
      unlink(folder["empty/inner/x"])
      rmdir(folder["empty/inner"])
    }
    #expect(try FileNames.expanded([folder["empty"]]) == [folder["empty/inner/x"]])
  }
}
