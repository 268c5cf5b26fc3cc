/* SPDX-License-Identifier: MIT
 * A learner: one network, its optimizer and its strategies.
 *
 * Owned and called by whoever trains; knows nothing of time, threads, or other learners.  After
 * create, no step allocates. */
#ifndef OUBLI_LAB_LEARNER_H
#define OUBLI_LAB_LEARNER_H

#include "base/archive.h"
#include "lab/config.h"
#include "lab/pull.h"
#include "net/network.h"
#include "strategies/strategy.h"
#include "tasks/feed.h"

struct learner; /* opaque; borrows the suite */

/* Returns owned, NULL and err if the network is too large. */
struct learner *learner_create(const struct learner_config *config, const struct suite *suite,
                               uint64_t seed, struct err *err) __attribute__((warn_unused_result));
void learner_destroy(struct learner *learner);

/* Its weights (P), to be given others before the first step. */
real *learner_initial(struct learner *learner);

/* Goes on with `suite`, which shares its tasks with that it was made with (suite_share), and has
 * the same lessons. */
void learner_move(struct learner *learner, const struct suite *suite);

/* Writes the learner, or becomes the one that is read: weights, parameters, switches, optimizer,
 * strategies' states.  It must have been made from the same config, suite and seed; training both
 * on the same batches then gives the same bits.  The gradient is not kept: once read it is zero.
 *
 * Guaranteed: the bytes begin with theta, P reals.  Reading is safe for any bytes; a learner of
 * another shape or with other parameters of the start fails.  After a failure the learner can be
 * used, but is neither what it was nor what was to be read. */
void learner_archive(struct learner *learner, struct archive *archive);

/* Stage number `stage`, of `task`, begins: the optimizer is reset, strategies are told.  A
 * stream (suite_is_stream) is one stage: they are told of its beginning alone. */
void learner_stage_begin(struct learner *learner, int stage, int task);
/* Strategies that are on or observed consolidate; at a stage's end and when asked for. */
void learner_consolidate(struct learner *learner);
/* Does a piece of that, some milliseconds, so that it can be seen how far it is; returns how much
 * is done, 0 .. 1.  learner_consolidate does the rest, and must follow. */
double learner_prepare(struct learner *learner);

/* One step on `batch`; in a stream, strategies that are on consolidate after every so many
 * (consolidate.every), on the examples that came last.  Returns the mean cross-entropy in nats over
 * all rows trained on (NAN or INFINITY when it has diverged: the weights were not moved by that
 * step). */
double learner_step(struct learner *learner, const struct batch *batch);

/* Mean loss of the batch at the present weights, in nats; changes nothing that trains. */
double learner_loss(struct learner *learner, const struct batch *batch);

/* Mean cross-entropy over the rows of the batch alone in the last step. */
double learner_batch_loss(const struct learner *learner);

enum { LEARNER_PASS_ROWS = 128 };

/* Large products are shared out among the threads of `pool` from now on (NULL: not); borrowed.  No
 * bit depends on it. */
void learner_share(struct learner *learner, struct pool *pool);
/* True if there are products in its steps that are large enough. */
bool learner_is_large(const struct learner *learner);

/* Logits (n, outputs) of x (n, d), after the last position of each row, n <= LEARNER_PASS_ROWS,
 * with the weights theta (P).  Borrowed until the learner computes anything else; may be written
 * to. */
real *learner_logits(struct learner *learner, const real *theta, const real *x, int n);

/* Logits (outputs) of what follows n >= 1 symbols, where the learner's network writes
 * (network_writes).  `goes_on`: all but the last are those of the last call, with the same theta,
 * and are not computed again.  Borrowed until the next call. */
const real *learner_write(struct learner *learner, const real *theta, const real *symbols, int n,
                          bool goes_on);

/* How much its first n heads looked at each of those symbols in the last learner_write:
 * network_attention. */
void learner_attention(const struct learner *learner, int n, real *weights);

/* How well it does on a task's test set. */
struct score {
    double accuracy; /* fraction right; of what does not classify, what its loss calls a score */
    double bits; /* mean cross-entropy in bits, where inputs are symbols: per character; else NAN */
    double validation; /* fraction right of what is held out; NAN: nobody has asked */
};

/* On every `stride`-th example. */
struct score learner_score(struct learner *learner, int task, int stride);

/* The same with the weights theta (P), where only these outputs compete (NULL: those of the task).
 * logits (outputs), NULL = not asked for: the mean of each over all answers that count. */
struct score learner_score_with(struct learner *learner, const real *theta, int task, int stride,
                                const struct range *among, double *logits);

/* The fraction right of its examples that are held out; NAN: none are. */
double learner_validate(struct learner *learner, int task, int stride);

/* By class, with the weights theta (P): adds how many answers of each there are, and how many are
 * right, to n and right (c). */
void learner_count_classes(struct learner *learner, const real *theta, int task, int stride, int *n,
                           int *right);

/* Switches.  Setting a parameter that is fixed at the start is the caller's mistake. */
void learner_switch(struct learner *learner, int strategy, bool on);
void learner_observe(struct learner *learner, int strategy, bool on);
void learner_set(struct learner *learner, const struct params *params);
/* From the next step on the gradient is there to be looked at in any case; changes no bit of what
 * trains. */
void learner_keep_gradient(struct learner *learner, bool keeps);
/* From the next step on what springs pull is added to it; borrowed, NULL: nobody wants to know.
 * Changes no bit of what trains. */
void learner_keep_pull(struct learner *learner, struct pull *pull);
/* Units whose byte (U) is not 0 give 0 in every pass of it from now on, in training, evaluation and
 * writing: what they take part in is not learned.  NULL: none.  And which they are; NULL: none. */
void learner_silence(struct learner *learner, const uint8_t *silenced);
const uint8_t *learner_silenced(const struct learner *learner);
/* LoRA's adapter; takes it out or puts it back: false if there is none. */
enum adapter_state learner_adapter(const struct learner *learner);
bool learner_plug(struct learner *learner, bool in);
/* Weights at .. at+n-1 are given other values (n), between two steps; the optimizer stays as it is.
 * Only if that can be: not while a strategy keeps its own beside them (LoRA, unless merged). */
bool learner_can_put(const struct learner *learner);
void learner_put(struct learner *learner, size_t at, size_t n, const real *values);

/* Where outputs grow (suite_grows): as many as the tasks met so far have; else 0. */
int learner_n_met(const struct learner *learner);

/* Reading.  Vectors are (P), borrowed, and change with the next step. */
const struct network *learner_network(const struct learner *learner);
const struct params *learner_params(const struct learner *learner);
uint32_t learner_on(const struct learner *learner);
uint32_t learner_observed(const struct learner *learner);
/* Of those that are on, the ones that have springs (pull.h). */
uint32_t learner_springs(const struct learner *learner);
const real *learner_theta(const struct learner *learner);
/* NULL where the last step did without those of weights (LoRA), as long as they are not kept. */
const real *learner_gradient(const struct learner *learner);
/* The weights that answer for `task` now (an adapter may be in or out). */
const real *learner_answer(struct learner *learner, int task);
/* Importance from the first strategy that has one, NULL if none has. */
const real *learner_importance(const struct learner *learner);
/* The learning rate in force, after every strategy's factor. */
double learner_rate(const struct learner *learner);
/* The rows of the last step: which examples they were.  Inputs may not be there. */
const struct rows *learner_rows(const struct learner *learner);
double learner_gauge(const struct learner *learner, int strategy);

/* True if EWC is on and its explicit step pulls harder than is stable; then *gauge, where it is
 * asked for, says how hard (ewc.h). */
bool learner_is_overpulled(const struct learner *learner, double *gauge);
size_t learner_bytes(const struct learner *learner, int strategy);
void learner_status(const struct learner *learner, int strategy, char *text, size_t size);

#endif
