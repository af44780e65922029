extension ShippedStudy {
  /// Dropout at the beginning or at the end of training only.
  static let earlyLate = ShippedStudy(
    "early-late",
    """
    {
      "study": 1,
      "name": "early-late",
      "claim": "Dropout in the first part of training only lowers the training loss of a model that underfits; dropout in the last part only lowers the loss of one that overfits on unseen text.",
      "source": "Z. Liu, Z. Xu, J. Jin, Z. Shen, T. Darrell, Dropout Reduces Underfitting, ICML 2023",
      "expectation": "Under-fit, one pass: early dropout is about as good as none, the effect of the paper may vanish. Over-fit, a small text read ten times: late dropout is lower than none.",
      "falsifier": "Under-fit, early dropout ends with a training loss above that of none; over-fit, late dropout ends above none on the test text.",
      "text": {
        "files": ["wikitext-2/train.txt"],
        "tuning": 0.01,
        "test": 0.01
      },
      "tokenizer": {
        "vocab_size": 1000
      },
      "plan": {
        "batches": {
          "rows": "windows",
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
          "name": "under-none"
        },
        {
          "name": "under-constant",
          "changes": {
            "training": {
              "dropout": {
                "everywhere": "0.1"
              }
            }
          }
        },
        {
          "name": "under-early",
          "changes": {
            "training": {
              "dropout": {
                "everywhere": "0.1:decay:0:0.3"
              }
            }
          }
        },
        {
          "name": "over-none",
          "share": 0.02
        },
        {
          "name": "over-constant",
          "share": 0.02,
          "changes": {
            "training": {
              "dropout": {
                "everywhere": "0.1"
              }
            }
          }
        },
        {
          "name": "over-late",
          "share": 0.02,
          "changes": {
            "training": {
              "dropout": {
                "everywhere": "0.1:late:0.5"
              }
            }
          }
        }
      ],
      "seeds": 3,
      "learning_rates": [0.001, 0.002, 0.004],
      "measures": [
        {
          "name": "test",
          "kind": "bits_per_byte",
          "at": "end"
        },
        {
          "name": "train",
          "kind": "bits_per_byte",
          "at": "end",
          "of": "training"
        }
      ],
      "comparisons": [
        {
          "arm": "under-early",
          "than": "under-none",
          "is": "lower",
          "measure": "train"
        },
        {
          "arm": "over-late",
          "than": "over-none",
          "is": "lower"
        }
      ]
    }

    """
  )
}
