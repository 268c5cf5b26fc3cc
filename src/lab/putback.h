/* SPDX-License-Identifier: MIT
 * Putting back: where in the network is an old task lost?  One module at a time becomes what it was
 * when the task had last been learned; what comes back by that was lost there.
 *
 *   with_m = accuracy(theta, but theta_m = theta*_m)      theta*: the weights of that time
 *
 * Where each task has outputs of its own and all compete, nothing of it may be lost and all of it
 * drowned: then it is asked what would be right if only its own outputs competed.
 *
 * Sources: Ramasesh, Dyer & Raghu 2020, arXiv:2007.07400 (layers reset to before the second task);
 * Zhang, Bengio & Singer 2019, arXiv:1902.01996 (single layers reset). */
#ifndef OUBLI_LAB_PUTBACK_H
#define OUBLI_LAB_PUTBACK_H

#include <stdbool.h>

#include "net/network.h"

struct learner;
struct suite;

enum { PUTBACK_ALL = -1, PUTBACK_TASKS_MAX = 64 };

/* Accuracies on a task's test examples, 0 .. 1. */
struct putback_scores {
    double now;                       /* with the weights as they are */
    double all;                       /* with those of the task's end */
    int n_modules;                    /* of the network */
    double with[NETWORK_MODULES_MAX]; /* with one module of the task's end */
};

/* What a task's own outputs say of its test examples, beside those of others. */
struct putback_outputs {
    double accuracy;                  /* 0 .. 1, if only its own outputs competed */
    int n_tasks;                      /* the first so many tasks of the suite */
    double logits[PUTBACK_TASKS_MAX]; /* of each: the mean over its outputs and all examples */
};

/* Module number `module` of theta (P), PUTBACK_ALL = all of them, becomes that of `end` (P). */
void putback_copy(const struct network *net, int module, real *theta, const real *end);

/* Measures them on every stride-th example, a forward pass each.  theta, end (P): the weights that
 * answer for the task, and that answered for it at its end; scratch (P) is overwritten.  Changes
 * nothing that trains. */
void putback_measure(struct putback_scores *scores, struct learner *learner, const real *theta,
                     const real *end, int task, int stride, real *scratch);

/* True if each task has outputs of its own, and those of others compete on its examples. */
bool putback_has_outputs(const struct suite *suite, int task);

/* Measures them for such a task, with the weights theta (P): one forward pass.  logits_of (outputs
 * of the suite) is overwritten: the mean logit of each output. */
void putback_measure_outputs(struct putback_outputs *outputs, struct learner *learner,
                             const struct suite *suite, const real *theta, int task, int stride,
                             double *logits_of);

#endif
