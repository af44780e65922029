extension ShippedStudy {
  /// Three ways to disturb attention, beside dropout of its probabilities.
  static let attentionDrop = ShippedStudy(
    "attentiondrop",
    """
    {
      "study": 1,
      "name": "attentiondrop",
      "claim": "Hiding the most attended keys, blurring attention, and agreement of two views each regularise a transformer better than dropout of attention probabilities does.",
      "source": "AttentionDrop: A Novel Regularization Method for Transformer Models: hard attention masking, blurred attention smoothing, consistency-regularised attention",
      "expectation": "Hidden keys and blurring are about as good as dropout at its better rate. Agreement is best for each pass over the text; it takes two passes of computation a step, so it has half of the steps here.",
      "falsifier": "None of the three is lower than the better rate of dropout, each at its best evaluation.",
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
          "steps": 1000
        }
      },
      "arms": [
        {
          "name": "none"
        },
        {
          "name": "dropout0.1",
          "changes": {
            "training": {
              "dropout": {
                "attention": "0.1"
              }
            }
          }
        },
        {
          "name": "dropout0.2",
          "changes": {
            "training": {
              "dropout": {
                "attention": "0.2"
              }
            }
          }
        },
        {
          "name": "keys",
          "changes": {
            "training": {
              "dropout": {
                "keys": "0.2"
              }
            }
          }
        },
        {
          "name": "blur",
          "changes": {
            "training": {
              "dropout": {
                "blur": "1"
              }
            }
          }
        },
        {
          "name": "agreement",
          "changes": {
            "training": {
              "steps": 500,
              "consistency": 1,
              "dropout": {
                "attention": "0.1"
              }
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
          "arm": "keys",
          "than": "dropout0.2",
          "is": "lower"
        },
        {
          "arm": "blur",
          "than": "dropout0.2",
          "is": "lower"
        },
        {
          "arm": "agreement",
          "than": "dropout0.2",
          "is": "lower"
        }
      ]
    }

    """
  )
}
