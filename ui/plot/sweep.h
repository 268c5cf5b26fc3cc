/* SPDX-License-Identifier: MIT
 * The runs of a sweep in memory: a grid of combinations of the values that were varied, and the
 * runs of each, one for each seed.
 *
 * A table of merged runs (session/merged.h) is read; where jobs have several learners, they are one
 * more key.  Numbers ascend; words are in the order of the sweep, as the first jobs have them.
 * Combinations without a run are not there. */
#ifndef OUBLI_UI_PLOT_SWEEP_H
#define OUBLI_UI_PLOT_SWEEP_H

#include "base/spread.h"
#include "session/merged.h"

enum { SWEEP_KEYS_MAX = MERGED_KEYS_MAX + 1, SWEEP_VALUE_MAX = 40, SWEEP_VALUES_MAX = 4096 };

struct sweep_key {
    char name[MERGED_NAME_MAX];
    bool is_number;
    int n_values, capacity;
    double *numbers;                /* (n_values) of a key that is a number */
    char (*texts)[SWEEP_VALUE_MAX]; /* (n_values) */
};

struct sweep_run {
    int64_t job, seed;
    int at[SWEEP_KEYS_MAX];         /* (n_keys) which value of each key */
    int row;                        /* in the table, from 0 */
    double metrics[MERGED_METRICS]; /* NAN: there is none, as of a run that diverged */
};

/* A combination: its runs stand together, by seed. */
struct sweep_cell {
    int at[SWEEP_KEYS_MAX];
    int first, n; /* of the runs */
};

struct sweep {
    char *path;
    int n_keys;
    struct sweep_key keys[SWEEP_KEYS_MAX];
    int n_runs, n_cells, n_seeds; /* n_seeds: the most that a combination has */
    struct sweep_run *runs;       /* (n_runs) by combination, then seed */
    struct sweep_cell *cells;     /* (n_cells) in the order of the grid, the first key outermost */
};

/* What is known of a metric. */
struct sweep_metric {
    const char *name;  /* "average_accuracy" */
    char words[32];    /* "average accuracy" */
    const char *brief; /* "average" */
    int better;        /* 1: more is better, -1: less is; 0: neither */
    bool is_share;     /* 0 .. 1, shown in percent */
};
struct sweep_metric sweep_metric_at(enum merged_metric metric);

/* By which metric the best in `metric` is chosen: the same of the examples that are held out, where
 * some run has it, so that no choice has seen the test examples; else `metric` itself. */
enum merged_metric sweep_judge(const struct sweep *sweep, enum merged_metric metric);

/* False and err if the file is none, or has no run.  sweep_fini in any case. */
bool sweep_read(struct sweep *sweep, const char *path, struct err *err)
    __attribute__((warn_unused_result));
void sweep_fini(struct sweep *sweep);

/* The key of that name, -1 if there is none. */
int sweep_key_find(const struct sweep *sweep, const char *name);

/* The combination at those values, -1 if it has no run. */
int sweep_cell_find(const struct sweep *sweep, const int *at);

/* True if some run of the sweep has a number there. */
bool sweep_has_metric(const struct sweep *sweep, enum merged_metric metric);

/* A metric of a combination over its seeds. */
struct spread sweep_spread(const struct sweep *sweep, int cell, enum merged_metric metric);

/* The differences a - b of two combinations over the seeds that both have; n_lost also counts those
 * of which only one has a number. */
struct spread sweep_paired(const struct sweep *sweep, int a, int b, enum merged_metric metric);

/* True if `a` is the better mean of two; any number is better than none. */
bool sweep_is_better(enum merged_metric metric, double a, double b);

#endif
