/* SPDX-License-Identifier: MIT
 * The figures of a sweep as tables, each drawn over a grid that takes the size it needs.
 *
 *   combinations   mean ± std (base/spread.h) of the metrics over the seeds, a row for each
 *                  combination, in the order of the grid; the best mean of each metric marked, by
 *                  what is held out where there is that (sweep_judge);
 *                  columns that do not fit are left out, the last first
 *   pairs          differences between lines of the plan, each at its best, over the seeds that
 *                  both have: mean, std, 95 % interval, and whether that is clear of 0 */
#ifndef OUBLI_UI_PLOT_TABLES_H
#define OUBLI_UI_PLOT_TABLES_H

#include "ui/plot/plan.h"
#include "ui/screen/pen.h"

enum { TABLES_ROWS_MAX = 4000, PAIRS_ALL_MAX = 8 };

/* A pair of lines of the plan. */
struct pair {
    int a, b;
    struct spread difference; /* a - b */
};

/* All pairs of at most PAIRS_ALL_MAX lines, the better first; of more lines, those with the best
 * one.  Returns how many; owned (free), NULL if memory is short or there is none. */
struct pair *pairs_of(const struct plan *plan, int *n);

/* What a column of a metric is called: "average % ↑".  Returns buf. */
char *tables_title(enum merged_metric metric, char *buf, size_t size);

/* Metrics that have columns, in their order: the plan's own first, then the one that chooses.
 * Returns how many. */
int tables_metrics(const struct plan *plan, enum merged_metric metrics[MERGED_METRICS]);

/* What marks the best in a metric: the best mean of what chooses, among the combinations of which
 * no seed is lost; NAN. */
struct tables_best {
    enum merged_metric judge;
    double mean;
};
struct tables_best tables_best(const struct sweep *sweep, enum merged_metric metric);

/* That combination is the best, or one of them. */
bool tables_is_best(const struct sweep *sweep, int cell, const struct tables_best *best);

/* How the best are chosen, a part of a sentence. */
const char *tables_choice(const struct plan *plan);

/* The most rows are TABLES_ROWS_MAX: what is beyond is said. */
bool tables_combinations(struct grid *grid, const struct plan *plan, int cols,
                         const struct glyphs *glyphs, enum color_depth depth, struct err *err)
    __attribute__((warn_unused_result));
bool tables_pairs(struct grid *grid, const struct plan *plan, int cols, const struct glyphs *glyphs,
                  enum color_depth depth, struct err *err) __attribute__((warn_unused_result));

#endif
