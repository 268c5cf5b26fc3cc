/* SPDX-License-Identifier: MIT
 * The panels of a sweep, each with its frame over the whole pen: pure functions from numbers to
 * cells.
 *
 *   curves   the metric against a key that is a number, a line for each combination of the others;
 *            band = mean - std .. mean + std over the seeds
 *   bars     the metric of each line at its best, the best on top; a thread behind the bar ends at
 *            mean + std
 *   plane    learning accuracy against 1 - forgetting, a point for each combination; a line's way
 *            along the key, its best named; dotted stairs: what no other beats on both axes
 *   course   accuracy on each task after each stage, of one combination; band as above */
#ifndef OUBLI_UI_PLOT_FIGURES_H
#define OUBLI_UI_PLOT_FIGURES_H

#include "ui/plot/course.h"
#include "ui/plot/plan.h"
#include "ui/screen/pen.h"

void figure_curves(const struct pen *pen, const struct plan *plan);
void figure_bars(const struct pen *pen, const struct plan *plan);
void figure_plane(const struct pen *pen, const struct plan *plan);
void figure_course(const struct pen *pen, const struct plan *plan, int line,
                   const struct course *course);

#endif
