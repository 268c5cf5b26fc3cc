/* SPDX-License-Identifier: MIT
 * What the columns of a table are: described once, for whoever reads the table, says what was left
 * out, or only asks (`oubli list columns`).
 *
 * Letters: n rows of data, m columns.  csv_read.h reads them. */
#ifndef OUBLI_TASKS_CSV_COLUMNS_H
#define OUBLI_TASKS_CSV_COLUMNS_H

#include <stdbool.h>

#include "base/err.h"
#include "tasks/csv_grid.h"
#include "tasks/csv_values.h"

enum { CSV_NAME_SIZE = 40, CSV_CATEGORIES_MAX = 64, CSV_ROWS_MIN = 10 };

/* What its cells are, missing ones apart. */
enum csv_kind {
    CSV_NUMBERS,
    CSV_COUNTER,    /* whole numbers that grow from row to row, as those of rows do */
    CSV_CATEGORIES, /* words, each in many rows */
    CSV_NAMES,      /* words, of which more than half as many differ as there are rows */
    CSV_SAME,       /* one word, in every row */
    CSV_DATES,
    CSV_EMPTY, /* there is nothing else */
    CSV_MIXED, /* numbers, and cells that are none */
    CSV_KINDS
};
const char *csv_kind_name(enum csv_kind kind); /* "numbers" */

/* What becomes of it. */
enum csv_role { CSV_INPUT, CSV_LABEL, CSV_TASK, CSV_LEFT_OUT, CSV_ROLES };
const char *csv_role_name(enum csv_role role); /* "input", "left out" */

struct csv_column {
    char name[CSV_NAME_SIZE]; /* as a person finds it, clean and short: "width", "4 (no name)" */
    enum csv_kind kind;
    enum csv_role role;
    bool is_count;            /* of a counter: each is one more than the one before */
    bool is_asked;            /* named as an input */
    int n_inputs;             /* of the network: 1, or one a category; 0 if it is none */
    int n_missing;            /* cells ... */
    int missing;              /* ... and the first row of them; -1 = none */
    int bad;                  /* the first row whose cell is not what the others are; -1 = none */
    int comma, point;         /* the first row of a fraction written so; -1 = none */
    double min, max;          /* of numbers */
    struct csv_values values; /* of words, label and tasks (those as they come) */
    const char *why;          /* it is left out; NULL = it is not */
    struct err *trouble;      /* what stands against reading the table; NULL = nothing; owned */
};

/* Zero is none. */
struct csv_columns {
    struct csv_grid grid;
    bool has_header;
    int begin;              /* the first row of data: 1 under a header, else 0 */
    bool is_label_given;    /* by a person */
    int label, task;        /* columns; task -1 = none */
    struct csv_column *all; /* (m) */
};

void csv_columns_fini(struct csv_columns *columns);

/* Rows of data; the path and line of one of them, for messages. */
int csv_columns_rows(const struct csv_columns *columns);
const char *csv_columns_path(const struct csv_columns *columns, int row);
long csv_columns_line(const struct csv_columns *columns, int row);

/* What a row has in a column: its text and number, NAN for none. */
const char *csv_columns_text(const struct csv_columns *columns, int row, int column);
double csv_columns_number(const struct csv_columns *columns, int row, int column);

/* What is to be tried if the wrong column was taken for the label; "" if it was named. */
const char *csv_columns_label_advice(const struct csv_columns *columns);

#endif
