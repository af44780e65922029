#!/usr/bin/env python3
"""Logits, losses, gradients and training curves of the models in PyTorch, with closed-form weights.

Tests/NumberTestSupport/TorchFigures.swift is what `--swift` prints (PyTorch 2.13, CPU, float64), and the tests of
LanguageModels and Training hold the same models in Swift against it. `--dump FOLDER` writes everything whole,
one safetensors file for each model: the logits, the gradient of every parameter, and the losses of 50 steps;
with BPEDROP_PARITY=FOLDER the tests compare all of it, tensor by tensor.

The recipe: parameter number p (in the order of the model file, from 0) has at its element i, row-major,
the value scale * cos(0.37 * i + 1.3 * p), plus 1 for gains of norms; scale is 0.3 for the LSTM, 0.2 for
the others. Token j of the inputs (sequence by sequence) is (7 j + 3) mod vocabulary, its target
(5 j + 1) mod vocabulary; the encoder has a target at every fifth token only. Figures: every 97th logit of
[batch, times, vocabulary], their sum and sum of squares over all, the mean loss in nats, for each gradient its
sum of squares and its product with cos(0.11 i), and every 7th loss of 50 steps of SGD (rate 0.001) and of AdamW
(rate 0.0003, decay 0.1 on matrices). The rates are small because these weights are far from a trained model's: at
ten times SGD's rate PyTorch's own float32 and float64 part, by 12 % of the loss for the modern layout, by twice the
loss for the encoder.
"""

import argparse
import json
import math
import struct

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, COLUMNS, LAYERS, HEADS, CONTEXT, BATCH, TIMES = 50, 24, 2, 3, 16, 3, 12
STEPS = 50


def filled(shape, number, scale, offset=0.0):
    index = torch.arange(math.prod(shape), dtype=torch.float64)
    return (offset + scale * torch.cos(0.37 * index + 1.3 * number)).reshape(shape)


class Recurrent:
    """The whole of torch.nn.LSTM, one bias of the two zero."""

    name, scale = "lstm", 0.3

    def shapes(self):
        v, c = VOCABULARY, COLUMNS
        shapes = {"embedding.weight": [v, c]}
        for layer in range(LAYERS):
            name = f"lstm.{layer}."
            shapes |= {name + "weight_ih": [4 * c, c], name + "weight_hh": [4 * c, c], name + "bias": [4 * c]}
        return shapes | {"head.weight": [v, c], "head.bias": [v]}

    def logits(self, ids, p):
        x = F.embedding(ids, p["embedding.weight"])
        zeros = torch.zeros(1, ids.shape[0], COLUMNS, dtype=x.dtype)
        for layer in range(LAYERS):
            w = [p[f"lstm.{layer}.{part}"] for part in ("weight_ih", "weight_hh", "bias")]
            weights = [w[0], w[1], w[2], torch.zeros_like(w[2])]
            x, _, _ = torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, True, False, True)
        return F.linear(x, p["head.weight"], p["head.bias"])


class Transformer:
    """Pre-norm blocks of torch.nn.functional, a tied head; the defaults are GPT-2's."""

    def __init__(self, name, heads=HEADS, key_heads=None, inner=4 * COLUMNS, rope=False, rms=False, mlp="gelu",
                 qk_norm=False, bias=True, causal=True, bounds=None):
        self.name, self.scale = name, 0.2
        self.heads, self.key_heads, self.inner = heads, key_heads or heads, inner
        self.rope, self.rms, self.mlp, self.qk_norm, self.bias = rope, rms, mlp, qk_norm, bias
        self.causal, self.bounds = causal, bounds
        self.width = COLUMNS // heads

    def shapes(self):
        c, w = COLUMNS, self.width

        def norm(name):
            return {name + ".weight": [c]} | ({} if self.rms else {name + ".bias": [c]})

        def linear(name, inputs, outputs):
            return {name + ".weight": [outputs, inputs]} | ({name + ".bias": [outputs]} if self.bias else {})

        shapes = {"tokens.weight": [VOCABULARY, c]}
        if not self.rope:
            shapes["positions.weight"] = [CONTEXT, c]
        for layer in range(LAYERS):
            b = f"blocks.{layer}."
            shapes |= norm(b + "norm1")
            shapes |= linear(b + "attention.qkv", c, (self.heads + 2 * self.key_heads) * w)
            shapes |= linear(b + "attention.out", c, c)
            if self.qk_norm:
                shapes |= {b + "attention.q_norm.weight": [w], b + "attention.k_norm.weight": [w]}
            shapes |= norm(b + "norm2")
            up = "mlp.gate_up" if self.mlp == "swiglu" else "mlp.up"
            shapes |= linear(b + up, c, 2 * self.inner if self.mlp == "swiglu" else self.inner)
            shapes |= linear(b + "mlp.down", self.inner, c)
        return shapes | norm("norm")

    def logits(self, ids, p):
        batch, times = ids.shape
        c, w = COLUMNS, self.width
        bounds = self.bounds or [times * b for b in range(batch + 1)]
        document = torch.bucketize(torch.arange(batch * times), torch.tensor(bounds), right=True)
        starts = torch.tensor(bounds)[document - 1]
        places = (torch.arange(batch * times) - starts).reshape(batch, times)
        document = document.reshape(batch, times)
        seen = document[:, :, None] == document[:, None, :]
        if self.causal:
            seen = seen & torch.ones(times, times, dtype=torch.bool).tril()

        def norm(x, name):
            if self.rms:
                return F.rms_norm(x, [x.shape[-1]], p[name + ".weight"], 1e-5)
            return F.layer_norm(x, [c], p[name + ".weight"], p[name + ".bias"])

        def linear(x, name):
            return F.linear(x, p[name + ".weight"], p.get(name + ".bias"))

        def rotate(x):
            if not self.rope:
                return x
            half = w // 2
            angles = places[..., None].double() * 10000 ** (-torch.arange(half, dtype=torch.float64) / half)
            cosines, sines = (f(angles).to(x.dtype)[:, None] for f in (torch.cos, torch.sin))
            a, b = x[..., :half], x[..., half:]
            return torch.cat([a * cosines - b * sines, b * cosines + a * sines], -1)

        x = F.embedding(ids, p["tokens.weight"])
        if not self.rope:
            x = x + p["positions.weight"][places]
        for layer in range(LAYERS):
            name = f"blocks.{layer}."
            qkv = linear(norm(x, name + "norm1"), name + "attention.qkv")
            heads = qkv.reshape(batch, times, -1, w).transpose(1, 2)
            q, k, v = heads.split([self.heads, self.key_heads, self.key_heads], 1)
            if self.qk_norm:
                q = F.rms_norm(q, [w], p[name + "attention.q_norm.weight"], 1e-5)
                k = F.rms_norm(k, [w], p[name + "attention.k_norm.weight"], 1e-5)
            mixed = F.scaled_dot_product_attention(
                rotate(q), rotate(k), v, attn_mask=seen[:, None], enable_gqa=self.heads != self.key_heads
            )
            x = x + linear(mixed.transpose(1, 2).reshape(batch, times, c), name + "attention.out")
            inner = norm(x, name + "norm2")
            if self.mlp == "swiglu":
                gate, up = linear(inner, name + "mlp.gate_up").chunk(2, -1)
                inner = F.silu(gate) * up
            elif self.mlp == "relu2":
                inner = F.relu(linear(inner, name + "mlp.up")).square()
            else:
                inner = F.gelu(linear(inner, name + "mlp.up"), approximate="tanh")
            x = x + linear(inner, name + "mlp.down")
        return F.linear(norm(x, "norm"), p["tokens.weight"])


MODELS = [
    Recurrent(),
    Transformer("transformer"),
    Transformer("modern", heads=4, key_heads=2, inner=64, rope=True, rms=True, mlp="swiglu", qk_norm=True, bias=False),
    Transformer("encoder", causal=False),
    Transformer("documents", mlp="relu2", bounds=[0, 5, 11, 12, 24, 25, 36]),
]


def parameters(model, dtype):
    return {
        name: filled(shape, number, model.scale, 1.0 if "norm" in name and name.endswith("weight") else 0.0)
        .to(dtype).requires_grad_()
        for number, (name, shape) in enumerate(model.shapes().items())
    }


def inputs(model):
    j = torch.arange(BATCH * TIMES)
    ids = ((7 * j + 3) % VOCABULARY).reshape(BATCH, TIMES)
    targets = (5 * j + 1) % VOCABULARY
    if model.name == "encoder":
        targets = torch.where(j % 5 == 0, targets, -100)
    return ids, targets


def loss_of(model, p):
    ids, targets = inputs(model)
    logits = model.logits(ids, p)
    return logits, F.cross_entropy(logits.reshape(-1, VOCABULARY), targets)


def curve(model, dtype, rule):
    p = parameters(model, dtype)
    if rule == "sgd":
        optimizer = torch.optim.SGD(p.values(), lr=0.001)
    else:
        matrices, others = ([x for x in p.values() if (x.dim() > 1) == two] for two in (True, False))
        groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=0.0003, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        _, loss = loss_of(model, p)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return losses


def safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        part = tensor.detach().double().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F64", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def array(numbers, digits, indent):
    text, line = "", indent
    for number in numbers:
        word = f"{number:.{digits}g}, "
        if len(line + word) > 100:
            text, line = text + line.rstrip() + "\n", indent
        line += word
    return text + line.rstrip()


def figures(tensor):
    """Its sum of squares and its product with cos(0.11 i)."""
    x = tensor.double().reshape(-1)
    index = torch.arange(x.numel(), dtype=torch.float64)
    return [x.square().sum().item(), (x * torch.cos(0.11 * index)).sum().item()]


def command_line(description, swift_file):
    """The options that both scripts take; PyTorch is held to one thread."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    parser.add_argument("--swift", action="store_true", help=f"print the entries of {swift_file}")
    parser.add_argument("--dump", metavar="FOLDER", help="write whole tensors")
    torch.set_num_threads(1)
    return parser.parse_args()


def swift(model, dtype):
    p = parameters(model, dtype)
    logits, loss = loss_of(model, p)
    loss.backward()
    flat = logits.double().reshape(-1)
    gradients = []
    for x in p.values():
        gradients += figures(x.grad)
    print(f"""    TorchFigures(
      name: "{model.name}",
      scale: {model.scale},
      loss: {loss.item():.12f},
      sum: {flat.sum().item():.10f},
      squares: {flat.square().sum().item():.10f},
      logits: [
{array(flat[::97].tolist(), 13, "        ")}
      ],
      gradients: [
{array(gradients, 13, "        ")}
      ],
      sgd: [
{array(curve(model, dtype, "sgd")[::7], 13, "        ")}
      ],
      adamW: [
{array(curve(model, dtype, "adamw")[::7], 13, "        ")}
      ]
    ),""")


def main():
    options = command_line(__doc__, "TorchFigures.swift")
    dtype = getattr(torch, options.dtype)
    for model in MODELS:
        if options.swift:
            swift(model, dtype)
            continue
        p = parameters(model, dtype)
        logits, loss = loss_of(model, p)
        loss.backward()
        print(f"PyTorch {torch.__version__}, {options.dtype}: {model.name}: loss {loss.item():.12f}")
        if options.dump:
            tensors = {"logits": logits} | {"gradient." + name: x.grad for name, x in p.items()}
            tensors |= {rule: torch.tensor(curve(model, dtype, rule), dtype=torch.float64) for rule in ("sgd", "adamw")}
            safetensors(f"{options.dump}/{model.name}.safetensors", tensors)


if __name__ == "__main__":
    main()
