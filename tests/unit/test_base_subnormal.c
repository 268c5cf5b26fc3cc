/* SPDX-License-Identifier: MIT
 * Subnormal numbers: gone where a thread computes, and there alone. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "base/subnormal.h"
#include "net/kernels.h"

#if defined(__x86_64__) || defined(__aarch64__)

/* Half of the smallest normal number, computed where the compiler cannot. */
static float half_of_smallest(void)
{
    volatile float smallest = FLT_MIN, half = 0.5f;
    return smallest * half;
}

Test(subnormal, results_are_zero_until_the_state_is_restored)
{
    cr_expect(half_of_smallest() > 0);
    uint64_t state = subnormal_flush();
    cr_expect_eq(half_of_smallest(), 0);
    uint64_t again = subnormal_flush();
    subnormal_restore(again);
    cr_expect_eq(half_of_smallest(), 0);
    subnormal_restore(state);
    cr_expect(half_of_smallest() > 0);
}

Test(subnormal, operands_are_zero_too)
{
    volatile float small = FLT_MIN / 4, large = 4;
    uint64_t state = subnormal_flush();
    float product = small * large;
    subnormal_restore(state);
    cr_expect_eq(product, 0);
}

Test(subnormal, nan_and_infinity_stay_what_they_are)
{
    volatile float zero = 0, one = 1;
    uint64_t state = subnormal_flush();
    bool is_nan = isnan(zero / zero), is_infinite = isinf(one / zero);
    subnormal_restore(state);
    cr_expect(is_nan && is_infinite);
}

/* What made Adam slow: the moments of a weight that gets no gradient any more. */
Test(subnormal, moments_without_a_gradient_become_zero)
{
    real theta = 1, m = (real)1e-3, v = (real)1e-6, grad = 0;
    uint64_t state = subnormal_flush();
    for (int t = 0; t < 100000; t++) {
        kernel_adam(&theta, &m, &v, &grad, (real)1e-3, 1, (real)0.999, 1);
    }
    subnormal_restore(state);
#ifndef OUBLI_DOUBLE
    cr_expect(m == 0 && v == 0, "%g %g", (double)m, (double)v);
#endif
    cr_expect(isfinite(theta));
}

static void note(void *context, int i)
{
    (void)i;
    atomic_int *n_kept = context;
    *n_kept += half_of_smallest() != 0;
    for (volatile int k = 0; k < 20000; k++) { /* long enough for others to take a part */
    }
}

Test(subnormal, threads_of_a_pool_flush_and_their_caller_does_as_it_did)
{
    struct pool *pool = pool_create(4, NULL);
    cr_assert_not_null(pool);
    atomic_int n_kept = 0;
    uint64_t state = subnormal_flush();
    for (int call = 0; call < 50; call++) {
        pool_run(pool, note, &n_kept, 16);
    }
    subnormal_restore(state);
    cr_expect_eq(atomic_load(&n_kept), 0);
    cr_expect(half_of_smallest() > 0);
    pool_destroy(pool);
}

#endif
