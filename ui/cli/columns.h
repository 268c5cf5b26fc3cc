/* SPDX-License-Identifier: MIT
 * `oubli list columns FILE`: how each column of a table is read, before anything trains. */
#ifndef OUBLI_UI_CLI_COLUMNS_H
#define OUBLI_UI_CLI_COLUMNS_H

#include "tasks/csv_columns.h"
#include "ui/cli/page.h"

/* A line for each column: its number, name, what becomes of it, and what it is; then how many rows
 * and inputs there are, or what stands against reading it. */
void columns_print(const struct page *page, const struct csv_columns *columns);

/* The same as an array of objects.  False and err if memory is short. */
bool columns_json(FILE *out, const struct csv_columns *columns, struct err *err)
    __attribute__((warn_unused_result));

#endif
