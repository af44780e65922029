extension ShippedStudy {
  /// Weight decay far above what is usual, where a small text is read many times.
  static let weightDecay = ShippedStudy(
    "weight-decay",
    """
    {
      "study": 1,
      "name": "weight-decay",
      "claim": "Where a small text is read many times, the best weight decay is many times the usual 0.1.",
      "source": "Paper 61 of the seeds, on language models that read limited text with unlimited computation",
      "expectation": "The lowest bits per byte are at a decay of 1 or 3, times the learning rate, of all matrices, embeddings included.",
      "falsifier": "The best decay is 0.1 or less.",
      "text": {
        "files": ["tinyshakespeare/input.txt"],
        "share": 0.25
      },
      "tokenizer": {
        "vocab_size": 1000
      },
      "plan": {
        "batches": {
          "rows": "windows",
          "batch_size": 16,
          "block_size": 64,
          "shift_windows": true
        },
        "model": {
          "model": "bpedrop-transformer",
          "columns": 96,
          "layers": 4,
          "heads": 4,
          "context": 64
        },
        "training": {
          "steps": 1000,
          "weight_decay": 0.1
        }
      },
      "arms": [
        {
          "name": "decay0.1"
        },
        {
          "name": "decay0.01",
          "changes": {
            "training": {
              "weight_decay": 0.01
            }
          }
        },
        {
          "name": "decay1",
          "changes": {
            "training": {
              "weight_decay": 1
            }
          }
        },
        {
          "name": "decay3",
          "changes": {
            "training": {
              "weight_decay": 3
            }
          }
        }
      ],
      "seeds": 3,
      "learning_rates": [0.001, 0.002, 0.004],
      "measures": [
        {
          "name": "best",
          "kind": "bits_per_byte",
          "at": "best"
        },
        {
          "name": "end",
          "kind": "bits_per_byte",
          "at": "end"
        }
      ],
      "comparisons": [
        {
          "arm": "decay1",
          "than": "decay0.1",
          "is": "lower"
        }
      ]
    }

    """
  )
}
