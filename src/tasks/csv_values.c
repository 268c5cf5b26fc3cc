/* SPDX-License-Identifier: MIT */
#include "tasks/csv_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one row says. */
struct said {
    const char *text;
    double number; /* 0 unless all are numbers */
    int row;
};

void csv_values_fini(struct csv_values *values)
{
    free(values->text);
    free(values->first);
    free(values->code);
    *values = (struct csv_values){0};
}

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: no room for the values of a column");
}

static int compare(const void *left, const void *right)
{
    const struct said *a = left, *b = right;
    if (a->number != b->number) {
        return a->number < b->number ? -1 : 1;
    }
    int order = strcmp(a->text, b->text);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

/* Those that are not missing; returns how many.  said: (n) */
static int collect(struct said *said, const struct csv_grid *grid, int begin, int column,
                   bool *is_numeric)
{
    int n = 0;
    *is_numeric = true;
    for (int row = begin; row < grid->n; row++) {
        double number;
        enum csv_cell cell = csv_cell_read(csv_grid_text(grid, row, column), &number);
        if (cell != CSV_CELL_MISSING) {
            *is_numeric = *is_numeric && csv_cell_is_number(cell) && isfinite(number);
            said[n++] = (struct said){csv_grid_text(grid, row, column),
                                      csv_cell_is_number(cell) ? number : 0, row - begin};
        }
    }
    for (int i = 0; i < n && !*is_numeric; i++) {
        said[i].number = 0;
    }
    return n;
}

static bool is_new(const struct said *said, int i)
{
    return i == 0 || strcmp(said[i].text, said[i - 1].text) != 0;
}

static bool reserve(struct csv_values *values, int n_rows, struct err *err)
{
    size_t c = (size_t)values->n + 1; /* 0 of them have room, too */
    values->text = malloc(c * sizeof *values->text);
    values->first = malloc(c * sizeof *values->first);
    values->code = malloc(((size_t)n_rows + 1) * sizeof *values->code);
    return (values->text && values->first && values->code) || no_memory(err);
}

/* said: (n) sorted */
static bool number(struct csv_values *values, const struct said *said, int n, int n_rows,
                   struct err *err)
{
    for (int i = 0; i < n; i++) {
        values->n += is_new(said, i);
    }
    if (values->n > CSV_VALUES_MAX) {
        return true;
    }
    if (!reserve(values, n_rows, err)) {
        return false;
    }
    for (int row = 0; row < n_rows; row++) {
        values->code[row] = CSV_NO_VALUE;
    }
    int c = 0;
    for (int i = 0; i < n; i++) {
        if (is_new(said, i)) {
            values->text[c] = said[i].text;
            values->first[c++] = said[i].row;
        }
        values->code[said[i].row] = (uint16_t)(c - 1);
    }
    return true;
}

bool csv_values_find(struct csv_values *values, const struct csv_grid *grid, int begin, int column,
                     struct err *err)
{
    int n_rows = grid->n - begin;
    struct said *said = malloc(((size_t)n_rows + 1) * sizeof *said);
    *values = (struct csv_values){0};
    if (!said) {
        return no_memory(err);
    }
    int n = collect(said, grid, begin, column, &values->is_numeric);
    qsort(said, (size_t)n, sizeof *said, compare);
    bool ok = number(values, said, n, n_rows, err);
    free(said);
    return ok;
}

/* A value, and where it came from. */
struct place {
    int first, code;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

/* Gives value i of now the number to[i], -1: it goes; code: (n) */
static bool renumber(struct csv_values *values, const int *to, int n, struct err *err)
{
    struct csv_values fresh = {.is_numeric = values->is_numeric};
    for (int c = 0; c < values->n; c++) {
        fresh.n += to[c] >= 0;
    }
    if (!reserve(&fresh, n, err)) {
        csv_values_fini(&fresh);
        return false;
    }
    for (int c = 0; c < values->n; c++) {
        if (to[c] >= 0) {
            fresh.text[to[c]] = values->text[c];
            fresh.first[to[c]] = values->first[c];
        }
    }
    for (int row = 0; row < n; row++) {
        uint16_t code = values->code[row];
        fresh.code[row] = code == CSV_NO_VALUE ? code : (uint16_t)to[code];
    }
    csv_values_fini(values);
    *values = fresh;
    return true;
}

bool csv_values_as_they_come(struct csv_values *values, int n, struct err *err)
{
    if (!values->text) {
        return true;
    }
    size_t c = (size_t)values->n + 1;
    struct place *places = calloc(c, sizeof *places);
    int *to = calloc(c, sizeof *to);
    bool ok = (places && to) || no_memory(err);
    for (int i = 0; ok && i < values->n; i++) {
        places[i] = (struct place){values->first[i], i};
    }
    if (ok && !values->is_numeric) {
        qsort(places, (size_t)values->n, sizeof *places, compare_places);
    }
    for (int i = 0; ok && i < values->n; i++) {
        to[places[i].code] = i;
    }
    ok = ok && renumber(values, to, n, err);
    free(places);
    free(to);
    return ok;
}

bool csv_values_keep(struct csv_values *values, const int *row, int n, struct err *err)
{
    int *to = malloc(((size_t)values->n + 1) * sizeof *to), c = 0;
    if (!to) {
        return no_memory(err);
    }
    for (int i = 0; i < values->n; i++) {
        to[i] = -1;
    }
    for (int i = 0; i < n; i++) {
        uint16_t code = values->code[i] = values->code[row[i]]; /* row[i] >= i */
        if (code != CSV_NO_VALUE) {
            to[code] = 0;
        }
    }
    for (int i = 0; i < values->n; i++) {
        to[i] = to[i] < 0 ? -1 : c++;
    }
    bool ok = renumber(values, to, n, err);
    free(to);
    return ok;
}
