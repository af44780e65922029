import Experiments
import Files
import Studies
import TestSupport

/// A study of a tiny model on stories, whose parts tests change.
struct SmallStudy {
  var text = "{\"stories\": 20000, \"tuning\": 0.1, \"test\": 0.1}"
  var tokenizer = "{\"vocab_size\": 300}"
  var plan = """
    {
      "batches": {"rows": "contiguous", "batch_size": 4, "block_size": 16},
      "model": {"model": "bpedrop-lstm", "columns": 12, "layers": 1, "tied": 1},
      "training": {"steps": 8, "learning_rate": {"schedule": "constant"}},
      "evaluate_every": 3
    }
    """
  var arms = "[{\"name\": \"a\"}, {\"name\": \"b\"}]"
  var seeds = 3
  var rates = "[0.01]"
  var measures = "[{\"name\": \"test\", \"kind\": \"bits_per_byte\"}]"
  var comparisons = "[{\"arm\": \"a\", \"than\": \"b\", \"is\": \"lower\"}]"
  var extra = ""

  var json: String {
    """
    {"study": 1, "name": "small", "claim": "c", "source": "s", "expectation": "e", "falsifier": "f",
     "text": \(text), "tokenizer": \(tokenizer), "plan": \(plan), "arms": \(arms),
     "seeds": \(seeds), "learning_rates": \(rates), "measures": \(measures),
     "comparisons": \(comparisons)\(extra)}
    """
  }

  func value() throws -> Study { try Study(Array(json.utf8)) }
}

/// A study done in a folder of its own.
struct DoneStudy {
  let folder: StudyFolder
  let report: StudyReport

  init(_ study: Study, in place: TemporaryFolder, _ environment: StudyEnvironment) throws {
    folder = StudyFolder(path: place.path)
    report = try StudySession(study, in: folder, environment: environment).run()
  }

  /// What does not depend on clocks and paths.
  var tables: [String] {
    get throws {
      try [folder.runs, folder.differences, folder.curves, folder.report].map {
        String(decoding: try InputFile($0).readAll(), as: UTF8.self)
      }
    }
  }
}
