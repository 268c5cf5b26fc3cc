/* SPDX-License-Identifier: MIT
 * Fisher information of a task: how much each parameter matters to it.
 *
 *   exact:      F_i = 1/n sum_n sum_c p_n(c) (d ln p_n(c) / d theta_i)^2   c: what competes
 *
 *   empirical:  F_i = 1/n sum_n (d ln p_n(y_n) / d theta_i)^2              y_n: the true label
 *
 *   sampled:    the same                                                   y_n: drawn from p_n
 *
 * Squares of per-example gradients, not of the batch mean (which is about a batch size too small):
 * by one product of squared matrices per layer where the network can, else example by example.
 *
 * A network with T positions says T labels of an example: F_i = 1/(n T) sum_n (d/d theta_i of
 * sum_t ln p_nt(y_nt))^2.  All combinations of labels are too many to sum over, so that exact means
 * sampled there.
 *
 * Where nothing is classified p is the normal distribution that the loss stands for
 * (net/loss_inputs.c): exact sums over outputs instead of answers, and so does sampled.
 *
 * Source: Kirkpatrick et al. 2017, arXiv:1612.00796; van de Ven 2025, arXiv:2502.11756 (the
 * variants). */
#ifndef OUBLI_STRATEGIES_FISHER_H
#define OUBLI_STRATEGIES_FISHER_H

#include "base/rng.h"
#include "strategies/strategy.h"

/* Over which labels: all, by their probability; the true one; one that is drawn. */
enum ewc_fisher { EWC_FISHER_EXACT, EWC_FISHER_EMPIRICAL, EWC_FISHER_SAMPLED };

enum { FISHER_TARGETS_MAX = 1024 }; /* positions of a row that cannot be had with others, at most */

/* An estimate, or one on the way: memory of whoever asks for it. */
struct fisher {
    real *sums;      /* (P) the Fisher information in the end; borrowed, like the next two */
    real *gradient;  /* (P) scratch of one example; NULL if network_has_squares */
    int *order;      /* (n_train) scratch: the examples */
    int done, total; /* of them */
    enum ewc_fisher over;
    struct range range; /* the outputs that are summed over */
    struct rng rng;
    int targets[FISHER_TARGETS_MAX]; /* of a pass: what each position of each row should say ... */
    struct range ranges[FISHER_TARGETS_MAX]; /* ... and what competes there */
};

/* Begins to estimate the Fisher information of the present task at learning->theta into sums (P).
 * The examples are `ewc.samples` of the task's train set without repetition, drawn with the stage's
 * Fisher stream; in a stream of tasks, of the last examples that came.  Uses learning->spare within
 * each call.  Never fails, never allocates. */
void fisher_begin(struct fisher *fisher, const struct learning *learning, real *sums,
                  real *gradient, int *order);
/* Goes on for one pass; false when all is done.  Weights and task must be those of the beginning.
 */
bool fisher_go_on(struct fisher *fisher, const struct learning *learning);

#endif
