/* SPDX-License-Identifier: MIT
 * The first line of a table, and which of its columns a person means.  Private to the files that
 * read tables. */
#ifndef OUBLI_TASKS_CSV_HEAD_H
#define OUBLI_TASKS_CSV_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tasks/csv_grid.h"
#include "tasks/reading.h"

/* What a first line says. */
struct csv_head {
    bool is_header;
    int label, task;  /* columns; task -1 = none */
    bool *is_asked;   /* (m) named as inputs; all false: nobody has named any; owned */
    bool *is_dropped; /* (m) named as none; owned */
};

/* Of a grid of one source.  A column that is meant by its name in the first line makes that a
 * header.  False and err (ERR_USAGE) if there is no such column. */
bool csv_head_read(struct csv_head *head, const struct csv_grid *grid,
                   const struct data_reading *reading, struct err *err)
    __attribute__((warn_unused_result));
void csv_head_fini(struct csv_head *head);

#endif
