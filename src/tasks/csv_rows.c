/* SPDX-License-Identifier: MIT */
#include "tasks/csv_rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CSV_COLUMNS_MAX = 1 << 20 };

static bool is_blank(char c)
{
    return c == ' ';
}

/* A comma between digits may be a decimal one; it separates where nothing else does. */
static bool may_be_decimal(const char *at, const char *begin)
{
    return *at == ',' && at > begin && isdigit((unsigned char)at[-1]) &&
           isdigit((unsigned char)at[1]);
}

/* The separator the first row has most of, outside quotes; a comma if it has none. */
static char find_separator(const char *begin)
{
    static const char separators[] = {'\t', ';', ','};
    size_t counts[3] = {0}, best = 2;
    bool quoted = false;
    begin += strspn(begin, " \t\n");
    for (const char *at = begin; *at && (quoted || *at != '\n'); at++) {
        quoted ^= *at == '"';
        for (size_t i = 0; i < 3; i++) {
            counts[i] += !quoted && *at == separators[i] && !may_be_decimal(at, begin);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    return separators[best];
}

void csv_rows_init(struct csv_rows *rows, const char *path, char *text)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    size_t skip = sizeof byte_order_mark - 1;
    if (strncmp(text, byte_order_mark, skip) == 0) {
        text += skip;
    }
    *rows = (struct csv_rows){
        .path = path, .at = text, .next_line = 1, .separator = find_separator(text)};
}

void csv_rows_fini(struct csv_rows *rows)
{
    free(rows->cells);
    *rows = (struct csv_rows){0};
}

static bool push_cell(struct csv_rows *rows, char *cell, struct err *err)
{
    if (rows->n_cells == CSV_COLUMNS_MAX) {
        return err_set(err, ERR_FAILED, "%s:%ld: at most %d columns expected, more found",
                       rows->path, rows->line, CSV_COLUMNS_MAX);
    }
    if (rows->n_cells == rows->room) {
        int room = rows->room ? 2 * rows->room : 64;
        char **cells = realloc(rows->cells, (size_t)room * sizeof *cells);
        if (!cells) {
            return err_set(err, ERR_FAILED, "%s:%ld: no memory for %d columns", rows->path,
                           rows->line, room);
        }
        rows->cells = cells;
        rows->room = room;
    }
    rows->cells[rows->n_cells++] = cell;
    return true;
}

/* Reads the quoted cell that begins at the quote `at`: takes the quotes away in place, sets `*end`
 * to the end of its text and returns what follows it; NULL and err if the quotes are wrong. */
static char *read_quoted(struct csv_rows *rows, char *at, char **end, struct err *err)
{
    long opened = rows->next_line;
    char *from = at + 1, *to = at + 1;
    for (; *from && (*from != '"' || from[1] == '"'); from++) {
        from += *from == '"';
        rows->next_line += *from == '\n';
        *to++ = *from;
    }
    if (!*from) {
        err_set(err, ERR_FAILED, "%s:%ld: a closing quote expected, the end of the file found",
                rows->path, opened);
        return NULL;
    }
    *end = to;
    from++;
    while (is_blank(*from)) {
        from++;
    }
    if (*from && *from != rows->separator && *from != '\n') {
        err_set(
            err, ERR_FAILED,
            "%s:%ld: a separator expected after a closing quote, more text found; a quote inside "
            "quotes is written twice",
            rows->path, rows->next_line);
        return NULL;
    }
    return from;
}

/* Sets `*end` to the end of the cell's text and returns what follows it. */
static char *read_plain(const struct csv_rows *rows, char *at, char **end)
{
    const char stops[] = {rows->separator, '\n', '\0'};
    char *from = at + strcspn(at, stops);
    *end = from;
    while (*end > at && is_blank((*end)[-1])) {
        (*end)--;
    }
    return from;
}

static void skip_blank_rows(struct csv_rows *rows)
{
    size_t blank;
    while ((blank = strspn(rows->at, " \t")), rows->at[blank] == '\n') {
        rows->at += blank + 1;
        rows->next_line++;
    }
    if (rows->at[blank] == '\0') {
        rows->at += blank;
    }
}

bool csv_rows_next(struct csv_rows *rows, struct err *err)
{
    rows->n_cells = 0;
    skip_blank_rows(rows);
    rows->line = rows->next_line;
    bool more = *rows->at != '\0';
    while (more) {
        char *cell = rows->at, *end;
        while (is_blank(*cell)) {
            cell++;
        }
        bool quoted = *cell == '"';
        char *after = quoted ? read_quoted(rows, cell, &end, err) : read_plain(rows, cell, &end);
        if (!after || !push_cell(rows, cell + quoted, err)) {
            return false;
        }
        more = *after == rows->separator;
        rows->next_line += *after == '\n';
        rows->at = *after ? after + 1 : after;
        *end = '\0'; /* last: it may overwrite what `after` points at */
    }
    return true;
}
