/* SPDX-License-Identifier: MIT */
#include "tasks/csv_read.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "tasks/clean.h"
#include "tasks/csv_describe.h"
#include "tasks/csv_head.h"

static void name_column(const struct csv_columns *columns, int j, char name[CSV_NAME_SIZE])
{
    if (columns->has_header && *csv_grid_text(&columns->grid, 0, j)) {
        clean_copy(name, CSV_NAME_SIZE, csv_grid_text(&columns->grid, 0, j));
    } else {
        snprintf(name, CSV_NAME_SIZE, "%d%s", j + 1, columns->has_header ? " (no name)" : "");
    }
}

static bool begin_columns(struct csv_columns *columns, const struct csv_head *head,
                          const struct data_reading *reading, struct err *err)
{
    int m = columns->grid.n_columns;
    columns->has_header = head->is_header;
    columns->begin = head->is_header;
    columns->label = head->label;
    columns->task = head->task;
    columns->is_label_given = reading->text[READING_LABEL] != NULL;
    columns->all = calloc((size_t)m, sizeof *columns->all);
    for (int j = 0; columns->all && j < m; j++) {
        name_column(columns, j, columns->all[j].name);
    }
    return columns->all || err_set(err, ERR_FAILED, "memory: no room for %d columns", m);
}

static bool read_files(struct csv_columns *columns, struct csv_head *head, const char *path,
                       const struct data_reading *reading, const struct watch *watch,
                       struct err *err)
{
    const char *encoding = reading->text[READING_ENCODING], *test = reading->text[READING_TEST];
    struct watch_share first = {watch, 0, test ? 0.8 : 1}, second = {watch, first.to, 1};
    struct watch one = watch_of(&first), two = watch_of(&second);
    struct csv_grid *grid = &columns->grid;
    return csv_grid_add(grid, path, encoding, false, &one, err) &&
           csv_head_read(head, grid, reading, err) && begin_columns(columns, head, reading, err) &&
           (!test || csv_grid_add(grid, test, encoding, columns->has_header, &two, err));
}

bool csv_read(struct csv_columns *columns, const char *path, const struct data_reading *reading,
              const struct watch *watch, struct err *err)
{
    struct csv_head head = {0};
    *columns = (struct csv_columns){0};
    /* 0.5 is 0.5 in every language: in this thread numbers are read as the language C does. */
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    bool ok = read_files(columns, &head, path, reading, watch, err) &&
              csv_describe(columns, &head, reading, err);
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    csv_head_fini(&head);
    return ok;
}
