/* SPDX-License-Identifier: MIT
 * Dots on cells: 2 x 4 in braille, 2 x 2 in quadrants, 1 x 2 in ASCII.  The dots live in the grid
 * itself (a cell's character says which are set, its tag says whose they are), so a canvas needs no
 * memory.
 *
 * A cell has one colour: a later series replaces an earlier one's dots instead of mixing colours;
 * in quadrants and ASCII, which have few rows, not in every third stretch, where the earlier one
 * stays. */
#ifndef OUBLI_UI_WIDGETS_CANVAS_H
#define OUBLI_UI_WIDGETS_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen/pen.h"

struct canvas {
    struct pen pen;
    int dots_x, dots_y; /* dots in a cell */
    int w, h;           /* dots in the whole area */
};

/* A canvas over the pen's area. */
struct canvas canvas_make(const struct pen *pen);

/* Sets a dot; outside is ignored.  tag 1 .. 255 names the series; 0 merges with whatever is
 * there. */
void canvas_dot(const struct canvas *canvas, int x, int y, struct style style, uint8_t tag);

#endif
