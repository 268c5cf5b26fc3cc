/* SPDX-License-Identifier: MIT
 * Tables of numbers on disk: one row a line, fields between tabs, names in the first line. */
#ifndef OUBLI_TESTS_SUPPORT_TABLE_H
#define OUBLI_TESTS_SUPPORT_TABLE_H

enum { TABLE_FIELDS_MAX = 24, TABLE_ROWS_MAX = 8192 };

struct table {
    int n;
    char *text;                                     /* owned; the fields point into it */
    char *fields[TABLE_ROWS_MAX][TABLE_FIELDS_MAX]; /* (n) rows; "" where a row is shorter */
};

/* Reads tests/reference/NAME (tests are started in the repository's folder); stops the program with
 * a message if it is not there.  Returns owned. */
struct table *table_open(const char *name);
void table_close(struct table *table);

/* A field as a number. */
double table_number(const struct table *table, int row, int field);

/* The first row from `from` on whose fields 0, 1 ... are these (NULL ends), -1 if there is none. */
int table_find(const struct table *table, int from, const char *const *keys);

#endif
