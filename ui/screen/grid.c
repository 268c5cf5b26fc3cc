/* SPDX-License-Identifier: MIT */
#include "ui/screen/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/range.h"

struct rect rect_meet(struct rect a, struct rect b)
{
    int x = max_int(a.x, b.x), y = max_int(a.y, b.y);
    int w = min_int(a.x + max_int(a.w, 0), b.x + max_int(b.w, 0)) - x;
    int h = min_int(a.y + max_int(a.h, 0), b.y + max_int(b.h, 0)) - y;
    if (w <= 0 || h <= 0) {
        return (struct rect){.x = x, .y = y};
    }
    return (struct rect){.x = x, .y = y, .w = w, .h = h};
}

bool rect_has(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

struct rect rect_inset(struct rect r, int dx, int dy)
{
    struct rect in = {.x = r.x + dx, .y = r.y + dy, .w = r.w - 2 * dx, .h = r.h - 2 * dy};
    in.w = max_int(in.w, 0);
    in.h = max_int(in.h, 0);
    return in;
}

struct rect rect_cut_top(struct rect *r, int n)
{
    n = clamp_int(n, 0, max_int(r->h, 0));
    struct rect cut = {.x = r->x, .y = r->y, .w = r->w, .h = n};
    r->y += n;
    r->h -= n;
    return cut;
}

struct rect rect_cut_bottom(struct rect *r, int n)
{
    n = clamp_int(n, 0, max_int(r->h, 0));
    r->h -= n;
    return (struct rect){.x = r->x, .y = r->y + r->h, .w = r->w, .h = n};
}

struct rect rect_cut_left(struct rect *r, int n)
{
    n = clamp_int(n, 0, max_int(r->w, 0));
    struct rect cut = {.x = r->x, .y = r->y, .w = n, .h = r->h};
    r->x += n;
    r->w -= n;
    return cut;
}

struct rect rect_cut_right(struct rect *r, int n)
{
    n = clamp_int(n, 0, max_int(r->w, 0));
    r->w -= n;
    return (struct rect){.x = r->x + r->w, .y = r->y, .w = n, .h = r->h};
}

bool grid_resize(struct grid *grid, int cols, int rows, struct err *err)
{
    cols = clamp_int(cols, 0, GRID_SIDE_MAX);
    rows = clamp_int(rows, 0, GRID_SIDE_MAX);
    int n = cols * rows;
    if (n > grid->capacity) {
        struct cell *cells = realloc(grid->cells, (size_t)n * sizeof *cells);
        if (!cells) {
            return err_set(err, ERR_FAILED, "memory: no room for a screen of %d x %d cells", cols,
                           rows);
        }
        grid->cells = cells;
        grid->capacity = n;
    }
    grid->cols = cols;
    grid->rows = rows;
    grid_clear(grid);
    return true;
}

void grid_clear(struct grid *grid)
{
    grid->n_cut = 0;
    if (grid->cells) {
        memset(grid->cells, 0, (size_t)grid->cols * (size_t)grid->rows * sizeof *grid->cells);
    }
    for (int i = 0; i < grid->cols * grid->rows; i++) {
        grid->cells[i].ch = ' ';
    }
}

bool grid_copy(struct grid *grid, const struct grid *from, struct err *err)
{
    if (!grid_resize(grid, from->cols, from->rows, err)) {
        return false;
    }
    size_t n = (size_t)from->cols * (size_t)from->rows;
    if (n) {
        memcpy(grid->cells, from->cells, n * sizeof *grid->cells);
    }
    return true;
}

void grid_fini(struct grid *grid)
{
    free(grid->cells);
    *grid = (struct grid){0};
}

struct cell *grid_at(const struct grid *grid, int x, int y)
{
    if (x < 0 || y < 0 || x >= grid->cols || y >= grid->rows) {
        return NULL;
    }
    return &grid->cells[y * grid->cols + x];
}
