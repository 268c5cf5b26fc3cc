/* SPDX-License-Identifier: MIT
 * A field: what a classifier answers everywhere, as coloured ground, with things standing on it.
 *
 * Two answers a cell (half blocks) with 256 colours, one texture a cell below.  Where nothing is
 * sure the ground is bare, so that a boundary shows as a line.  Answers are repeated or left out
 * where there are fewer or more than pixels. */
#ifndef OUBLI_UI_WIDGETS_FIELD_H
#define OUBLI_UI_WIDGETS_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen/pen.h"

enum { FIELD_LEVELS = 8 };

/* In the order in which they cover each other, the last on top. */
enum field_kind { FIELD_RIGHT, FIELD_WRONG, FIELD_REPLAYED, FIELD_KINDS };

struct field_mark {
    uint8_t x, y;  /* in 1/255 of the field, from the left and the top */
    uint8_t class; /* its own; the ground tells what is answered there */
    enum field_kind kind;
    bool is_dim; /* of the past */
};

struct field {
    const uint8_t *cells; /* (rows, cols) class * FIELD_LEVELS + how sure, the first row on top */
    int rows, cols;
    const struct field_mark *marks; /* (n_marks) */
    int n_marks;
};

/* How many rows of pixels a row of cells has with that pen: 2, or 1. */
int field_pixels(const struct pen *pen);

/* Fills the pen's area. */
void field_draw(const struct pen *pen, const struct field *field);

/* The cell of the pen's area in which a place stands. */
void field_cell(const struct pen *pen, uint8_t x, uint8_t y, int cell[2]);

/* "0 1  ● right × wrong ◆ replayed" from column x of row y, as much as fits into `columns`. */
void field_legend(const struct pen *pen, int x, int y, int columns, int n_classes);

#endif
