/* SPDX-License-Identifier: MIT
 * The thread pool: every part once, however many threads and parts there are. */
#define _GNU_SOURCE /* sched_setaffinity */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "base/thread.h"

enum { JOBS = 40 };

struct tally {
    int done[JOBS];   /* each written by the one job with that number */
    atomic_int n_all; /* and by all of them */
    int given;        /* written by the caller before each call */
};

static void count(void *context, int i)
{
    struct tally *tally = context;
    tally->done[i] += tally->given;
    atomic_fetch_add(&tally->n_all, 1);
}

Test(pool, does_every_job_once_with_any_number_of_hands)
{
    for (int hands = 0; hands <= 8; hands++) {
        struct err err = {0};
        struct pool *pool = pool_create(hands, &err);
        struct tally tally = {{0}, 0, 0};
        cr_assert_not_null(pool, "%s", err.msg);
        int sum = 0, n_all = 0, expected[JOBS] = {0};
        for (int call = 0; call < 400; call++) {
            int n = call * 7 % (JOBS + 1);
            tally.given = call;
            pool_run(pool, count, &tally, n);
            n_all += n;
            for (int i = 0; i < n; i++) {
                expected[i] += call;
            }
            cr_assert_eq(atomic_load(&tally.n_all), n_all, "%d hands: call %d", hands, call);
        }
        for (int i = 0; i < JOBS; i++) {
            cr_expect_eq(tally.done[i], expected[i], "%d hands: job %d", hands, i);
            sum += tally.done[i];
        }
        cr_expect(sum > 0);
        pool_destroy(pool);
    }
}

Test(pool, ends_without_having_worked)
{
    for (int hands = 1; hands <= 8; hands++) {
        struct pool *pool = pool_create(hands, NULL);
        cr_assert_not_null(pool);
        pool_destroy(pool);
    }
    pool_destroy(NULL);
}

Test(pool, has_a_hand_for_each_core_the_process_may_use)
{
    cpu_set_t mine, single;
    cr_assert_eq(sched_getaffinity(0, sizeof mine, &mine), 0);
    cr_expect_eq(thread_cores(), CPU_COUNT(&mine));
    CPU_ZERO(&single);
    for (int i = 0; CPU_COUNT(&single) == 0; i++) {
        if (CPU_ISSET(i, &mine)) {
            CPU_SET(i, &single);
        }
    }
    cr_assert_eq(sched_setaffinity(0, sizeof single, &single), 0);
    cr_expect_eq(thread_cores(), 1);
}
