#!/usr/bin/env python3
"""Zaremba's small LSTM on Penn Treebank, here and in PyTorch: one recipe, one start, one order of batches.

usage: zaremba.py BPEDROP PTB_FOLDER [--epochs 2] [--threads 2] [--work FOLDER] [--alone]

Both train 2 x 200 units on rows of 20 tokens, 20 of them, plain SGD on the sum over time of the mean over rows (so: rate 20 and
norm 0.25 on the mean over both), rate 1 halved in every epoch after the fourth. PyTorch begins with the values that bpedrop drew. Prints
the training loss of every part of 500 steps side by side, the perplexity of the validation text by word, and tokens per second. --alone trains
bpedrop only and adds the test text: `zaremba.py BPEDROP PTB_FOLDER --epochs 13 --alone` is the published run.
"""
import argparse, csv, json, math, os, struct, subprocess, time
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("bpedrop")
parser.add_argument("ptb")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--work", default="zaremba")
parser.add_argument("--columns", type=int, default=200)
parser.add_argument("--alone", action="store_true")
options = parser.parse_args()
os.makedirs(options.work, exist_ok=True)
place = lambda name: os.path.join(options.work, name)
text = {part: os.path.join(options.ptb, f"ptb.{part}.txt") for part in ("train", "valid", "test")}
ROWS, TIMES, EPOCHS, PART = 20, 20, options.epochs, 500


def bpedrop(*arguments):
    subprocess.run([options.bpedrop, *arguments], check=True)


def tensors(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(data, "<f4", (last - first) // 4, 8 + size + first)
        yield name, numbers.reshape(entry["shape"]).copy()


tokenizer = place("ptb.json")
bpedrop("train", "-o", tokenizer, "--model", "word", "--pattern", "whitespace-split", "--special", "<eos>", "--no-default-special", "--unk-token", "<unk>",
        "--vocab-size", "10000", "--newline", "drop", text["train"])
for part in text:
    bpedrop("encode", "-m", tokenizer, "--append", "<eos>", "--allow-special", "--format", "npy", "-o", place(part + ".npy"), text[part])
json.dump({"rows": "contiguous", "separator": "<eos>", "partial_rows": "drop"}, open(place("recipe.json"), "w"))
recipe = ["lm", "train", "-m", tokenizer, "--recipe", place("recipe.json"), "--architecture", "lstm", "--columns", str(options.columns), "--layers", "2",
          "--batch_size", str(ROWS), "--bptt", str(TIMES), "--optimizer", "sgd", "--schedule", "decay", "--decay-after", "4", "--clip", "0.25",
          "--from", "npy", "--threads", str(options.threads), "--overwrite"]
bpedrop(*recipe, "-o", place("start"), "--lr", "0", "--steps", "1", place("train.npy"))
start = time.time()
bpedrop(*recipe, "-o", place("run"), "--lr", "20", "--epochs", str(EPOCHS), "--validation", text["valid"], "--evaluate-every", "1000000",
        place("train.npy"))
rows = list(csv.DictReader(open(place("run/log.csv"))))
ours = [float(row["loss"]) for row in rows]
seconds = float(rows[-2]["seconds"])
ours_speed = (len(rows) - 1) * ROWS * TIMES / seconds


def evaluated(part):
    command = [options.bpedrop, "lm", "eval", place("run"), text[part], "--json", "--threads", str(options.threads)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


figures = evaluated("valid")
if options.alone:
    print(f"{EPOCHS} epochs, {len(rows) - 1} steps, in {seconds / 60:.1f} minutes, {ours_speed:.0f} tokens/s")
    for part, result in (("validation", figures), ("test", evaluated("test"))):
        print(f"{part} perplexity a word: {result['perplexity_per_token']:.2f} ({result['tokens']} words)")
    raise SystemExit

import torch, torch.nn as nn, torch.nn.functional as F

torch.set_num_threads(options.threads)


class Model(nn.Module):
    def __init__(self, vocabulary, columns):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, columns)
        self.lstm = nn.LSTM(columns, columns, 2)
        self.head = nn.Linear(columns, vocabulary)

    def forward(self, x, state):
        y, state = self.lstm(self.embedding(x), state)
        return self.head(y), state


values = dict(tensors(place("start/model.safetensors")))
vocabulary, columns = values["embedding.weight"].shape
model = Model(vocabulary, columns)
with torch.no_grad():
    model.embedding.weight.copy_(torch.from_numpy(values["embedding.weight"]))
    model.head.weight.copy_(torch.from_numpy(values["head.weight"]))
    model.head.bias.copy_(torch.from_numpy(values["head.bias"]))
    for layer in range(2):
        for name in ("weight_ih", "weight_hh"):
            getattr(model.lstm, f"{name}_l{layer}").copy_(torch.from_numpy(values[f"lstm.{layer}.{name}"]))
        getattr(model.lstm, f"bias_ih_l{layer}").copy_(torch.from_numpy(values[f"lstm.{layer}.bias"]))
        # One bias here, two there: the second stays at 0.
        getattr(model.lstm, f"bias_hh_l{layer}").zero_()
        getattr(model.lstm, f"bias_hh_l{layer}").requires_grad = False

train = np.load(place("train.npy")).astype(np.int64)
share = (len(train) - 1) // ROWS
steps = share // TIMES
inputs = torch.from_numpy(train[: ROWS * share].reshape(ROWS, share))
targets = torch.from_numpy(train[1 : ROWS * share + 1].reshape(ROWS, share))
optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], 1.0)
zero = lambda batch: (torch.zeros(2, batch, columns), torch.zeros(2, batch, columns))
theirs, begin = [], time.time()
for epoch in range(EPOCHS):
    state = zero(ROWS)
    for group in optimizer.param_groups:
        group["lr"] = 20 * 0.5 ** max(epoch + 1 - 4, 0)
    for step in range(steps):
        span = slice(step * TIMES, (step + 1) * TIMES)
        optimizer.zero_grad()
        logits, state = model(inputs[:, span].t(), state)
        state = tuple(part.detach() for part in state)
        loss = F.cross_entropy(logits.reshape(-1, vocabulary), targets[:, span].t().reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        optimizer.step()
        theirs.append(loss.item())
their_speed = len(theirs) * ROWS * TIMES / (time.time() - begin)

valid = np.load(place("valid.npy")).astype(np.int64)
eos = int(train[-1])
stream, state, nats = np.concatenate([[eos], valid]), zero(1), 0.0
with torch.no_grad():
    for first in range(0, len(valid), 256):
        last = min(first + 256, len(valid))
        logits, state = model(torch.from_numpy(stream[first:last])[:, None], state)
        target = torch.from_numpy(stream[first + 1 : last + 1])
        nats += F.cross_entropy(logits[:, 0], target, reduction="sum").item()

assert len(ours) == len(theirs), (len(ours), len(theirs))
print("steps          bpedrop  PyTorch")
for first in range(0, len(ours), PART):
    a, b = (np.mean(losses[first : first + PART]) for losses in (ours, theirs))
    print(f"{first:6}-{min(first + PART, len(ours)):<6}  {a:7.4f}  {b:7.4f}")
print(f"the first 5 losses differ by at most {max(abs(a - b) for a, b in zip(ours[:5], theirs[:5])):.1e}")
print(f"validation perplexity a word: bpedrop {figures['perplexity_per_token']:.2f} ({figures['tokens']} words), "
      f"PyTorch {math.exp(nats / len(valid)):.2f} ({len(valid)} words)")
print(f"tokens per second: bpedrop {ours_speed:.0f}, PyTorch {their_speed:.0f}, ratio {ours_speed / their_speed:.2f}")
