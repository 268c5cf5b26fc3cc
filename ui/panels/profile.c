/* SPDX-License-Identifier: MIT */
#include "ui/panels/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "ui/widgets/heatmap.h"
#include "ui/widgets/line_plot.h"

enum { TASKS_SHOWN = 8, FIELD_SIDE = 65 };

/* The value of a point as it was measured last, at the cursor if there is one. */
static double value_of(const struct view *view, int task, int point)
{
    int number = probe_number(probe_at(view->probe), task, point);
    const struct series *series = track_curve(view_track(view), view->probe, number);
    return view->has_cursor ? series_at(series, view->cursor) : series_last(series);
}

/* ---- a curve ---- */

/* The points of a curve of each task. */
struct profile {
    double x[PROBE_POINTS_MAX], y[TASKS_SHOWN][PROBE_POINTS_MAX];
    char letters[TASKS_SHOWN][4];
    struct plot_series series[TASKS_SHOWN];
    int n;
};

static void add_task(struct profile *profile, const struct view *view, int task, int n_points)
{
    double *y = profile->y[profile->n];
    for (int k = 0; k < n_points; k++) {
        y[k] = value_of(view, task, k);
    }
    if (!isfinite(y[0])) {
        return;
    }
    char *letter = task_letter(task, profile->letters[profile->n]);
    profile->series[profile->n++] = (struct plot_series){.x = profile->x,
                                                         .y = y,
                                                         .n = n_points,
                                                         .role = style_task(task),
                                                         .label = letter,
                                                         .sign = (uint32_t)letter[0],
                                                         .value = y[n_points - 1]};
}

static void draw_curve(const struct pen *pen, const struct view *view, int n_points)
{
    struct profile profile = {.n = 0};
    double high = 1e-3;
    for (int k = 0; k < n_points; k++) {
        profile.x[k] = k;
    }
    for (int t = 0; t < view_track(view)->n_tasks && profile.n < TASKS_SHOWN; t++) {
        add_task(&profile, view, t, n_points);
    }
    for (int s = 0; s < profile.n; s++) {
        for (int k = 0; k < n_points; k++) {
            high = isfinite(profile.y[s][k]) ? fmax(high, profile.y[s][k]) : high;
        }
    }
    const struct plot_span spans[] = {{.x0 = 0, .label = "its end", .role = ROLE_DIM},
                                      {.x0 = n_points - 2, .label = "now", .role = ROLE_DIM}};
    struct line_plot plot = {.x0 = 0,
                             .x1 = n_points - 1,
                             .top = high,
                             .is_number = true,
                             .series = profile.series,
                             .n_series = profile.n,
                             .spans = spans,
                             .n_spans = profile.n > 0 ? 2 : 0,
                             .is_gradual = true};
    line_plot_draw(pen, &plot);
}

/* ---- a field ---- */

/* What lies between the points, and how bright: losses differ by powers, so by their logarithm. */
static void fill_field(const struct view *view, int task, int columns, int rows,
                       float cells[FIELD_SIDE * FIELD_SIDE], float *max)
{
    *max = 0;
    for (int i = 0; i < FIELD_SIDE * FIELD_SIDE; i++) {
        double x = (double)(i % FIELD_SIDE) / (FIELD_SIDE - 1) * (columns - 1);
        double y = (double)(i / FIELD_SIDE) / (FIELD_SIDE - 1) * (rows - 1);
        int left = min_int((int)x, columns - 2), top = min_int((int)y, rows - 2);
        double a = x - left, b = y - top;
        const int at = top * columns + left;
        double value =
            (1 - b) * ((1 - a) * value_of(view, task, at) + a * value_of(view, task, at + 1)) +
            b * ((1 - a) * value_of(view, task, at + columns) +
                 a * value_of(view, task, at + columns + 1));
        cells[i] = (float)log1p(fmax(value, 0));
        *max = cells[i] > *max ? cells[i] : *max;
    }
}

/* A quarter from the left and the top is where the first end lies, three quarters the others. */
static void put_place(const struct pen *pen, struct rect cells, int x, int y, char sign)
{
    pen_put(pen, cells.x + cells.w * x / 4, cells.y + cells.h * y / 4, style_bold(ROLE_TEXT),
            (uint32_t)sign);
}

static void draw_field(const struct pen *pen, const struct view *view, int task, int columns,
                       int rows)
{
    static const float least = 1e-6f;
    float cells[FIELD_SIDE * FIELD_SIDE], max;
    fill_field(view, task, columns, rows, cells, &max);
    struct heatmap map = {
        .values = cells, .rows = FIELD_SIDE, .cols = FIELD_SIDE, .max = max > least ? max : least};
    struct heatmap_fit fit = heatmap_fit(pen, &map);
    heatmap_draw(pen, &map);
    put_place(pen, fit.cells, 1, 1, '1');
    put_place(pen, fit.cells, 3, 1, '2');
    put_place(pen, fit.cells, 1, 3, '3');
}

void profile_draw(const struct pen *pen, const struct view *view, int task)
{
    const struct probe *probe = probe_at(view->probe);
    if (probe->n_columns == 0) {
        draw_curve(pen, view, probe->n_points);
    } else if (task >= 0) {
        draw_field(pen, view, task, probe->n_columns, probe->n_points / probe->n_columns);
    }
}
