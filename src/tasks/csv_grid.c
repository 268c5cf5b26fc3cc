/* SPDX-License-Identifier: MIT */
#include "tasks/csv_grid.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/csv_rows.h"
#include "tasks/gz.h"
#include "tasks/plain_text.h"

enum {
    ROWS_UNSEEN = 256, /* between two looks of whoever waits */
    ROWS_AT_FIRST = 64,
    SIZE_MIN = 10, /* rows that a line of sizes speaks of */
    SHOWN = 32
};
static const size_t text_max = (size_t)1 << 30;
static const double TEXT_SHARE = 0.1; /* of the time: getting the text; the rest, its rows */

void csv_grid_fini(struct csv_grid *grid)
{
    for (int i = 0; i < grid->n_sources; i++) {
        free(grid->source[i].text);
    }
    free(grid->at);
    free(grid->number);
    free(grid->line);
    *grid = (struct csv_grid){0};
}

static size_t place(const struct csv_grid *grid, int row, int column)
{
    return (size_t)row * (size_t)grid->n_columns + (size_t)column;
}

static const struct csv_source *source_of(const struct csv_grid *grid, int row)
{
    return &grid->source[grid->n_sources > 1 && row >= grid->n_first];
}

const char *csv_grid_text(const struct csv_grid *grid, int row, int column)
{
    return source_of(grid, row)->text + grid->at[place(grid, row, column)];
}

double csv_grid_number(const struct csv_grid *grid, int row, int column)
{
    return grid->number[place(grid, row, column)];
}

const char *csv_grid_path(const struct csv_grid *grid, int row)
{
    return source_of(grid, row)->path;
}

/* With commas between columns a comma is not a decimal one. */
static enum csv_cell read_cell(const struct csv_grid *grid, const char *text, double *number)
{
    enum csv_cell cell = csv_cell_read(text, number);
    *number = !csv_cell_is_number(cell) || (cell == CSV_CELL_COMMA && grid->separator == ',')
                  ? (double)NAN
                  : *number;
    return cell;
}

enum csv_cell csv_grid_cell(const struct csv_grid *grid, int row, int column)
{
    double number;
    return read_cell(grid, csv_grid_text(grid, row, column), &number);
}

static bool grow(struct csv_grid *grid, struct err *err)
{
    const char *path = grid->source[grid->n_sources - 1].path;
    if (grid->n < grid->room) {
        return true;
    }
    if (grid->room > INT_MAX / 2) {
        return err_set(err, ERR_FAILED, "%s: at most %d rows expected, more found", path,
                       grid->room);
    }
    size_t room = grid->room ? 2 * (size_t)grid->room : ROWS_AT_FIRST, cells, bytes;
    bool fits = !__builtin_mul_overflow(room, (size_t)grid->n_columns, &cells) &&
                !__builtin_mul_overflow(cells, sizeof *grid->number, &bytes);
    uint32_t *at = fits ? realloc(grid->at, cells * sizeof *at) : NULL;
    grid->at = at ? at : grid->at;
    double *number = at ? realloc(grid->number, cells * sizeof *number) : NULL;
    grid->number = number ? number : grid->number;
    long *line = number ? realloc(grid->line, room * sizeof *line) : NULL;
    grid->line = line ? line : grid->line;
    if (!line) {
        return err_set(err, ERR_FAILED, "%s: no memory for the table; make the file smaller", path);
    }
    grid->room = (int)room;
    return true;
}

static bool add_row(struct csv_grid *grid, const struct csv_rows *rows, struct err *err)
{
    if (rows->n_cells != grid->n_columns) {
        return err_set(err, ERR_FAILED,
                       "%s:%ld: %d fields expected as in the first line%s%s, %d found", rows->path,
                       rows->line, grid->n_columns, grid->n_sources > 1 ? " of " : "",
                       grid->n_sources > 1 ? grid->source[0].path : "", rows->n_cells);
    }
    if (!grow(grid, err)) {
        return false;
    }
    const char *text = grid->source[grid->n_sources - 1].text;
    size_t first = place(grid, grid->n, 0);
    for (int j = 0; j < grid->n_columns; j++) {
        read_cell(grid, rows->cells[j], &grid->number[first + (size_t)j]);
        grid->at[first + (size_t)j] = (uint32_t)(rows->cells[j] - text);
    }
    grid->line[grid->n++] = rows->line;
    return true;
}

/* The number of columns is that of the first line. */
static bool begin(struct csv_grid *grid, const struct csv_rows *rows, struct err *err)
{
    grid->n_columns = rows->n_cells;
    grid->separator = rows->separator;
    if (rows->n_cells == 0) {
        return err_set(err, ERR_FAILED,
                       "%s: a table of numbers with labels expected, nothing found", rows->path);
    }
    return rows->n_cells > 1 ||
           err_set(err, ERR_FAILED,
                   "%s:%ld: at least 2 columns expected, 1 found; separate them by , or ; or tabs",
                   rows->path, rows->line);
}

/* Does the first row say "ROWS,INPUTS", with nothing but words behind? */
static bool is_size_line(const struct csv_grid *grid, int n_rows, int n_cells)
{
    for (int j = 2; j < grid->n_columns; j++) {
        if (!isnan(grid->number[j])) {
            return false;
        }
    }
    return grid->number[0] >= SIZE_MIN && grid->number[1] == n_cells - 1 &&
           (n_rows < 0 || grid->number[0] == n_rows || grid->number[0] == n_rows - 1);
}

/* What has as many columns as the rest: the number of rows tells. */
static void drop_size_line(struct csv_grid *grid)
{
    size_t rest = (size_t)(grid->n - 1) * (size_t)grid->n_columns, m = (size_t)grid->n_columns;
    if (grid->n > 1 && m > 2 && is_size_line(grid, grid->n - 1, grid->n_columns)) {
        memmove(grid->at, grid->at + m, rest * sizeof *grid->at);
        memmove(grid->number, grid->number + m, rest * sizeof *grid->number);
        memmove(grid->line, grid->line + 1, (size_t)(grid->n - 1) * sizeof *grid->line);
        grid->n--;
        grid->has_size_line = true;
    }
}

/* The second line is the first of a table that another one stands before. */
static void begin_anew(struct csv_grid *grid, const struct csv_rows *rows)
{
    bool is_it = grid->n_sources == 1 && grid->n == 1 && grid->n_columns > 1 && rows->n_cells > 1 &&
                 rows->n_cells != grid->n_columns && is_size_line(grid, -1, rows->n_cells);
    if (is_it) {
        grid->n = grid->room = 0; /* its rows have another width */
        grid->n_columns = rows->n_cells;
        grid->has_size_line = true;
    }
}

/* The header of a second file, which must be that of the first. */
static bool pass_header(const struct csv_grid *grid, struct csv_rows *rows, struct err *err)
{
    const char *first = grid->source[0].path;
    char wanted[SHOWN], found[SHOWN];
    if (rows->n_cells != grid->n_columns) {
        return err_set(err, ERR_FAILED,
                       "%s:%ld: the header of %s expected, with %d columns, %d found; give both "
                       "files the same columns",
                       rows->path, rows->line, first, grid->n_columns, rows->n_cells);
    }
    for (int j = 0; j < grid->n_columns; j++) {
        if (strcmp(rows->cells[j], csv_grid_text(grid, 0, j)) != 0) {
            return err_set(err, ERR_FAILED,
                           "%s:%ld: the header of %s expected ('%s' in column %d), '%s' found; "
                           "give both files the same columns in the same order",
                           rows->path, rows->line, first,
                           clean_copy(wanted, sizeof wanted, csv_grid_text(grid, 0, j)), j + 1,
                           clean_copy(found, sizeof found, rows->cells[j]));
        }
    }
    return csv_rows_next(rows, err);
}

static bool read_all(struct csv_grid *grid, struct csv_rows *rows, bool has_header,
                     const struct watch *watch, struct err *err)
{
    const char *text = grid->source[grid->n_sources - 1].text;
    double length = (double)strlen(text) + 1;
    if (!csv_rows_next(rows, err) || (grid->n_sources == 1 && !begin(grid, rows, err)) ||
        (has_header && !pass_header(grid, rows, err))) {
        return false;
    }
    while (rows->n_cells > 0) {
        begin_anew(grid, rows);
        bool goes_on = grid->n % ROWS_UNSEEN > 0 ||
                       watch_goes_on(watch, (double)(rows->at - text) / length) ||
                       err_set(err, ERR_FAILED, "%s: stopped while it was being read", rows->path);
        if (!goes_on || !add_row(grid, rows, err) || !csv_rows_next(rows, err)) {
            return false;
        }
    }
    return true;
}

/* The whole text, UTF-8 with lines that end in LF; owned. */
static char *read_text(const char *path, const char *encoding, const struct watch *watch,
                       struct err *err)
{
    struct gz gz = {0};
    size_t size;
    bool is_open = gz_open(&gz, path, err);
    gz.watch = watch;
    char *text = is_open ? gz_read_all(&gz, text_max, &size, err) : NULL;
    gz_close(&gz);
    text = text ? plain_text_take(path, text, &size, encoding, "a CSV file", err) : NULL;
    if (text) {
        text[plain_text_lines(text, size)] = '\0';
    }
    return text;
}

bool csv_grid_add(struct csv_grid *grid, const char *path, const char *encoding, bool has_header,
                  const struct watch *watch, struct err *err)
{
    struct watch_share getting = {watch, 0, TEXT_SHARE}, cutting = {watch, TEXT_SHARE, 1};
    struct watch first = watch_of(&getting), second = watch_of(&cutting);
    struct csv_source source = {path, read_text(path, encoding, &first, err)};
    struct csv_rows rows;
    if (!source.text) {
        return false;
    }
    grid->source[grid->n_sources++] = source;
    csv_rows_init(&rows, source.path, source.text);
    if (grid->n_sources == 1) {
        grid->separator = rows.separator;
    } else {
        grid->n_first = grid->n;
        rows.separator = grid->separator;
    }
    bool ok = read_all(grid, &rows, has_header, &second, err);
    if (ok && grid->n_sources == 1 && !grid->has_size_line) {
        drop_size_line(grid);
    }
    csv_rows_fini(&rows);
    return ok;
}
