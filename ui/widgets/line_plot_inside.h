/* SPDX-License-Identifier: MIT
 * What the files of the line plot share; for line_plot*.c only. */
#ifndef OUBLI_UI_WIDGETS_LINE_PLOT_INSIDE_H
#define OUBLI_UI_WIDGETS_LINE_PLOT_INSIDE_H

#include "ui/screen/pen.h"

struct line_plot; /* line_plot.h */

/* Width of the window, more than 0; and the value at the top of the axis. */
double line_plot_span(const struct line_plot *plot);
double line_plot_top(const struct line_plot *plot);

/* Columns of "A  41 ▼57": label, note, all of it; 0 where there are none. */
struct line_plot_label_size {
    int label_w, note_w, w;
};

struct line_plot_label_size line_plot_label_size(const struct pen *pen,
                                                 const struct line_plot *plot);

/* Draws them; the pen's area has the rows of the curves. */
void line_plot_labels(const struct pen *pen, const struct line_plot *plot,
                      struct line_plot_label_size size);

#endif
