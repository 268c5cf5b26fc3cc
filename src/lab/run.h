/* SPDX-License-Identifier: MIT
 * A run: what training is.  Where it stands, its learners, what has been taught, which timed
 * commands it has carried out.  It goes forward only and tells nobody: whoever drives it says
 * whether what it finds is measured, and reads that from its members.  A place in the past is
 * another run, which is brought there (retrace.h).  Private to the lab.
 *
 * Runs of one session share its course and are driven one at a time. */
#ifndef OUBLI_LAB_RUN_H
#define OUBLI_LAB_RUN_H

#include "base/pool.h"
#include "base/watch.h"
#include "lab/command.h"
#include "lab/config.h"
#include "lab/member.h"
#include "lab/schedule.h"
#include "lab/script.h"
#include "lab/start.h"
#include "tasks/batches.h"
#include "tasks/suite.h"

/* What all runs of a session have in common. */
struct course {
    struct config config;
    struct dataset *dataset; /* owned */
    struct suite *suite;     /* owned; nothing is taught to it: that is a run's */
    struct batches *batches; /* owned; of the run that was driven last */
    struct start start;      /* what config.start says, once it has been read */
    struct pool *pool;       /* owned; NULL: nothing to share out, or one core */
    int hands;               /* threads at work at once */
    uint32_t probes;         /* that are on: no matter of a run's past, for they change nothing */
};

/* Where a run stands. */
struct position {
    long step, stage_step, stage_steps;
    int stage, task, previous_task;
    int planned;           /* stages of the suite's sequence that have begun */
    int detour;            /* the task asked for with `task`, -1 = none */
    int interrupted;       /* the task that a lesson has interrupted, -1 = none; ... */
    long left;             /* ... it had so many steps to go */
    int taught;            /* characters of lessons */
    bool is_first_of_task; /* of this stage's task */
    bool is_cut;           /* this stage ends before its time */
    int turn, n_seen;      /* of the schedule; kept up to date only in a checkpoint */
};

struct run {
    struct course *course; /* borrowed */
    struct suite *suite;   /* owned: the course's, and what has been taught */
    struct position at;
    double speed;             /* steps a second asked for, which looks depend on; 0 = no pace */
    bool is_begun;            /* the position is one: the first stage has begun */
    bool is_over;             /* the sequence has ended */
    bool is_done[SCRIPT_MAX]; /* lines of the session's script that have been carried out */
    struct schedule schedule;
    int n_members;
    struct member *members[LEARNERS_MAX + 1]; /* owned; one more while learners are exchanged */
    struct segment done;       /* the last one, of which the members hold what it found */
    const struct watch *watch; /* told at the end of a stage while strategies consolidate; NULL:
                                  nobody */
    double step_ns; /* what a step of all learners takes, a running mean; 0 = not known yet */
};

enum run_state { RUN_TRAINING, RUN_DIVERGED /* nobody's loss is finite */, RUN_OVER };

/* A run without learners, before its beginning: it stands where the first stage is to begin.
 * Returns owned; NULL and err when memory is short. */
struct run *run_create(struct course *course, double speed, struct err *err)
    __attribute__((warn_unused_result));
void run_destroy(struct run *run);

enum run_state run_state(const struct run *run);

/* Steps that a stage of the task has. */
long run_steps_of(const struct run *run, int task);

/* About how many steps of all learners fit into so much time, at least 1. */
long run_steps_within(const struct run *run, int64_t ns);

/* ---- learners ---- */

/* The one with that id or name, NULL if there is none. */
struct member *run_member(const struct run *run, int id);
struct member *run_member_called(const struct run *run, const char *name);

/* A learner at its initial weights - drawn, or those of the file that the config names - for this
 * run; owned by the caller until it is taken in. */
struct member *run_make_member(const struct run *run, const struct learner_facts *facts,
                               const struct learner_config *config, struct err *err)
    __attribute__((warn_unused_result));

/* Takes over a learner, for which there must be room; and gives one up to the caller. */
void run_take_in(struct run *run, struct member *member);
void run_let_go(struct run *run, struct member *member);

/* Its feed is taken to where the run stands. */
void run_set_feed(struct run *run, struct member *member);

int run_free_slot(const struct run *run);

/* In the order of ids: which of two came first must not depend on how the run came here.  Two may
 * have the same slot or name once one has been added to the past: the later gives way. */
void run_sort(struct run *run);

/* Switches and knobs of a learner. */
struct settings {
    struct params params;
    uint32_t on, observed;
};
struct settings member_settings(const struct member *member);

/* ---- going on ---- */

/* To before the first step: accuracies at the initial weights are measured into each look.row.  The
 * first stage has yet to begin. */
void run_begin(struct run *run);
void run_begin_first_stage(struct run *run);

/* Begins a stage of so many steps: data, optimizers, strategies. */
void run_begin_stage(struct run *run, int task, long steps);

/* The stage is over: begins the next; false, and is_over, if there is none. */
bool run_next_stage(struct run *run);

/* What comes next: until a look is due, the stage ends or `most` steps are done. */
struct segment run_plan(struct run *run, long most, bool is_watched);

/* Trains so far; and looks at all tasks of all learners now, where other weights have come to
 * answer: what one task's number is of, all are of.  False if `watch` has given up while strategies
 * consolidated: the run stands at the end of its stage, which the next segment, of no steps, ends.
 */
bool run_train(struct run *run, const struct segment *segment);
void run_look(struct run *run, bool is_watched);

#endif
