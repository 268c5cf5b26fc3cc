/* SPDX-License-Identifier: MIT
 * What one cell of a CSV says. */
#ifndef OUBLI_TASKS_CSV_CELL_H
#define OUBLI_TASKS_CSV_CELL_H

#include <stdbool.h>

enum csv_cell {
    CSV_CELL_POINT,   /* a number as a program writes it: 0.5, 12, 1e-3 */
    CSV_CELL_COMMA,   /* a number with a decimal comma: 0,5 */
    CSV_CELL_MISSING, /* nothing, or what is written for it: NA, nan, ?, null ... */
    CSV_CELL_NONE,    /* no number, but a word where others are words: none, -, . */
    CSV_CELL_DATE,    /* a day, a time of day, or both: 2001-05-31, 31.5.2001, May 31 2001, 12:30 */
    CSV_CELL_DRESSED, /* a number with more to it: 1.234,5, 1,234,567, 1'234, 12 % */
    CSV_CELL_WORD
};

/* `*number` is set where it is one (of any size, infinity too).  Numbers are read as the locale of
 * the thread does, which must be the language C's. */
enum csv_cell csv_cell_read(const char *text, double *number);

/* True for both ways of writing a number. */
bool csv_cell_is_number(enum csv_cell cell);

#endif
