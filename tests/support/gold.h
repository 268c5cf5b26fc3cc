/* SPDX-License-Identifier: MIT
 * The transformers that tests/reference holds against its tables: their parameters are given by a
 * formula, so are the symbols of the smaller one.  What goes wrong while one is made stops the
 * program with a message. */
#ifndef OUBLI_TESTS_SUPPORT_GOLD_H
#define OUBLI_TESTS_SUPPORT_GOLD_H

#include "net/loss.h"
#include "net/transformer.h"

struct gold {
    struct transformer net;
    struct transformer_workspace ws;
    struct arena arena;
    int windows, rows;  /* B, B T */
    real *theta, *grad; /* (P) */
    real *symbols;      /* (B, T) */
    int *targets;       /* (B, T) */
    struct range *ranges;
};

/* theta[i] = amplitude sin(0.7 i + 0.3), gains 1 + 0.1 sin(0.7 i + 0.3).  Symbols and targets are
 * zeros. */
struct gold gold_open(struct transformer_shape shape, int windows, double amplitude);
void gold_close(struct gold *gold);

/* The smaller one: V = 11, T = 8, d = 12, h = 3, L = 2, three windows. */
struct gold gold_tiny(void);

/* The mean loss, whose gradient is left in ws.dlogits; and the gradient by theta. */
double gold_loss(struct gold *gold);
void gold_gradient(struct gold *gold);

#endif
