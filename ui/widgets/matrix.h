/* SPDX-License-Identifier: MIT
 * The matrix R: accuracy on task j (column) after training on task i (row), in percent, coloured from bad to
 * good, letters in the tasks' colours.  Shows the last rows and columns when there are more than fit. */
#ifndef OUBLI_UI_WIDGETS_MATRIX_H
#define OUBLI_UI_WIDGETS_MATRIX_H

#include <stdbool.h>

#include "ui/screen/pen.h"

struct matrix {
    const float *r;    /* n x stride, row-major, 0 .. 1; NaN is not known yet */
    int n;             /* tasks, up to 1000 and more */
    int stride;        /* of a row; 0 means n */
    int n_done;        /* rows that are known; the view keeps the last of them in sight */
    bool shows_future; /* numbers above the diagonal too, dim; else dots */
    bool has_cursor;
    int cursor_row, cursor_col;
};

struct matrix_fit {
    int first;    /* first task shown */
    int shown;    /* tasks shown, rows and columns */
    int cell_w;   /* columns of one number, 4 or 3 */
    int row_step; /* rows from one to the next, 1 or 2 */
    int label_w;  /* columns of the row letters */
    int cells_x;  /* column of the first number */
    int cells_y;  /* row of the first number */
    bool is_cut;  /* earlier tasks are left out */
};

struct matrix_fit matrix_fit(const struct pen *pen, const struct matrix *matrix);

void matrix_draw(const struct pen *pen, const struct matrix *matrix);

/* The task row and column under a cell.  False outside. */
bool matrix_at(const struct pen *pen, const struct matrix *matrix, int x, int y, int cell[2]);

#endif
