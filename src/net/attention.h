/* SPDX-License-Identifier: MIT
 * Causal attention of several heads over one sequence (Vaswani et al. 2017, arXiv:1706.03762):
 *
 *   S = q k' / sqrt(e)   s > t is left out     A = softmax of each row of S     o = A v
 *
 * Letters: T positions, h heads of e numbers, d = h e.  A row of qkv (T, 3d) holds q, k and v of a
 * position one after the other; in each, head m has columns m e .. m e + e - 1, as in o (T, d). */
#ifndef OUBLI_NET_ATTENTION_H
#define OUBLI_NET_ATTENTION_H

#include <stddef.h>

#include "base/real.h"

struct attention {
    int length;         /* T */
    int n_heads, width; /* h and e */
};

/* o (T, d) and A, called weights (h, T, T), from qkv (T, 3d); scratch: attention_scratch numbers.
 *  What lies in the future (s > t) is
 * written as 0 or not at all: weights begin as zeros. */
void attention_forward(const struct attention *attention, real *o, real *weights, const real *qkv,
                       real *scratch);

/* dqkv (T, 3d) from d_o (T, d); scratch: attention_scratch numbers. */
void attention_backward(const struct attention *attention, real *dqkv, const real *d_o,
                        const real *weights, const real *qkv, real *scratch);
size_t attention_scratch(const struct attention *attention);

/* Position n - 1 alone, as attention_forward does it: what it needs of the positions before it,
 * their keys and values, is in qkv. */
void attention_last(const struct attention *attention, real *o, real *weights, const real *qkv,
                    int n);

#endif
