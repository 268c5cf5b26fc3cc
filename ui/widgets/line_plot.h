/* SPDX-License-Identifier: MIT
 * Curves over steps: accuracy per task, with spans, markers, a cursor, and the values at the right
 * end.
 *
 *   100 · · · ·⣀⡠⠤⠒⠉·⠑⢄· · · ┊ · · ·  C  96
 *    50 · · ⡠⠊· · · · · ⠑⠢⢄ · ┊⠒⠒⠒⠒·  B  78 ▼19
 *     0                       ┊
 *       A learning            B learning
 *
 * A band is a ground of sparse dots; where cells have few dots it is a bar at each point.
 *
 * Window x0 .. x1, height 0 .. 1 (or `bottom` .. `top`).  Many points in one dot column are drawn
 * as their range, so a spike is never lost.  All arrays are borrowed for the call. */
#ifndef OUBLI_UI_WIDGETS_LINE_PLOT_H
#define OUBLI_UI_WIDGETS_LINE_PLOT_H

#include <stdbool.h>

#include "ui/screen/pen.h"
#include "ui/widgets/stroke.h"

struct plot_series {
    const double *x, *y; /* (n), x ascending; y bottom .. top, NaN is a gap */
    int n;
    const double *low, *high; /* (n) a band around the curve, NAN: none there; NULL: no band */
    enum role band_role;      /* of its dots */
    enum role role;
    enum line_style line;
    const char *label; /* at the right end: "A"; NULL is none */
    const char *note;  /* behind the value: "▼57"; NULL is none */
    enum role note_role;
    double value;  /* shown and placed at the right end; NaN takes the last y in the window */
    double rest;   /* points so close behind the beginning of a span (not the first) are left out */
    uint32_t sign; /* stands on the curve now and then where colours are few; 0 is none */
    bool has_sign_before; /* it stands before the label, too */
    int weight;           /* the label of a heavier series stays when there are too many */
    bool has_points;      /* each point is marked: there are too few for a curve */
    bool has_focus;       /* drawn last and labelled first */
};

/* A vertical dotted line where something happened. */
struct plot_marker {
    double x;
    const char *label; /* below the axis; NULL is none */
    enum role role;    /* of the label */
};

/* A stretch of the axis: one task. */
struct plot_span {
    double x0;         /* it ends where the next begins */
    const char *label; /* "A", in its role */
    const char *text;  /* "learning", dim; NULL is none */
    enum role role;
};

struct line_plot {
    double x0, x1;      /* the window; x1 > x0 */
    double bottom, top; /* y at both ends of the axis; top 0 means 1 where bottom is 0, too */
    bool is_number;     /* values are shown as they are, not in percent */
    const struct plot_series *series;
    int n_series;
    const struct plot_marker *markers;
    int n_markers;
    const struct plot_span *spans; /* ascending x0 */
    int n_spans;
    int label_w,
        note_w;      /* columns that labels and notes have at least, so that curves hold still */
    bool is_gradual; /* no line where a span begins */
    bool has_cursor;
    double cursor; /* x of the vertical line */
};

/* Where things stand, in the pen's coordinates; from the pen's size and the labels. */
struct plot_layout {
    struct rect curves; /* the drawing area; may be empty */
    struct rect labels; /* values at the right end; may be empty */
    int axis_row;       /* row of the spans, -1 if there is no room */
};

struct plot_layout line_plot_layout(const struct pen *pen, const struct line_plot *plot);

void line_plot_draw(const struct pen *pen, const struct line_plot *plot);

/* The x in the middle of a column of the pen's area, kept inside the window. */
double line_plot_x(const struct pen *pen, const struct line_plot *plot, int column);

/* The column of the pen's area in which x is drawn, kept inside the curves; -1 if there are
 * none. */
int line_plot_column(const struct pen *pen, const struct line_plot *plot, double x);

/* Moves labels apart: `wanted` (n) are rows, ascending; `rows` (n) become different rows inside 0
 * .. n_rows - 1 in the same order, as near as they can be.  n <= n_rows. */
void line_plot_place(const double *wanted, int *rows, int n, int n_rows);

/* Index of the last point with x <= `at` whose y is a number, -1 if there is none: reading under a
 * cursor. */
int line_plot_point(const struct plot_series *series, double at);

#endif
