/// A cell of the lexicon: bytes of the pool, and the properties that determine its article.
struct StoryCell: Sendable {
  var start: UInt32
  var count: UInt16
  /// The word begins with a vowel sound: an apple.
  var takesAn: Bool
  /// The word is plural or cannot be counted: some boots, some bread.
  var takesSome: Bool
}

/// One step of a compiled template.
struct StoryInstruction: Sendable {
  enum Operation: UInt8, Sendable {
    /// Bytes `first..<first + count` of the pool.
    case text
    /// Column `first` of the row that plays `role`.
    case word
    /// The article before column `first` of `role`, in the number of `headRole`.
    case article
    /// One of `count` alternatives from `first` on.
    case choice
  }

  var operation: Operation
  var role: UInt8 = 0
  var headRole: UInt8 = 0
  var isCapital = false
  var first: UInt32 = 0
  var count: UInt32 = 0
}

/// One step of casting: the rows that may play a role.
struct StoryCasting: Sendable {
  /// Ranges of ``StoryGrammar/candidates``: a single one, or one for each row of the owner's table.
  var lists: [Range<Int>]
  /// The role that selects the list, or nil.
  var owner: Int?
  /// The start of the owner's table in the cells, and the number of cells in one of its rows.
  var ownerBase = 0
  var ownerStride = 1
  /// Earlier roles cast from the same table.
  var rivals: [Int]
}

/// All plots and words, compiled to flat arrays; made once and shared.
package struct StoryGrammar: Sendable {
  /// The most roles in a cast.
  static let roleLimit = 16

  struct Plot: Sendable {
    var casting: [StoryCasting]
    var story: StoryInstruction
  }

  /// The bytes of all literals and words.
  var pool: [UInt8] = []
  /// The lexicon: tables back to back, row by row.
  var cells: [StoryCell] = []
  /// First cells of rows, for casting.
  var candidates: [UInt32] = []
  var instructions: [StoryInstruction] = []
  /// Ranges of the instructions.
  var alternatives: [Range<Int>] = []
  var plots: [Plot] = []

  /// The names of the plots, in order.
  package internal(set) var plotNames: [String] = []
  /// For each alternative, its plot and rule, for messages.
  package internal(set) var alternativeLabels: [String] = []

  /// The grammar of the simple English stories.
  package static let english = StoryCompiler.grammar(
    tables: StoryTable.english,
    phrases: StoryPhrases.shared,
    plots: StoryPlot.english
  )
}
