/* SPDX-License-Identifier: MIT
 * Mean, deviation, interval, and paired differences. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/spread.h"

static void expect_near(double found, double expected, double tolerance)
{
    cr_expect(fabs(found - expected) <= tolerance, "%.9g, not %.9g", found, expected);
}

/* Printed tables of Student's t. */
Test(spread, t_is_that_of_the_tables)
{
    static const struct {
        int v;
        double t;
    } table[] = {{1, 12.7062}, {2, 4.3027},  {3, 3.1824},  {4, 2.7764},   {5, 2.5706},
                 {9, 2.2622},  {10, 2.2281}, {29, 2.0452}, {120, 1.9799}, {1000000, 1.96}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        expect_near(spread_t(table[i].v), table[i].t, 5.1e-5);
    }
    cr_expect(isnan(spread_t(0)));
}

Test(spread, mean_deviation_and_interval)
{
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9};
    struct spread spread = spread_of(x, 8);
    cr_expect_eq(spread.n, 8);
    cr_expect_eq(spread.n_lost, 0);
    expect_near(spread.mean, 5, 1e-12);
    expect_near(spread.std, sqrt(32.0 / 7), 1e-12);
    expect_near(spread.half, 2.36462 * sqrt(32.0 / 7 / 8), 1e-4);
}

Test(spread, what_is_no_number_is_counted_and_left_out)
{
    const double x[] = {1, (double)NAN, 3, (double)INFINITY};
    struct spread spread = spread_of(x, 4);
    cr_expect_eq(spread.n, 2);
    cr_expect_eq(spread.n_lost, 2);
    expect_near(spread.mean, 2, 1e-12);
    expect_near(spread.std, sqrt(2), 1e-12);
}

Test(spread, one_value_has_no_deviation_and_none_no_mean)
{
    const double x[] = {3, (double)NAN};
    struct spread one = spread_of(x, 1), none = spread_of(x + 1, 1), nothing = spread_of(x, 0);
    cr_expect(one.mean == 3 && isnan(one.std) && isnan(one.half));
    cr_expect(!spread_is_clear(&one), "one seed says nothing of others");
    cr_expect(isnan(none.mean) && none.n == 0 && none.n_lost == 1);
    cr_expect(isnan(nothing.mean) && nothing.n_lost == 0);
}

/* Luck that both share falls out: apart they overlap, in pairs they differ clearly. */
Test(spread, pairs_are_compared_seed_by_seed)
{
    const double a[] = {0.50, 0.60, 0.70, 0.80, (double)NAN}, b[] = {0.48, 0.59, 0.68, 0.79, 0.1};
    struct spread pairs = spread_paired(a, b, 5), one = spread_of(a, 4);
    cr_expect_eq(pairs.n, 4);
    cr_expect_eq(pairs.n_lost, 1);
    expect_near(pairs.mean, 0.015, 1e-12);
    cr_expect(spread_is_clear(&pairs));
    cr_expect(one.std > 10 * pairs.std);
    const double c[] = {0.52, 0.58, 0.71, 0.79};
    struct spread close = spread_paired(a, c, 4);
    cr_expect_not(spread_is_clear(&close));
}

/* The interval is what decides: its end on 0 is not clear. */
Test(spread, clear_is_an_interval_without_zero)
{
    const double same[] = {0, 0, 0}, always[] = {0.1, 0.1, 0.1};
    struct spread none = spread_of(same, 3), sure = spread_of(always, 3);
    cr_expect_not(spread_is_clear(&none));
    cr_expect(spread_is_clear(&sure));
}
