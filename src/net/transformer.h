/* SPDX-License-Identifier: MIT
 * A transformer over symbols, as in GPT (Radford et al. 2019, "Language models are unsupervised
 * multitask learners"): layer norm before each part of a block, learned positions, GELU in the
 * form with tanh, and the table of symbols once more as the output matrix.  No dropout.
 *
 *   x_0 = tok[symbol] + pos[t]
 *   per block:  mid = x + attention(LN1(x) Wqkv + bqkv) Wo + bo      (attention.h)
 *               out = mid + GELU(LN2(mid) Wfc + bfc) Wproj + bproj
 *   logits = LNf(x) tok'
 *
 * Letters: V symbols, T positions of a window (the context), d numbers for each, h heads, L blocks;
 * B windows, N = B T rows of d numbers, row b T + t being position t of window b; P parameters.
 * All parameters are one flat vector; matrices are stored (in, out).  The transformer itself holds
 * no numbers, only where they are. */
#ifndef OUBLI_NET_TRANSFORMER_H
#define OUBLI_NET_TRANSFORMER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/pool.h"
#include "net/attention.h"
#include "net/block.h"

enum { TRANSFORMER_BLOCKS_MAX = 64 };

/* What a transformer is made of. */
struct transformer_shape {
    int n_symbols; /* V */
    int context;   /* T */
    int width;     /* d */
    int n_heads;   /* h, divides d */
    int n_blocks;  /* L */
};

struct transformer {
    int n_symbols, context, n_blocks; /* V, T, L */
    struct block block;               /* what all blocks are like; d, h */
    size_t positions;                 /* where pos begins in the flat vector; tok is at 0 */
    size_t first_block;               /* where the first block begins; each has block.n_params */
    size_t gain, bias;                /* where those of LNf begin */
    size_t n_params;                  /* P */
};

enum transformer_role {
    TRANSFORMER_WEIGHT,
    TRANSFORMER_BIAS,
    TRANSFORMER_EMBEDDING, /* a row for each symbol or position */
    TRANSFORMER_GAIN
};

struct transformer_tensor {
    char name[24]; /* "tok", "b0.Wqkv" ... */
    enum transformer_role role;
    size_t at; /* where it begins in the flat vector */
    int rows, cols;
};

/* What a pass over up to `windows` windows needs; one per thread. */
struct transformer_workspace {
    int windows;
    const real *symbols; /* (B, T): borrowed from the last forward pass */
    struct block_values blocks[TRANSFORMER_BLOCKS_MAX];
    real *top;              /* (N, d): what the last block gives */
    real *top_stats;        /* (N, 2): of LNf */
    real *z;                /* (N, d): LNf(top) */
    real *logits, *dlogits; /* (N, V) */
    struct block_gradients gradients;
    real *dx[2];       /* (N, d): by what a block gives, and by what it was given */
    real *scratch;     /* (parts, attention_scratch) */
    real *sums;        /* (parts + 1, the larger of 13 d and 2 d): of biases and gains */
    struct pool *pool; /* borrowed: threads; NULL: the caller's alone */
    const struct product_taker *taker; /* as in a struct workspace */
    const uint8_t *silenced; /* (L, h + 4d), the same: of each block its heads and hidden units */
};

/* Lays it out.  ERR_USAGE if heads do not divide the width, if a size is below 1, if there are too
 * many blocks, or more than `params_max` parameters. */
bool transformer_init(struct transformer *net, const struct transformer_shape *shape,
                      size_t params_max, struct err *err) __attribute__((warn_unused_result));

/* The tensors, in the order of the flat vector: tok, pos, twelve of each block, two of LNf. */
int transformer_n_tensors(const struct transformer *net);
struct transformer_tensor transformer_tensor(const struct transformer *net, int i);

/* theta (P): matrices, tok and pos ~ N(0, 0.05^2), drawn from the seed's stream 1 in the order of
 * the flat vector; biases 0, gains 1. */
void transformer_draw(const struct transformer *net, real *theta, uint64_t seed);

/* Adds the bytes of a workspace for `windows` windows to *total; false on overflow. */
bool transformer_workspace_size_add(size_t *total, const struct transformer *net, int windows)
    __attribute__((warn_unused_result));
void transformer_workspace_init(struct transformer_workspace *ws, const struct transformer *net,
                                int windows, struct arena *arena);

/* Logits (B T, V) of B = n windows of symbols, whole numbers (n, T), into ws->logits; keeps what
 * backward needs (and the pointer). */
void transformer_forward(const struct transformer *net, const real *theta, const real *symbols,
                         int n, struct transformer_workspace *ws);

/* The same for position n - 1 of the first window alone, whose symbol is symbols[n - 1]; what
 * stands before it is there already, of the same theta. */
void transformer_forward_last(const struct transformer *net, const real *theta, const real *symbols,
                              int n, struct transformer_workspace *ws);

/* From ws->dlogits, the gradient with respect to the logits, to grad (P, overwritten): the sum over
 * windows first .. first + n - 1 of the last transformer_forward, whose other rows of dlogits are
 * not looked at. */
void transformer_backward(const struct transformer *net, const real *theta, int first, int n,
                          struct transformer_workspace *ws, real *grad);

/* The same way back, over the first n windows, without the gradients of any weights: calls `each`
 * for the hidden units of a block, then for its heads, from the last block to the first, with what
 * they gave, h, and the gradient with respect to that: (B T, 4d), (B T, d).  Borrowed until it
 * returns. */
typedef void (*transformer_units)(void *context, int block, bool is_heads, const real *h,
                                  const real *dh);
void transformer_units_backward(const struct transformer *net, const real *theta, int n,
                                struct transformer_workspace *ws, transformer_units each,
                                void *context);

#endif
