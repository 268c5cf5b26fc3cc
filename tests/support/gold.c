/* SPDX-License-Identifier: MIT */
#include "support/gold.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/blas.h"

static void *room(size_t count, size_t each)
{
    void *p = calloc(count, each);
    if (!p) {
        abort();
    }
    return p;
}

static void fill(struct gold *gold, double amplitude)
{
    for (int i = 0; i < transformer_n_tensors(&gold->net); i++) {
        struct transformer_tensor tensor = transformer_tensor(&gold->net, i);
        bool is_gain = tensor.role == TRANSFORMER_GAIN;
        for (size_t k = tensor.at; k < tensor.at + (size_t)tensor.rows * tensor.cols; k++) {
            double angle = 0.7 * (double)k;
            double wave = sin(angle + 0.3);
            gold->theta[k] = (real)(is_gain ? 1 + 0.1 * wave : amplitude * wave);
        }
    }
}

struct gold gold_open(struct transformer_shape shape, int windows, double amplitude)
{
    struct gold gold = {.windows = windows, .rows = windows * shape.context};
    struct err err = {0};
    size_t size = 0, rows = (size_t)gold.rows;
    if (!blas_setup(NULL, &err) || !transformer_init(&gold.net, &shape, (size_t)-1, &err) ||
        !transformer_workspace_size_add(&size, &gold.net, windows) ||
        !arena_init(&gold.arena, size, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        abort();
    }
    transformer_workspace_init(&gold.ws, &gold.net, windows, &gold.arena);
    gold.theta = room(gold.net.n_params, sizeof(real));
    gold.grad = room(gold.net.n_params, sizeof(real));
    gold.symbols = room(rows, sizeof(real));
    gold.targets = room(rows, sizeof(int));
    gold.ranges = room(rows, sizeof(struct range));
    for (int i = 0; i < gold.rows; i++) {
        gold.ranges[i] = (struct range){0, shape.n_symbols};
    }
    fill(&gold, amplitude);
    return gold;
}

void gold_close(struct gold *gold)
{
    arena_fini(&gold->arena);
    free(gold->theta);
    free(gold->grad);
    free(gold->symbols);
    free(gold->targets);
    free(gold->ranges);
}

struct gold gold_tiny(void)
{
    enum { B = 3, T = 8, V = 11 };
    struct gold gold = gold_open((struct transformer_shape){V, T, 12, 3, 2}, B, 0.08);
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            gold.symbols[b * T + t] = (real)((7 * b + 3 * t + b * t) % V);
            gold.targets[b * T + t] = (5 * b + 2 * t + t * t) % V;
        }
    }
    return gold;
}

double gold_loss(struct gold *gold)
{
    transformer_forward(&gold->net, gold->theta, gold->symbols, gold->windows, &gold->ws);
    return loss_cross_entropy(gold->ws.dlogits, gold->ws.logits, gold->targets, gold->ranges,
                              gold->rows, gold->net.n_symbols);
}

void gold_gradient(struct gold *gold)
{
    transformer_backward(&gold->net, gold->theta, 0, gold->windows, &gold->ws, gold->grad);
}
