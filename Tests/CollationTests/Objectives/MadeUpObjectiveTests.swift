import BytePairEncoding
import Collation
import Diagnostics
import Files
import Foundation
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

/// A made-up objective: the targets are the row reversed.
///
/// It is declared in this file alone.
private struct ReversedPrediction: Objective {
  static let names = ["reversed"]
  static let gloss: String? = "made up"
  static let settings = [RecipeKey.rotation]
  static let acceptedNoise = AcceptedNoise.inPlace
  static let extras = [ExtraArray.sources, .halves]

  /// The places that a target moves by, round the row.
  let rotation: Int

  init(_ reader: RecipeReader) throws {
    rotation = try reader.recipe.integer(.rotation, in: 0...100) ?? 0
  }

  func check(_ collator: Collator, _ reader: RecipeReader) throws {
    if rotation > collator.length {
      throw reader.recipe.failure(.rotation, "found \(rotation), which is more than block_size")
    }
  }

  func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    let count = row.ids.count
    row.input(0..<count)
    for place in 0..<count {
      let source = (count - 1 - place + rotation) % count
      row.target(source..<source + 1)
      row.extras[0].append(Int32(source))
    }
    var draws = moment.draws(.testing)
    row.extras[1].append(Int32(draws.next(below: 2)))
  }
}

/// Made-up noise: the first input becomes another id.
///
/// It is declared in this file alone.
private struct FirstToken: TokenNoise {
  static let settings = [RecipeKey.firstToken]

  let id: UInt32

  init?(_ reader: RecipeReader) throws {
    guard let id = try reader.recipe.integer(.firstToken, in: 0...1000) else { return nil }
    self.id = UInt32(id)
  }

  func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    if row.inputs.isEmpty { return }
    row.replace(0, by: id, TokenChange(rawValue: "first_token"))
  }
}

extension RecipeKey {
  fileprivate static let rotation = RecipeKey("rotation", fallback: "0", "places that targets move")
  fileprivate static let firstToken = RecipeKey("first_token", fallback: "null", "the first input")
}

extension ExtraArray {
  fileprivate static let sources = ExtraArray("sources", width: .targets, fill: -1)
  fileprivate static let halves = ExtraArray("halves", width: .row)
}

@Suite("An objective and noise that are made up")
struct MadeUpObjectiveTests {
  private let kinds = CollationKinds(
    objectives: CollationKinds.builtIn.objectives + [ReversedPrediction.self],
    noise: CollationKinds.builtIn.noise + [FirstToken.self]
  )

  private func recipe(_ settings: String) throws -> CollationRecipe {
    try CollationRecipe(Array("{\(settings)}".utf8), path: "made-up.json", kinds: kinds)
  }

  private func stream(_ settings: String) throws -> BatchStream {
    let recipe = try recipe(settings)
    let tokenizer = try ObjectiveSamples.tokenizer()
    return try BatchStream(
      CollationSamples.store(),
      tokenizer: tokenizer,
      separator: recipe.separator(for: tokenizer),
      collator: recipe.collator(for: tokenizer),
      seed: 3
    )
  }

  @Test("its batches, of every kind of rows that it takes", arguments: Collator.Rows.allCases)
  func batches(rows: Collator.Rows) throws {
    if rows == .packed { return }
    let settings = #""objective": "reversed", "rotation": 2, "batch_size": 4, "block_size": 24"#
    let stream = try stream(#"\#(settings), "rows": "\#(rows.rawValue)""#)
    let noisy = try self.stream(
      #"\#(settings), "rows": "\#(rows.rawValue)", "first_token": 7, "token_dropout": 0.0"#
    )
    var halves: Set<Int32> = []
    for (batch, other) in zip(try stream.batches(), try noisy.batches()) {
      let (sources, half) = (batch[.sources], batch[.halves])
      #expect(sources.count == batch.rows * batch.targetLength && half.count == batch.rows)
      halves.formUnion(half)
      for row in 0..<batch.rows {
        let (inputs, count) = (batch.inputs(ofRow: row), batch.lengths[row])
        let places = (0..<count).map { (count - 1 - $0 + 2) % count }
        #expect(batch.targets(ofRow: row) == places.map { Int32(inputs[$0]) })
        let columns = sources[row * batch.length..<(row + 1) * batch.length]
        #expect(Array(columns.prefix(count)) == places.map { Int32($0) })
        #expect(columns.dropFirst(count).allSatisfy { $0 == -1 })
        #expect(other.inputs(ofRow: row) == (inputs.isEmpty ? [] : [7] + inputs.dropFirst()))
      }
      #expect(other.targets == batch.targets)
    }
    #expect(halves == [0, 1])
  }

  @Test("files and frames have its arrays, and an audit its noise")
  func files() throws {
    let stream = try stream(
      #""objective": "reversed", "batch_size": 4, "block_size": 16, "first_token": 7"#
    )
    let batch = try stream.batch(step: 0)
    let layout = BatchLayout(stream)
    let folder = try TemporaryFolder()
    let path = folder.path + "/batches"
    for format in BatchFormat.allCases {
      let writer = try BatchFileWriter(
        format,
        path: "\(path).\(format.rawValue)",
        layout: layout
      )
      try writer.write(FormattedBatch(batch, format: format, layout: layout))
      try writer.commit()
    }
    let line = try String(
      decoding: Data(contentsOf: URL(fileURLWithPath: path + ".jsonl")),
      as: UTF8.self
    )
    #expect(line.contains(#""sources": [[15, 14, "#) && line.contains(#""halves": ["#))
    let array = try Data(contentsOf: URL(fileURLWithPath: path + ".sources.npy"))
    #expect(array.count == 128 + 4 * batch[.sources].count)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path + ".raw")).contains(Array("halves".utf8))
    )
    var builder = BatchBuilder(stream)
    let row = try builder.explanation(step: 0, row: 0)
    #expect(row.tokens[0].change?.rawValue == "first_token" && row.tokens[1].change == nil)
  }

  @Test("its settings: what is wrong is said, and built-in recipes do not know it")
  func settings() throws {
    let tokenizer = try ObjectiveSamples.tokenizer()
    for (settings, message) in [
      (
        #""rotation": 2"#,
        #"rotation: the setting needs "objective": "reversed", but found "causal""#
      ),
      (#""objective": "reversed", "rotation": 101"#, "whole number in 0...100"),
      (#""objective": "reversed", "rotatoin": 2"#, "the nearest is 'rotation'"),
      (#""objective": "reversed", "rotation": 9, "block_size": 8"#, "more than block_size"),
      (#""objective": "reversed", "rows": "packed""#, "packed rows have one of causal"),
      (#""objective": "masked", "first_token": 2"#, "first_token: the setting needs"),
      (#""objective": "reverse""#, "reversed was expected"),
    ] {
      let error = #expect(throws: InvalidData.self) {
        _ = try recipe(settings).collator(for: tokenizer)
      }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    let help = kinds.keys.first { $0.name == "objective" }?.meaning ?? ""
    #expect(help.hasSuffix(", classification, pairs or reversed (made up)"))
    #expect(throws: InvalidData.self) { try CollationRecipe(Array(#"{"rotation": 2}"#.utf8)) }
    #expect(throws: InvalidData.self) {
      try CollationRecipe(Array(#"{"objective": "reversed"}"#.utf8)).collator(for: tokenizer)
    }
    let other = try recipe(#""objective": "reversed""#).overridden(by: recipe(#""rotation": 3"#))
    let collator = try other.collator(for: tokenizer)
    #expect((collator.objective as? ReversedPrediction)?.rotation == 3)
    #expect(ReversedPrediction.target == .other)
  }
}
