/* SPDX-License-Identifier: MIT
 * Rows of a CSV text, one after the other (RFC 4180, with any of three separators).
 *
 * A cell is a text, blanks at both ends removed, or a quoted text "..." in which "" is a quote.
 * Rows end with LF (plain_text.h); rows of nothing but blanks are skipped. */
#ifndef OUBLI_TASKS_CSV_ROWS_H
#define OUBLI_TASKS_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct csv_rows {
    const char *path; /* for messages; borrowed */
    char *at;       /* what is left of the text; borrowed, and written to: cells are cut in place */
    char separator; /* ',', ';' or tab, whichever the first row has most of */
    long next_line; /* number of the line at `at`, from 1 */

    long line;    /* the line on which the present row begins */
    char **cells; /* (n_cells) texts inside the borrowed text, each ended by a NUL */
    int n_cells;
    int room;
};

/* At the beginning of `text`, which ends with a NUL and holds no other. */
void csv_rows_init(struct csv_rows *rows, const char *path, char *text);
void csv_rows_fini(struct csv_rows *rows);

/* Moves to the next row; n_cells is 0 after the last.  False and err if the quotes are wrong, or
 * there are too many columns for memory. */
bool csv_rows_next(struct csv_rows *rows, struct err *err) __attribute__((warn_unused_result));

#endif
