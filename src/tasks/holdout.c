/* SPDX-License-Identifier: MIT */
#include "tasks/holdout.h"

#include <stdlib.h>

#include "base/rng.h"

enum { HOLDOUT_SEED = 0, HOLDOUT_SHARE = 5 };

/* left: (c) in: the rows of each class; out: how many of them are to be held out */
static void set_quotas(int *left, int c)
{
    for (int k = 0; k < c; k++) {
        int fifth = (left[k] + HOLDOUT_SHARE / 2) / HOLDOUT_SHARE;
        left[k] = left[k] < 2 ? 0 : fifth < 1 ? 1 : fifth;
    }
}

int holdout_draw(bool *is_test, const uint16_t *classes, int n, int c, struct err *err)
{
    int *order = calloc((size_t)n, sizeof *order), *left = calloc((size_t)c, sizeof *left);
    int n_test = -1;
    if (order && left) {
        struct rng rng = rng_stream(HOLDOUT_SEED, rng_stream_holdout());
        rng_shuffle(&rng, order, n);
        for (int i = 0; i < n; i++) {
            left[classes[i]]++;
        }
        set_quotas(left, c);
        n_test = 0;
        for (int i = 0; i < n; i++) {
            int row = order[i];
            is_test[row] = left[classes[row]] > 0;
            left[classes[row]] -= is_test[row];
            n_test += is_test[row];
        }
    } else {
        err_set(err, ERR_FAILED, "memory: no room to choose %d rows for testing", n);
    }
    free(order);
    free(left);
    return n_test;
}
