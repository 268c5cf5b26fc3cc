/* SPDX-License-Identifier: MIT
 * The timeline: what a reader makes of the journal.  One per reader, owned and used by its thread
 * alone; it is fed entries (from a living lab or from a file, it cannot tell) and answers what
 * screens and reports ask.
 *
 * Visits and marks belong to all learners; each learner has a track of its own. */
#ifndef OUBLI_LAB_TIMELINE_H
#define OUBLI_LAB_TIMELINE_H

#include "lab/journal.h"
#include "lab/metrics.h"
#include "lab/score.h"
#include "lab/snapshot.h"
#include "lab/track.h"

/* A time in which one task is trained; of a stream the time in which it comes most often. */
struct stage {
    int task;
    long begin, end; /* steps; end = -1 while it goes on */
    bool has_row;    /* its row of R is complete */
};

/* Something to mark on the time axis.  Of a command that was refused there is the refusal alone. */
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

struct timeline {
    int n_tasks;
    long n_read;         /* entries taken in */
    struct track nobody; /* a learner of whom nothing is known */
    int n_tracks, tracks_capacity;
    struct track *tracks; /* in the order in which the learners came, gone ones included */
    int n_stages, stages_capacity;
    struct stage *stages;
    int *first_stage; /* (n_tasks) -1 before it has begun */
    int n_marks, marks_capacity;
    struct mark *marks; /* as they came: a learner added later brings marks of the past */
    long sweep; /* number of the entry of the sweep whose learners come next, -1 = of none ... */
    int knob;   /* ... and its parameter */
    struct scoreboard board;         /* the runs that are over */
    int n_first;                     /* learners that the config had, ... */
    uint32_t first_on[LEARNERS_MAX]; /* ... and what they had on (timeline_know) */
    bool is_ended;
    uint32_t probes; /* that are on: a set of probe.h (timeline_know) */
    bool is_stream;  /* all tasks come from the start, and are measured from the first step on */
};

bool timeline_init(struct timeline *timeline, int n_tasks, struct err *err)
    __attribute__((warn_unused_result));
void timeline_fini(struct timeline *timeline);

/* Before the first entry: the config that the session began with, so that it is known which
 * strategies its runs had on, and which probes are. */
void timeline_know(struct timeline *timeline, const struct config *config);

/* What a snapshot of the last entry's moment says beside the journal: how much the strategies of
 * each learner keep, and of whoever was added to the past which they are. */
void timeline_see(struct timeline *timeline, const struct snapshot *snapshot);

/* Makes `timeline` (not begun yet) what `from` is; texts of marks stay borrowed from the same
 * journal. */
bool timeline_copy(struct timeline *timeline, const struct timeline *from, struct err *err)
    __attribute__((warn_unused_result));

/* Takes in one entry.  Returns false when memory is short (the entry is lost to this reader) or the
 * entry makes no sense here (a learner, task or stage there is not, a step outside its stage, a
 * second STAGE before a STAGE_END, an accuracy that is none).  Never trusts an entry. */
bool timeline_add(struct timeline *timeline, const struct entry *entry);

/* Takes in all that is new in the journal; returns how many entries that were. */
long timeline_read(struct timeline *timeline, const struct journal *journal);

/* The learner with that number; NULL if it was never there.  Valid until entries are taken in. */
const struct track *timeline_track(const struct timeline *timeline, int id);

/* How many stages have a complete row; and had one at a step of the past. */
int timeline_rows(const struct timeline *timeline);
int timeline_rows_at(const struct timeline *timeline, long step);

/* R: of a stage that is over what was measured at its end, of the one that goes on what was last
 * measured.  NAN where a learner has not measured: tasks not begun (of the stage that goes on),
 * stages at whose end its loss was not finite or it was not there, rows there are not. */
double timeline_r(const struct timeline *timeline, const struct track *track, int row, int task);

/* True if the sequence is over and other weights have come to answer since (LoRA's adapter was
 * taken out): what there is now is no row of R. */
bool timeline_is_past_rows(const struct timeline *timeline, const struct track *track);

/* The metrics of the complete rows; of what there is now, after them; as they were at a step of the
 * past.  What there is now is the row of the stage that goes on; where it is no row of R it counts
 * as one more, and all tasks as old ones.  Of a learner that is gone: of the rows it has
 * completed. */
struct metrics timeline_metrics(const struct timeline *timeline, const struct track *track);
struct metrics timeline_metrics_now(const struct timeline *timeline, const struct track *track);
struct metrics timeline_metrics_at(const struct timeline *timeline, const struct track *track,
                                   long step);

/* The metrics of the first `n_rows` rows. */
struct metrics timeline_metrics_after(const struct timeline *timeline, const struct track *track,
                                      int n_rows);

/* R as it stood at `step`: rows complete by then as they are, that of the stage that went on then
 * by what had been measured last; NAN for later ones. */
double timeline_r_at(const struct timeline *timeline, const struct track *track, int row, int task,
                     long step);

/* The same of what is held out of training: R[row][task], NAN where nothing is, and what follows
 * from it; forward transfer and the mean over time are not known. */
double timeline_validation(const struct timeline *timeline, const struct track *track, int row,
                           int task);
struct metrics timeline_validation_metrics(const struct timeline *timeline,
                                           const struct track *track);

/* The stage that step belongs to (the last that begins at or before it), -1 before the first. */
int timeline_stage_at(const struct timeline *timeline, long step);

/* True once the task's first stage has begun; of a stream, once that has begun.  And whether it had
 * with stage number `stage`, which may be -1: none had then.  Any task may be asked for. */
bool timeline_has_begun(const struct timeline *timeline, int task);
bool timeline_had_begun(const struct timeline *timeline, int task, int stage);

#endif
