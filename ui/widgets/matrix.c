/* SPDX-License-Identifier: MIT */
#include "ui/widgets/matrix.h"

#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "tasks/suite.h"
#include "ui/widgets/percent.h"

enum { CELL_WIDEST = 8, CELL_NARROW = 3 };

/* Columns of the longest letters up to task n - 1. */
static int letters_w(int n)
{
    return n <= 26 ? 1 : n <= 26 + 26 * 26 ? 2 : 3;
}

static int narrowest(const struct matrix *matrix)
{
    return max_int(CELL_NARROW, letters_w(matrix->n_cols) + 1);
}

/* The widest cell with which all columns fit, else the narrowest. */
static int cell_width(const struct matrix *matrix, int room)
{
    int narrow = narrowest(matrix);
    for (int w = CELL_WIDEST; w > narrow; w--) {
        if (matrix->n_cols * w <= room) {
            return w;
        }
    }
    return narrow;
}

/* The first of `shown` out of n, so that `now` is in sight, and the cursor (-1: there is none). */
static int first_shown(int n, int shown, int now, int cursor)
{
    int first = max_int(0, min_int(now, n - 1) - shown + 1);
    if (cursor >= 0) {
        cursor = min_int(cursor, n - 1);
        first = max_int(min_int(first, cursor), cursor - shown + 1);
    }
    return first;
}

struct matrix_fit matrix_fit(const struct pen *pen, const struct matrix *matrix)
{
    /* The column between letters and numbers is given up where all columns fit by that. */
    int letters = letters_w(matrix->n_cols), least = matrix->n_cols * narrowest(matrix);
    int label_w = letters + (least + letters != pen->area.w);
    int room_w = pen->area.w - label_w, room_h = pen->area.h - 1;
    struct matrix_fit fit = {.cells_x = label_w, .cells_y = 1, .row_step = 1};
    fit.cell_w = cell_width(matrix, room_w);
    fit.n_rows = min_int(matrix->n_rows, room_h);
    fit.n_cols = min_int(matrix->n_cols, room_w / fit.cell_w);
    if (matrix->most > 0) {
        fit.n_rows = min_int(fit.n_rows, matrix->most);
        fit.n_cols = min_int(fit.n_cols, matrix->most);
    }
    if (fit.n_rows <= 0 || fit.n_cols <= 0) {
        return (struct matrix_fit){0};
    }
    if (fit.n_rows * 2 - 1 <= room_h) {
        fit.row_step = 2;
    }
    int done = max_int(matrix->n_done, 0);
    int row = matrix->has_cursor ? max_int(matrix->cursor_row, 0) : -1;
    int col = matrix->has_cursor ? max_int(matrix->cursor_col, 0) : -1;
    fit.first_row = first_shown(matrix->n_rows, fit.n_rows, done, row);
    int seen = matrix->n_seen > 0 ? matrix->n_seen - 1 : done;
    fit.first_col = first_shown(matrix->n_cols, fit.n_cols, seen, col);
    return fit;
}

bool matrix_at(const struct pen *pen, const struct matrix *matrix, int x, int y, int cell[2])
{
    struct matrix_fit fit = matrix_fit(pen, matrix);
    int dx = x - fit.cells_x, dy = y - fit.cells_y;
    if (fit.n_rows == 0 || dx < 0 || dy < 0) {
        return false;
    }
    int i = dy / fit.row_step, j = dx / fit.cell_w;
    if (i >= fit.n_rows || j >= fit.n_cols) {
        return false;
    }
    cell[0] = fit.first_row + i;
    cell[1] = fit.first_col + j;
    return true;
}

static double value_at(const struct matrix *matrix, int i, int j)
{
    size_t stride = (size_t)(matrix->stride ? matrix->stride : matrix->n_cols);
    size_t row = (size_t)(i - matrix->first_row), col = (size_t)(j - matrix->first_col);
    return (double)matrix->r[row * stride + col];
}

static int row_task(const struct matrix *matrix, int i)
{
    return matrix->row_tasks ? matrix->row_tasks[i - matrix->first_row] : i;
}

static int col_begins(const struct matrix *matrix, int j)
{
    return matrix->col_begins ? matrix->col_begins[j - matrix->first_col] : j;
}

/* Where figures end: two of them stand in the middle, where the cell has room for that. */
static int figure_end(const struct matrix_fit *fit)
{
    return fit->cell_w == CELL_NARROW ? CELL_NARROW : fit->cell_w / 2 + 1 + fit->cell_w % 2;
}

static void draw_number(const struct pen *pen, struct rect cell, int end, struct style style,
                        double value)
{
    char text[16];
    snprintf(text, sizeof text, "%d", percent(fmin(fmax(value, 0), 1)));
    struct pen part = pen_sub(pen, cell);
    pen_fill(&part, pen_rect(&part), style, ' ');
    pen_text_right(&part, end, 0, style, text);
}

static void draw_cell(const struct pen *pen, const struct matrix *matrix,
                      const struct matrix_fit *fit, int i, int j)
{
    struct rect cell = {
        .x = fit->cells_x + (j - fit->first_col) * fit->cell_w,
        .y = fit->cells_y + (i - fit->first_row) * fit->row_step,
        .w = fit->cell_w,
        .h = 1,
    };
    double value = value_at(matrix, i, j);
    bool is_future = i < col_begins(matrix, j);
    bool is_chosen = matrix->has_cursor && i == matrix->cursor_row && j == matrix->cursor_col;
    int end = figure_end(fit);
    if (isfinite(value) && !is_future) {
        struct style style = style_on(ROLE_ON_SCORE, style_score(value));
        style.attr = ATTR_BOLD;
        draw_number(pen, cell, end, style, value);
    } else if (isfinite(value) && (matrix->shows_future || is_chosen)) {
        draw_number(pen, cell, end, style_of(ROLE_DIM), value);
    } else if (i < matrix->n_done) {
        pen_glyph(pen, cell.x + end - 1, cell.y, style_of(ROLE_FAINT), GLYPH_MIDDLE_DOT);
    }
    if (is_chosen) {
        pen_add_attr(pen, cell, ATTR_REVERSE);
    }
}

static struct style head_style(int task, bool is_begun)
{
    return is_begun ? style_bold(style_task(task)) : style_of(ROLE_DIM);
}

static void draw_heads(const struct pen *pen, const struct matrix *matrix,
                       const struct matrix_fit *fit)
{
    char letters[4];
    for (int k = 0; k < fit->n_rows; k++) {
        int i = fit->first_row + k, task = row_task(matrix, i);
        struct style style = head_style(task, i <= matrix->n_done);
        pen_text(pen, 0, fit->cells_y + k * fit->row_step, style, task_letter(task, letters));
    }
    for (int k = 0; k < fit->n_cols; k++) {
        int j = fit->first_col + k, end = fit->cells_x + k * fit->cell_w + figure_end(fit);
        struct style style = head_style(j, col_begins(matrix, j) <= matrix->n_done);
        pen_text_right(pen, end, 0, style, task_letter(j, letters));
    }
    if (fit->first_row > 0 || fit->first_col > 0) {
        pen_glyph(pen, 0, 0, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
    }
    if (fit->first_col + fit->n_cols < matrix->n_cols) {
        pen_glyph(pen, fit->cells_x + fit->n_cols * fit->cell_w, 0, style_of(ROLE_DIM),
                  GLYPH_ELLIPSIS);
    }
}

void matrix_draw(const struct pen *pen, const struct matrix *matrix)
{
    struct matrix_fit fit = matrix_fit(pen, matrix);
    if (fit.n_rows == 0) {
        return;
    }
    draw_heads(pen, matrix, &fit);
    for (int i = fit.first_row; i < fit.first_row + fit.n_rows; i++) {
        for (int j = fit.first_col; j < fit.first_col + fit.n_cols; j++) {
            draw_cell(pen, matrix, &fit, i, j);
        }
    }
}
