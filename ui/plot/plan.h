/* SPDX-License-Identifier: MIT
 * What is drawn of a sweep: one metric, against one key that is a number, a line for each
 * combination of the other keys; and the best of all.
 *
 * A line's best is the combination with the best mean - of the examples that are held out, where
 * there are any (sweep_judge), while what is shown of it is what it does on the test; one of which
 * a seed has no number - it diverged - stands back behind those that have all, for the mean of the
 * rest flatters it. */
#ifndef OUBLI_UI_PLOT_PLAN_H
#define OUBLI_UI_PLOT_PLAN_H

#include <stdint.h>

#include "ui/plot/sweep.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/style.h"

enum { PLAN_SHOWN_MAX = STYLE_TASKS, PLAN_LABEL_MAX = 64 };

struct plan_line {
    char label[PLAN_LABEL_MAX]; /* "ewc", "lr 0.1"; "all" where nothing else varies */
    int at[SWEEP_KEYS_MAX];     /* values of the other keys */
    int *cells;                 /* (n_x) -1: no run */
    int best;                   /* index into cells; -1: no number anywhere */
    bool is_flat;               /* the metric is the same all along */
    int colour;                 /* 0 .. PLAN_SHOWN_MAX-1; -1: not among those that are drawn */
};

struct plan {
    const struct sweep *sweep;        /* borrowed */
    enum merged_metric metric, judge; /* what is shown; by which the best is chosen */
    struct sweep_metric about;        /* the metric */
    int x;                            /* the key along the axis, -1: none */
    int n_x;                          /* values of it; 1 where there is none */
    bool is_log;                      /* the axis counts factors */
    int n_lines;
    struct plan_line *lines; /* (n_lines) in the order of the grid */
    int n_shown,
        shown[PLAN_SHOWN_MAX]; /* lines that are drawn: the best, in the order of the grid */
    int best;                  /* the line with the best combination; -1: none */
};

/* `metric`, `x`: names, or NULL - average_accuracy, and the first key that is a number and varies.
 * ERR_USAGE lists what there is.  plan_fini in any case. */
bool plan_make(struct plan *plan, const struct sweep *sweep, const char *metric, const char *x,
               struct err *err) __attribute__((warn_unused_result));
void plan_fini(struct plan *plan);

/* The best combination of a line; -1 if it has none. */
int plan_cell(const struct plan *plan, int line);

/* Its mean in what chooses; NAN if it has none. */
double plan_rank(const struct plan *plan, int line);

/* "ewc, lambda 100": a line at its best; "replay" where the key makes no difference to it. */
char *plan_best_text(const struct plan *plan, int line, char *buf, size_t size);

/* Of a line that is drawn. */
enum role plan_role(const struct plan_line *line);
enum glyph plan_mark(const struct plan_line *line);

/* A value as it is read: "91.2" in percent, "0.0321", "12.3k". */
char *plan_number(const struct plan *plan, double value, char *buf, size_t size);

/* The same of any metric, and "91.2 ±0.8"; without deviation where there is one seed. */
char *plan_metric_text(enum merged_metric metric, double value, char *buf, size_t size);
char *plan_spread_text(enum merged_metric metric, const struct spread *spread, char *buf,
                       size_t size);

#endif
