/* SPDX-License-Identifier: MIT
 * Blame: which layer's moving changed a task's answers between two vectors of weights.
 *
 *   p(theta)    = mean over the task's test examples of the probability of the right answer
 *   trapezoid_l = (g_0 + g_1)_l . (theta_1 - theta_0)_l / 2
 *   simpson_l   = (g_0 + 4 g_mid + g_1)_l . (theta_1 - theta_0)_l / 6
 *
 * g is the gradient of p, at theta_0, theta_1 and halfway between.  Both are integrals of g along
 * the line from one to the other, taken by a rule: over all layers they sum to p(theta_1) -
 * p(theta_0) as far as the rule is good, which can be seen.  What goes by the gradient at theta_0
 * alone cannot be believed: at usual rates its sum has the wrong sign more often than not.
 *
 * p goes with accuracy, as the loss does not, which a few examples rule that are answered very
 * wrongly.  Source: Lan, Liu, Zhou & Yosinski 2019, "LCA: Loss Change Allocation", arXiv:1909.01440
 * (deviations: of p, along a straight line, by layers). */
#ifndef OUBLI_LAB_BLAME_H
#define OUBLI_LAB_BLAME_H

#include "lab/evaluator.h"

struct blame {
    int n_layers;
    double change; /* p(theta_1) - p(theta_0) */
    double trapezoid[EVALUATOR_LAYERS_MAX], simpson[EVALUATOR_LAYERS_MAX];
    bool is_sound; /* Simpson's sum is within a tenth of the change */
};

/* From `from` to `to` (P), on every stride-th test example of the task: two forward and three
 * backward passes over them.  `scratch`: (2 P). */
struct blame blame_take(struct evaluator *evaluator, const struct network *net, const real *from,
                        const real *to, int task, int stride, real *scratch);

/* The layer that has at least so large a share of a fall, and its share; -1 where none has. */
#define BLAME_SHARE 0.6
int blame_layer(const double *sums, int n_layers, double *share);

#endif
