/* SPDX-License-Identifier: MIT */
#include "support/table.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "%s: cannot be read; start the tests in the repository's folder\n", path);
        abort();
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) {
        abort();
    }
    text[size] = '\0';
    fclose(file);
    return text;
}

struct table *table_open(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "tests/reference/%s", name);
    struct table *table = calloc(1, sizeof *table);
    if (!table) {
        abort();
    }
    table->text = read_all(path);
    char *rest = table->text;
    bool is_header = true;
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (is_header || *line == '\0') {
            is_header = false;
            continue;
        }
        if (table->n == TABLE_ROWS_MAX) {
            abort();
        }
        char **fields = table->fields[table->n++];
        for (int i = 0; i < TABLE_FIELDS_MAX; i++) {
            char *field = strsep(&line, "\t");
            fields[i] = field ? field : table->text + strlen(table->text);
        }
    }
    return table;
}

void table_close(struct table *table)
{
    free(table->text);
    free(table);
}

double table_number(const struct table *table, int row, int field)
{
    return strtod(table->fields[row][field], NULL);
}

int table_find(const struct table *table, int from, const char *const *keys)
{
    for (int row = from; row < table->n; row++) {
        int i = 0;
        while (keys[i] && strcmp(table->fields[row][i], keys[i]) == 0) {
            i++;
        }
        if (!keys[i]) {
            return row;
        }
    }
    return -1;
}
