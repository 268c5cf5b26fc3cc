/* SPDX-License-Identifier: MIT
 * A track: one learner's curves and its rows of R, as the timeline keeps them.  It knows nothing
 * of stages but their number; what an entry means is the timeline's business. */
#ifndef OUBLI_LAB_TRACK_H
#define OUBLI_LAB_TRACK_H

#include <stdbool.h>

#include "lab/config.h"
#include "lab/probe.h"
#include "lab/series.h"

/* What a learner would have done: the part of its curves that a rewind has abandoned.  Of several
 * the one that reached furthest is kept. */
struct ghost {
    double begin;            /* step from which it was abandoned: its points come after it */
    struct series *accuracy; /* (n_tasks); NULL while there has been no ghost */
    struct series average;
};

/* Where a learner stands on the plane, at the end of a stage. */
struct plane_point {
    double learning; /* learning accuracy: plasticity */
    double keeping;  /* 1 - forgetting: stability; NAN before the second stage */
};

/* A forked learner begins with its parent's past, so that its metrics are those of a whole life;
 * `born` says where it branched off. */
struct track {
    int n_tasks;
    int id, parent; /* parent -1 = none */
    long born;
    char name[LEARNER_NAME_MAX];
    long sweep;        /* number of the entry of the sweep that it came by, -1 = of none ... */
    int knob;          /* ... and the parameter whose values differ in it */
    bool is_there;     /* false once removed, or born in a future that was abandoned ... */
    bool is_abandoned; /* ... which is the case */
    bool has_diverged;
    long diverged_step;
    double diverged_rate;
    struct series *curves[PROBE_COUNT]; /* (probe_size) NULL of one that is not always there and has
                                           said nothing: read them by track_curve */
    struct series average;              /* mean accuracy over the tasks begun so far */
    double *initial; /* (n_tasks) accuracy at the initial weights, NAN until known */
    int n_rows;      /* of the matrix; a learner that is there has one for each stage */
    int n_complete;  /* rows up to the last that was measured as a whole; some may hold NAN */
    int rows_capacity;
    double *matrix;            /* (n_rows, n_tasks) rows of R: read them by timeline_r */
    struct plane_point *trail; /* (n_complete) at the ends of stages; NAN where not measured */
    struct ghost ghost;
    struct series on; /* bits of the strategies that are on (switches.h) */
    double memory;    /* bytes that they keep, as was last seen; NAN = never */
    double sum;       /* of the last values of all accuracies ... */
    int n_measured;   /* ... of which there are so many */
};

/* A learner with number `id` that nothing is known of yet; false when memory is short.  The owner
 * ends it by track_fini, also then. */
bool track_init(struct track *track, int id, int n_tasks) __attribute__((warn_unused_result));
void track_fini(struct track *track);

/* Makes `track` (not begun yet) what `from` is; false when memory is short: end it all the same. */
bool track_copy(struct track *track, const struct track *from) __attribute__((warn_unused_result));

/* What a probe has said of task or part number `i`; of the learner itself: 0.  Accuracies only from
 * a task's first stage on; what is measured since a stage began is NAN there. */
static inline const struct series *track_curve(const struct track *track, enum probe_id probe,
                                               int i)
{
    static const struct series none = {0};
    return track->curves[probe] ? &track->curves[probe][i] : &none;
}

/* True if it has said anything, be it of a time that has been abandoned. */
static inline bool track_has(const struct track *track, enum probe_id probe)
{
    return track->curves[probe] != NULL;
}

void track_rename(struct track *track, const char *name);

/* Begins a new track with what `parent` was up to `step`, where `n_complete` rows were complete;
 * false when memory is short. */
bool track_inherit(struct track *track, const struct track *parent, long step, int n_complete)
    __attribute__((warn_unused_result));

/* Makes it have at least `n_rows` rows, new ones not measured; false when memory is short. */
bool track_make_rows(struct track *track, int n_rows) __attribute__((warn_unused_result));

/* Row `row` has not been measured as a whole: it holds what was last measured, or nothing. */
void track_fill_row(struct track *track, int row, bool is_measured);

/* False if it had diverged before the stage that begins at `begin`: then nothing is measured. */
bool track_takes_part(const struct track *track, long begin);

/* Takes in an accuracy, 0..1, of a task that has begun.  False when memory is short or `step` is
 * before that of an earlier one. */
bool track_measure(struct track *track, int task, long step, double value);

/* Takes in what another probe says, in the stage that began at `begin`; false likewise. */
bool track_add(struct track *track, enum probe_id probe, int i, long begin, long step,
               double value);

/* A stage begins at `step`: curves of what is measured since then break off. */
bool track_break(struct track *track, long step);

/* Goes back to `step`, with rows `row` and after not complete: what came after the step is cut
 * off, and becomes the ghost if it reaches far enough.  False when memory is short: then there is
 * no ghost. */
bool track_rewind(struct track *track, long step, int row);

#endif
