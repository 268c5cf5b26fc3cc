/* SPDX-License-Identifier: MIT */
#include "tasks/holdout.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"

enum { HOLDOUT_SEED = 0 };

/* left: (c) in: the rows of each stratum; out: how many of them are to be held out */
static void set_quotas(int *left, int c, double share)
{
    for (int k = 0; k < c; k++) {
        int part = (int)lround(left[k] * share);
        left[k] = left[k] < 2 ? 0 : part < 1 ? 1 : part < left[k] ? part : left[k] - 1;
    }
}

int holdout_draw(bool *is_out, const int *strata, int n, int c, double share, uint64_t stream,
                 struct err *err)
{
    int *order = calloc((size_t)n, sizeof *order), *left = calloc((size_t)c, sizeof *left);
    int n_out = -1;
    if (order && left) {
        struct rng rng = rng_stream(HOLDOUT_SEED, stream);
        rng_shuffle(&rng, order, n);
        for (int i = 0; i < n; i++) {
            left[strata[i]]++;
        }
        set_quotas(left, c, share);
        n_out = 0;
        for (int i = 0; i < n; i++) {
            int row = order[i];
            is_out[row] = left[strata[row]] > 0;
            left[strata[row]] -= is_out[row];
            n_out += is_out[row];
        }
    } else {
        err_set(err, ERR_FAILED, "memory: no room to choose among %d rows", n);
    }
    free(order);
    free(left);
    return n_out;
}
