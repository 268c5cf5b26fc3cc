/* SPDX-License-Identifier: MIT
 * What the files of the line plot share; for line_plot*.c only. */
#ifndef OUBLI_UI_WIDGETS_LINE_PLOT_INSIDE_H
#define OUBLI_UI_WIDGETS_LINE_PLOT_INSIDE_H

#include "ui/screen/pen.h"

struct line_plot; /* line_plot.h */
struct canvas;    /* canvas.h */

/* The dot column of x, kept inside; the middle of the dots is exact at both ends of the window. */
int line_plot_dot_column(const struct canvas *canvas, const struct line_plot *plot, double x);

/* The bands of all series, behind their curves. */
void line_plot_bands(const struct pen *curves, const struct line_plot *plot);

/* Width of the window and height of the axis, more than 0; and how high y is in it, 0 .. 1. */
double line_plot_span(const struct line_plot *plot);
double line_plot_height(const struct line_plot *plot);
double line_plot_up(const struct line_plot *plot, double y);

/* A value as a person reads it: "41", of numbers "0.41".  Returns buf. */
char *line_plot_value(const struct line_plot *plot, double y, char *buf, size_t size);

/* Columns of "A  41 ▼57": label, value, note, all of it; 0 where there are none. */
struct line_plot_label_size {
    int label_w, value_w, note_w, w;
};

struct line_plot_label_size line_plot_label_size(const struct pen *pen,
                                                 const struct line_plot *plot);

/* Draws them; the pen's area has the rows of the curves. */
void line_plot_labels(const struct pen *pen, const struct line_plot *plot,
                      struct line_plot_label_size size);

#endif
