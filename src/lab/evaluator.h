/* SPDX-License-Identifier: MIT
 * An evaluator: what a network answers to a task's test examples with any vector of weights, and
 * the slope of that along a direction, by passes as probes take them (probing.h), so that it
 * changes nothing of a learner.
 *
 * Letters: P parameters.  An answer is asked for at the end of each row; of a transformer
 * at each position that has a quarter of the context before it, as for an accuracy. */
#ifndef OUBLI_LAB_EVALUATOR_H
#define OUBLI_LAB_EVALUATOR_H

#include "net/network.h"
#include "tasks/suite.h"

struct evaluator; /* opaque; borrows network and suite */

/* Returns owned; NULL and err where memory is short. */
struct evaluator *evaluator_create(const struct network *net, const struct suite *suite,
                                   struct err *err) __attribute__((warn_unused_result));
void evaluator_destroy(struct evaluator *evaluator);

/* Units (U) that give 0 in every pass from now on, as learner_silence has them: borrowed, NULL:
 * none do, as at first. */
void evaluator_silence(struct evaluator *evaluator, const uint8_t *silenced);

struct evaluated {
    double accuracy;    /* share of answers that are right */
    double probability; /* mean probability of the right answer */
};

/* Every `stride`-th test example with the weights theta (P).  `given`: the outputs that are
 * answered, (evaluator_n_answers), or NULL. */
struct evaluated evaluator_ask(struct evaluator *evaluator, const real *theta, int task, int stride,
                               uint16_t *given);
int evaluator_n_answers(const struct evaluator *evaluator, int task, int stride);

/* The row of answer number i among the task's test examples, and the input of that row behind which
 * it is given. */
int evaluator_row(const struct evaluator *evaluator, int stride, int i, int *position);

/* g . along, module by module, where g (P) is the gradient of the mean probability of the right
 * answer at theta: sums (modules of the network). */
void evaluator_slope(struct evaluator *evaluator, const real *theta, const real *along, int task,
                     int stride, double *sums);

#endif
