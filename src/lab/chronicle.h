/* SPDX-License-Identifier: MIT
 * The chronicle: what a reader makes of the journal.  One per reader, owned and used by its thread
 * alone; it is fed entries (from a living lab or from a file, it cannot tell) and answers what
 * screens and reports ask. */
#ifndef OUBLI_LAB_CHRONICLE_H
#define OUBLI_LAB_CHRONICLE_H

#include "lab/journal.h"
#include "lab/metrics.h"

/* A curve: step rising, values beside it. */
struct series {
    int n, capacity;
    double *step;
    double *value; /* accuracy 0..1, loss in nats, relative drift */
};

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
    int stage, task;
    double value;
    long number;      /* of the entry in the journal: which came later */
    const char *text; /* borrowed from the journal */
};

struct chronicle {
    int n_tasks, n_layers;
    long n_read;             /* entries taken in */
    struct series *accuracy; /* (n_tasks) */
    struct series loss;
    struct series *drift; /* (n_layers); NAN where a visit begins */
    double *initial;      /* (n_tasks) accuracy at the initial weights, NAN until known */
    int n_visits, visits_capacity;
    struct visit *visits;
    double *matrix; /* (visits_capacity, n_tasks) rows of R, NAN where not measured; the row of the
                       visit that goes on holds what was last measured */
    int n_marks, marks_capacity;
    struct mark *marks;
    bool is_ended;
};

bool chronicle_init(struct chronicle *chronicle, int n_tasks, int n_layers, struct err *err)
    __attribute__((warn_unused_result));
void chronicle_fini(struct chronicle *chronicle);

/* Takes in one entry.  Returns false when memory is short (the entry is lost to this reader). */
bool chronicle_add(struct chronicle *chronicle, const struct entry *entry);

/* Takes in all that is new in the journal; returns how many entries that were. */
long chronicle_read(struct chronicle *chronicle, const struct journal *journal);

/* R of the visits whose row is complete, and the metrics that follow from it. */
int chronicle_rows(const struct chronicle *chronicle);
double chronicle_r(const struct chronicle *chronicle, int row, int task);
struct metrics chronicle_metrics(const struct chronicle *chronicle);

/* The same with the visit that goes on, by what was last measured. */
struct metrics chronicle_metrics_now(const struct chronicle *chronicle);

/* The visit that step belongs to (the last that begins at or before it), -1 before the first. */
int chronicle_visit_at(const struct chronicle *chronicle, long step);

/* True once the task's first visit has begun. */
bool chronicle_has_visited(const struct chronicle *chronicle, int task);

/* The last value of a series at or before `step` (NAN if there is none), and the last of all. */
double series_at(const struct series *series, double step);
double series_last(const struct series *series);

#endif
