import Collation
import JSONText
import Testing

struct RecipeValueTests {
  @Test func `a recipe of values is that of the same file`() throws {
    let made = try CollationRecipe([
      "rows": "grid", "block_size": 64, "bpe_dropout": 0.1, "shuffle": false,
      "token_dropout": "0.2:early:0.5",
    ])
    let text =
      #"{"shuffle": false, "token_dropout": "0.2:early:0.5", "rows": "grid", "bpe_dropout": 0.1, "#
      + #""block_size": 64}"#
    #expect(try made.json == CollationRecipe(Array(text.utf8)).json)
    let other = try made.overridden(by: CollationRecipe(["block_size": 8, "slack": 0.3]))
    #expect(other.json["block_size"]?.integer(below: 9) == 8 && other.json["slack"] != nil)
  }

  @Test func `a name that is no setting is refused with the nearest`() {
    let error = #expect(throws: (any Error).self) { try CollationRecipe(["bath_size": 3]) }
    #expect(error.map { "\($0)".contains("batch_size") } == true)
  }
}
