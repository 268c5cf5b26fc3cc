#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a training step takes here and in PyTorch, in turns, on one thread and the same kernels.

usage: tests/reference/compare_torch.py [PROGRAM]      (default: build/release/oubli)

Needs PyTorch (Debian: python3-torch, with /usr/bin/python3); nothing else in oubli does.  Each case
is trained for about a second by one and then by the other, several times; the figure is the median of
the ratios of the rounds.  Both take rows of the training set in random order, batch by batch."""
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
CASES = [  # name, data, inputs, hidden, batch, steps a round
    ("64-100-100-10 b32", "digits", 64, 100, 32, 3000),
    ("784-256-256-10 b128", None, 784, 256, 128, 300),
]
OPTIMIZERS = [("sgd", 0.1), ("adam", 0.001)]
TRANSFORMERS = [  # width, batch, steps a round; two blocks of four heads, 64 characters of 64 kinds
    (64, 16, 60),
    (256, 4, 20),
]
BLOCKS, HEADS, CONTEXT, SYMBOLS = 2, 4, 64, 64
TRAIN, TEST = 12800, 128


def write_images(folder):
    """Random images of Fashion-MNIST's size: only their number and size matter here."""
    for name, n in (("train", TRAIN), ("t10k", TEST)):
        with open(f"{folder}/{name}-images-idx3-ubyte", "wb") as f:
            f.write(struct.pack(">IIII", 2051, n, 28, 28) + os.urandom(n * 784))
        with open(f"{folder}/{name}-labels-idx1-ubyte", "wb") as f:
            f.write(struct.pack(">II", 2049, n) + bytes(i % 10 for i in range(n)))


def one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def train(program, steps, *options):
    """Seconds a step, and the kernels."""
    out = subprocess.run([program, "run", "--tasks", "1", "--steps", str(steps), *options, "--json", "-"],
                         check=True, capture_output=True, preexec_fn=one_core).stdout
    line = json.loads(out)
    return line["seconds_training"] / line["steps"], line["blas_core"]


def ours(program, case, optimizer, lr, data):
    _, _, _, hidden, batch, steps = case
    return train(program, steps, "--data", data, "--suite", "permuted", "--net", f"{hidden},{hidden}",
                 "--batch", str(batch), "--optimizer", optimizer, "--lr", str(lr))


def our_transformer(program, width, batch, steps):
    return train(program, steps, "--data", "text", "--model", "transformer", "--width", str(width),
                 "--batch", str(batch), "--blocks", str(BLOCKS), "--heads", str(HEADS),
                 "--context", str(CONTEXT), "--optimizer", "adam")


def theirs(torch, case, optimizer, lr):
    _, _, inputs, hidden, batch, steps = case
    rows = TRAIN if inputs == 784 else 1437
    x, y = torch.rand(rows, inputs), torch.randint(0, 10, (rows,))
    layer, relu = torch.nn.Linear, torch.nn.ReLU
    net = torch.nn.Sequential(layer(inputs, hidden), relu(), layer(hidden, hidden), relu(),
                              layer(hidden, 10))
    kind = torch.optim.SGD if optimizer == "sgd" else torch.optim.Adam
    opt, loss_of = kind(net.parameters(), lr=lr), torch.nn.CrossEntropyLoss()
    done, begin = 0, time.perf_counter()
    while done < steps:
        order = torch.randperm(rows)
        for at in range(0, rows, batch):
            index = order[at:at + batch]
            opt.zero_grad()
            loss = loss_of(net(x[index]), y[index])
            loss.backward()
            opt.step()
            done += 1
            if done == steps:
                break
    return (time.perf_counter() - begin) / steps


def make_transformer(torch, width):
    """The same as oubli's: norms first, learned positions, GELU with tanh, symbols as outputs."""
    nn = torch.nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
            self.gelu = nn.GELU(approximate="tanh")
            future = torch.triu(torch.full((CONTEXT, CONTEXT), float("-inf")), 1)
            self.register_buffer("future", future)

        def forward(self, x):
            n, t, e = x.shape[0], CONTEXT, width // HEADS
            q, k, v = (a.view(n, t, HEADS, e).transpose(1, 2)
                       for a in self.qkv(self.norm1(x)).split(width, dim=2))
            scores = q @ k.transpose(2, 3) * e ** -0.5 + self.future
            x = x + self.mix((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, width))
            return x + self.down(self.gelu(self.up(self.norm2(x))))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.tok, self.pos = nn.Embedding(SYMBOLS, width), nn.Embedding(CONTEXT, width)
            self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
            self.norm = nn.LayerNorm(width)

        def forward(self, x):
            x = self.tok(x) + self.pos.weight
            return self.norm(self.blocks(x)) @ self.tok.weight.T

    return Net()


def their_transformer(torch, width, batch, steps):
    net = make_transformer(torch, width)
    opt, loss_of = torch.optim.Adam(net.parameters(), lr=0.001), torch.nn.CrossEntropyLoss()
    text = torch.randint(0, SYMBOLS, (10000,))
    begin = time.perf_counter()
    for _ in range(steps):
        at = torch.randint(0, len(text) - CONTEXT, (batch, 1)) + torch.arange(CONTEXT)
        opt.zero_grad()
        loss = loss_of(net(text[at]).view(-1, SYMBOLS), text[at + 1].view(-1))
        loss.backward()
        opt.step()
    return (time.perf_counter() - begin) / steps


def compare(name, here, there):
    """`here` and `there` in turns; the first gives the kernels as well."""
    ratios, our_us, their_us = [], [], []
    for _ in range(ROUNDS):
        a, core = here()
        b = there()
        ratios.append(b / a)
        our_us.append(a * 1e6)
        their_us.append(b * 1e6)
    print(f"{name:26} {core}: {statistics.median(their_us):7.0f} us in PyTorch, "
          f"{statistics.median(our_us):7.0f} us here: {statistics.median(ratios):.2f} times",
          flush=True)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/release/oubli"
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    try:
        import torch
    except ImportError:
        print("PyTorch is not here (Debian: apt-get install python3-torch): nothing was compared")
        return 0
    one_core()
    torch.set_num_threads(1)
    print(f"PyTorch {torch.__version__}, one thread, {ROUNDS} rounds in turns")
    with tempfile.TemporaryDirectory() as folder:
        write_images(folder)
        for case in CASES:
            for optimizer, lr in OPTIMIZERS:
                data = case[1] or folder
                compare(f"{case[0]} {optimizer}",
                        lambda: ours(program, case, optimizer, lr, data),
                        lambda: theirs(torch, case, optimizer, lr))
    for width, batch, steps in TRANSFORMERS:
        compare(f"transformer {BLOCKS}x{width} t{CONTEXT} b{batch} adam",
                lambda: our_transformer(program, width, batch, steps),
                lambda: their_transformer(torch, width, batch, steps))
    return 0


if __name__ == "__main__":
    sys.exit(main())
