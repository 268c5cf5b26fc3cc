/* SPDX-License-Identifier: MIT
 * The user's table as data to learn from: which rows, which inputs, the class, task and side of
 * each.
 *
 * Letters: n rows, d inputs, c classes, T tasks. */
#ifndef OUBLI_TASKS_CSV_TABLE_H
#define OUBLI_TASKS_CSV_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/watch.h"
#include "tasks/csv_columns.h"
#include "tasks/reading.h"

/* An input: the numbers of a column, or whether it has one of its categories (1 or 0). */
struct csv_input {
    int column;
    int category; /* -1 = the number */
};

/* Zero is an empty one. */
struct csv_table {
    const char *path; /* for messages; borrowed */
    struct csv_columns columns;
    int n, n_test;
    int *row;      /* (n) rows of the columns that are used */
    bool *is_test; /* (n) */
    int d;
    struct csv_input *inputs;         /* (d) */
    const struct csv_values *classes; /* of the columns: text (c), code (n) ... */
    const struct csv_values *tasks;   /* ... and text (T), code (n); NULL = it has none */
};

/* Reads the table as `reading` wants it.  Labels that can be no classes (most of them alone in
 * their class, many different fractions) are refused.
 *
 * False and err (file:line) if anything is not as it should be, or the watch gives up; call
 * csv_table_fini in any case. */
bool csv_table_read(struct csv_table *table, const char *path, const struct data_reading *reading,
                    const struct watch *watch, struct err *err) __attribute__((warn_unused_result));
void csv_table_fini(struct csv_table *table);

/* What row i has for an input; NAN where it is missing. */
double csv_table_value(const struct csv_table *table, int i, int input);

#endif
