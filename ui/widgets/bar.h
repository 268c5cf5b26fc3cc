/* SPDX-License-Identifier: MIT
 * A bar on one row, in eighths of a cell: progress, or a gauge that turns yellow and red. */
#ifndef OUBLI_UI_WIDGETS_BAR_H
#define OUBLI_UI_WIDGETS_BAR_H

#include "ui/screen/pen.h"

struct bar {
    double value;   /* 0 .. max, clamped; NaN draws an empty bar */
    double max;     /* > 0 */
    double warn;    /* from here on ROLE_WARN; 0: never */
    double bad;     /* from here on ROLE_BAD; 0: never */
    enum role role; /* below */
    bool is_bare;   /* nothing where it is not filled */
};

/* `columns` cells from column x of row y. */
void bar_draw(const struct pen *pen, int x, int y, int columns, const struct bar *bar);

/* The role that the value has reached. */
enum role bar_role(const struct bar *bar);

#endif
