/* SPDX-License-Identifier: MIT
 * A matrix of numbers as colours: two values a cell (half blocks) with 256 colours, one shade glyph
 * a cell below.  Values are max-pooled where there are more than pixels, and stretched to whole
 * pixels where there are fewer. */
#ifndef OUBLI_UI_WIDGETS_HEATMAP_H
#define OUBLI_UI_WIDGETS_HEATMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen/pen.h"

/* What the last frame showed, so that noise does not repaint: a value changes its level only when
 * it is more than a quarter of a step beyond the edge.  The caller owns it; zeroed = nothing shown
 * yet. */
struct heatmap_memory {
    int8_t *level; /* (capacity) */
    int capacity;  /* below the number of pixels: the memory is not used */
    int w, h;      /* pixels of the last frame */
};

struct heatmap {
    const float *values; /* rows x cols, row-major; NaN and inf are marked */
    int rows, cols;
    float max;                     /* > 0: the value at the ramp's end */
    bool is_signed;                /* -max .. max on the diverging ramp instead of 0 .. max */
    struct heatmap_memory *memory; /* NULL: none */
    bool has_cursor;
    int cursor_row, cursor_col;
};

/* How values map to cells, in the pen's coordinates. */
struct heatmap_fit {
    struct rect cells; /* what is painted, centred; empty if nothing fits */
    int pixels_x;      /* = cells.w */
    int pixels_y;      /* one or two a cell */
    int shown_cols;    /* distinct columns and rows of pooled values */
    int shown_rows;
};

struct heatmap_fit heatmap_fit(const struct pen *pen, const struct heatmap *map);

void heatmap_draw(const struct pen *pen, const struct heatmap *map);

/* The value under a cell (its upper half): first row and column of the pool.  False outside. */
bool heatmap_at(const struct pen *pen, const struct heatmap *map, int x, int y, int cell[2]);

/* "0 ▇▇▇▇▇▇ 0.21" (signed: -0.21 .. 0.21) from column x of row y; `columns` is all it may take.
 * Returns the columns it took. */
int heatmap_legend(const struct pen *pen, int x, int y, int columns, const struct heatmap *map);

/* The level of a value: 0 .. 11, or -6 .. 6 if signed; a number that is not finite gives
 * HEATMAP_NAN. */
enum { HEATMAP_NAN = 127 };
int heatmap_level(float value, float max, bool is_signed);

#endif
