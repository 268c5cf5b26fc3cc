/* SPDX-License-Identifier: MIT */
#include "tasks/csv_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/csv_read.h"
#include "tasks/csv_split.h"

enum { CSV_INPUTS_MAX = 1 << 20, SHOWN = 32 };

void csv_table_fini(struct csv_table *table)
{
    free(table->row);
    free(table->is_test);
    free(table->inputs);
    csv_columns_fini(&table->columns);
    *table = (struct csv_table){0};
}

static bool set_no_memory(const struct csv_table *table, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s: no memory for the table; make the file smaller",
                   table->path);
}

double csv_table_value(const struct csv_table *table, int i, int input)
{
    struct csv_input of = table->inputs[input];
    int row = table->row[i];
    if (of.category < 0) {
        return csv_columns_number(&table->columns, row, of.column);
    }
    uint16_t code = table->columns.all[of.column].values.code[row];
    return code == CSV_NO_VALUE ? (double)NAN : code == of.category;
}

/* ---- rows ---- */

static bool is_missing(const struct csv_columns *columns, int row, int j)
{
    const struct csv_values *values = &columns->all[j].values;
    return values->code ? values->code[row] == CSV_NO_VALUE
                        : isnan(csv_columns_number(columns, row, j));
}

/* Without a label, or a task, a row is of no use; without an input, if it is not filled in. */
static bool is_used(const struct csv_columns *columns, int row, bool is_filled)
{
    for (int j = 0; j < columns->grid.n_columns; j++) {
        enum csv_role role = columns->all[j].role;
        bool counts = role == CSV_LABEL || role == CSV_TASK || (role == CSV_INPUT && !is_filled);
        if (counts && columns->all[j].n_missing > 0 && is_missing(columns, row, j)) {
            return false;
        }
    }
    return true;
}

static bool choose_rows(struct csv_table *table, const struct data_reading *reading,
                        struct err *err)
{
    struct csv_columns *columns = &table->columns;
    int n_rows = csv_columns_rows(columns);
    bool is_filled = reading_is(reading, READING_MISSING, "mean");
    table->row = malloc(((size_t)n_rows + 1) * sizeof *table->row);
    if (!table->row) {
        return set_no_memory(table, err);
    }
    for (int row = 0; row < n_rows; row++) {
        if (is_used(columns, row, is_filled)) {
            table->row[table->n++] = row;
        }
    }
    int n_left = n_rows - table->n;
    return table->n >= CSV_ROWS_MIN ||
           err_set(err, ERR_FAILED, "%s: at least %d rows of data expected, %d found%s",
                   table->path, CSV_ROWS_MIN, table->n,
                   n_left ? " without a missing value; leave out columns with --drop" : "");
}

/* ---- inputs ---- */

static int count_inputs(const struct csv_columns *columns)
{
    int64_t d = 0;
    for (int j = 0; j < columns->grid.n_columns; j++) {
        d += columns->all[j].n_inputs;
    }
    return d > CSV_INPUTS_MAX ? -1 : (int)d;
}

static bool make_inputs(struct csv_table *table, struct err *err)
{
    const struct csv_columns *columns = &table->columns;
    int d = count_inputs(columns);
    if (d <= 0) {
        return err_set(err, ERR_FAILED, "%s: 1 to %d inputs expected, %s left; %s", table->path,
                       CSV_INPUTS_MAX, d ? "more are" : "none is",
                       d ? "leave out columns with --drop"
                         : "name some with --columns (oubli list columns FILE.csv)");
    }
    table->inputs = malloc((size_t)d * sizeof *table->inputs);
    if (!table->inputs) {
        return set_no_memory(table, err);
    }
    for (int j = 0; j < columns->grid.n_columns; j++) {
        bool is_number = columns->all[j].values.n == 0;
        for (int k = 0; k < columns->all[j].n_inputs; k++) {
            table->inputs[table->d++] = (struct csv_input){j, is_number ? -1 : k};
        }
    }
    return true;
}

/* ---- classes and tasks ---- */

static bool keep_values(struct csv_table *table, int column, const struct csv_values **values,
                        struct err *err)
{
    struct csv_values *own = &table->columns.all[column].values;
    *values = own;
    return csv_values_keep(own, table->row, table->n, err);
}

static bool find_classes(struct csv_table *table, struct err *err)
{
    const struct csv_columns *columns = &table->columns;
    if (!keep_values(table, columns->label, &table->classes, err) ||
        (columns->task >= 0 && !keep_values(table, columns->task, &table->tasks, err))) {
        return false;
    }
    char shown[SHOWN];
    return table->classes->n > 1 ||
           err_set(err, ERR_FAILED,
                   "%s: at least 2 classes expected, only '%s' found in column %s, where rows with "
                   "missing values are left out; leave out columns instead, with --drop",
                   table->path, clean_copy(shown, sizeof shown, table->classes->text[0]),
                   columns->all[columns->label].name);
}

static bool split(struct csv_table *table, const struct data_reading *reading, struct err *err)
{
    int n_classes = table->classes->n, n_tasks = table->tasks ? table->tasks->n : 1;
    struct csv_used used = {&table->columns, table->row, table->n, NULL, n_tasks * n_classes};
    int *strata = malloc((size_t)table->n * sizeof *strata);
    table->is_test = calloc((size_t)table->n, sizeof *table->is_test);
    if (!strata || !table->is_test) {
        free(strata);
        return set_no_memory(table, err);
    }
    for (int i = 0; i < table->n; i++) {
        int task = table->tasks ? table->tasks->code[i] : 0;
        strata[i] = task * n_classes + table->classes->code[i];
    }
    used.strata = strata;
    table->n_test = csv_split(table->is_test, &used, reading, err);
    free(strata);
    bool has_both = table->n_test > 0 && table->n_test < table->n;
    return table->n_test >= 0 &&
           (has_both || err_set(err, ERR_FAILED,
                                "%s: rows to train and to test on expected, %d and %d found; "
                                "choose them with --split",
                                table->path, table->n - table->n_test, table->n_test));
}

/* Each task must have something to train and to test on. */
static bool check_tasks(const struct csv_table *table, struct err *err)
{
    int n_tasks = table->tasks ? table->tasks->n : 0;
    int *n_sides = calloc(2 * (size_t)n_tasks + 1, sizeof *n_sides);
    bool ok = n_sides || set_no_memory(table, err);
    for (int i = 0; ok && n_tasks > 0 && i < table->n; i++) {
        n_sides[2 * table->tasks->code[i] + table->is_test[i]]++;
    }
    for (int t = 0; ok && t < n_tasks; t++) {
        char shown[SHOWN];
        ok = (n_sides[2 * t] > 0 && n_sides[2 * t + 1] > 0) ||
             err_set(err, ERR_FAILED,
                     "%s: column %s: rows to train and to test on expected for each task, '%s' has "
                     "%d and %d; leave it out of the file, or choose rows with --split",
                     table->path, table->columns.all[table->columns.task].name,
                     clean_copy(shown, sizeof shown, table->tasks->text[t]), n_sides[2 * t],
                     n_sides[2 * t + 1]);
    }
    free(n_sides);
    return ok;
}

static bool check_columns(const struct csv_columns *columns, struct err *err)
{
    for (int j = 0; j < columns->grid.n_columns; j++) {
        if (columns->all[j].trouble) {
            return err_set(err, columns->all[j].trouble->code, "%s", columns->all[j].trouble->msg);
        }
    }
    return true;
}

bool csv_table_read(struct csv_table *table, const char *path, const struct data_reading *reading,
                    const struct watch *watch, struct err *err)
{
    *table = (struct csv_table){.path = path};
    return csv_read(&table->columns, path, reading, watch, err) &&
           check_columns(&table->columns, err) && choose_rows(table, reading, err) &&
           make_inputs(table, err) && find_classes(table, err) && split(table, reading, err) &&
           check_tasks(table, err);
}
