/* SPDX-License-Identifier: MIT
 * Fisher information of a task: how much each parameter matters to it.
 *
 *   exact:      F_i = 1/n sum_n sum_c p_n(c) (d ln p_n(c) / d theta_i)^2   over the competing
 * outputs c empirical:  F_i = 1/n sum_n (d ln p_n(y_n) / d theta_i)^2              at the true
 * label y_n sampled:    the same at a label drawn from p_n
 *
 * Squares of per-example gradients, not of the batch mean (which is about a batch size too small):
 * by one product of squared matrices per layer where the network can, else example by example.
 *
 * A network with T positions says T labels of an example: F_i = 1/(n T) sum_n (d/d theta_i of
 * sum_t ln p_nt(y_nt))^2.  All combinations of labels are too many to sum over, so that exact means
 * sampled there.
 *
 * Source: Kirkpatrick et al. 2017, arXiv:1612.00796; van de Ven 2025, arXiv:2502.11756 (the
 * variants). */
#ifndef OUBLI_STRATEGIES_FISHER_H
#define OUBLI_STRATEGIES_FISHER_H

#include "strategies/strategy.h"

enum { FISHER_TARGETS_MAX = 1024 }; /* positions of a row that cannot be had with others, at most */

/* Writes the Fisher information of the present task at learning->theta to fisher (P).  The examples
 * are `ewc.samples` of the task's train set without repetition, drawn with the stage's Fisher
 * stream; in a stream of tasks, of the last examples that came.  `order` (n_train) is scratch, and
 * so is `gradient` (P), which may be NULL if network_has_squares.  Uses learning->spare.  Never
 * fails, never allocates. */
void fisher_estimate(real *fisher, real *gradient, const struct learning *learning, int *order);

#endif
