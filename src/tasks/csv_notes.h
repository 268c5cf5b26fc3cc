/* SPDX-License-Identifier: MIT
 * What is to be said of a table that is read, but not quite as it stands.  Private to csv.c.
 */
#ifndef OUBLI_TASKS_CSV_NOTES_H
#define OUBLI_TASKS_CSV_NOTES_H

#include "tasks/csv_table.h"
#include "tasks/notes.h"

/* Columns left out, words that are inputs, rows without a value, classes that are a quantity or are
 * never tested: a line for each kind of it. */
void csv_notes_add(struct notes *notes, const struct csv_table *table);

#endif
