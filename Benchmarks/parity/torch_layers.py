#!/usr/bin/env python3
"""Results and gradients of single layers in PyTorch, with closed-form values.

Tests/NeuralLayersTests/LayerFigures.swift is what `--swift` prints (PyTorch 2.13, CPU, float64), and
LayerParityTests holds the same layers in Swift against it. `--dump FOLDER` writes every result and gradient whole,
one safetensors file for each layer; with BPEDROP_PARITY=FOLDER the test compares all of it.

Tensor number k of a layer, first its inputs, then its parameters, has at its element i, row-major, the value
0.5 cos(0.37 i + 1.3 k), plus 1 for gains of norms; result number r is differentiated with the weights
cos(0.23 i + 0.7 r). The states that an LSTM begins with are tensors 8 and 9. Id j is (7 j + 3) mod 11, target j
(5 j + 1) mod 11, every fourth none. Figures: for each result and then each gradient its sum of squares and its
product with cos(0.11 i).
"""

import math

import torch
from torch.nn import functional as F

from torch_parity import array, command_line, figures, safetensors

BOUNDS = [0, 3, 10, 11, 20]


def wave(shape, rate, phase, scale=1.0, offset=0.0):
    index = torch.arange(math.prod(shape), dtype=torch.float64)
    return (offset + scale * torch.cos(rate * index + phase)).reshape(shape)


def value(shape, number, offset=0.0):
    return wave(shape, 0.37, 1.3 * number, 0.5, offset)


def ids(count):
    return (7 * torch.arange(count) + 3) % 11


def targets(count):
    j = torch.arange(count)
    return torch.where(j % 4 == 0, -100, (5 * j + 1) % 11)


def lstm(x, inputs, states, bias):
    start = (value([1, 3, 6], 8).to(x.dtype), value([1, 3, 6], 9).to(x.dtype))
    y, hidden, cell = torch.lstm(
        x, start, [inputs, states, bias, torch.zeros_like(bias)], True, 1, 0.0, True, False, False
    )
    return [y], [hidden[0], cell[0]]


def rotated(x, places):
    """Heads [batch, heads, times, width] turned by their places [batch, times]."""
    half = x.shape[-1] // 2
    angles = places[:, None, :, None].double() * 10000 ** (-torch.arange(half, dtype=torch.float64) / half)
    cosines, sines = torch.cos(angles).to(x.dtype), torch.sin(angles).to(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cosines - b * sines, b * cosines + a * sines], -1)


def attention(heads, key_heads=None, causal=True, bounds=None, rope=False):
    def layer(qkv, *gains):
        batch, times, columns = qkv.shape
        keys = key_heads or heads
        width = columns // (heads + 2 * keys)
        edges = torch.tensor(bounds or [times * b for b in range(batch + 1)])
        rows = torch.arange(batch * times)
        document = torch.bucketize(rows, edges, right=True)
        places = (rows - edges[document - 1]).reshape(batch, times)
        document = document.reshape(batch, times)
        seen = document[:, :, None] == document[:, None, :]
        if causal:
            seen = seen & torch.ones(times, times, dtype=torch.bool).tril()
        q, k, v = qkv.reshape(batch, times, -1, width).transpose(1, 2).split([heads, keys, keys], 1)
        if gains:
            q, k = (F.rms_norm(x, [width], gain, 1e-5) for x, gain in zip((q, k), gains))
        if rope:
            q, k = rotated(q, places), rotated(k, places)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None], enable_gqa=heads != keys)
        return [y.transpose(1, 2).reshape(batch, times, -1)]

    return layer


def swiglu(x, gate_up, down):
    gate, up = F.linear(x, gate_up).chunk(2, -1)
    return [F.linear(F.silu(gate) * up, down)]


def normed(norm):
    def layer(x, residual, *weights):
        total = x + residual
        return [total, norm(total, *weights)]

    return layer


def cross_entropy(x, weight, bias):
    return [F.cross_entropy(F.linear(x, weight, bias), targets(12))]


# Name, shapes of the inputs, shapes of the parameters (a gain where a shape is marked so), and the layer.
LAYERS = [
    ("embedding", [], [[11, 5], [7, 5]],
     lambda table, places: [(F.embedding(ids(12), table) + places[torch.arange(12) % 6]).reshape(2, 6, 5)]),
    ("linear", [[5, 4]], [[3, 4], [3]], lambda *x: [F.linear(*x)]),
    ("layer norm", [[5, 6], [5, 6]], ["6", [6]],
     normed(lambda x, gain, bias: F.layer_norm(x, [6], gain, bias))),
    ("RMS norm", [[5, 6], [5, 6]], ["6"], normed(lambda x, gain: F.rms_norm(x, [6], gain, 1e-5))),
    ("LSTM", [[4, 3, 5]], [[24, 5], [24, 6], [24]], lstm),
    ("causal attention", [[2, 10, 24]], [], attention(2)),
    ("attention both ways", [[2, 10, 24]], [], attention(2, causal=False)),
    ("attention of grouped heads", [[2, 10, 32]], [], attention(4, 2)),
    ("attention within documents", [[2, 10, 24]], [], attention(2, bounds=BOUNDS)),
    ("attention with rotary positions", [[2, 10, 24]], [], attention(2, rope=True)),
    ("attention with norms of queries and keys", [[2, 10, 32]], ["4", "4"], attention(4, 2, rope=True)),
    ("GELU MLP", [[5, 4]], [[9, 4], [9], [4, 9], [4]],
     lambda x, a, b, c, d: [F.linear(F.gelu(F.linear(x, a, b), approximate="tanh"), c, d)]),
    ("SwiGLU MLP", [[5, 4]], [[14, 4], [4, 7]], swiglu),
    ("squared ReLU MLP", [[5, 4]], [[9, 4], [4, 9]], lambda x, a, b: [F.linear(F.relu(F.linear(x, a)).square(), b)]),
    ("cross-entropy", [[12, 5]], [[11, 5], [11]], cross_entropy),
]


def run(layer, dtype):
    """All results and gradients by name."""
    _, inputs, parameters, body = layer
    tensors = []
    for number, shape in enumerate(inputs + parameters):
        isGain = isinstance(shape, str)
        shape = [int(shape)] if isGain else shape
        tensors.append(value(shape, number, 1.0 if isGain else 0.0).to(dtype).requires_grad_())
    results = body(*tensors)
    results, others = results if isinstance(results, tuple) else (results, [])
    total = sum(
        (x * (wave(x.shape, 0.23, 0.7 * r).to(dtype) if x.dim() else 1)).sum() for r, x in enumerate(results)
    )
    total.backward()
    all_results = {f"result.{r}": x.detach().reshape(x.shape or [1]) for r, x in enumerate(results + others)}
    return all_results | {f"gradient.{k}": x.grad for k, x in enumerate(tensors)}


def main():
    options = command_line(__doc__, "LayerFigures.swift")
    for layer in LAYERS:
        tensors = run(layer, getattr(torch, options.dtype))
        numbers = [number for x in tensors.values() for number in figures(x)]
        if options.swift:
            print(f'  "{layer[0]}": [\n{array(numbers, 13, "    ")}\n  ],')
        else:
            print(f"PyTorch {torch.__version__}, {options.dtype}: {layer[0]}: {numbers[:2]}")
        if options.dump:
            safetensors(f"{options.dump}/{layer[0].replace(' ', '-')}.safetensors", tensors)


if __name__ == "__main__":
    main()
