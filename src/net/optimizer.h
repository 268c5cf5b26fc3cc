/* SPDX-License-Identifier: MIT
 * Optimizers over a flat vector.
 *
 *   sgd       theta -= lr g
 *   momentum  v = mu v + g;  theta -= lr v
 *   adam      m = .9 m + .1 g;  v = b v + (1 - b) g^2;
 *             theta -= lr (m / (1 - .9^t)) / (sqrt(v / (1 - b^t)) + 1e-8)   (Kingma & Ba 2015)
 *
 * Before that a gradient that is longer than `clip` is made as long as that (Pascanu, Mikolov &
 * Bengio 2013, arXiv:1211.5063); with 0 it stays as it is.
 *
 * The state is reset at each task, so that one task's momentum does not push on the next. */
#ifndef OUBLI_NET_OPTIMIZER_H
#define OUBLI_NET_OPTIMIZER_H

#include "base/archive.h"
#include "base/arena.h"
#include "base/param.h"
#include "base/pool.h"
#include "base/real.h"

struct optimizer {
    enum optimizer_kind kind;
    size_t n;
    real *m, *v; /* (n) or NULL where the kind has none; in the arena */
    long t;      /* steps since the last reset */
    double
        clipped; /* by how much the last step's gradient was multiplied: 1 = it was not clipped */
};

/* Adds the bytes of an optimizer over `n` parameters to *total; false on overflow. */
bool optimizer_size_add(size_t *total, enum optimizer_kind kind, size_t n)
    __attribute__((warn_unused_result));
void optimizer_init(struct optimizer *optimizer, enum optimizer_kind kind, size_t n,
                    struct arena *arena);

/* Forgets the moments. */
void optimizer_reset(struct optimizer *optimizer);

/* Its state, for an optimizer of the same kind and n: t, and the moments if there was a step. */
void optimizer_archive(struct optimizer *optimizer, struct archive *archive);

/* How a step is taken. */
struct optimizer_rates {
    double lr, momentum;
    double beta2; /* b */
    double clip;  /* 0: not at all */
};

/* Those of the parameters, with this learning rate. */
struct optimizer_rates optimizer_rates(const struct params *params, double lr);

/* Moves theta[first .. n-1] by one step along grad, which is clipped first; what stands before
 * `first` is frozen, and does not count for the gradient's length.  A long vector is shared out
 * among the threads of `pool` (NULL: not), which changes no bit. */
void optimizer_step(struct optimizer *optimizer, real *theta, real *grad, size_t first,
                    const struct optimizer_rates *rates, struct pool *pool);

/* What a part of the last step's gradient has moved by, as that step was taken: adds it to
 * moved[first
 * .. n-1].  `part` (n): that part, before clipping; `mean` (n): its own running mean, as m is the
 * whole gradient's (for SGD it may be NULL).  Parts that add up to the gradient move what it has
 * moved. */
void optimizer_add_share(const struct optimizer *optimizer, real *moved, real *mean,
                         const real *part, size_t first, const struct optimizer_rates *rates);

#endif
