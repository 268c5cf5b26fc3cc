/* SPDX-License-Identifier: MIT
 * The inside of the lab, private to its files: its state, and what happens when stages begin, go on
 * and end.
 *
 *   lab.c           making it, one step, what it tells about itself
 *   lab_stages.c    this header's functions
 *   lab_commands.c  lab_apply
 *   lab_snapshot.c  lab_snapshot
 *   lab_history.c   checkpoints, and going back to any step */
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

/* The lab at the start of a stage; with the commands since then every later step can be had again.
 */
struct moment {
    long step;
    int stage, task, previous_task, planned;
    int turn, n_seen; /* of the schedule */
    int n_commands;   /* of the log that came before it */
    bool is_first_visit;
    bool is_barrier; /* the stage began anew by hand: the log does not lead here from before */
    struct learner *learner; /* owned */
};

/* A command that took effect, and when. */
struct logged_command {
    int stage;
    long step;
    struct command command;
};

/* Checkpoints at stage starts, thinned evenly when they are too many, and the log of commands. */
struct history {
    bool is_kept;
    int n, most;
    int last_stage;         /* of the last moment kept, also if it was thinned out since */
    struct moment *moments; /* (most) in the order of steps */
    int n_commands, capacity;
    struct logged_command *commands;
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

    struct history history;
    bool is_silent; /* steps are taken again: nothing is measured or written */

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

/* What a command does, without writing it down; see lab_apply. */
bool lab_carry_out(struct lab *lab, const struct command *command, struct err *err);

/* Makes room for the history if the session can use one (`wanted`, or the script goes back to a
 * step). */
bool lab_history_init(struct lab *lab, bool wanted, struct err *err);
void lab_history_fini(struct lab *lab);

/* The stage that has just begun becomes a checkpoint; a command that was carried out is remembered.
 */
void lab_history_keep(struct lab *lab);
void lab_history_log(struct lab *lab, const struct command *command);

/* Forgets all: the session begins anew. */
void lab_history_clear(struct lab *lab);

/* Back to when `step` steps had been done, everything as it was then: the nearest checkpoint before
 * it, and the steps and commands from there again. */
bool lab_history_rewind(struct lab *lab, long step, struct err *err);

/* Pauses because the loss is not finite. */
void lab_diverge(struct lab *lab);

/* The weights that answer for the present task: what drift is read from. */
const real *lab_answering(const struct lab *lab);

#endif
