/* SPDX-License-Identifier: MIT
 * A grid of cells: what one frame looks like, independent of any terminal.  Panels draw into it
 * with a pen (pen.h); presenters turn it into curses calls, text or SVG.
 *
 * Invariant: cells outside the grid do not exist; every function clips.  0 x 0 is a valid grid. */
#ifndef OUBLI_UI_SCREEN_GRID_H
#define OUBLI_UI_SCREEN_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/screen/style.h"

struct rect {
    int x, y; /* left column, top row */
    int w, h; /* columns, rows; 0 or less is empty */
};

struct cell {
    uint32_t ch; /* codepoint of one column; 0 is a space */
    uint8_t fg, bg, attr;
    uint8_t tag; /* which series drew it last (canvas.h); presenters ignore it */
};

struct grid {
    int cols, rows;
    struct cell *cells; /* rows x cols, row-major; the grid owns them */
    int capacity;       /* cells allocated */
    int n_cut; /* texts that an edge cut off inside a word, without an ellipsis (pen.h), since
                  grid_clear: a fault of who wrote them */
};

enum { GRID_SIDE_MAX = 4096 };

/* The largest rect inside both; empty (w = h = 0) where they do not meet. */
struct rect rect_meet(struct rect a, struct rect b);

static inline bool rect_is_empty(struct rect r)
{
    return r.w <= 0 || r.h <= 0;
}

bool rect_has(struct rect r, int x, int y);

/* The rect without its outermost `dx` columns and `dy` rows on each side. */
struct rect rect_inset(struct rect r, int dx, int dy);

/* Cuts `n` rows (columns) off one side of `*r` and returns them; `*r` keeps the rest.  Takes what
 * is there. */
struct rect rect_cut_top(struct rect *r, int n);
struct rect rect_cut_bottom(struct rect *r, int n);
struct rect rect_cut_left(struct rect *r, int n);
struct rect rect_cut_right(struct rect *r, int n);

/* Makes the grid cols x rows (each clamped to 0 .. GRID_SIDE_MAX) and clears it.  A zeroed grid may
 * be resized.  Out of memory: sets err, the grid stays as it was. */
bool grid_resize(struct grid *grid, int cols, int rows, struct err *err)
    __attribute__((warn_unused_result));

/* Every cell becomes a space in default colours. */
void grid_clear(struct grid *grid);

/* Copies the cells of `from` into `grid`, which takes its size. */
bool grid_copy(struct grid *grid, const struct grid *from, struct err *err)
    __attribute__((warn_unused_result));

void grid_fini(struct grid *grid);

static inline struct rect grid_rect(const struct grid *grid)
{
    return (struct rect){.w = grid->cols, .h = grid->rows};
}

/* The cell at a place, NULL outside; the grid keeps it. */
struct cell *grid_at(const struct grid *grid, int x, int y);

/* Same look: everything but the tag. */
static inline bool cell_equals(const struct cell *a, const struct cell *b)
{
    return a->ch == b->ch && a->fg == b->fg && a->bg == b->bg && a->attr == b->attr;
}

#endif
