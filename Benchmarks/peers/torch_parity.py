"""Logits and losses of the two language models in PyTorch, with closed-form weights.

Tests/LanguageModelsTests/ParityTests.swift builds the same models and compares with the figures that
this script prints (PyTorch 2.13, CPU, float64 for the figures; --dtype float32 shows how far PyTorch's
own float32 is from them).

The recipe: parameter number p (in the order of the model file, from 0) has at its element i, row-major,
the value scale * cos(0.37 * i + 1.3 * p), plus 1 for gains of layer norms; scale is 0.3 for the LSTM,
0.2 for the transformer. Token j of the inputs (sequence by sequence) is (7 j + 3) mod vocabulary, its
target (5 j + 1) mod vocabulary. Figures: every 97th logit of [batch, times, vocabulary], their sum and
sum of squares over all, and the mean loss in nats.
"""

import argparse
import math

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, COLUMNS, LAYERS, HEADS, CONTEXT, BATCH, TIMES = 50, 24, 2, 3, 16, 3, 12


def filled(shape, number, scale, offset=0.0):
    index = torch.arange(math.prod(shape), dtype=torch.float64)
    return (offset + scale * torch.cos(0.37 * index + 1.3 * number)).reshape(shape)


def lstm(ids, dtype):
    """The whole of torch.nn.LSTM, one bias of the two zero."""
    v, c = VOCABULARY, COLUMNS
    shapes = [[v, c]] + LAYERS * [[4 * c, c], [4 * c, c], [4 * c]] + [[v, c], [v]]
    values = [filled(s, p, 0.3).to(dtype) for p, s in enumerate(shapes)]
    net = nn.LSTM(c, c, LAYERS, batch_first=True).to(dtype)
    with torch.no_grad():
        for layer in range(LAYERS):
            w_ih, w_hh, bias = values[1 + 3 * layer : 4 + 3 * layer]
            getattr(net, f"weight_ih_l{layer}").copy_(w_ih)
            getattr(net, f"weight_hh_l{layer}").copy_(w_hh)
            getattr(net, f"bias_ih_l{layer}").copy_(bias)
            getattr(net, f"bias_hh_l{layer}").zero_()
        hidden, _ = net(F.embedding(ids, values[0]))
        return F.linear(hidden, values[-2], values[-1])


def transformer(ids, dtype):
    """Pre-norm blocks of torch.nn.functional, GELU in its tanh form, a tied head."""
    v, c = VOCABULARY, COLUMNS
    block = [[c], [c], [3 * c, c], [3 * c], [c, c], [c], [c], [c], [4 * c, c], [4 * c], [c, 4 * c], [c]]
    shapes = [[v, c], [CONTEXT, c]] + LAYERS * block + [[c], [c]]
    gains = {2 + 12 * l + o for l in range(LAYERS) for o in (0, 6)} | {len(shapes) - 2}
    values = [filled(s, p, 0.2, 1.0 if p in gains else 0.0).to(dtype) for p, s in enumerate(shapes)]
    batch, times = ids.shape
    x = F.embedding(ids, values[0]) + values[1][:times]
    for layer in range(LAYERS):
        g1, b1, wqkv, bqkv, wo, bo, g2, b2, wu, bu, wd, bd = values[2 + 12 * layer : 14 + 12 * layer]
        qkv = F.linear(F.layer_norm(x, [c], g1, b1), wqkv, bqkv)
        q, k, value = (
            part.reshape(batch, times, HEADS, c // HEADS).transpose(1, 2) for part in qkv.split(c, -1)
        )
        mixed = F.scaled_dot_product_attention(q, k, value, is_causal=True)
        x = x + F.linear(mixed.transpose(1, 2).reshape(batch, times, c), wo, bo)
        up = F.gelu(F.linear(F.layer_norm(x, [c], g2, b2), wu, bu), approximate="tanh")
        x = x + F.linear(up, wd, bd)
    return F.linear(F.layer_norm(x, [c], values[-2], values[-1]), values[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    dtype = getattr(torch, parser.parse_args().dtype)
    torch.set_num_threads(1)
    j = torch.arange(BATCH * TIMES)
    ids = ((7 * j + 3) % VOCABULARY).reshape(BATCH, TIMES)
    targets = (5 * j + 1) % VOCABULARY
    print(f"PyTorch {torch.__version__}, {dtype}")
    for model in (lstm, transformer):
        logits = model(ids, dtype)
        loss = F.cross_entropy(logits.reshape(-1, VOCABULARY), targets)
        flat = logits.double().reshape(-1)
        print(f"{model.__name__}: loss {loss.item():.12f} sum {flat.sum().item():.10f} "
              f"squares {flat.square().sum().item():.10f}")
        print("  " + ", ".join(f"{x:.12f}" for x in flat[::97].tolist()))


if __name__ == "__main__":
    main()
