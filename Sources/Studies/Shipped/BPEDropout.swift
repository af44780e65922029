extension ShippedStudy {
  /// BPE-dropout in training, measured on clean text and on text with typing errors.
  static let bpeDropout = ShippedStudy(
    "bpe-dropout",
    """
    {
      "study": 1,
      "name": "bpe-dropout",
      "claim": "BPE-dropout in training makes a language model better on text with typing errors, at no cost on clean text, and more so where there is less text.",
      "source": "I. Provilkov, D. Emelianenko, E. Voita, BPE-Dropout: Simple and Effective Subword Regularization, ACL 2020",
      "expectation": "At p = 0.1 fewer bits per byte with errors in 5 % of the characters, and clean text within 0.03; a larger gain on a tenth of the text.",
      "falsifier": "At p = 0.1 text with errors takes as many bits as without dropout, or more.",
      "text": {
        "files": ["tinyshakespeare/input.txt"]
      },
      "tokenizer": {
        "vocab_size": 1000
      },
      "plan": {
        "batches": {
          "rows": "grid",
          "batch_size": 16,
          "block_size": 64
        },
        "model": {
          "model": "bpedrop-transformer",
          "columns": 96,
          "layers": 4,
          "heads": 4,
          "context": 64
        },
        "training": {
          "steps": 800
        }
      },
      "arms": [
        {
          "name": "none"
        },
        {
          "name": "p0.05",
          "changes": {
            "batches": {
              "bpe_dropout": 0.05
            }
          }
        },
        {
          "name": "p0.1",
          "changes": {
            "batches": {
              "bpe_dropout": 0.1
            }
          }
        },
        {
          "name": "tenth-none",
          "share": 0.1
        },
        {
          "name": "tenth-p0.1",
          "share": 0.1,
          "changes": {
            "batches": {
              "bpe_dropout": 0.1
            }
          }
        }
      ],
      "seeds": 3,
      "learning_rates": [0.001, 0.002, 0.004],
      "measures": [
        {
          "name": "typos",
          "kind": "bits_per_byte",
          "at": "best",
          "typos": 0.05
        },
        {
          "name": "clean",
          "kind": "bits_per_byte",
          "at": "best"
        }
      ],
      "comparisons": [
        {
          "arm": "p0.1",
          "than": "none",
          "is": "lower"
        },
        {
          "arm": "p0.1",
          "than": "none",
          "is": "within",
          "by": 0.03,
          "measure": "clean"
        },
        {
          "arm": "tenth-p0.1",
          "than": "tenth-none",
          "is": "lower"
        }
      ]
    }

    """
  )
}
