/* SPDX-License-Identifier: MIT
 * How the columns of a table are read: kinds, roles, what stands against it.  Private to
 * csv_read.c. */
#ifndef OUBLI_TASKS_CSV_DESCRIBE_H
#define OUBLI_TASKS_CSV_DESCRIBE_H

#include "tasks/csv_columns.h"
#include "tasks/csv_head.h"

/* Fills in all but the names of the columns.  False and err where memory is short. */
bool csv_describe(struct csv_columns *columns, const struct csv_head *head,
                  const struct data_reading *reading, struct err *err)
    __attribute__((warn_unused_result));

#endif
