/* SPDX-License-Identifier: MIT */
#include "tasks/csv_notes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"

enum {
    NUMBERS_MANY = 64, /* different labels that are numbers, without a word on it */
    SHOWN = 32,
    LIST_SIZE = 140
};

/* Names with commas between, cut where they are too many. */
struct list {
    int n;
    size_t used;
    char text[LIST_SIZE];
};

static void list_add(struct list *list, const char *text)
{
    bool fits = list->used + strlen(text) + 8 < sizeof list->text;
    if (list->used < sizeof list->text - 8) {
        list->used += (size_t)snprintf(list->text + list->used, sizeof list->text - list->used,
                                       "%s%s", list->n ? ", " : "", fits ? text : "...");
        list->used = fits ? list->used : sizeof list->text;
    }
    list->n++;
}

/* All that are left out for the same reason in one line. */
static void note_left_out(struct notes *notes, const struct csv_table *table)
{
    const struct csv_columns *columns = &table->columns;
    for (int j = 0; j < columns->grid.n_columns; j++) {
        const char *why = columns->all[j].why;
        struct list list = {0};
        bool is_first = true;
        for (int k = 0; why && k < columns->grid.n_columns; k++) {
            const struct csv_column *column = &columns->all[k];
            if (column->why && strcmp(column->why, why) == 0) {
                is_first &= k >= j;
                list_add(&list, column->name);
            }
        }
        /* What a person has left out needs no word. */
        if (why && is_first && !strstr(why, "(--")) {
            notes_add(notes, "%s: column%s %s%s %s: left out of the inputs", table->path,
                      list.n > 1 ? "s" : "", list.text, list.n > 1 ? ": each" : "", why);
        }
    }
}

static void note_words(struct notes *notes, const struct csv_table *table)
{
    const struct csv_columns *columns = &table->columns;
    struct list list = {0};
    for (int j = 0; j < columns->grid.n_columns; j++) {
        const struct csv_column *column = &columns->all[j];
        if (column->role == CSV_INPUT && column->values.n > 0) {
            char text[CSV_NAME_SIZE + 16];
            snprintf(text, sizeof text, "%s (%d)", column->name, column->values.n);
            list_add(&list, text);
        }
    }
    if (list.n > 0) {
        notes_add(notes, "%s: words are read as an input a category (one-hot): column%s %s",
                  table->path, list.n > 1 ? "s" : "", list.text);
    }
}

static void note_missing(struct notes *notes, const struct csv_table *table)
{
    const struct csv_columns *columns = &table->columns;
    int n_rows = csv_columns_rows(columns);
    long n_filled = 0;
    for (int i = 0; i < table->n; i++) {
        for (int j = 0; j < table->d; j++) {
            bool is_own = j == 0 || table->inputs[j].column != table->inputs[j - 1].column;
            n_filled += is_own && columns->all[table->inputs[j].column].n_missing > 0 &&
                        isnan(csv_table_value(table, i, j));
        }
    }
    if (table->n < n_rows) {
        int first = 0;
        while (first < table->n && table->row[first] == first) {
            first++;
        }
        notes_add(notes,
                  "%s:%ld: %d of %d rows lack a value and are left out (--missing), this one first",
                  csv_columns_path(columns, first), csv_columns_line(columns, first),
                  n_rows - table->n, n_rows);
    }
    if (n_filled > 0) {
        notes_add(notes,
                  "%s: %ld missing value%s filled in with the mean of the column (--missing)",
                  table->path, n_filled, n_filled > 1 ? "s are" : " is");
    }
}

static void note_quantity(struct notes *notes, const struct csv_table *table)
{
    if (table->classes->is_numeric && table->classes->n > NUMBERS_MANY) {
        notes_add(notes,
                  "%s: column %s, the label, has %d different numbers in %d rows: each is a class "
                  "of its own, however near to another",
                  table->path, table->columns.all[table->columns.label].name, table->classes->n,
                  table->n);
    }
}

/* Classes that are on one side alone, test or train. */
static void note_one_sided(struct notes *notes, const struct csv_table *table, bool is_test,
                           const char *what)
{
    int c = table->classes->n, first = -1, n = 0;
    int *n_there = calloc((size_t)c, sizeof *n_there);
    for (int i = 0; n_there && i < table->n; i++) {
        n_there[table->classes->code[i]] += table->is_test[i] == is_test;
    }
    for (int k = 0; n_there && k < c; k++) {
        first = n_there[k] == 0 && first < 0 ? k : first;
        n += n_there[k] == 0;
    }
    if (first >= 0) {
        char shown[SHOWN];
        int row = table->classes->first[first];
        notes_add(notes, "%s:%ld: the class '%s' has no row to %s%s",
                  csv_columns_path(&table->columns, row), csv_columns_line(&table->columns, row),
                  clean_copy(shown, sizeof shown, table->classes->text[first]), what,
                  n > 1 ? "; others too" : "");
    }
    free(n_there);
}

void csv_notes_add(struct notes *notes, const struct csv_table *table)
{
    if (table->columns.grid.has_size_line) {
        notes_add(notes, "%s:1: a line that says how many rows and columns there are: left out",
                  table->path);
    }
    note_left_out(notes, table);
    note_words(notes, table);
    note_missing(notes, table);
    note_quantity(notes, table);
    note_one_sided(notes, table, true, "test on: it is never tested");
    note_one_sided(notes, table, false, "train on: it cannot be learned");
}
