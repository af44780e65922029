#!/usr/bin/env python3
"""Whole training steps (forward, backward, clipping, update) here and in PyTorch, in turns, on the same shapes.

usage: train_lm.py BPEDROP [NAME ...] [--threads 2] [--seconds 8] [--rounds 3]

The shapes, optimizers and rates of dropout are those of `bpedrop bench lm`. Each round measures both, each in a process of its own; the best
median of the rounds counts, and the ratio of each round is shown. Losses are compared first: both begin at ln(vocabulary).
"""
import argparse, json, math, resource, statistics, subprocess, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

LSTM = {"lstm-small": (200, 20, 20, 0.0), "lstm-medium": (650, 20, 35, 0.5), "lstm-large": (1500, 20, 35, 0.65)}
# Columns, layers, heads, vocabulary, context, rows of a batch, tokens of a row.
GPT = {
    "gpt-mini": (256, 4, 4, 8192, 256, 8, 256),
    "gpt-small": (384, 6, 6, 8192, 256, 8, 256),
    "gpt-2": (768, 12, 12, 50_257, 1024, 4, 64),
}
parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("names", nargs="*", default=[*LSTM, *GPT])
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=8)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--pytorch", action="store_true", help=argparse.SUPPRESS)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)


class Recurrent(nn.Module):
    def __init__(self, columns, rate, vocabulary=10_000):
        super().__init__()
        self.embedding, self.head = nn.Embedding(vocabulary, columns), nn.Linear(columns, vocabulary)
        self.lstm, self.drop = nn.LSTM(columns, columns, 2, dropout=rate), nn.Dropout(rate)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -0.04, 0.04)

    def forward(self, ids, state):
        hidden, state = self.lstm(self.drop(self.embedding(ids)), state)
        return self.head(self.drop(hidden)), state


class Block(nn.Module):
    def __init__(self, columns, heads, rate):
        super().__init__()
        self.heads, self.rate, self.drop = heads, rate, nn.Dropout(rate)
        self.norm1, self.norm2 = nn.LayerNorm(columns), nn.LayerNorm(columns)
        self.qkv, self.out = nn.Linear(columns, 3 * columns), nn.Linear(columns, columns)
        self.up, self.down = nn.Linear(columns, 4 * columns), nn.Linear(4 * columns, columns)

    def forward(self, x):
        batch, times, columns = x.shape
        split = lambda y: y.view(batch, times, self.heads, -1).transpose(1, 2)
        q, k, v = map(split, self.qkv(self.norm1(x)).chunk(3, -1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, dropout_p=self.rate if self.training else 0.0)
        x = x + self.drop(self.out(y.transpose(1, 2).reshape(batch, times, columns)))
        return x + self.drop(self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh")))


class Transformer(nn.Module):
    def __init__(self, columns, layers, heads, vocabulary, context, rate=0.1):
        super().__init__()
        self.tokens, self.places = nn.Embedding(vocabulary, columns), nn.Embedding(context, columns)
        self.blocks, self.norm = nn.Sequential(*(Block(columns, heads, rate) for _ in range(layers))), nn.LayerNorm(columns)
        nn.init.normal_(self.tokens.weight, std=0.02)

    def forward(self, ids):
        x = self.tokens(ids) + self.places(torch.arange(ids.shape[1]))
        return F.linear(self.norm(self.blocks(x)), self.tokens.weight)


def stepper(name):
    """A function that makes one training step and returns its loss, and the tokens of a step."""
    if name in LSTM:
        columns, batch, times, rate = LSTM[name]
        model = Recurrent(columns, rate)
        optimizer, limit = torch.optim.SGD(model.parameters(), 1.0), 5.0
        x, y = torch.randint(10_000, (times, batch)), torch.randint(10_000, (times, batch))
        carried = [(torch.zeros(2, batch, columns), torch.zeros(2, batch, columns))]

        def run():
            logits, state = model(x, carried[0])
            carried[0] = tuple(part.detach() for part in state)
            return logits
    else:
        *shape, batch, times = GPT[name]
        model = Transformer(*shape)
        optimizer, limit = torch.optim.AdamW(model.parameters(), 3e-4), 1.0
        x, y = (torch.randint(shape[3], (batch, times)) for _ in range(2))
        run = lambda: model(x)

    def step():
        optimizer.zero_grad()
        logits = run()
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), limit)
        optimizer.step()
        return loss.item()

    return step, batch * times


def pytorch(name):
    """Measures PyTorch in this process."""
    step, tokens = stepper(name)
    first = step()
    step()
    times, begin = [], time.time()
    while time.time() - begin < options.seconds or not times:
        before = time.time()
        step()
        times.append(time.time() - before)
    return {"first_loss": first, "tokens_per_s": tokens / statistics.median(times),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000}


def figures(name, command):
    found = json.loads(subprocess.run([*command, "--seconds", str(options.seconds), "--threads", str(options.threads)],
                                      check=True, capture_output=True, text=True).stdout)
    expected = math.log(10_000 if name in LSTM else GPT[name][3])
    assert abs(found["first_loss"] - expected) < 0.5, (name, found, expected)
    return found


if options.pytorch:
    print(json.dumps(pytorch(options.names[0])))
    raise SystemExit
speed = lambda found: found["tokens_per_s"]
print(f"{'':12} {'bpedrop':>10} {'PyTorch':>10} {'ratio':>6}   tokens/s, {options.threads} threads;  GFLOP/s, share of its ceiling; peak memory; rounds")
for name in options.names:
    rounds = [(figures(name, [options.bpedrop, "bench", "lm", name, "--json"]),
               figures(name, [sys.executable, __file__, options.bpedrop, name, "--pytorch"])) for _ in range(options.rounds)]
    ours, theirs = (max(found, key=speed) for found in zip(*rounds))
    print(f"{name:12} {speed(ours):10.0f} {speed(theirs):10.0f} {speed(ours) / speed(theirs):6.2f}   "
          f"{ours['gflops']:.0f} GFLOP/s, {100 * ours['gflops'] / ours['ceiling_gflops']:.0f} % of {ours['ceiling_gflops']:.0f}, {ours['blas_core']}; "
          f"{ours['peak_mb']} MB, PyTorch {theirs['peak_mb']} MB; " + " ".join(f"{speed(a) / speed(b):.2f}" for a, b in rounds), flush=True)
