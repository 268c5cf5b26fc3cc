/* SPDX-License-Identifier: MIT
 * A stroke: a curve drawn dot column by dot column.  What falls into one column is drawn as its
 * range, columns are joined by straight lines, gaps stay gaps. */
#ifndef OUBLI_UI_WIDGETS_STROKE_H
#define OUBLI_UI_WIDGETS_STROKE_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/widgets/canvas.h"

enum line_style { LINE_SOLID, LINE_DASHED, LINE_DOTTED };

/* A curve on its way: the dot column being filled and the range of values in it. */
struct stroke {
    const struct canvas *canvas;
    struct style style;
    enum line_style line;
    uint8_t tag;
    int phase; /* dots walked, for dashes */
    bool is_down;
    int x, y_min, y_max, y_last;
};

/* Goes on to a dot; the first one after a gap begins a new line. */
void stroke_to(struct stroke *stroke, int x, int y);

/* Draws what is left of the last column; what follows is not joined to it. */
void stroke_up(struct stroke *stroke);

#endif
