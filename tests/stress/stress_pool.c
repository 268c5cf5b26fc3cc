/* SPDX-License-Identifier: MIT
 * A thread pool with parts of almost no length, so that threads come late, lie down and are woken
 * all the time: every part is done once, and what it wrote is seen by the caller. */
#include <stdio.h>

#include "base/pool.h"
#include "base/rng.h"

enum { PARTS_MAX = 24, CALLS = 4000, REST_EVERY = 50, SPIN = 20000 };

struct sums {
    long given;          /* written by the caller before each call */
    long sum[PARTS_MAX]; /* each by one part of a call, without a lock */
    int length;          /* of a part */
};

static void add(void *context, int i)
{
    struct sums *sums = context;
    for (volatile int k = 0; k < sums->length; k++) { /* takes its time */
    }
    sums->sum[i] += sums->given;
}

static bool try_pool(int size, struct rng *rng)
{
    struct pool *pool = pool_create(size, NULL);
    struct sums sums = {0};
    long expected[PARTS_MAX] = {0};
    bool ok = pool != NULL;
    for (int call = 0; ok && call < CALLS; call++) {
        int n = rng_below(rng, PARTS_MAX + 1);
        sums.given = call;
        sums.length = rng_below(rng, 200);
        if (call % REST_EVERY == 0) { /* long enough for threads to lie down */
            for (volatile int k = 0; k < SPIN; k++) {
            }
        }
        pool_run(pool, add, &sums, n);
        for (int i = 0; i < PARTS_MAX; i++) {
            expected[i] += i < n ? call : 0;
            ok = ok && sums.sum[i] == expected[i];
        }
    }
    pool_destroy(pool);
    return ok;
}

int main(void)
{
    struct rng rng = rng_stream(0, 1);
    for (int size = 1; size <= 8; size++) {
        if (!try_pool(size, &rng)) {
            fprintf(stderr, "stress_pool: a part was lost or done twice with %d threads\n", size);
            return 1;
        }
    }
    return 0;
}
