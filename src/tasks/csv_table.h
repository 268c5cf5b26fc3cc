/* SPDX-License-Identifier: MIT
 * The user's table as it is read from CSV rows: numbers, and a class per row.
 *
 * Letters: n rows, d features, c classes. */
#ifndef OUBLI_TASKS_CSV_TABLE_H
#define OUBLI_TASKS_CSV_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/watch.h"
#include "tasks/notes.h"

/* What one row says of its class. */
struct csv_label {
    const char *text;
    double number; /* 0 unless every label is a number */
    int row;
    long line; /* of the file */
};

/* Owns its arrays; the texts they point to are the file's.  Zero is an empty one. */
struct csv_table {
    const char *path; /* for messages; borrowed */
    char separator;
    int n_columns;
    int label_column;
    bool is_label_given;      /* by --label */
    char **first;             /* (n_columns) the first line, ... */
    char **header;            /* ... which is this, NULL if there is none */
    int n_features;           /* d: all columns but the label and those left out */
    int *feature_columns;     /* (d) which columns they are */
    double *values;           /* (n, d) finite, and within what a float holds */
    struct csv_label *labels; /* (n) sorted by class */
    uint16_t *classes;        /* (n) in the order of the rows */
    const char **class_texts; /* (c) sorted by value if all are numbers, else by bytes */
    int n, c;
    int room;                    /* rows there is memory for */
    long point_line, comma_line; /* where a fraction stood first with each; 0 = nowhere */
    struct notes notes;
};

/* Reads all of `text` (ended by NUL, lines by LF), which it cuts into cells in place.
 * `label_column` is a name in the header or a number from 1; NULL = the last.
 *
 * The first line is a header if a cell of it that should be a feature is a word where the second
 * line has none, or all of them are.  A decimal comma is read where it does not separate columns
 * and all fractions have it.  A column that only counts the rows is left out, and noted.  Labels
 * that can be no classes (most of them alone in their class, many different fractions) are refused.
 *
 * False and err (file:line) if anything is not as it should be, or the watch gives up; call
 * csv_table_fini in any case. */
bool csv_table_read(struct csv_table *table, const char *path, char *text, const char *label_column,
                    const struct watch *watch, struct err *err) __attribute__((warn_unused_result));
void csv_table_fini(struct csv_table *table);

/* A column as a person finds it, clean and short: "width", "4 (no name)", "4".  Returns buf. */
char *csv_table_column(const struct csv_table *table, int column, char *buf, size_t size);

#endif
