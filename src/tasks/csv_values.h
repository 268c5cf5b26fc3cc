/* SPDX-License-Identifier: MIT
 * The different values of a column: classes, tasks, categories.
 *
 * Letters: n rows of data, c values. */
#ifndef OUBLI_TASKS_CSV_VALUES_H
#define OUBLI_TASKS_CSV_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "tasks/csv_grid.h"

enum { CSV_VALUES_MAX = UINT16_MAX, CSV_NO_VALUE = UINT16_MAX };

/* Zero is none. */
struct csv_values {
    int n;             /* c */
    const char **text; /* (c) in the grid; sorted by value if all are numbers, else by bytes ... */
    int *first;        /* (c) the first row that has it */
    uint16_t *code;    /* (n) which one a row has, CSV_NO_VALUE: it is missing; ... */
    bool is_numeric;   /* all are finite numbers */
}; /* ... text, first and code are NULL where there are more than CSV_VALUES_MAX */

/* Finds the values of a column in the rows from `begin` on, which count from 0 in `code`.  False
 * and err where memory is short; csv_values_fini in any case. */
bool csv_values_find(struct csv_values *values, const struct csv_grid *grid, int begin, int column,
                     struct err *err) __attribute__((warn_unused_result));
void csv_values_fini(struct csv_values *values);

/* The values in the order of their first rows, unless they are numbers. */
bool csv_values_as_they_come(struct csv_values *values, int n, struct err *err)
    __attribute__((warn_unused_result));

/* Only those that occur in `n` of the rows, `row` (n): code (n) of these from now on. */
bool csv_values_keep(struct csv_values *values, const int *row, int n, struct err *err)
    __attribute__((warn_unused_result));

#endif
