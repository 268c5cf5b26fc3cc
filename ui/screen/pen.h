/* SPDX-License-Identifier: MIT
 * A pen: where and how to draw.  It has an area of a grid with its own coordinates (0,0 is the
 * area's top left), clips to it, and knows the glyph set and the colour depth, so that widgets need
 * no other context. A pen is a plain value: copy it freely.  It borrows the grid and the glyph set.
 *
 * With the ASCII set every text is folded to 7 bits on its way (glyphs_fold), so its columns are
 * those of pen_columns, not of utf8_columns. */
#ifndef OUBLI_UI_SCREEN_PEN_H
#define OUBLI_UI_SCREEN_PEN_H

#include "ui/screen/depth.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/grid.h"
#include "ui/screen/style.h"

struct pen {
    struct grid *grid;
    struct rect area; /* on the grid; may reach beyond it */
    struct rect clip; /* on the grid; nothing is written outside */
    const struct glyphs *glyphs;
    enum color_depth depth;
};

/* A pen for the whole grid. */
struct pen pen_make(struct grid *grid, const struct glyphs *glyphs, enum color_depth depth);

/* A pen for a part of another pen's area, in that pen's coordinates. */
struct pen pen_sub(const struct pen *pen, struct rect part);

/* The pen's area in its own coordinates: {0, 0, columns, rows}. */
static inline struct rect pen_rect(const struct pen *pen)
{
    return (struct rect){.w = pen->area.w, .h = pen->area.h};
}

/* The cell at a place of the area, NULL where nothing may be written. */
struct cell *pen_at(const struct pen *pen, int x, int y);

/* One character; one column wide whatever the set (folded to its first letter in ASCII). */
void pen_put(const struct pen *pen, int x, int y, struct style style, uint32_t ch);
void pen_glyph(const struct pen *pen, int x, int y, struct style style, enum glyph glyph);

/* UTF-8 text from column x to the right.  Returns the columns it takes, also where it was clipped,
 * so that `x += pen_text(...)` lines texts up.  A background of ROLE_DEFAULT clears the
 * background. */
int pen_text(const struct pen *pen, int x, int y, struct style style, const char *text);

/* The same in at most `max` columns; what does not fit ends in an ellipsis. */
int pen_text_max(const struct pen *pen, int x, int y, int max, struct style style,
                 const char *text);

/* The text ends before column `x_end`.  Returns its first column, which may be negative. */
int pen_text_right(const struct pen *pen, int x_end, int y, struct style style, const char *text);

/* printf; cut at 511 bytes. */
int pen_printf(const struct pen *pen, int x, int y, struct style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Columns that `text` takes with this pen's glyph set. */
int pen_columns(const struct pen *pen, const char *text);

/* Fills a rect of the area with one character. */
void pen_fill(const struct pen *pen, struct rect rect, struct style style, uint32_t ch);

/* A row of `n` glyphs, a column of `n` glyphs. */
void pen_hline(const struct pen *pen, int x, int y, int n, struct style style, enum glyph glyph);
void pen_vline(const struct pen *pen, int x, int y, int n, struct style style, enum glyph glyph);

/* Adds attributes (ATTR_REVERSE ...) to what is already there. */
void pen_add_attr(const struct pen *pen, struct rect rect, uint8_t attr);

struct box {
    const char *title; /* bold, in the top line at the left; NULL is none */
    const char
        *note; /* dim, at its right end; left out where it would touch the title; NULL is none */
    bool has_focus; /* brighter frame */
};

/* Draws a frame along the edge of `rect` and clears what is inside.  Returns a pen for the inside,
 * one column of air on each side: {x + 2, y + 1, w - 4, h - 2}.  Draws nothing, and the pen is
 * empty, below 4 x 2. */
struct pen pen_box(const struct pen *pen, struct rect rect, const struct box *box);

#endif
