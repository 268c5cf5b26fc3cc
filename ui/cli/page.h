/* SPDX-License-Identifier: MIT
 * Text in columns and paragraphs for a page of a given width.  Columns of a terminal are
 * counted, not bytes. */
#ifndef OUBLI_UI_CLI_PAGE_H
#define OUBLI_UI_CLI_PAGE_H

#include <stdbool.h>
#include <stdio.h>

enum { COLUMNS_MAX = 4, CELL_MAX = 256, PAGE_UNLIMITED = 1000000 };

struct row {
    char cell[COLUMNS_MAX][CELL_MAX];
};

/* The i-th row of something; false behind the last. */
typedef bool (*row_function)(int i, unsigned use, struct row *row);

/* Where text goes. */
struct page {
    FILE *out;
    int width; /* columns; PAGE_UNLIMITED = never wrap */
};

/* Prints `text` in words from column `at` on (already reached), further lines from column
 * `indent`; ends the line. */
void page_wrap(const struct page *page, int at, int indent, const char *text);

/* A paragraph from column `indent`. */
void page_paragraph(const struct page *page, int indent, const char *text);

/* Rows in aligned columns from column `indent`, the last one wrapped.  `use` is handed to `row`. */
void page_rows(const struct page *page, int indent, int n_columns, row_function row, unsigned use);

#endif
