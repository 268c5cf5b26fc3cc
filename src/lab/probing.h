/* SPDX-License-Identifier: MIT
 * What probes work with: passes of examples through the network with any weights, and memory for
 * that, apart from the learner's own.
 *
 * Letters: P parameters, d inputs, n rows, T positions of a row. */
#ifndef OUBLI_LAB_PROBING_H
#define OUBLI_LAB_PROBING_H

#include "net/loss.h"
#include "net/network.h"
#include "tasks/suite.h"

struct probing; /* opaque; borrows network and suite */

/* Rows of a pass at most. */
int probing_rows(const struct network *net);

/* Returns owned; NULL and err where memory is short. */
struct probing *probing_create(const struct network *net, const struct suite *suite,
                               struct err *err) __attribute__((warn_unused_result));
void probing_destroy(struct probing *room);

/* Goes on with another suite that shares its tasks (suite_share). */
void probing_move(struct probing *room, const struct suite *suite);

/* Units (U) that give 0 in every pass from now on, as learner_silence has them: borrowed, NULL:
 * none do, as at first. */
void probing_silence(struct probing *room, const uint8_t *silenced);

/* From now on, where outputs grow (suite_grows), so many have been met; at first 0. */
void probing_meet(struct probing *room, int n_met);

/* Every `stride`-th example of a task's split, at most `most`. */
struct probing_examples {
    int task;
    enum split split;
    int stride, most;
};

/* `most` test examples, evenly spaced; and the first `most` of the train set.  In a stream, too, a
 * task's examples are all of one task. */
struct probing_examples probing_tests(const struct suite *suite, int task, int most);
struct probing_examples probing_firsts(int task, int most);

/* How many there are. */
int probing_count(const struct suite *suite, const struct probing_examples *examples);

/* A pass over some of the examples. */
struct probing_pass {
    int first, n;               /* rows: which of the examples, how many */
    const real *x;              /* (n, d) */
    struct workspace *ws;       /* what the network has computed; dlogits may be written to */
    const int *targets;         /* (n T) what each position is to say ... */
    const struct range *ranges; /* ... and what competes there */
};

/* The next rows, for whoever passes them through the network himself; begin with a zeroed pass.
 * False: no more.  And the same passed through it with the weights theta (P). */
bool probing_rows_next(struct probing *room, const struct probing_examples *examples,
                       struct probing_pass *pass);
bool probing_pass_next(struct probing *room, const real *theta,
                       const struct probing_examples *examples, struct probing_pass *pass);

/* Mean cross-entropy of the examples in nats, as training counts it; `grad` (P), or NULL: its
 * gradient. */
double probing_loss(struct probing *room, const real *theta,
                    const struct probing_examples *examples, real *grad);

/* Share of the examples that are answered right at the end of their row; where the outputs of
 * `among` alone compete (NULL: those that do). */
double probing_accuracy(struct probing *room, const real *theta,
                        const struct probing_examples *examples, const struct range *among);

/* The outputs that are a task's own; count 0 where no others compete with them. */
struct range probing_own_outputs(const struct suite *suite, int task);

/* Layers of units, and above them the outputs: what each example makes them give at the end of its
 * row. */
enum { PROBE_LAYERS_MAX = NETWORK_UNIT_LAYERS_MAX + 1 };
int probing_n_layers(const struct network *net);
struct probing_hidden {
    int n, n_layers; /* examples */
    int width[PROBE_LAYERS_MAX];
    real *h[PROBE_LAYERS_MAX]; /* (n, width) */
};

/* False where memory is short; then, too, it is zeroed by probing_hidden_fini. */
bool probing_hidden_take(struct probing_hidden *hidden, struct probing *room, const real *theta,
                         const struct probing_examples *examples);
void probing_hidden_fini(struct probing_hidden *hidden);

/* Vectors for a probe's own use, (P) each, zeros at first; NULL where memory is short.  Another
 * probe may use the same. */
enum { PROBING_VECTORS = 3 };
real *probing_vector(struct probing *room, int i);

#endif
