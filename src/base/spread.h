/* SPDX-License-Identifier: MIT
 * What a few repetitions tell: n values x_1 .. x_n, of which those that are not finite are left out
 * and counted.
 *
 *   mean      m = 1/n sum_i x_i
 *   std       s = sqrt(1/(n-1) sum_i (x_i - m)^2)        the sample's; NAN below two values
 *   interval  m - h .. m + h,  h = t(n-1) s / sqrt(n)    95 % of the mean; NAN below two values
 *
 * t(v) is the 97.5 % quantile of Student's t with v degrees of freedom: 12.71, 4.30, 3.18, 2.78 ...
 *
 * Paired: two methods that were tried with the same seeds.  What the seeds have in common - initial
 * weights, order, suite - falls out of the differences d_i = a_i - b_i, of which mean, std and
 * interval are taken; the difference is *clear* if the interval does not hold 0.  Of twenty pairs
 * that do not differ one is clear by chance: nothing is corrected for their number.
 *
 * Source: Student 1908, "The probable error of a mean"; the distribution for whole v is Abramowitz
 * & Stegun 26.7.3 and 26.7.4.  Any thread; nothing fails, nothing allocates. */
#ifndef OUBLI_BASE_SPREAD_H
#define OUBLI_BASE_SPREAD_H

#include <stdbool.h>

struct spread {
    int n, n_lost; /* finite values, and others */
    double mean;   /* NAN if n is 0 */
    double std, half;
};

/* x: (n) */
struct spread spread_of(const double *x, int n);

/* a, b: (n) of the same seeds; a pair of which either is not finite is lost. */
struct spread spread_paired(const double *a, const double *b, int n);

/* True if the 95 % interval of the mean lies on one side of 0. */
bool spread_is_clear(const struct spread *spread);

/* The 97.5 % quantile of Student's t; NAN if v < 1. */
double spread_t(int v);

#endif
