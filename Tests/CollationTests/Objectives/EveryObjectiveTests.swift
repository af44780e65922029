import Collation
import Execution
import Noise
import TestSupport
import Testing

@Suite("Every objective, with every operation on")
struct EveryObjectiveTests {
  @Test(
    "any threads, any depth, reused memory, and after a stop at twenty steps",
    arguments: ObjectiveSamples.recipes + ObjectiveSamples.laterRecipes
  )
  func addressing(recipe: String) throws {
    let stream = try ObjectiveSamples.stream(recipe)
    let expected = try stream.batches(epoch: 2)
    #expect(expected.count > 3)
    for (threads, depth) in [(1, 0), (1, 3), (2, 1), (8, 16)] {
      let ring = stream.prefetched(
        epoch: 2,
        steps: 0..<expected.count,
        threads: threads,
        depth: depth
      )
      for batch in expected {
        let made = try #require(try ring.next())
        #expect(made == batch)
        ring.recycle(made)
      }
    }
    var draws = RandomStream(key: NoiseKey(seed: 1, site: .testing), item: 5)
    var builder = BatchBuilder(stream)
    for _ in 0..<20 {
      let step = Int(draws.next(below: UInt32(expected.count)))
      #expect(try builder.batch(epoch: 2, step: step) == expected[step])
    }
  }

  @Test(
    "ranks share the same batch, however many they are",
    arguments: ObjectiveSamples.recipes + ObjectiveSamples.laterRecipes
  )
  func ranks(recipe: String) throws {
    let stream = try ObjectiveSamples.stream(recipe)
    for step in [0, stream.stepCount(epoch: 0) - 1] {
      let whole = try stream.batch(step: step)
      #expect(stream.rowCount(step: step) == whole.rows)
      for cut in 0...whole.rows {
        let parts = try [0..<cut, cut..<whole.rows].map { try stream.batch(step: step, rows: $0) }
        #expect(parts[0].inputs + parts[1].inputs == whole.inputs)
        #expect(parts[0].targets + parts[1].targets == whole.targets)
        #expect(parts[0].documents + parts[1].documents == whole.documents)
        #expect(parts[0].targetLengths + parts[1].targetLengths == whole.targetLengths)
        #expect(parts[0].prefixLengths + parts[1].prefixLengths == whole.prefixLengths)
        #expect(parts[0].order + parts[1].order == whole.order)
      }
    }
  }

  @Test(
    "arrays have the sizes that they say",
    arguments: ObjectiveSamples.recipes + ObjectiveSamples.laterRecipes
  )
  func shapes(recipe: String) throws {
    let stream = try ObjectiveSamples.stream(recipe)
    for batch in try stream.batches() {
      #expect(batch.inputs.count == batch.rows * batch.length)
      #expect(batch.documents.count == batch.inputs.count)
      #expect(batch.targets.count == batch.rows * batch.targetLength)
      #expect(batch.targetBytes.count == batch.targets.count)
      #expect(batch.length <= stream.collator.longestRow)
      #expect(batch.targetLength <= stream.collator.longestTargets ?? stream.collator.longestRow)
      #expect(batch.lengths.allSatisfy { $0 <= batch.length })
      for row in 0..<batch.rows {
        let padding = batch.inputs[
          row * batch.length + batch.lengths[row]..<(row + 1) * batch.length
        ]
        #expect(padding.allSatisfy { $0 == ObjectiveSamples.id("<pad>") })
        let real = batch.inputs(ofRow: row)
        #expect(!real.contains(ObjectiveSamples.id("<pad>")))
        let targets = batch.targets[row * batch.targetLength..<(row + 1) * batch.targetLength]
        #expect(targets.allSatisfy { $0 >= 0 || $0 == Batch.ignoredTarget })
      }
    }
  }

  @Test(
    "noise differs between epochs and seeds",
    arguments: ObjectiveSamples.recipes + ObjectiveSamples.laterRecipes
  )
  func variety(recipe: String) throws {
    if recipe.contains(#""causal""#) && recipe.contains("contiguous") { return }
    if recipe.contains(#""shuffle": false"#) { return }
    let stream = try ObjectiveSamples.stream(recipe)
    let first = try stream.batch(step: 0)
    #expect(try stream.batch(epoch: 1, step: 0) != first)
    let other = try ObjectiveSamples.stream(recipe, seed: 4).batch(step: 0)
    #expect(other.inputs != first.inputs || other.targets != first.targets)
  }

  @Test("the bytes of each recipe are those of noise version 1")
  func golden() throws {
    #expect(NoiseKey.version == 1)
    let first = try digest(ObjectiveSamples.recipes)
    #expect(first == 6_489_831_404_261_227_732)
    let later = try digest(ObjectiveSamples.laterRecipes)
    #expect(later == 17_375_706_759_924_393_273)
  }

  private func digest(_ recipes: [String]) throws -> UInt64 {
    var digest = Digest()
    for recipe in recipes {
      for batch in try ObjectiveSamples.stream(recipe).batches(epoch: 1) {
        for id in batch.inputs { digest.add(UInt64(id)) }
        for id in batch.targets { digest.add(UInt64(UInt32(bitPattern: id))) }
        for place in batch.order { digest.add(UInt64(UInt32(bitPattern: place))) }
        for length in batch.prefixLengths { digest.add(UInt64(length)) }
      }
    }
    return digest.value
  }
}
