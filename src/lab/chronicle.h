/* SPDX-License-Identifier: MIT
 * The chronicle: what a reader makes of the journal.  One per reader, owned and used by its thread
 * alone; it is fed entries (from a living lab or from a file, it cannot tell) and answers what
 * screens and reports ask.
 *
 * Visits and marks belong to all learners; each learner has a track of its own. */
#ifndef OUBLI_LAB_CHRONICLE_H
#define OUBLI_LAB_CHRONICLE_H

#include "lab/journal.h"
#include "lab/metrics.h"
#include "lab/series.h"
#include "net/network.h"

/* One visit of a task. */
struct visit {
    int task;
    long begin, end; /* steps; end = -1 while it goes on */
    bool has_row;    /* its row of R is complete */
};

/* Something to mark on the time axis. */
struct mark {
    enum entry_kind
        kind; /* ENTRY_COMMAND, ENTRY_REFUSED, ENTRY_DIVERGED, ENTRY_REWIND, ENTRY_END */
    long step;
    int learner; /* whom it concerns; LEARNER_ALL */
    int stage, task;
    double value;
    long number;      /* of the entry in the journal: which came later */
    const char *text; /* borrowed from the journal */
};

/* What a learner would have done: the part of its curves that a rewind has abandoned.  Of several
 * the one that reached furthest is kept. */
struct ghost {
    double begin; /* step from which it was abandoned */
    struct series *accuracy; /* (n_tasks) */
    struct series average;
};

/* Where a learner stands on the plane, at the end of a visit. */
struct plane_point {
    double learning; /* learning accuracy: plasticity */
    double keeping;  /* 1 - forgetting: stability; NAN before the second visit */
};

/* One learner's curves.  A forked one begins with its parent's past, so that its metrics are those
 * of a whole life; `born` says where it branched off. */
struct track {
    int id, parent; /* parent -1 = none */
    long born;
    char name[LEARNER_NAME_MAX];
    bool is_there; /* false once removed, or born in a future that was abandoned */
    bool has_diverged;
    long diverged_step;
    double diverged_rate;
    struct series *accuracy; /* (n_tasks) */
    struct series average;   /* mean accuracy over the tasks visited so far */
    struct series loss;
    struct series drift[NETWORK_LAYERS_MAX]; /* NAN where a visit begins */
    double *initial; /* (n_tasks) accuracy at the initial weights, NAN until known */
    double *matrix;  /* (visits_capacity, n_tasks) rows of R, NAN where not measured; the row of the
                        visit that goes on holds what was last measured */
    struct plane_point *trail; /* (visits_capacity) at the ends of visits */
    struct ghost ghost;
};

struct chronicle {
    int n_tasks;
    long n_read; /* entries taken in */
    int n_tracks, tracks_capacity;
    struct track *tracks; /* in the order in which the learners came, gone ones included */
    int n_visits, visits_capacity;
    struct visit *visits;
    int n_marks, marks_capacity;
    struct mark *marks;
    bool is_ended;
};

bool chronicle_init(struct chronicle *chronicle, int n_tasks, struct err *err)
    __attribute__((warn_unused_result));
void chronicle_fini(struct chronicle *chronicle);

/* Takes in one entry.  Returns false when memory is short (the entry is lost to this reader) or the
 * entry makes no sense here (a learner, task or stage there is not). */
bool chronicle_add(struct chronicle *chronicle, const struct entry *entry);

/* Takes in all that is new in the journal; returns how many entries that were. */
long chronicle_read(struct chronicle *chronicle, const struct journal *journal);

/* The learner with that number; NULL if it was never there.  Valid until entries are taken in. */
const struct track *chronicle_track(const struct chronicle *chronicle, int id);

/* R of the visits whose row is complete, and the metrics that follow from it.  A learner whose loss
 * was not finite has NAN where it did not measure. */
int chronicle_rows(const struct chronicle *chronicle);
double chronicle_r(const struct chronicle *chronicle, const struct track *track, int row, int task);
struct metrics chronicle_metrics(const struct chronicle *chronicle, const struct track *track);

/* The same with the visit that goes on, by what was last measured; and at a step of the past. */
struct metrics chronicle_metrics_now(const struct chronicle *chronicle, const struct track *track);
struct metrics chronicle_metrics_at(const struct chronicle *chronicle, const struct track *track,
                                    long step);

/* Row `row` of R as it stood at `step`: complete rows as they are, that of the visit that went on
 * then by what was last measured; NAN for later ones. */
double chronicle_r_at(const struct chronicle *chronicle, const struct track *track, int row,
                      int task, long step);

/* The visit that step belongs to (the last that begins at or before it), -1 before the first. */
int chronicle_visit_at(const struct chronicle *chronicle, long step);

/* True once the task's first visit has begun. */
bool chronicle_has_visited(const struct chronicle *chronicle, int task);

#endif
