/* SPDX-License-Identifier: MIT
 * A table's files, read and described. */
#ifndef OUBLI_TASKS_CSV_READ_H
#define OUBLI_TASKS_CSV_READ_H

#include <stdbool.h>

#include "base/err.h"
#include "base/watch.h"
#include "tasks/csv_columns.h"
#include "tasks/reading.h"

/* Reads the table at `path` and describes its columns, as `reading` wants them read; the rows of
 * its second file (READING_TEST) come behind those of the first.
 *
 * The first line is a header if a cell of it that should be a feature is a word over a number, or
 * if all of them are words of which few are found again below.
 *
 * False and err where there is no such table, or the reading names columns that it has not; what
 * is wrong with a column stands there (`trouble`).  csv_columns_fini in any case. */
bool csv_read(struct csv_columns *columns, const char *path, const struct data_reading *reading,
              const struct watch *watch, struct err *err) __attribute__((warn_unused_result));

#endif
