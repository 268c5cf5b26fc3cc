/* SPDX-License-Identifier: MIT */
#include "lab/blame.h"

#include <math.h>

static const double OFF_MOST = 0.1;

struct blame blame_take(struct evaluator *evaluator, const struct network *net, const real *from,
                        const real *to, int task, int stride, int pieces, real *scratch)
{
    struct blame blame = {.n_modules = net->n_modules};
    real *along = scratch, *at = scratch + net->n_params;
    double sum = 0;
    for (size_t i = 0; i < net->n_params; i++) {
        along[i] = to[i] - from[i];
    }
    for (int k = 0; k <= 2 * pieces; k++) { /* ends of pieces, and their middles */
        double slope[NETWORK_MODULES_MAX];
        bool is_end = k == 0 || k == 2 * pieces, is_middle = k % 2 == 1;
        for (size_t i = 0; i < net->n_params; i++) {
            at[i] =
                is_end ? (k ? to[i] : from[i]) : from[i] + along[i] * (real)k / (real)(2 * pieces);
        }
        evaluator_slope(evaluator, at, along, task, stride, slope);
        for (int m = 0; m < blame.n_modules; m++) {
            blame.trapezoid[m] += is_middle ? 0 : slope[m] / (is_end ? 2 : 1) / pieces;
            blame.simpson[m] += slope[m] * (is_end ? 1 : is_middle ? 4 : 2) / (6 * pieces);
        }
    }
    blame.change = evaluator_ask(evaluator, to, task, stride, NULL).probability -
                   evaluator_ask(evaluator, from, task, stride, NULL).probability;
    for (int m = 0; m < blame.n_modules; m++) {
        sum += blame.simpson[m];
    }
    blame.is_sound = fabs(sum - blame.change) <= OFF_MOST * fabs(blame.change);
    return blame;
}

int blame_module(const double *sums, int n_modules, double *share)
{
    double sum = 0;
    int most = 0;
    for (int m = 0; m < n_modules; m++) {
        sum += sums[m];
        most = sums[m] < sums[most] ? m : most;
    }
    *share = sum < 0 ? sums[most] / sum : 0;
    return *share >= BLAME_SHARE ? most : -1;
}
