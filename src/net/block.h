/* SPDX-License-Identifier: MIT
 * A block of a transformer: attention and a perceptron with one hidden layer, both behind a layer
 * norm, each added to what it is given (x -> out).
 *
 *   a = LN1(x)     qkv = a Wqkv + bqkv   o = attention(qkv)   mid = x + o Wo + bo
 *   c = LN2(mid)   f = c Wfc + bfc       g = GELU(f)          out = mid + g Wproj + bproj
 *
 * Letters as in transformer.h; "rows" are positions of whole windows.  Rows of different windows
 * have nothing to do with each other, so windows may be shared out among threads; only the
 * gradients of the weights are sums over all of them. */
#ifndef OUBLI_NET_BLOCK_H
#define OUBLI_NET_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/pool.h"
#include "net/attention.h"
#include "net/matrix.h"

/* The parameters of a block, in their order. */
enum block_tensor {
    BLOCK_LN1_GAIN,  /* (d) */
    BLOCK_LN1_BIAS,  /* (d) */
    BLOCK_QKV,       /* (d, 3d): columns of queries, keys, values */
    BLOCK_QKV_BIAS,  /* (3d) */
    BLOCK_MIX,       /* Wo (d, d) */
    BLOCK_MIX_BIAS,  /* (d) */
    BLOCK_LN2_GAIN,  /* (d) */
    BLOCK_LN2_BIAS,  /* (d) */
    BLOCK_UP,        /* Wfc (d, 4d) */
    BLOCK_UP_BIAS,   /* (4d) */
    BLOCK_DOWN,      /* Wproj (4d, d) */
    BLOCK_DOWN_BIAS, /* (d) */
    BLOCK_TENSORS
};

enum { BLOCK_SUMS = 13 }; /* all biases and gains together are so many times d numbers */

struct block {
    int width;                  /* d */
    struct attention attention; /* T, h, e */
    size_t at[BLOCK_TENSORS];   /* where each begins, from the block's beginning */
    size_t n_params;
};

/* What a forward pass leaves for the way back. */
struct block_values {
    real *x;       /* (N, d) */
    real *a, *c;   /* (N, d) */
    real *stats_a; /* (N, 2): norm.h */
    real *stats_c; /* (N, 2) */
    real *qkv;     /* (N, 3d) */
    real *weights; /* (B, h, T, T): A */
    real *o;       /* (N, d) */
    real *mid;     /* (N, d) */
    real *slope;   /* (N, 4d): dg/df, where f was */
    real *g;       /* (N, 4d) */
    /* Borrowed, (h + 4d): of heads, then of hidden units, which give 0 where it is not 0; NULL: all
     * give what they compute. */
    const uint8_t *silenced;
};

/* What the way back through one block needs, and leaves for the gradients of its weights. */
struct block_gradients {
    real *dmid;  /* (N, d) */
    real *df;    /* (N, 4d) */
    real *dqkv;  /* (N, 3d) */
    real *dnorm; /* (N, d) */
};

/* Rows of a pass: those of n windows from `first` on. */
struct windows {
    int first, n;
};

void block_init(struct block *block, int context, int width, int n_heads);

/* Rows and columns of a tensor, as stored. */
void block_size(const struct block *block, enum block_tensor tensor, int *rows, int *cols);

/* Memory for `windows` windows, counted and carved up. */
bool block_values_size_add(size_t *total, const struct block *block, int windows)
    __attribute__((warn_unused_result));
void block_values_init(struct block_values *values, const struct block *block, int windows,
                       struct arena *arena);
bool block_gradients_size_add(size_t *total, const struct block *block, int windows)
    __attribute__((warn_unused_result));
void block_gradients_init(struct block_gradients *gradients, const struct block *block, int windows,
                          struct arena *arena);

/* From values->x to out (N, d), for these windows.  theta: the block's parameters; scratch:
 * attention_scratch numbers. */
void block_forward(const struct block *block, const real *theta, struct windows windows,
                   struct block_values *values, real *out, real *scratch);

/* Position n - 1 of the first window alone; what stands before it is there already. */
void block_forward_last(const struct block *block, const real *theta, int n,
                        struct block_values *values, real *out);

/* From dout to dx (N, d), for these windows; scratch: attention_scratch numbers; sums
 * (BLOCK_SUMS d) becomes the sums of the gradients of biases and gains over them, in the order of
 * the block. */
void block_backward(const struct block *block, const real *theta, struct windows windows,
                    const struct block_values *values, struct block_gradients *gradients,
                    const real *dout, real *dx, real *scratch, real *sums);

/* Gradients with respect to what its units give, in these windows: of the hidden units df (N, 4d)
 * from dout, before block_backward, which overwrites it; of the heads d_o (N, d) after it. */
void block_hidden_backward(const struct block *block, const real *theta, struct windows windows,
                           const real *dout, real *df);
void block_heads_backward(const struct block *block, const real *theta, struct windows windows,
                          const struct block_gradients *gradients, real *d_o);

/* After that: gradients of the weights, summed over these windows, and of biases and gains from
 * sums, into grad, which is the block's part of it.  Those of weights go to the taker, if there is
 * one. */
void block_weight_gradients(const struct block *block, struct windows windows,
                            const struct block_values *values,
                            const struct block_gradients *gradients, const real *dout,
                            const real *sums, real *grad, const struct product_taker *taker,
                            struct pool *pool);

#endif
