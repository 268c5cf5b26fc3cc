/* SPDX-License-Identifier: MIT */
#include "tasks/csv_columns.h"

#include <stdlib.h>

const char *csv_kind_name(enum csv_kind kind)
{
    static const char *const names[CSV_KINDS] = {
        [CSV_NUMBERS] = "numbers", [CSV_COUNTER] = "counter", [CSV_CATEGORIES] = "categories",
        [CSV_NAMES] = "names",     [CSV_SAME] = "constant",   [CSV_DATES] = "dates",
        [CSV_EMPTY] = "empty",     [CSV_MIXED] = "mixed"};
    return names[kind];
}

const char *csv_role_name(enum csv_role role)
{
    static const char *const names[CSV_ROLES] = {[CSV_INPUT] = "input",
                                                 [CSV_LABEL] = "label",
                                                 [CSV_TASK] = "task",
                                                 [CSV_LEFT_OUT] = "left out"};
    return names[role];
}

void csv_columns_fini(struct csv_columns *columns)
{
    for (int j = 0; columns->all && j < columns->grid.n_columns; j++) {
        csv_values_fini(&columns->all[j].values);
        free(columns->all[j].trouble);
    }
    free(columns->all);
    csv_grid_fini(&columns->grid);
    *columns = (struct csv_columns){0};
}

int csv_columns_rows(const struct csv_columns *columns)
{
    return columns->grid.n - columns->begin;
}

const char *csv_columns_path(const struct csv_columns *columns, int row)
{
    return csv_grid_path(&columns->grid, columns->begin + row);
}

long csv_columns_line(const struct csv_columns *columns, int row)
{
    return columns->grid.line[columns->begin + row];
}

const char *csv_columns_text(const struct csv_columns *columns, int row, int column)
{
    return csv_grid_text(&columns->grid, columns->begin + row, column);
}

double csv_columns_number(const struct csv_columns *columns, int row, int column)
{
    return csv_grid_number(&columns->grid, columns->begin + row, column);
}

const char *csv_columns_label_advice(const struct csv_columns *columns)
{
    return columns->is_label_given ? "" : ", or say which column is the label with --label";
}
