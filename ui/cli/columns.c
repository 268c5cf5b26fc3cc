/* SPDX-License-Identifier: MIT */
#include "ui/cli/columns.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tasks/clean.h"

enum { SHOWN = 24, VALUES_SIZE = 120, DETAIL_SIZE = 512, GAP = 2 };

/* The first values, "female, male" or "a, b, ...". */
static void list_values(const struct csv_values *values, char list[VALUES_SIZE])
{
    size_t used = 0;
    list[0] = '\0';
    for (int i = 0; values->text && i < values->n; i++) {
        char value[SHOWN];
        clean_copy(value, sizeof value, values->text[i]);
        bool fits = used + strlen(value) + 8 < VALUES_SIZE;
        used += (size_t)snprintf(list + used, VALUES_SIZE - used, "%s%s", i ? ", " : "",
                                 fits ? value : "...");
        if (!fits) {
            return;
        }
    }
}

/* What it is: "numbers 4.3 .. 7.9", "categories, 2 inputs: female, male; 3 missing". */
static void describe(const struct csv_column *column, char detail[DETAIL_SIZE])
{
    char list[VALUES_SIZE], what[256];
    const struct csv_values *values = &column->values;
    bool is_number = column->kind == CSV_NUMBERS || column->kind == CSV_COUNTER;
    list_values(values, list);
    if (column->role == CSV_LABEL || column->role == CSV_TASK) {
        snprintf(what, sizeof what, "%d %s: %s", values->n,
                 column->role == CSV_LABEL ? "classes" : "tasks", list);
    } else if (column->role == CSV_INPUT && values->n > 0) {
        snprintf(what, sizeof what, "%s, %d inputs: %s", csv_kind_name(column->kind), values->n,
                 list);
    } else if (is_number) {
        snprintf(what, sizeof what, "%s, %.6g .. %.6g", csv_kind_name(column->kind), column->min,
                 column->max);
    } else if (values->n > 0) {
        snprintf(what, sizeof what, "%s, %d different", csv_kind_name(column->kind), values->n);
    } else {
        snprintf(what, sizeof what, "%s", csv_kind_name(column->kind));
    }
    snprintf(detail, DETAIL_SIZE, "%s%s%s", what, column->why ? ": " : "",
             column->why ? column->why : "");
    if (column->n_missing > 0 && column->kind != CSV_EMPTY) {
        size_t used = strlen(detail);
        snprintf(detail + used, DETAIL_SIZE - used, "; %d missing", column->n_missing);
    }
}

/* Columns of the screen that a text takes, roughly: its characters. */
static int width_of(const char *text)
{
    int n = 0;
    for (; *text; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

static void print_one(const struct page *page, const struct csv_column *column, int number,
                      int name_width)
{
    char detail[DETAIL_SIZE];
    describe(column, detail);
    int indent = 4 + GAP + name_width + GAP + (int)strlen("left out") + GAP;
    fprintf(page->out, "%4d  %s%*s  %-8s  ", number, column->name,
            name_width - width_of(column->name), "", csv_role_name(column->role));
    page_wrap(page, indent, indent, detail);
}

static void print_troubles(const struct page *page, const struct csv_columns *columns)
{
    for (int j = 0; j < columns->grid.n_columns; j++) {
        if (columns->all[j].trouble) {
            page_paragraph(page, 0, columns->all[j].trouble->msg);
        }
    }
}

void columns_print(const struct page *page, const struct csv_columns *columns)
{
    int name_width = 0, n_inputs = 0;
    for (int j = 0; j < columns->grid.n_columns; j++) {
        int width = width_of(columns->all[j].name);
        name_width = width > name_width ? width : name_width;
        n_inputs += columns->all[j].n_inputs;
    }
    for (int j = 0; j < columns->grid.n_columns; j++) {
        print_one(page, &columns->all[j], j + 1, name_width);
    }
    fprintf(page->out, "%d rows, %d inputs, %s\n", csv_columns_rows(columns), n_inputs,
            columns->has_header ? "names in the first line" : "no header");
    print_troubles(page, columns);
}

/* ---- JSON ---- */

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *values_of(const struct csv_values *values)
{
    json_t *array = json_array();
    for (int i = 0; values->text && i < values->n; i++) {
        char value[256];
        json_array_append_new(array, json_string(clean_copy(value, sizeof value, values->text[i])));
    }
    return array;
}

static json_t *object_of(const struct csv_column *column, int number)
{
    bool is_number = column->kind == CSV_NUMBERS || column->kind == CSV_COUNTER;
    return json_pack(
        "{s:i, s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "column", number, "name",
        column->name, "kind", csv_kind_name(column->kind), "role", csv_role_name(column->role),
        "inputs", column->n_inputs, "missing", column->n_missing, "different", column->values.n,
        "values", values_of(&column->values), "min",
        is_number ? json_real(column->min) : json_null(), "max",
        is_number ? json_real(column->max) : json_null(), "why", text_or_null(column->why),
        "trouble", text_or_null(column->trouble ? column->trouble->msg : NULL));
}

bool columns_json(FILE *out, const struct csv_columns *columns, struct err *err)
{
    json_t *array = json_array();
    for (int j = 0; j < columns->grid.n_columns; j++) {
        json_array_append_new(array, object_of(&columns->all[j], j + 1));
    }
    bool ok = array && json_dumpf(array, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) == 0;
    json_decref(array);
    fputc('\n', out);
    return ok || err_set(err, ERR_FAILED, "memory: none left for the JSON of the columns");
}
