/* SPDX-License-Identifier: MIT */
#include "tasks/csv_head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"

enum {
    NAME_MAX_BYTES = 256, /* of a column that is looked for by what is seen of it */
    ROWS_LOOKED_AT = 1000,
    SHOWN = 32
};

void csv_head_fini(struct csv_head *head)
{
    free(head->is_asked);
    free(head->is_dropped);
    *head = (struct csv_head){0};
}

/* ---- is it a header? ---- */

static bool is_word(const struct csv_grid *grid, int row, int column)
{
    return csv_grid_cell(grid, row, column) == CSV_CELL_WORD;
}

/* Is the first cell that is not missing below the first line something else than a word? */
static bool is_over_numbers(const struct csv_grid *grid, int column)
{
    int row = 1;
    while (row < grid->n && csv_grid_cell(grid, row, column) == CSV_CELL_MISSING) {
        row++;
    }
    return row < grid->n && !is_word(grid, row, column);
}

static bool is_found_below(const struct csv_grid *grid, int column)
{
    const char *first = csv_grid_text(grid, 0, column);
    for (int row = 1; row < grid->n && row < ROWS_LOOKED_AT; row++) {
        if (strcmp(csv_grid_text(grid, row, column), first) == 0) {
            return true;
        }
    }
    return false;
}

/* Words name columns where numbers follow; where words follow, if few of them are among those. */
static bool is_header(const struct csv_grid *grid, int label)
{
    int n_words = 0, n_found = 0;
    for (int j = 0; j < grid->n_columns; j++) {
        if (j == label || !is_word(grid, 0, j)) {
            continue;
        }
        if (is_over_numbers(grid, j)) {
            return true;
        }
        n_words++;
        n_found += is_found_below(grid, j);
    }
    bool are_all = n_words == grid->n_columns - 1 || (n_words > 0 && grid->n == 1);
    return are_all && 2 * n_found < n_words;
}

/* ---- which column is meant ---- */

/* The first line's cells as "a, b, c", cut to `size`. */
static void list_columns(char *list, size_t size, const struct csv_grid *grid)
{
    size_t used = 0;
    list[0] = '\0';
    for (int j = 0; j < grid->n_columns && used + SHOWN + 8 < size; j++) {
        char cell[SHOWN];
        clean_copy(cell, sizeof cell, csv_grid_text(grid, 0, j));
        used += (size_t)snprintf(list + used, size - used, "%s%s", j ? ", " : "", cell);
        if (j + 1 < grid->n_columns && used + SHOWN + 8 >= size) {
            snprintf(list + used, size - used, ", ...");
        }
    }
}

static bool set_no_column(const struct csv_grid *grid, enum reading_id id, const char *wanted,
                          struct err *err)
{
    char shown[SHOWN], list[160];
    const char *path = grid->source[0].path, *option = reading_at(id)->name;
    clean_copy(shown, sizeof shown, wanted);
    list_columns(list, sizeof list, grid);
    if (is_header(grid, grid->n_columns - 1)) {
        return err_set(err, ERR_USAGE, "%s: no column '%s' for --%s; its columns are %s", path,
                       shown, option, list);
    }
    return err_set(err, ERR_USAGE,
                   "%s: no column '%s' for --%s; it has no header, give a number from 1 to %d",
                   path, shown, option, grid->n_columns);
}

/* As a person would say, who does not see what is hidden in a name. */
static bool is_called(const char *cell, const char *wanted)
{
    char seen[NAME_MAX_BYTES], said[NAME_MAX_BYTES];
    return strcmp(cell, wanted) == 0 ||
           (strlen(cell) < sizeof seen && strlen(wanted) < sizeof said &&
            strcmp(clean_copy(seen, sizeof seen, cell), clean_copy(said, sizeof said, wanted)) ==
                0);
}

/* A number from 1, else a name of the first line; -1 = none.  A name that is no number says that
 * the line is a header. */
static int find_column(struct csv_head *head, const struct csv_grid *grid, const char *wanted)
{
    size_t length = strlen(wanted);
    if (length > 0 && length < 8 && strspn(wanted, "0123456789") == length) {
        int number = atoi(wanted);
        if (number >= 1 && number <= grid->n_columns) {
            return number - 1;
        }
    }
    for (int j = 0; j < grid->n_columns; j++) {
        double number;
        if (is_called(csv_grid_text(grid, 0, j), wanted)) {
            head->is_header |= !csv_cell_is_number(csv_cell_read(wanted, &number));
            return j;
        }
    }
    return -1;
}

/* One column of an option. */
static bool take_column(struct csv_head *head, const struct csv_grid *grid, enum reading_id id,
                        const char *wanted, int *column, struct err *err)
{
    *column = find_column(head, grid, wanted);
    return *column >= 0 || set_no_column(grid, id, wanted, err);
}

/* COL,COL...: marks them.  A name with a comma in it is found if it stands alone. */
static bool take_columns(struct csv_head *head, const struct csv_grid *grid, enum reading_id id,
                         const char *wanted, bool *marks, struct err *err)
{
    int column = find_column(head, grid, wanted);
    if (column >= 0) {
        marks[column] = true;
        return true;
    }
    for (const char *at = wanted; *at; at += *at == ',') {
        char name[NAME_MAX_BYTES];
        size_t length = strcspn(at, ","), blank = strspn(at, " ");
        size_t n = length > blank ? length - blank : 0;
        snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1),
                 at + (length > blank ? blank : 0));
        if (!take_column(head, grid, id, name, &column, err)) {
            return false;
        }
        marks[column] = true;
        at += length;
    }
    return true;
}

static bool take_all(struct csv_head *head, const struct csv_grid *grid,
                     const struct data_reading *reading, struct err *err)
{
    const char *label = reading->text[READING_LABEL], *task = reading->text[READING_TASK_COLUMN],
               *asked = reading->text[READING_COLUMNS], *dropped = reading->text[READING_DROP];
    head->label = grid->n_columns - 1;
    head->task = -1;
    if ((label && !take_column(head, grid, READING_LABEL, label, &head->label, err)) ||
        (task && !take_column(head, grid, READING_TASK_COLUMN, task, &head->task, err)) ||
        (asked && !take_columns(head, grid, READING_COLUMNS, asked, head->is_asked, err)) ||
        (dropped && !take_columns(head, grid, READING_DROP, dropped, head->is_dropped, err))) {
        return false;
    }
    if (!label && head->task == head->label) {
        head->label--; /* the last column is of tasks: the one before it */
    }
    if (head->task == head->label) {
        return err_set(err, ERR_USAGE,
                       "%s: two columns expected for --label and --task-column, one found",
                       grid->source[0].path);
    }
    if (head->is_dropped[head->label] || (head->task >= 0 && head->is_dropped[head->task])) {
        return err_set(err, ERR_USAGE,
                       "%s: --drop: columns of inputs expected, the column of the %s found%s",
                       grid->source[0].path, head->is_dropped[head->label] ? "label" : "tasks",
                       label ? "" : "; say which one is the label with --label");
    }
    return true;
}

bool csv_head_read(struct csv_head *head, const struct csv_grid *grid,
                   const struct data_reading *reading, struct err *err)
{
    size_t m = (size_t)grid->n_columns;
    *head = (struct csv_head){.is_asked = calloc(m, sizeof(bool)),
                              .is_dropped = calloc(m, sizeof(bool))};
    if (!head->is_asked || !head->is_dropped) {
        return err_set(err, ERR_FAILED, "memory: no room for %zu columns", m);
    }
    if (!take_all(head, grid, reading, err)) {
        return false;
    }
    head->is_header = head->is_header || is_header(grid, head->label);
    return true;
}
