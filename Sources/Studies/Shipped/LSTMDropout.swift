extension ShippedStudy {
  /// Dropout on the vertical connections of an LSTM.
  static let lstmDropout = ShippedStudy(
    "lstm-dropout",
    """
    {
      "study": 1,
      "name": "lstm-dropout",
      "claim": "Dropout on the connections from layer to layer of an LSTM lowers the loss on unseen text where a small text is read many times, and does so more than dropout on the connections from time to time.",
      "source": "W. Zaremba, I. Sutskever, O. Vinyals, Recurrent Neural Network Regularization, arXiv 1409.2329, 2014",
      "expectation": "Without dropout the tuning text gets worse after some passes; at its best, dropout 0.5 from layer to layer is lower by 0.05 to 0.15 bits per byte. A fresh mask on the state that goes from time to time, at the same rate, is worse than that.",
      "falsifier": "The best model with dropout 0.5 from layer to layer takes as many bits as the best without, or more; or dropout from time to time takes as few as dropout from layer to layer.",
      "text": {
        "files": ["tinyshakespeare/input.txt"],
        "share": 0.25
      },
      "tokenizer": {
        "vocab_size": 2000
      },
      "plan": {
        "batches": {
          "rows": "contiguous",
          "batch_size": 20,
          "block_size": 35
        },
        "model": {
          "model": "bpedrop-lstm",
          "columns": 200,
          "layers": 2,
          "tied": 1
        },
        "training": {
          "steps": 1500
        }
      },
      "arms": [
        {
          "name": "none"
        },
        {
          "name": "vertical",
          "changes": {
            "training": {
              "dropout": {
                "everywhere": "0.5"
              }
            }
          }
        },
        {
          "name": "recurrent",
          "changes": {
            "training": {
              "dropout": {
                "recurrent": "0.5"
              }
            }
          }
        }
      ],
      "seeds": 3,
      "learning_rates": [0.002, 0.005, 0.0125],
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
          "arm": "vertical",
          "than": "none",
          "is": "lower"
        },
        {
          "arm": "recurrent",
          "than": "vertical",
          "is": "higher"
        }
      ]
    }

    """
  )
}
