/* SPDX-License-Identifier: MIT
 * The network: a multi-layer perceptron whose parameters are one flat vector.
 *
 *   a_0 = x;   z_l = a_{l-1} W_l + b_l;   a_l = f(z_l) below the top;   logits = z_L
 *
 * Where the inputs are symbols, an embedding stands before it: a_0 = E_{x_1} E_{x_2} ... side by
 * side, E (V, e) trained like everything else (Bengio et al. 2003, "A neural probabilistic language
 * model", without its direct connections).  E stands first in the flat vector.
 *
 * Letters: n rows, P parameters, L layers, w_l = width of layer l (w_0 = inputs, w_L = outputs),
 * d features of a row, V symbols, e numbers for each; w_0 = d, with an embedding w_0 = d e.
 * W_l is stored (w_{l-1}, w_l), inputs first, so that neither operand of the forward product is
 * transposed; W_1 b_1 W_2 b_2 ... stand one after the other.  The network itself holds no numbers,
 * only where they are, so that any vector of P reals - the present weights, an old copy, weights
 * with an adapter - can be run. */
#ifndef OUBLI_NET_NETWORK_H
#define OUBLI_NET_NETWORK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/param.h"
#include "base/pool.h"
#include "base/real.h"

enum { NETWORK_LAYERS_MAX = PARAM_HIDDEN_MAX + 1 };

struct network {
    int n_inputs;                      /* d */
    int n_symbols, n_dims;             /* V and e; 0 without an embedding */
    int n_layers;                      /* L */
    int width[NETWORK_LAYERS_MAX + 1]; /* w_0 .. w_L */
    enum activation activation;        /* f */
    size_t weight[NETWORK_LAYERS_MAX]; /* where W_{l+1} begins in the flat vector */
    size_t bias[NETWORK_LAYERS_MAX];   /* where b_{l+1} begins */
    size_t n_params;                   /* P */
};

/* What a pass over up to `rows` rows needs; one per thread. */
struct workspace {
    int rows;
    const real *x;                         /* (n, d): borrowed from the last forward pass */
    real *a[NETWORK_LAYERS_MAX + 1];       /* a[l] (rows, w_l), l = 1 .. L; a[L] are the logits */
    real *dz[NETWORK_LAYERS_MAX + 1];      /* dz[l] (rows, w_l): gradient with respect to z_l */
    real *squares[NETWORK_LAYERS_MAX + 1]; /* squares[l] (rows, w_l), l = 1 .. L: sum_c dz[l]^2 */
    /* a[0] and dz[0], the latter with respect to a_0: only with an embedding, else NULL. */
    real *scratch;     /* (rows, widest layer or input) */
    struct pool *pool; /* borrowed: threads for large products; NULL: the caller's alone */
};

/* Lays the network out, for inputs that are numbers.  ERR_USAGE if it has more than `params_max`
 * parameters (says how many). */
bool network_init(struct network *net, int n_inputs, int n_outputs, const struct params *params,
                  size_t params_max, struct err *err) __attribute__((warn_unused_result));

/* The same for inputs that are symbols, whole numbers from 0 to n_symbols-1. */
bool network_init_symbols(struct network *net, int n_inputs, int n_symbols, int n_outputs,
                          const struct params *params, size_t params_max, struct err *err)
    __attribute__((warn_unused_result));

/* Adds the bytes of a workspace for `rows` rows to *total; false on overflow. */
bool workspace_size_add(size_t *total, const struct network *net, int rows)
    __attribute__((warn_unused_result));
void workspace_init(struct workspace *ws, const struct network *net, int rows, struct arena *arena);

/* theta (P) ~ U(-1/sqrt(fan in), +1/sqrt(fan in)), weights and biases, drawn from the seed's stream
 * 1 in the order W_1 (outputs first), b_1, W_2 ...; before them E ~ U(-1, +1), row by row. */
void network_draw(const struct network *net, real *theta, uint64_t seed);

/* Logits of x (n, d) into ws->a[L]; keeps what backward needs (and the pointer x). */
void network_forward(const struct network *net, const real *theta, const real *x, int n,
                     struct workspace *ws);

/* From ws->dz[L] (n, w_L), the gradient with respect to the logits, to grad (P, overwritten).
 * Belongs to the last network_forward. */
void network_backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                      real *grad);

/* The sums over rows of *squared* per-row gradients, of one or more losses c of the same rows:
 *
 *   sums += sum_c sum_n (a_n dz_nc')^2 = (a^2)' (sum_c dz_c^2)
 *
 * one product per layer, exact, without a loop over rows; a symbol's row of E gets, per row and
 * loss, the square of the sum over the places where it stands.  Begin after network_forward; add
 * each loss, whose gradient is in ws->dz[L] (used up; the activations stay); end. */
void network_squares_begin(const struct network *net, int n, struct workspace *ws);
void network_squares_add(const struct network *net, const real *theta, int n, struct workspace *ws,
                         real *sums);
void network_squares_end(const struct network *net, int n, struct workspace *ws, real *sums);

#endif
