/* SPDX-License-Identifier: MIT */
#include "lab/blame.h"

#include <math.h>

static const double OFF_MOST = 0.1;

struct blame blame_take(struct evaluator *evaluator, const struct network *net, const real *from,
                        const real *to, int task, int stride, real *scratch)
{
    struct blame blame = {.n_layers = evaluator_n_layers(net)};
    double first[EVALUATOR_LAYERS_MAX], last[EVALUATOR_LAYERS_MAX], mid[EVALUATOR_LAYERS_MAX];
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
    for (int l = 0; l < blame.n_layers; l++) {
        blame.trapezoid[l] = (first[l] + last[l]) / 2;
        blame.simpson[l] = (first[l] + 4 * mid[l] + last[l]) / 6;
        sum += blame.simpson[l];
    }
    blame.is_sound = fabs(sum - blame.change) <= OFF_MOST * fabs(blame.change);
    return blame;
}

int blame_layer(const double *sums, int n_layers, double *share)
{
    double sum = 0;
    int most = 0;
    for (int l = 0; l < n_layers; l++) {
        sum += sums[l];
        most = sums[l] < sums[most] ? l : most;
    }
    *share = sum < 0 ? sums[most] / sum : 0;
    return *share >= BLAME_SHARE ? most : -1;
}
