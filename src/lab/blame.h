/* SPDX-License-Identifier: MIT
 * Blame: which module's moving (network.h) changed a task's answers between two vectors of weights.
 *
 *   p(theta)    = mean over the task's test examples of the probability of the right answer
 *   trapezoid_m = (g_0 + g_1)_m . (theta_1 - theta_0)_m / 2
 *   simpson_m   = (g_0 + 4 g_mid + g_1)_m . (theta_1 - theta_0)_m / 6
 *
 * g is the gradient of p, at theta_0, theta_1 and halfway between.  Both are integrals of g along
 * the line from one to the other, taken by a rule: over all modules they sum to p(theta_1) -
 * p(theta_0) as far as the rule is good, which can be seen.  What goes by the gradient at theta_0
 * alone cannot be believed: at usual rates its sum has the wrong sign more often than not.
 *
 * A long way - a whole stage - is cut into equal pieces of that line, and their sums added.  Of the
 * ways there are from one to the other it is the straight one, not that of training; they differ in
 * what they give to modules that went to and fro, and name the same one (docs/figures.md).
 *
 * p goes with accuracy, as the loss does not, which a few examples rule that are answered very
 * wrongly.  Source: Lan, Liu, Zhou & Yosinski 2019, "LCA: Loss Change Allocation
 * for Neural Network Training", NeurIPS (deviations: of p, along a straight line, by modules). */
#ifndef OUBLI_LAB_BLAME_H
#define OUBLI_LAB_BLAME_H

#include "lab/evaluator.h"

struct blame {
    int n_modules;
    double change; /* p(theta_1) - p(theta_0) */
    double trapezoid[NETWORK_MODULES_MAX], simpson[NETWORK_MODULES_MAX];
    bool is_sound; /* Simpson's sum is within a tenth of the change */
};

/* From `from` to `to` (P) in so many pieces, on every stride-th test example of the task: two
 * forward and 2 pieces + 1 backward passes over them.  `scratch`: (2 P). */
struct blame blame_take(struct evaluator *evaluator, const struct network *net, const real *from,
                        const real *to, int task, int stride, int pieces, real *scratch);

/* The module that has at least so large a share of a fall, and its share; -1 where none has. */
#define BLAME_SHARE 0.6
int blame_module(const double *sums, int n_modules, double *share);

#endif
