/* SPDX-License-Identifier: MIT
 * The user's table as it is read from CSV rows: numbers, and a class per row.
 *
 * Letters: n rows, d = n_columns - 1 features, c classes. */
#ifndef OUBLI_TASKS_CSV_TABLE_H
#define OUBLI_TASKS_CSV_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/watch.h"

/* What one row says of its class. */
struct csv_label {
    const char *text;
    double number; /* 0 unless every label is a number */
    int row;
};

/* Owns its arrays; the texts they point to are the file's.  Zero is an empty one. */
struct csv_table {
    const char *path; /* for messages; borrowed */
    int n_columns;
    int label_column;
    char **header;            /* (n_columns), NULL if there is none */
    double *values;           /* (n, d) finite, and within what a float holds */
    struct csv_label *labels; /* (n) sorted by class */
    uint16_t *classes;        /* (n) in the order of the rows */
    const char **class_texts; /* (c) sorted by value if all are numbers, else by bytes */
    int n, c;
    int room; /* rows there is memory for */
};

/* Reads all of `text` (ended by NUL), which it cuts into cells in place.  The first line is a
 * header if a cell of it that should be a feature is not a number.  `label_column` is a name in the
 * header or a number from 1; NULL = the last.  False and err (file:line) if anything is not as it
 * should be, or the watch gives up; call csv_table_fini in any case. */
bool csv_table_read(struct csv_table *table, const char *path, char *text, const char *label_column,
                    const struct watch *watch, struct err *err) __attribute__((warn_unused_result));
void csv_table_fini(struct csv_table *table);

#endif
