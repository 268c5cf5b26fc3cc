/* SPDX-License-Identifier: MIT
 * Where the axes of a scatter stand and what they count, and which cell a value falls into. */
#include "ui/widgets/scatter_scene.h"

#include <math.h>

enum {
    NUMBERS_MIN = 20, /* columns below which the numbers at the left give way */
    AXES_MIN = 6,     /* columns and, less two, rows below which there are no axes */
    NAME_MIN = 8,     /* rows */
    NUMBER_ROW_MIN = 14,
};

static double unit(double value)
{
    return fmin(fmax(value, 0), 1);
}

int scatter_n_points(const struct scatter *scatter)
{
    return scatter->n_points < SCATTER_POINTS_MAX ? scatter->n_points : SCATTER_POINTS_MAX;
}

bool scatter_is_placed(double x, double y)
{
    return !isnan(x) && !isnan(y);
}

/* Where an axis begins whose smallest value is `low` (NaN: there is none): a number whose middle to
 * 100 is round too, and an eighth of the axis below the value. */
static double begin_of(double low)
{
    static const double begins[] = {0.9, 0.8, 0.6, 0.4, 0.2};
    for (int i = 0; i < (int)(sizeof begins / sizeof begins[0]); i++) {
        if (low >= begins[i] + (1 - begins[i]) / 8) {
            return begins[i];
        }
    }
    return 0;
}

/* The smallest values; NaN while there are none. */
static void keep_low(double low[2], double x, double y)
{
    if (scatter_is_placed(x, y)) {
        low[0] = fmin(low[0], x);
        low[1] = fmin(low[1], y);
    }
}

void scatter_begin(const struct scatter *scatter, double air, double begin[2])
{
    double low[2] = {(double)NAN, (double)NAN};
    for (int i = 0; i < scatter_n_points(scatter); i++) {
        keep_low(low, scatter->points[i].x, scatter->points[i].y);
    }
    begin[0] = begin_of(low[0] - air);
    begin[1] = begin_of(low[1] - air);
}

static void find_window(const struct scatter *scatter, struct scatter_layout *layout)
{
    double begin[2];
    scatter_begin(scatter, 0, begin);
    layout->x0 = scatter->begin ? fmin(begin[0], scatter->begin[0]) : begin[0];
    layout->y0 = scatter->begin ? fmin(begin[1], scatter->begin[1]) : begin[1];
}

struct scatter_layout scatter_layout(const struct pen *pen, const struct scatter *scatter)
{
    struct rect plane = pen_rect(pen);
    struct scatter_layout layout = {.axis_x = -1, .axis_y = -1, .name_row = -1, .number_row = -1};
    bool has_axes = plane.w >= AXES_MIN && plane.h >= AXES_MIN - 2;
    int rows = plane.h;
    if (rows >= NAME_MIN && has_axes && scatter->y_name) {
        layout.name_row = rect_cut_top(&plane, 1).y;
    }
    if (rows >= NUMBER_ROW_MIN && has_axes) {
        layout.number_row = rect_cut_bottom(&plane, 1).y;
    }
    if (has_axes) {
        layout.has_numbers = plane.w >= NUMBERS_MIN;
        layout.axis_x = layout.has_numbers ? SCATTER_NUMBERS_W : 0;
        rect_cut_left(&plane, layout.axis_x + 1);
        layout.axis_y = rect_cut_bottom(&plane, 1).y;
        layout.number_row = layout.number_row < 0 ? layout.axis_y : layout.number_row;
    }
    if (!rect_is_empty(plane)) {
        layout.plane = plane;
    }
    find_window(scatter, &layout);
    return layout;
}

double scatter_place_x(const struct scatter_layout *layout, double x)
{
    return (unit(x) - layout->x0) / (1 - layout->x0) * layout->plane.w - 1;
}

double scatter_place_y(const struct scatter_layout *layout, double y)
{
    return (1 - unit(y)) / (1 - layout->y0) * layout->plane.h;
}

int scatter_cell_x(const struct scatter_layout *layout, double x)
{
    int cell = (int)lround(scatter_place_x(layout, x));
    return cell > 0 ? cell : 0;
}

int scatter_cell_y(const struct scatter_layout *layout, double y)
{
    int cell = (int)lround(scatter_place_y(layout, y));
    return cell < layout->plane.h ? cell : layout->plane.h - 1;
}

/* ---- the points that no other beats ---- */

static bool beats(const struct scatter_point *a, const struct scatter_point *b)
{
    return scatter_is_placed(a->x, a->y) && a->x >= b->x && a->y >= b->y &&
           (a->x > b->x || a->y > b->y);
}

int scatter_front(const struct scatter_point *points, int n, int *out)
{
    int n_front = 0;
    for (int i = 0; i < n; i++) {
        bool is_beaten = !scatter_is_placed(points[i].x, points[i].y);
        for (int j = 0; j < n && !is_beaten; j++) {
            is_beaten = beats(&points[j], &points[i]);
        }
        if (is_beaten) {
            continue;
        }
        int at = n_front++;
        for (; at > 0 && points[out[at - 1]].x > points[i].x; at--) {
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return n_front;
}
