/* SPDX-License-Identifier: MIT
 * All cells of a table, as they stand in its file, or in two files of the same columns.
 *
 * Letters: n rows, m columns.  The first line is row 0, be it a header or not. */
#ifndef OUBLI_TASKS_CSV_GRID_H
#define OUBLI_TASKS_CSV_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/watch.h"
#include "tasks/csv_cell.h"

/* A file that rows come from. */
struct csv_source {
    const char *path; /* borrowed */
    char *text;       /* UTF-8, cut into cells; owned */
};

/* Zero is an empty one. */
struct csv_grid {
    struct csv_source source[2];
    int n_sources;
    int n_first; /* rows of the first source */
    bool
        has_size_line; /* the first line said how many rows and columns there are; it is left out */
    char separator;
    int n, n_columns, room;
    uint32_t *at;   /* (n, m) where a cell begins in its text */
    double *number; /* (n, m) NAN where it is no number (csv_cell.h) */
    long *line;     /* (n) of the file */
};

/* Reads a file and adds its rows.  A first line "ROWS,COLUMNS,words" before so many rows, with a
 * label more than such columns, is no part of the table.  Of a second file `has_header` says that
 * its first line is that of the first: it is compared and left out.  Where commas separate, "1,5"
 * in quotes is no number: it may as well be a thousand.  `encoding` as plain_text.h has it. Numbers
 * are read as the locale of the thread does, which must be the language C's.
 *
 * False and err (file:line) if it cannot be read or is no text, rows differ in length, quotes are
 * wrong, memory is short or the watch gives up; csv_grid_fini in any case. */
bool csv_grid_add(struct csv_grid *grid, const char *path, const char *encoding, bool has_header,
                  const struct watch *watch, struct err *err) __attribute__((warn_unused_result));
void csv_grid_fini(struct csv_grid *grid);

const char *csv_grid_text(const struct csv_grid *grid, int row, int column);
double csv_grid_number(const struct csv_grid *grid, int row, int column);
const char *csv_grid_path(const struct csv_grid *grid, int row);

/* What a cell is, a decimal comma only where it can be one. */
enum csv_cell csv_grid_cell(const struct csv_grid *grid, int row, int column);

#endif
