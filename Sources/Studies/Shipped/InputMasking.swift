extension ShippedStudy {
  /// Masked inputs as a regulariser, beside dropout and weight decay.
  static let inputMasking = ShippedStudy(
    "input-masking",
    """
    {
      "study": 1,
      "name": "input-masking",
      "claim": "Masking tokens of the input, while all targets stay, lets a causal model read a small text more often before it gets worse, as dropout and weight decay do.",
      "source": "What Makes Diffusion Language Models Super Data Learners?, for masked inputs of models that read a text many times, and a rate drawn for each row; S. Bowman et al., Generating Sentences from a Continuous Space, CoNLL 2016, for the operation",
      "expectation": "The turning point of the tuning text comes later and lower for all of the regularisers than without one.",
      "falsifier": "No regulariser is lower than none, each at its best evaluation.",
      "text": {
        "files": ["tinyshakespeare/input.txt"],
        "share": 0.25
      },
      "tokenizer": {
        "vocab_size": 1000,
        "special": ["<mask>"]
      },
      "plan": {
        "batches": {
          "rows": "windows",
          "batch_size": 16,
          "block_size": 64,
          "shift_windows": true,
          "dropout_token": "<mask>",
          "token_dropout": 0,
          "token_dropout_by_row": false
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
          "name": "mask0.1",
          "changes": {
            "batches": {
              "token_dropout": 0.1
            }
          }
        },
        {
          "name": "mask0.3",
          "changes": {
            "batches": {
              "token_dropout": 0.3
            }
          }
        },
        {
          "name": "mask-drawn",
          "changes": {
            "batches": {
              "token_dropout": 1,
              "token_dropout_by_row": true
            }
          }
        },
        {
          "name": "mlp0.2",
          "changes": {
            "training": {
              "dropout": {
                "mlp": "0.2"
              }
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
          "arm": "mask0.1",
          "than": "none",
          "is": "lower"
        },
        {
          "arm": "mask0.3",
          "than": "none",
          "is": "lower"
        },
        {
          "arm": "mask-drawn",
          "than": "none",
          "is": "lower"
        },
        {
          "arm": "mlp0.2",
          "than": "none",
          "is": "lower"
        },
        {
          "arm": "decay1",
          "than": "none",
          "is": "lower"
        }
      ]
    }

    """
  )
}
