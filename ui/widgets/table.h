/* SPDX-License-Identifier: MIT
 * A table of texts, one line a row:
 *
 *      strategy  ▼accuracy  forgets
 *    ○ joint          94.7        ·
 *   ▸● replay         89.3      6.5
 *    ▲ EWC            62.7     37.1
 *
 * Columns that do not fit are left out by priority; rows scroll so that the selected one is in
 * view.  Sorting is the caller's, the table only shows by what.  All arrays are borrowed for the
 * call. */
#ifndef OUBLI_UI_WIDGETS_TABLE_H
#define OUBLI_UI_WIDGETS_TABLE_H

#include <stdbool.h>

#include "ui/screen/pen.h"

enum { TABLE_COLUMNS_MAX = 16 }; /* what is beyond is not drawn */

enum table_align { TABLE_LEFT, TABLE_RIGHT };
enum table_sort { TABLE_UNSORTED, TABLE_UP /* ▲ smallest first */, TABLE_DOWN /* ▼ */ };

struct table_column {
    const char *title; /* NULL is none */
    int width;         /* 0: as wide as its title and its cells need */
    enum table_align align;
    enum table_sort sort;
    int priority; /* the least goes first, of equals the one further right; one column stays */
};

struct table_cell {
    const char *text; /* NULL: not known, a faint dot; "" is blank */
    struct style style;
    enum glyph mark; /* not 0: drawn instead of the text, in the cell's style */
};

struct table {
    const struct table_column *columns;
    int n_columns;
    const struct table_cell *cells; /* (n_rows, n_columns) row-major */
    int n_rows;
    int selected; /* a row; -1: none */
};

/* What is shown where, in the pen's coordinates. */
struct table_layout {
    int n_columns;
    int columns[TABLE_COLUMNS_MAX]; /* (n_columns) their indices, ascending */
    int x[TABLE_COLUMNS_MAX], w[TABLE_COLUMNS_MAX];
    int head;              /* row of the titles; -1: none */
    int first_row, n_rows; /* rows shown, from rows_y on */
    int rows_y;
};

struct table_layout table_layout(const struct pen *pen, const struct table *table);

void table_draw(const struct pen *pen, const struct table *table);

/* The row of the table at a cell; -1 in the head and where there is none. */
int table_row_at(const struct pen *pen, const struct table *table, int x, int y);

/* The column at a cell of the head or of a row, the gap behind it included; -1 where there is none.
 * A title was hit where there is a column and no row. */
int table_column_at(const struct pen *pen, const struct table *table, int x, int y);

#endif
