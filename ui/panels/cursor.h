/* SPDX-License-Identifier: MIT
 * The cursor on curves over steps: what clicks and arrow keys on such a panel stand for. */
#ifndef OUBLI_UI_PANELS_CURSOR_H
#define OUBLI_UI_PANELS_CURSOR_H

#include "ui/panels/panel.h"
#include "ui/widgets/line_plot.h"

/* How many steps a column of the plot stands for. */
double cursor_steps_per_column(const struct pen *pen, const struct line_plot *plot);

/* To a step, no further than training has come. */
struct panel_lines cursor_to(const struct view *view, double step);

/* To the column x of the pen's area; on by dx columns of the plot, or to its edge (PANEL_EDGE). */
struct panel_lines cursor_click(const struct pen *pen, const struct view *view,
                                const struct line_plot *plot, int x);
struct panel_lines cursor_move(const struct pen *pen, const struct view *view,
                               const struct line_plot *plot, int dx);

/* To the next step before (direction -1) or after (+1) it at which one of the curves has a point;
 * where there is none it stays. */
struct panel_lines cursor_next_point(const struct view *view, const struct series *const *curves,
                                     int n, int direction);

#endif
