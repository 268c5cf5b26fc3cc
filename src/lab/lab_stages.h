/* SPDX-License-Identifier: MIT
 * The inside of the lab, private to its files: its state, and what happens when stages begin, go on
 * and end.
 *
 *   lab.c           making it, one step, what it tells about itself
 *   lab_stages.c    this header's functions
 *   lab_commands.c  lab_apply
 *   lab_snapshot.c  lab_snapshot */
#ifndef OUBLI_LAB_LAB_STAGES_H
#define OUBLI_LAB_LAB_STAGES_H

#include "base/arena.h"
#include "lab/config.h"
#include "lab/journal.h"
#include "lab/learner.h"
#include "lab/schedule.h"
#include "lab/script.h"
#include "lab/snapshot.h"
#include "tasks/batches.h"
#include "tasks/suite.h"

/* What the drift is measured against: copies of the weights (P). */
struct references {
    struct arena arena;
    real *initial;     /* before the first step */
    real *first_end;   /* end of the first stage */
    real *before_step; /* before the last step, kept while the map shows the update */
    real **task_end;   /* (tasks) end of the last visit of each; NULL where there is none */
    bool has_first_end, has_before_step;
};

struct lab {
    struct config config;
    const struct script *script; /* borrowed, may be NULL */
    bool is_done[SCRIPT_MAX];    /* script lines that have taken effect */
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
    struct learner *learner;
    struct learner *checkpoint; /* the learner as it was at the start of this stage */
    struct journal *journal;
    struct references references;
    struct schedule schedule;

    enum lab_state state;
    bool is_begun;
    double speed;
    long step, stage_step, stage_steps;
    int stage, task, previous_task;
    bool is_first_visit; /* of this stage's task */
    int turn;            /* of the schedule when this stage began */
    int planned;         /* stages of the suite's sequence that have begun */
    int detour;          /* the task asked for with `task`, -1 = none */
    bool is_cut;         /* this stage ends before its time */
    double loss_sum;
    long loss_n;
    double loss; /* running mean, for the screen */

    struct map_request request;
    uint64_t n_snapshots, n_commands;
    int64_t training_ns;
    long samples;
    int64_t rate_ns; /* when the rate was last taken */
    long rate_samples;
    double samples_per_second;
};

/* Writes an entry of the present stage and step into the journal. */
void lab_add_entry(struct lab *lab, enum entry_kind kind, int task, double value, const char *text);

/* Steps that a visit of the task has. */
long lab_steps_of(const struct lab *lab, int task);

/* The state before the first step: baseline, first stage. */
void lab_begin_session(struct lab *lab);

/* Begins a visit: data, optimizer, strategies, checkpoint. */
void lab_begin_stage(struct lab *lab, int stage, int task);

/* The regular look: loss, drift, and the accuracies whose turn it is. */
void lab_tick(struct lab *lab);

/* The row of R, the strategies' end-of-task work, and what comes next. */
void lab_end_stage(struct lab *lab);

/* Pauses because the loss is not finite. */
void lab_diverge(struct lab *lab);

/* The weights that answer for the present task: what drift is read from. */
const real *lab_answering(const struct lab *lab);

#endif
