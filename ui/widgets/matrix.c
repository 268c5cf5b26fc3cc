/* SPDX-License-Identifier: MIT */
#include "ui/widgets/matrix.h"

#include <math.h>
#include <stdio.h>

#include "ui/widgets/text.h"

enum { CELL_WIDE = 5, CELL_NORMAL = 4, CELL_NARROW = 3 };

static int min_int(int a, int b)
{
    return a < b ? a : b;
}
static int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* Columns of the longest letters up to task n - 1. */
static int letters_w(int n)
{
    return n <= 26 ? 1 : n <= 26 + 26 * 26 ? 2 : 3;
}

struct matrix_fit matrix_fit(const struct pen *pen, const struct matrix *matrix)
{
    struct matrix_fit fit = {.label_w = letters_w(matrix->n) + 1, .cells_y = 1, .row_step = 1};
    int room_w = pen->area.w - fit.label_w, room_h = pen->area.h - fit.cells_y;
    int narrow = max_int(CELL_NARROW, letters_w(matrix->n) + 1);
    fit.cells_x = fit.label_w;
    fit.cell_w = narrow;
    for (int w = CELL_WIDE; w >= CELL_NORMAL; w--) {
        if (matrix->n * w <= room_w) {
            fit.cell_w = max_int(w, narrow);
            break;
        }
    }
    fit.shown = max_int(0, min_int(matrix->n, min_int(room_w / fit.cell_w, room_h)));
    if (fit.shown == 0) {
        return (struct matrix_fit){0};
    }
    /* A matrix that is cut keeps normal cells where as many tasks fit anyway. */
    if (fit.cell_w < CELL_NORMAL && fit.shown * CELL_NORMAL <= room_w) {
        fit.cell_w = CELL_NORMAL;
    }
    if (fit.shown * 2 - 1 <= room_h) {
        fit.row_step = 2;
    }
    int current = min_int(max_int(matrix->n_done, 0), matrix->n - 1);
    fit.first = max_int(0, current - fit.shown + 1);
    fit.is_cut = fit.first > 0;
    return fit;
}

bool matrix_at(const struct pen *pen, const struct matrix *matrix, int x, int y, int cell[2])
{
    struct matrix_fit fit = matrix_fit(pen, matrix);
    int dx = x - fit.cells_x, dy = y - fit.cells_y;
    if (fit.shown == 0 || dx < 0 || dy < 0) {
        return false;
    }
    int i = dy / fit.row_step, j = dx / fit.cell_w;
    if (i >= fit.shown || j >= fit.shown) {
        return false;
    }
    cell[0] = fit.first + i;
    cell[1] = fit.first + j;
    return true;
}

static double value_at(const struct matrix *matrix, int i, int j)
{
    int stride = matrix->stride ? matrix->stride : matrix->n;
    return (double)matrix->r[(size_t)i * (size_t)stride + (size_t)j];
}

/* Figures end one column before the cell does, where the cell has room for that. */
static int figure_end(const struct matrix_fit *fit)
{
    return fit->cell_w > CELL_NARROW ? fit->cell_w - 1 : fit->cell_w;
}

static void draw_number(const struct pen *pen, struct rect cell, int end, struct style style,
                        double value)
{
    char text[16];
    snprintf(text, sizeof text, "%.0f", fmin(fmax(value, 0), 1) * 100);
    struct pen part = pen_sub(pen, cell);
    pen_fill(&part, pen_rect(&part), style, ' ');
    pen_text_right(&part, end, 0, style, text);
}

static void draw_cell(const struct pen *pen, const struct matrix *matrix,
                      const struct matrix_fit *fit, int i, int j)
{
    struct rect cell = {
        .x = fit->cells_x + (j - fit->first) * fit->cell_w,
        .y = fit->cells_y + (i - fit->first) * fit->row_step,
        .w = fit->cell_w,
        .h = 1,
    };
    double value = value_at(matrix, i, j);
    bool is_future = j > i;
    int end = figure_end(fit);
    if (isfinite(value) && !is_future) {
        struct style style = style_on(ROLE_ON_SCORE, style_score(value));
        style.attr = ATTR_BOLD;
        draw_number(pen, cell, end, style, value);
    } else if (isfinite(value) && matrix->shows_future) {
        draw_number(pen, cell, end, style_of(ROLE_DIM), value);
    } else if (i < matrix->n_done) {
        pen_glyph(pen, cell.x + end - 1, cell.y, style_of(ROLE_FAINT), GLYPH_MIDDLE_DOT);
    }
    if (matrix->has_cursor && i == matrix->cursor_row && j == matrix->cursor_col) {
        pen_add_attr(pen, cell, ATTR_REVERSE);
    }
}

static void draw_heads(const struct pen *pen, const struct matrix *matrix,
                       const struct matrix_fit *fit)
{
    for (int k = 0; k < fit->shown; k++) {
        int task = fit->first + k;
        bool is_begun = task <= matrix->n_done;
        struct style style = is_begun ? style_bold(style_task(task)) : style_of(ROLE_DIM);
        char letters[8];
        text_letters(task, letters);
        pen_text(pen, 0, fit->cells_y + k * fit->row_step, style, letters);
        int end = fit->cells_x + k * fit->cell_w + figure_end(fit);
        pen_text_right(pen, end, 0, style, letters);
    }
    if (fit->is_cut) {
        pen_glyph(pen, 0, 0, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
    }
}

void matrix_draw(const struct pen *pen, const struct matrix *matrix)
{
    struct matrix_fit fit = matrix_fit(pen, matrix);
    if (fit.shown == 0) {
        return;
    }
    draw_heads(pen, matrix, &fit);
    for (int i = fit.first; i < fit.first + fit.shown; i++) {
        for (int j = fit.first; j < fit.first + fit.shown; j++) {
            draw_cell(pen, matrix, &fit, i, j);
        }
    }
}
