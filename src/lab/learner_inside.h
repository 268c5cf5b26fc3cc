/* SPDX-License-Identifier: MIT
 * The inside of a learner, private to its files:
 *
 *   learner_make.c     its memory
 *   learner_state.c    what is on and set, stages begin and end; what it tells
 *   learner_archive.c  all of it as bytes
 *   learner_score.c    its answers, and how many of them are right
 *   learner_step.c     one step */
#ifndef OUBLI_LAB_LEARNER_INSIDE_H
#define OUBLI_LAB_LEARNER_INSIDE_H

#include "lab/learner.h"
#include "strategies/table.h"

struct learner {
    const struct suite *suite;
    struct params params;
    uint32_t on, observed;
    struct network net;
    struct workspace step_ws, pass_ws;
    struct optimizer optimizer;
    struct rows rows;
    const real
        *x; /* inputs of this step's rows: rows.x, or the batch's own where nothing is added */
    struct learning learning;
    void *states[STRATEGIES_MAX];
    struct product_taker taker; /* hands the gradients of weights to a strategy */
    bool keeps_gradient;        /* and computes them all the same */
    bool has_gradient;          /* of the last step, all of it */
    struct pull *pull;          /* borrowed; NULL: nobody wants to know it */
    double batch_loss;
    int recent_at;             /* where the next goes in ... */
    struct example_id *recent; /* (RECENT_MAX) of a stream: the last that came */
    void *writer;              /* NULL where the network only sees full rows */
    uint8_t *silenced;         /* (U) 1: that unit is; is_silenced: any is */
    bool is_silenced;
    struct arena arena;
    int pass_labels[LEARNER_PASS_ROWS];
    struct range pass_ranges[LEARNER_PASS_ROWS];
    int *shifts;  /* (rows) of a pass: output = symbol + shift */
    int *targets; /* (rows T), like the next NULL where T is 1: what each position is to say ... */
    struct range *target_ranges; /* ... and what competes there */
    real *answers;               /* (LEARNER_PASS_ROWS, outputs): those of the last positions */
};

/* The strategy is on, or (or_observed) at least observed. */
static inline bool learner_is_active(const struct learner *learner, int i, bool or_observed)
{
    return ((learner->on | (or_observed ? learner->observed : 0)) >> i) & 1u;
}

/* The outputs that compete where the task is asked for. */
static inline struct range learner_range(const struct learner *learner, int task)
{
    return range_of_task(learner->suite, task, learner->learning.n_met);
}

/* Those that are on, or also those that are observed, consolidate. */
void learner_end_stage(struct learner *learner, bool or_observed);

/* What n rows x are to say: their labels or, with several positions a row, a target for each.
 * Borrowed until the next call. */
/* tasks (n), or NULL if all are of `task`. */
struct targets learner_targets(struct learner *learner, const real *x, const int *labels,
                               const struct range *ranges, const int *tasks, int task, int n);

#endif
