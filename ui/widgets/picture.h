/* SPDX-License-Identifier: MIT
 * A picture in grey levels: two pixels a cell (half blocks) with 256 colours, one shade glyph a
 * cell below.  It is drawn at a whole number of pixels a pixel, or reduced by averaging. */
#ifndef OUBLI_UI_WIDGETS_PICTURE_H
#define OUBLI_UI_WIDGETS_PICTURE_H

#include <stdint.h>

#include "ui/screen/pen.h"

struct picture {
    const uint8_t *levels; /* (height, width) 0 .. STYLE_GREYS-1; NULL: nothing is known of it */
    int width, height;
};

/* Fills `columns` x `rows` cells from (x, y).  A picture that is not of these proportions is
 * stretched to them. */
void picture_draw(const struct pen *pen, int x, int y, int columns, int rows,
                  const struct picture *picture);

#endif
