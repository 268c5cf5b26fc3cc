#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What each strategy does to the transformer on three texts, beside the reference: the table of docs/figures.md.

usage: tests/reference/behaviour.py [--program build/release/oubli] [--seed 0] [--seeds 3]

Every line is `oubli run --data text` with the settings it has by itself and what METHODS adds.  A cell is the
accuracy in % after a task, mean ± standard deviation (n-1) over the seeds; transformer_behaviour.tsv has the
reference's, over three seeds of its own."""
import argparse
import csv
import json
import os
import statistics
import subprocess

TEXTS = ["code", "support", "prose"]
METHODS = [  # name, arguments, the reference's name
    ("none", [], "none"),
    ("lowlr", ["--strategy", "lowlr"], "lowlr"),
    ("ewc, λ = 30", ["--strategy", "ewc", "--set", "ewc.lambda=30"], "ewc 30"),
    ("ewc, λ = 100 (default)", ["--strategy", "ewc"], "ewc 100"),
    ("replay", ["--strategy", "replay"], "replay"),
    ("lora, shared (default)", ["--strategy", "lora"], "lora"),
    ("lora, `--at B+1:unplug`", ["--strategy", "lora", "--at", "B+1:unplug"], "lora, unplugged"),
    ("joint", ["--strategy", "joint"], "joint"),
]
HERE = os.path.dirname(os.path.abspath(__file__))


def reference():
    """(method, task) -> [(mean, deviation) of each text]"""
    with open(os.path.join(HERE, "transformer_behaviour.tsv")) as f:
        return {
            (row["method"], int(row["after_task"])): [(float(row[t]), float(row[t + "_sd"])) for t in TEXTS]
            for row in csv.DictReader(f, delimiter="\t")
        }


def run(options, arguments):
    """R of each seed, in %."""
    command = [options.program, "run", "--data", "text", "--seed", str(options.seed), "--seeds",
               str(options.seeds), "--json", "-"] + arguments
    out = subprocess.run(command, check=True, capture_output=True).stdout
    return [[[100 * x for x in row] for row in json.loads(line)["R"]] for line in out.splitlines()]


def mean_and_deviation(values):
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0


def summary(matrices, task, text):
    return mean_and_deviation([r[task][text] for r in matrices])


def show(pairs):
    return " · ".join("%.1f±%.1f" % pair for pair in pairs)


def row(name, matrices, gold, method):
    cells = [name]
    for task in (1, 2):
        of_reference = gold.get((method, task + 1))
        cells.append(show(summary(matrices, task, t) for t in range(task + 1)) if of_reference else "–")
        cells.append(show(of_reference[:task + 1]) if of_reference else "–")
    lost = [r[0][0] - r[1][0] for r in matrices]
    cells.append(show([mean_and_deviation(lost)]) if method != "joint" else "–")
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(HERE, "../../build/release/oubli"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    gold = reference()
    print("| strategy | after support: code · support | reference | after prose: code · support · prose "
          "| reference | code lost by support |")
    print("|---|---|---|---|---|---|", flush=True)
    for name, arguments, method in METHODS:
        matrices = run(options, arguments)
        if method == "none":
            first = show(summary(matrices, 0, t) for t in range(3))
            print(f"| after code: code · support · prose | {first} | {show(gold[('any', 1)])} | | | |")
        row(name, matrices, gold, method)


main()
