/* SPDX-License-Identifier: MIT
 * The matrix R: accuracy on task j (column) after stage i (row), in percent, coloured from bad to
 * good, letters in the tasks' colours.  Rows are stages: a sequence A B A has three rows and two
 * columns.  Shows the last rows and columns when there are more than fit, and always the cursor. */
#ifndef OUBLI_UI_WIDGETS_MATRIX_H
#define OUBLI_UI_WIDGETS_MATRIX_H

#include <stdbool.h>

#include "ui/screen/pen.h"

struct matrix {
    int n_rows; /* stages, begun or still to come */
    int n_cols; /* tasks */
    int n_done; /* rows that are complete; the one behind them, if any, is in progress */
    int n_seen; /* columns up to the last whose task has begun; 0 means n_done + 1 */
    int most;   /* rows and columns that the arrays below hold at most; 0 means all */

    /* The arrays begin at this row and column; what matrix_fit shows must lie in them. */
    int first_row, first_col;
    const float *r; /* (rows, stride) row-major, 0 .. 1; NaN is not known yet */
    int stride;     /* of a row; 0 means n_cols */
    /* (rows) the task of each; NULL: row i is task i. */
    const int *row_tasks;
    /* (columns) the row in which the task is first learned; NULL: task j in row j. */
    const int *col_begins;

    bool shows_future; /* numbers of tasks that have not begun, dim; else dots */
    bool has_cursor;
    int cursor_row, cursor_col;
};

struct matrix_fit {
    int first_row, n_rows; /* rows shown */
    int first_col, n_cols; /* columns shown; both counts are 0 where nothing fits */
    int cell_w;            /* columns of one number, 3 to 8 */
    int row_step;          /* rows from one to the next, 1 or 2 */
    int cells_x;           /* column of the first number */
    int cells_y;           /* row of the first number */
};

/* Looks at the counts and the cursor only, not at the arrays. */
struct matrix_fit matrix_fit(const struct pen *pen, const struct matrix *matrix);

void matrix_draw(const struct pen *pen, const struct matrix *matrix);

/* The row and column of R under a cell.  False outside. */
bool matrix_at(const struct pen *pen, const struct matrix *matrix, int x, int y, int cell[2]);

#endif
