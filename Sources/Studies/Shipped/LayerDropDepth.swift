extension ShippedStudy {
  /// Blocks left out in training, and for good after it.
  static let layerDropDepth = ShippedStudy(
    "layerdrop-depth",
    """
    {
      "study": 1,
      "name": "layerdrop-depth",
      "claim": "A transformer that is trained with blocks left out at random keeps working when half of its blocks are left out for good, without further training.",
      "source": "A. Fan, E. Grave, A. Joulin, Reducing Transformer Depth on Demand with Structured Dropout, ICLR 2020",
      "expectation": "With 4 of 8 blocks left, the model trained with LayerDrop 0.2 takes at least 0.3 bits per byte less than the one trained without; with all 8 it is about as good. A model of 4 blocks trained from scratch is a little better than the pruned one.",
      "falsifier": "With 4 of 8 blocks left, the model trained with LayerDrop is not lower by 0.3 bits per byte.",
      "text": {
        "files": ["tinyshakespeare/input.txt"]
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
          "layers": 8,
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
          "name": "layerdrop",
          "changes": {
            "training": {
              "dropout": {
                "depth": "0.2"
              }
            }
          }
        },
        {
          "name": "four-blocks",
          "changes": {
            "model": {
              "layers": 4
            }
          }
        }
      ],
      "seeds": 3,
      "learning_rates": [0.001, 0.002, 0.004],
      "measures": [
        {
          "name": "whole",
          "kind": "bits_per_byte",
          "at": "end"
        },
        {
          "name": "kept6",
          "kind": "bits_per_byte",
          "at": "end",
          "blocks": 6
        },
        {
          "name": "kept4",
          "kind": "bits_per_byte",
          "at": "end",
          "blocks": 4
        },
        {
          "name": "kept3",
          "kind": "bits_per_byte",
          "at": "end",
          "blocks": 3
        }
      ],
      "comparisons": [
        {
          "arm": "layerdrop",
          "than": "none",
          "is": "lower",
          "by": 0.3,
          "measure": "kept4"
        },
        {
          "arm": "layerdrop",
          "than": "none",
          "is": "lower",
          "measure": "kept6"
        }
      ]
    }

    """
  )
}
