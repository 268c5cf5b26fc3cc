/* SPDX-License-Identifier: MIT
 * Points on a plane where up and right are better: learning over keeping, 0 .. 1 each.
 *
 *     ▲ learning
 * 100 │     ● 1 naive              ideal ★
 *     │     ┊                  3 replay
 *     │     ···················⢀●
 *  70 │                      ⡠⠔⠁
 *     │          2 low lr ▲⠐⠂
 *  40 └20────────────60─────────keeping─▸
 *
 * Both axes end at 100 %; where they begin follows from the points alone (scatter_layout), so that
 * differences show.  The dotted stairs join the points that no other beats on both axes.  All
 * arrays are borrowed for the call. */
#ifndef OUBLI_UI_WIDGETS_SCATTER_H
#define OUBLI_UI_WIDGETS_SCATTER_H

#include <stdbool.h>

#include "ui/screen/pen.h"
#include "ui/widgets/stroke.h"

enum { SCATTER_POINTS_MAX = 128 }; /* what is beyond is not drawn */

struct scatter_point {
    const char *label; /* "3": stands with the mark as long as there is any room; NULL is none */
    const char *name;  /* "replay": left out first; NULL is none */
    enum role role;
    enum glyph mark;      /* 0 means GLYPH_ON */
    enum line_style line; /* of the trail */
    double x, y;          /* where it is, kept inside 0 .. 1; NaN: not placed yet, not drawn */
    const double *trail_x, *trail_y; /* (n_trail) where it has been, oldest first; NaN is a gap */
    int n_trail;
    bool has_focus; /* bold, drawn last and labelled first */
};

struct scatter {
    const struct scatter_point *points;
    int n_points;
    const char *x_name, *y_name; /* "keeping", "learning"; NULL is none */
    const int *path; /* (n_path) indices of points that a line joins in this order; those that are
                        not placed are passed over */
    int n_path;
    bool hides_front;
    const double *begin; /* (2) where the axes begin, or earlier where a point needs it; NULL: as
                            the points alone need it */
};

/* Where axes begin that have these points alone, from the left and from below; and so that `air`
 * more is left on either axis before they must begin earlier. */
void scatter_begin(const struct scatter *scatter, double air, double begin[2]);

/* Where things stand, in the pen's coordinates. */
struct scatter_layout {
    struct rect plane; /* the cells of points, without the axes; may be empty */
    double x0, y0;     /* where the axes begin: 0, 0.2, 0.4, 0.6, 0.8 or 0.9; both end at 1 */
    int axis_x;        /* column of the y axis, row of the x axis; -1: no room */
    int axis_y;
    int name_row;     /* of y_name; -1: no room */
    int number_row;   /* of the x axis's numbers: axis_y itself where rows are dear; -1: no room */
    bool has_numbers; /* left of the y axis */
};

/* From the pen's size and the points; the trails do not count. */
struct scatter_layout scatter_layout(const struct pen *pen, const struct scatter *scatter);

void scatter_draw(const struct pen *pen, const struct scatter *scatter);

/* Index of the point whose words stand at a cell of the plane, else of the one nearest to it (a row
 * counts as two columns; of several in one cell, the one on top).  -1 outside the plane or if no
 * point is placed. */
int scatter_at(const struct pen *pen, const struct scatter *scatter, int x, int y);

/* The placed points that no other beats: none is at least as good on both axes and better on one.
 * Writes their indices into out (n), x ascending, and returns how many. */
int scatter_front(const struct scatter_point *points, int n, int *out);

#endif
