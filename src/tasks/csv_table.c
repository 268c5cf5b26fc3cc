/* SPDX-License-Identifier: MIT */
#include "tasks/csv_table.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/csv_rows.h"

enum { CSV_ROWS_MIN = 10, CSV_CLASSES_MAX = UINT16_MAX, CSV_SHOWN = 32 };
enum { ROWS_UNSEEN = 256 }; /* between two looks of whoever waits */

void csv_table_fini(struct csv_table *table)
{
    free(table->header);
    free(table->values);
    free(table->labels);
    free(table->classes);
    free(table->class_texts);
    *table = (struct csv_table){0};
}

static bool set_no_memory(const struct csv_table *table, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: no memory for the table; make the file smaller",
                   table->path);
}

static bool read_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0';
}

/* ---- the first line ---- */

static bool is_header(char *const *cells, int n_cells, int label_column)
{
    for (int j = 0; j < n_cells; j++) {
        double number;
        if (j != label_column && !read_number(cells[j], &number)) {
            return true;
        }
    }
    return false;
}

/* The first line's cells as "a, b, c", cut to `size`. */
static void list_columns(char *list, size_t size, char *const *cells, int n_cells)
{
    size_t used = 0;
    list[0] = '\0';
    for (int j = 0; j < n_cells && used + CSV_SHOWN + 8 < size; j++) {
        char cell[CSV_SHOWN];
        clean_copy(cell, sizeof cell, cells[j]);
        used += (size_t)snprintf(list + used, size - used, "%s%s", j ? ", " : "", cell);
        if (j + 1 < n_cells && used + CSV_SHOWN + 8 >= size) {
            snprintf(list + used, size - used, ", ...");
        }
    }
}

/* Which column holds the label: a number from 1, else a name of the first line. */
static bool find_label_column(struct csv_table *table, char *const *cells, const char *wanted,
                              struct err *err)
{
    if (!wanted) {
        table->label_column = table->n_columns - 1;
        return true;
    }
    size_t length = strlen(wanted);
    if (length > 0 && length < 8 && strspn(wanted, "0123456789") == length) {
        int number = atoi(wanted);
        if (number >= 1 && number <= table->n_columns) {
            table->label_column = number - 1;
            return true;
        }
    }
    for (int j = 0; j < table->n_columns; j++) {
        if (strcmp(cells[j], wanted) == 0) {
            table->label_column = j;
            return true;
        }
    }
    char shown[CSV_SHOWN], list[160];
    clean_copy(shown, sizeof shown, wanted);
    list_columns(list, sizeof list, cells, table->n_columns);
    if (is_header(cells, table->n_columns, table->n_columns - 1)) {
        return err_set(err, ERR_USAGE, "%s: no column '%s' for --label; its columns are %s",
                       table->path, shown, list);
    }
    return err_set(err, ERR_USAGE,
                   "%s: no column '%s' for --label; it has no header, give a number from 1 to %d",
                   table->path, shown, table->n_columns);
}

/* Is the first line a header?  It is when the label column is known by a name in it. */
static bool read_first_row(struct csv_table *table, const struct csv_rows *rows, const char *wanted,
                           struct err *err)
{
    table->n_columns = rows->n_cells;
    if (rows->n_cells == 0) {
        return err_set(err, ERR_FAILED,
                       "%s: a table of numbers with labels expected, nothing found", table->path);
    }
    if (rows->n_cells == 1) {
        return err_set(
            err, ERR_FAILED,
            "%s:%ld: at least 2 columns expected, 1 found; separate them by , or ; or tabs",
            table->path, rows->line);
    }
    if (!find_label_column(table, rows->cells, wanted, err)) {
        return false;
    }
    double number;
    bool named = wanted && strcmp(rows->cells[table->label_column], wanted) == 0 &&
                 !read_number(wanted, &number);
    if (named || is_header(rows->cells, rows->n_cells, table->label_column)) {
        table->header = malloc((size_t)rows->n_cells * sizeof *table->header);
        if (!table->header) {
            return set_no_memory(table, err);
        }
        memcpy(table->header, rows->cells, (size_t)rows->n_cells * sizeof *table->header);
    }
    return true;
}

/* ---- rows ---- */

static bool grow(struct csv_table *table, struct err *err)
{
    if (table->n < table->room) {
        return true;
    }
    if (table->room > INT_MAX / 2) {
        return err_set(err, ERR_FAILED, "%s: at most %d rows expected, more found", table->path,
                       table->room);
    }
    size_t room = table->room ? 2 * (size_t)table->room : 64;
    size_t each = (size_t)(table->n_columns - 1) * sizeof(double), size;
    if (__builtin_mul_overflow(room, each, &size)) {
        return set_no_memory(table, err);
    }
    double *values = realloc(table->values, size);
    if (!values) {
        return set_no_memory(table, err);
    }
    table->values = values;
    struct csv_label *labels = realloc(table->labels, room * sizeof *labels);
    if (!labels) {
        return set_no_memory(table, err);
    }
    table->labels = labels;
    table->room = (int)room;
    return true;
}

static bool read_feature(const struct csv_table *table, const struct csv_rows *rows, int column,
                         double *value, struct err *err)
{
    const char *text = rows->cells[column];
    if (read_number(text, value) && fabs(*value) <= (double)FLT_MAX) {
        return true;
    }
    char name[CSV_SHOWN], found[CSV_SHOWN];
    if (table->header) {
        clean_copy(name, sizeof name, table->header[column]);
    } else {
        snprintf(name, sizeof name, "%d", column + 1);
    }
    return err_set(
        err, ERR_FAILED,
        "%s:%ld: column %s: a finite number expected, '%s' found; mend or remove it, or say "
        "which column is the label with --label",
        table->path, rows->line, name, clean_copy(found, sizeof found, text));
}

static bool read_row(struct csv_table *table, const struct csv_rows *rows, struct err *err)
{
    if (rows->n_cells != table->n_columns) {
        return err_set(err, ERR_FAILED, "%s:%ld: %d fields expected as in the first line, %d found",
                       table->path, rows->line, table->n_columns, rows->n_cells);
    }
    if (!grow(table, err)) {
        return false;
    }
    double *value = table->values + (size_t)table->n * (size_t)(table->n_columns - 1);
    for (int j = 0; j < table->n_columns; j++) {
        if (j != table->label_column && !read_feature(table, rows, j, value++, err)) {
            return false;
        }
    }
    const char *text = rows->cells[table->label_column];
    if (!*text) {
        return err_set(err, ERR_FAILED,
                       "%s:%ld: a label expected in column %d, an empty cell found", table->path,
                       rows->line, table->label_column + 1);
    }
    table->labels[table->n] = (struct csv_label){.text = text, .row = table->n};
    table->n++;
    return true;
}

/* The text as a whole, and who waits for it. */
struct reading {
    const struct watch *watch;
    const char *begin;
    double length;
};

static bool tell(const struct reading *reading, const struct csv_rows *rows, struct err *err)
{
    double part = (double)(rows->at - reading->begin) / reading->length;
    return watch_goes_on(reading->watch, part) ||
           err_set(err, ERR_FAILED, "%s: stopped while it was being read", rows->path);
}

static bool read_rows(struct csv_table *table, struct csv_rows *rows, const char *wanted,
                      const struct reading *reading, struct err *err)
{
    if (!csv_rows_next(rows, err) || !read_first_row(table, rows, wanted, err)) {
        return false;
    }
    if (!table->header && !read_row(table, rows, err)) {
        return false;
    }
    while (csv_rows_next(rows, err)) {
        if (rows->n_cells == 0) {
            return table->n >= CSV_ROWS_MIN ||
                   err_set(err, ERR_FAILED, "%s: at least %d rows of data expected, %d found",
                           table->path, CSV_ROWS_MIN, table->n);
        }
        bool goes_on = table->n % ROWS_UNSEEN > 0 || tell(reading, rows, err);
        if (!goes_on || !read_row(table, rows, err)) {
            return false;
        }
    }
    return false;
}

/* ---- classes ---- */

static int compare_labels(const void *left, const void *right)
{
    const struct csv_label *a = left, *b = right;
    if (a->number != b->number) {
        return a->number < b->number ? -1 : 1;
    }
    return strcmp(a->text, b->text);
}

/* Numbers the classes in the order of their texts, or of their values if all are finite numbers. */
static bool find_classes(struct csv_table *table, struct err *err)
{
    size_t n = (size_t)table->n;
    bool numeric = true;
    for (size_t i = 0; i < n && numeric; i++) {
        numeric = read_number(table->labels[i].text, &table->labels[i].number) &&
                  isfinite(table->labels[i].number);
    }
    for (size_t i = 0; i < n && !numeric; i++) {
        table->labels[i].number = 0;
    }
    qsort(table->labels, n, sizeof *table->labels, compare_labels);
    table->classes = malloc(n * sizeof *table->classes);
    table->class_texts = malloc(n * sizeof *table->class_texts);
    if (!table->classes || !table->class_texts) {
        return set_no_memory(table, err);
    }
    for (size_t i = 0; i < n; i++) {
        const struct csv_label *label = &table->labels[i];
        if (i == 0 || strcmp(label->text, table->labels[i - 1].text) != 0) {
            table->class_texts[table->c++] = label->text;
        }
        if (table->c > CSV_CLASSES_MAX) {
            return err_set(
                err, ERR_FAILED,
                "%s: at most %d classes expected, more found; is column %d the label? (--label)",
                table->path, CSV_CLASSES_MAX, table->label_column + 1);
        }
        table->classes[label->row] = (uint16_t)(table->c - 1);
    }
    char shown[CSV_SHOWN];
    return table->c >= 2 ||
           err_set(
               err, ERR_FAILED,
               "%s: at least 2 classes expected, only '%s' found in column %d; is it the label? "
               "(--label)",
               table->path, clean_copy(shown, sizeof shown, table->class_texts[0]),
               table->label_column + 1);
}

bool csv_table_read(struct csv_table *table, const char *path, char *text, const char *label_column,
                    const struct watch *watch, struct err *err)
{
    struct csv_rows rows;
    struct reading reading = {watch, text, (double)strlen(text) + 1};
    *table = (struct csv_table){.path = path};
    csv_rows_init(&rows, path, text);
    bool done = read_rows(table, &rows, label_column, &reading, err) && find_classes(table, err);
    csv_rows_fini(&rows);
    return done;
}
