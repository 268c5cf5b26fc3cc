/* SPDX-License-Identifier: MIT */
#include "ui/panels/cursor.h"

#include <math.h>

static double cursor_now(const struct view *view)
{
    return view->has_cursor ? view->cursor : (double)view->snapshot->step;
}

double cursor_steps_per_column(const struct pen *pen, const struct line_plot *plot)
{
    int w = line_plot_layout(pen, plot).curves.w;
    return (plot->x1 - plot->x0) / (w > 1 ? w : 1);
}

struct panel_lines cursor_to(const struct view *view, double step)
{
    struct panel_lines lines = {0};
    panel_line(&lines, "cursor %.0f", round(fmin(fmax(step, 0), (double)view->snapshot->step)));
    return lines;
}

struct panel_lines cursor_click(const struct pen *pen, const struct view *view,
                                const struct line_plot *plot, int x)
{
    return cursor_to(view, line_plot_x(pen, plot, x));
}

struct panel_lines cursor_move(const struct pen *pen, const struct view *view,
                               const struct line_plot *plot, int dx)
{
    double to = cursor_now(view) + dx * cursor_steps_per_column(pen, plot);
    return cursor_to(view, dx == PANEL_EDGE    ? (double)view->snapshot->step
                           : dx == -PANEL_EDGE ? 0
                                               : to);
}

struct panel_lines cursor_next_point(const struct view *view, const struct series *const *curves,
                                     int n, int direction)
{
    double from = cursor_now(view), to = (double)NAN;
    for (int i = 0; i < n; i++) {
        double at = series_next(curves[i], from, direction);
        to = direction > 0 ? fmin(to, at) : fmax(to, at); /* a NAN gives way */
    }
    return cursor_to(view, isnan(to) ? from : to);
}
