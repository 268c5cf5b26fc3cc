/* SPDX-License-Identifier: MIT
 * Which rows of a table are to be tested on.  Private to csv_table.c. */
#ifndef OUBLI_TASKS_CSV_SPLIT_H
#define OUBLI_TASKS_CSV_SPLIT_H

#include <stdbool.h>

#include "base/err.h"
#include "tasks/csv_columns.h"
#include "tasks/reading.h"

/* The rows of a table that are used. */
struct csv_used {
    const struct csv_columns *columns;
    const int *row; /* (n) which rows of data they are */
    int n;
    const int *strata; /* (n) class, or class of a task ... */
    int n_strata;      /* ... of so many */
};

/* Writes is_test (n), as `reading` wants it: those of the second file; else a fifth of each
 * stratum, every fifth, or those that a file says.  Returns how many; -1 and err. */
int csv_split(bool *is_test, const struct csv_used *used, const struct data_reading *reading,
              struct err *err) __attribute__((warn_unused_result));

#endif
