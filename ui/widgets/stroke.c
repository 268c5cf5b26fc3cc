/* SPDX-License-Identifier: MIT */
#include "ui/widgets/stroke.h"

#include <math.h>

#include "base/range.h"

static bool pattern_shows(enum line_style line, int phase)
{
    switch (line) {
    case LINE_DASHED:
        return phase % 6 < 4;
    case LINE_DOTTED:
        return phase % 3 == 0;
    default:
        return true;
    }
}

static void put_dot(struct stroke *stroke, int x, int y)
{
    if (pattern_shows(stroke->line, stroke->phase++)) {
        canvas_dot(stroke->canvas, x, y, stroke->style, stroke->tag);
    }
}

/* Draws the range of the column that is complete. */
static void flush(struct stroke *stroke)
{
    for (int y = stroke->y_min; stroke->is_down && y <= stroke->y_max; y++) {
        put_dot(stroke, stroke->x, y);
    }
}

/* Dots between the last value and the first of the next column, without both. */
static void join(struct stroke *stroke, int x, int y)
{
    int dx = x - stroke->x, dy = y - stroke->y_last;
    int n = max_int(dx, dy < 0 ? -dy : dy);
    for (int i = 1; i < n; i++) {
        double at = (double)i / n;
        put_dot(stroke, stroke->x + (int)lround(at * dx), stroke->y_last + (int)lround(at * dy));
    }
}

void stroke_to(struct stroke *stroke, int x, int y)
{
    if (stroke->is_down && x == stroke->x) {
        stroke->y_min = min_int(stroke->y_min, y);
        stroke->y_max = max_int(stroke->y_max, y);
        stroke->y_last = y;
        return;
    }
    flush(stroke);
    if (stroke->is_down) {
        join(stroke, x, y);
    }
    stroke->is_down = true;
    stroke->x = x;
    stroke->y_min = stroke->y_max = stroke->y_last = y;
}

void stroke_up(struct stroke *stroke)
{
    flush(stroke);
    stroke->is_down = false;
}
