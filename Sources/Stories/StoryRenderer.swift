// Procedure: a walk over the instructions of a plot. Text and words are copied from the pool; an
//   article depends on the cell that follows it; a choice draws an alternative and descends into
//   it.
// Complexity: O(1) for each instruction; only the bytes of the story are allocated.
// Determinism: one bounded draw for each role in the order of the cast (repeated while a rival has
//   the row), then one for each choice of more than one alternative, in reading order.

import Noise

/// Receives every alternative that a story takes.
protocol StoryTrace {
  mutating func take(alternative: Int)
}

/// Ignores all alternatives.
struct NoTrace: StoryTrace {
  mutating func take(alternative: Int) {}
}

/// Counts how often each alternative is taken.
struct CountingTrace: StoryTrace {
  var counts: [Int]
  mutating func take(alternative: Int) { counts[alternative] += 1 }
}

/// Renders one story after the other, with the random stream and the current cast.
struct StoryRenderer<Trace: StoryTrace> {
  private let grammar: StoryGrammar
  private var stream: RandomStream
  /// The first cell of the row that plays each role; room for StoryGrammar.roleLimit of them.
  private var rows: InlineArray<16, Int>
  var trace: Trace

  init(grammar: StoryGrammar, stream: RandomStream, trace: Trace) {
    self.grammar = grammar
    self.stream = stream
    self.rows = InlineArray(repeating: 0)
    self.trace = trace
  }

  /// Switches to the stream of another story.
  mutating func restart(with stream: RandomStream) { self.stream = stream }

  /// Draws the plot and its cast and writes the story, without the line end.
  mutating func appendStory(to text: inout [UInt8]) {
    let number = Int(stream.next(below: UInt32(grammar.plots.count)))
    for role in grammar.plots[number].casting.indices {
      rows[role] = row(for: grammar.plots[number].casting[role])
    }
    choose(grammar.plots[number].story, to: &text)
  }

  private mutating func row(for casting: StoryCasting) -> Int {
    var list = 0
    if let owner = casting.owner {
      list = (rows[owner] - casting.ownerBase) / casting.ownerStride
    }
    let range = casting.lists[list]
    while true {
      let number = range.lowerBound + Int(stream.next(below: UInt32(range.count)))
      let row = Int(grammar.candidates[number])
      var isTaken = false
      for rival in casting.rivals where rows[rival] == row { isTaken = true }
      if !isTaken { return row }
    }
  }

  private mutating func choose(_ choice: StoryInstruction, to text: inout [UInt8]) {
    var alternative = Int(choice.first)
    if choice.count > 1 { alternative += Int(stream.next(below: choice.count)) }
    trace.take(alternative: alternative)
    for position in grammar.alternatives[alternative] {
      let instruction = grammar.instructions[position]
      switch instruction.operation {
      case .text:
        append(instruction.first, instruction.count, to: &text)
      case .word:
        let start = text.count
        let cell = grammar.cells[rows[Int(instruction.role)] + Int(instruction.first)]
        append(cell.start, UInt32(cell.count), to: &text)
        if instruction.isCapital { capitalize(&text, at: start) }
      case .article:
        let start = text.count
        let cell = grammar.cells[rows[Int(instruction.role)] + Int(instruction.first)]
        let isSome = grammar.cells[rows[Int(instruction.headRole)]].takesSome
        let article: StaticString = isSome ? "some " : cell.takesAn ? "an " : "a "
        article.withUTF8Buffer { text.append(contentsOf: $0) }
        if instruction.isCapital { capitalize(&text, at: start) }
      case .choice:
        choose(instruction, to: &text)
      }
    }
  }

  private func append(_ start: UInt32, _ count: UInt32, to text: inout [UInt8]) {
    text.append(contentsOf: grammar.pool[Int(start)..<Int(start) + Int(count)])
  }

  private func capitalize(_ text: inout [UInt8], at position: Int) {
    guard position < text.count else { return }
    let byte = text[position]
    if byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") { text[position] = byte - 32 }
  }
}
