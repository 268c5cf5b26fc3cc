/* SPDX-License-Identifier: MIT */
#include "lab/blame.h"

#include <math.h>

static const double OFF_MOST = 0.1;

struct blame blame_take(struct evaluator *evaluator, const struct network *net, const real *from,
                        const real *to, int task, int stride, real *scratch)
{
    struct blame blame = {.n_modules = net->n_modules};
    double first[NETWORK_MODULES_MAX], last[NETWORK_MODULES_MAX], mid[NETWORK_MODULES_MAX];
    real *along = scratch, *middle = scratch + net->n_params;
    for (size_t i = 0; i < net->n_params; i++) {
        along[i] = to[i] - from[i];
        middle[i] = from[i] + along[i] / 2;
    }
    evaluator_slope(evaluator, from, along, task, stride, first);
    evaluator_slope(evaluator, middle, along, task, stride, mid);
    evaluator_slope(evaluator, to, along, task, stride, last);
    blame.change = evaluator_ask(evaluator, to, task, stride, NULL).probability -
                   evaluator_ask(evaluator, from, task, stride, NULL).probability;
    double sum = 0;
    for (int m = 0; m < blame.n_modules; m++) {
        blame.trapezoid[m] = (first[m] + last[m]) / 2;
        blame.simpson[m] = (first[m] + 4 * mid[m] + last[m]) / 6;
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
