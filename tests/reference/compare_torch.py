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


def ours(program, case, optimizer, lr, data):
    """Seconds a step, and the kernels."""
    _, _, _, hidden, batch, steps = case
    out = subprocess.run(
        [program, "run", "--data", data, "--suite", "permuted", "--tasks", "1", "--steps", str(steps),
         "--net", f"{hidden},{hidden}", "--batch", str(batch), "--optimizer", optimizer,
         "--lr", str(lr), "--json", "-"],
        check=True, capture_output=True, preexec_fn=one_core).stdout
    line = json.loads(out)
    return line["seconds_training"] / line["steps"], line["blas_core"]


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
                ratios, our_us, their_us = [], [], []
                for _ in range(ROUNDS):
                    a, core = ours(program, case, optimizer, lr, case[1] or folder)
                    b = theirs(torch, case, optimizer, lr)
                    ratios.append(b / a)
                    our_us.append(a * 1e6)
                    their_us.append(b * 1e6)
                print(f"{case[0]:20} {optimizer:5} {core}: {statistics.median(their_us):7.0f} us in "
                      f"PyTorch, {statistics.median(our_us):7.0f} us here: "
                      f"{statistics.median(ratios):.2f} times", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
