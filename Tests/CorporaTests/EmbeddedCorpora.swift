import Corpora
import TestSupport
import Testing

let languages = [
  "arabic", "armenian", "chinese", "english", "finnish", "french", "georgian", "german", "greek",
  "hebrew", "hindi", "japanese", "korean", "russian", "spanish", "swahili", "thai", "turkish",
  "ukrainian", "vietnamese",
]

func corpusPath(_ language: String) -> String {
  "\(SharedData.projectFolder)/corpora/\(language).txt"
}

func documents(_ reader: DocumentReader) throws -> [[UInt8]] {
  var documents: [[UInt8]] = []
  while let batch = try reader.next() {
    #expect(batch.firstNumber == UInt64(documents.count))
    for range in batch.ranges { documents.append(Array(batch.bytes[range])) }
  }
  return documents
}
