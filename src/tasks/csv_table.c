/* SPDX-License-Identifier: MIT */
#include "tasks/csv_table.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/csv_cell.h"
#include "tasks/csv_rows.h"

enum {
    CSV_ROWS_MIN = 10,
    CSV_CLASSES_MAX = UINT16_MAX,
    CSV_NAME_MAX = 256,     /* of a column that is looked for by what is seen of it */
    CSV_FRACTIONS_MAX = 32, /* different labels with fractions */
    CSV_NUMBERS_MANY = 64,  /* different labels that are numbers, without a word on it */
    CSV_SHOWN = 32,
    ROWS_UNSEEN = 256 /* between two looks of whoever waits */
};

void csv_table_fini(struct csv_table *table)
{
    free(table->first);
    free(table->feature_columns);
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

char *csv_table_column(const struct csv_table *table, int column, char *buf, size_t size)
{
    if (table->header && table->header[column][0] != '\0') {
        return clean_copy(buf, size, table->header[column]);
    }
    snprintf(buf, size, "%d%s", column + 1, table->header ? " (no name)" : "");
    return buf;
}

/* What is to be tried if the wrong column was taken for the label; nothing if it was named. */
static const char *label_advice(const struct csv_table *table)
{
    return table->is_label_given ? "" : ", or say which column is the label with --label";
}

/* ---- the first line ---- */

static bool is_word(const char *cell)
{
    double number;
    return csv_cell_read(cell, &number) == CSV_CELL_WORD;
}

/* Is the first line a header?  Words name columns where numbers follow; `second` is (n_second)
 * cells of the second line, 0 if there is none. */
static bool is_header(const struct csv_table *table, int label_column, char *const *second,
                      int n_second)
{
    int n_words = 0, n_features = table->n_columns - 1;
    for (int j = 0; j < table->n_columns; j++) {
        if (j != label_column && is_word(table->first[j])) {
            n_words++;
            if (j < n_second && !is_word(second[j])) {
                return true;
            }
        }
    }
    return n_words == n_features || (n_words > 0 && n_second == 0);
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

static bool set_no_column(const struct csv_table *table, const char *wanted,
                          const struct csv_rows *second, struct err *err)
{
    char shown[CSV_SHOWN], list[160];
    clean_copy(shown, sizeof shown, wanted);
    list_columns(list, sizeof list, table->first, table->n_columns);
    if (is_header(table, table->n_columns - 1, second->cells, second->n_cells)) {
        return err_set(err, ERR_USAGE, "%s: no column '%s' for --label; its columns are %s",
                       table->path, shown, list);
    }
    return err_set(err, ERR_USAGE,
                   "%s: no column '%s' for --label; it has no header, give a number from 1 to %d",
                   table->path, shown, table->n_columns);
}

/* As a person would say, who does not see what is hidden in a name. */
static bool is_called(const char *cell, const char *wanted)
{
    char seen[CSV_NAME_MAX], said[CSV_NAME_MAX];
    return strcmp(cell, wanted) == 0 ||
           (strlen(cell) < sizeof seen && strlen(wanted) < sizeof said &&
            strcmp(clean_copy(seen, sizeof seen, cell), clean_copy(said, sizeof said, wanted)) ==
                0);
}

/* Which column holds the label: a number from 1, else a name of the first line; -1 = none. */
static int find_label_column(const struct csv_table *table, const char *wanted)
{
    if (!wanted) {
        return table->n_columns - 1;
    }
    size_t length = strlen(wanted);
    if (length > 0 && length < 8 && strspn(wanted, "0123456789") == length) {
        int number = atoi(wanted);
        if (number >= 1 && number <= table->n_columns) {
            return number - 1;
        }
    }
    for (int j = 0; j < table->n_columns; j++) {
        if (is_called(table->first[j], wanted)) {
            return j;
        }
    }
    return -1;
}

static bool keep_first_line(struct csv_table *table, const struct csv_rows *rows, struct err *err)
{
    table->n_columns = rows->n_cells;
    table->separator = rows->separator;
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
    size_t n = (size_t)rows->n_cells;
    table->first = malloc(n * sizeof *table->first);
    table->feature_columns = malloc(n * sizeof *table->feature_columns);
    if (!table->first || !table->feature_columns) {
        return set_no_memory(table, err);
    }
    memcpy(table->first, rows->cells, n * sizeof *table->first);
    return true;
}

/* Finds the label and the header, for which the second line is needed too.  A label known by a name
 * in the first line makes that a header. */
static bool understand_first_line(struct csv_table *table, const char *wanted,
                                  const struct csv_rows *second, struct err *err)
{
    double number;
    table->is_label_given = wanted != NULL;
    table->label_column = find_label_column(table, wanted);
    if (table->label_column < 0) {
        return set_no_column(table, wanted, second, err);
    }
    bool is_named = wanted && is_called(table->first[table->label_column], wanted) &&
                    !csv_cell_is_number(csv_cell_read(wanted, &number));
    if (is_named || is_header(table, table->label_column, second->cells, second->n_cells)) {
        table->header = table->first;
    }
    for (int j = 0; j < table->n_columns; j++) {
        if (j != table->label_column) {
            table->feature_columns[table->n_features++] = j;
        }
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
    size_t each = (size_t)table->n_features * sizeof(double), size;
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

/* Where a row stands that is being read. */
struct place {
    const char *path;
    long line;
};

static bool set_no_number(const struct csv_table *table, struct place place, int column,
                          const char *text, enum csv_cell cell, struct err *err)
{
    char name[CSV_SHOWN], found[CSV_SHOWN];
    csv_table_column(table, column, name, sizeof name);
    clean_copy(found, sizeof found, text);
    if (cell == CSV_CELL_MISSING) {
        return err_set(err, ERR_FAILED,
                       "%s:%ld: column %s: a number expected, %s%s%s found; fill it in, or remove "
                       "the row or the column",
                       place.path, place.line, name, *text ? "a missing value ('" : "an empty cell",
                       found, *text ? "')" : "");
    }
    return err_set(err, ERR_FAILED,
                   "%s:%ld: column %s: a finite number expected, '%s' found; write words as "
                   "numbers or remove the column%s",
                   place.path, place.line, name, found, label_advice(table));
}

/* 1,234 is a thousand and more where 0.5 is a half: one way of writing fractions a file. */
static bool check_fraction(struct csv_table *table, struct place place, int column,
                           const char *text, enum csv_cell cell, struct err *err)
{
    if (cell == CSV_CELL_COMMA) {
        table->comma_line = table->comma_line ? table->comma_line : place.line;
    } else if (strchr(text, '.')) {
        table->point_line = table->point_line ? table->point_line : place.line;
    }
    if (!table->comma_line || !table->point_line) {
        return true;
    }
    char name[CSV_SHOWN], found[CSV_SHOWN];
    bool is_comma = cell == CSV_CELL_COMMA;
    return err_set(err, ERR_FAILED,
                   "%s:%ld: column %s: a decimal %s expected as in line %ld, '%s' found; write all "
                   "fractions alike, and thousands without a separator",
                   place.path, place.line, csv_table_column(table, column, name, sizeof name),
                   is_comma ? "point" : "comma", is_comma ? table->point_line : table->comma_line,
                   clean_copy(found, sizeof found, text));
}

static bool read_feature(struct csv_table *table, struct place place, int column, const char *text,
                         double *value, struct err *err)
{
    enum csv_cell cell = csv_cell_read(text, value);
    if (cell == CSV_CELL_COMMA && table->separator == ',') {
        cell = CSV_CELL_WORD; /* "1,234" in quotes may as well be a thousand */
    }
    if (!csv_cell_is_number(cell) || !(fabs(*value) <= (double)FLT_MAX)) {
        return set_no_number(table, place, column, text, cell, err);
    }
    return check_fraction(table, place, column, text, cell, err);
}

static bool read_row(struct csv_table *table, struct place place, char *const *cells, int n_cells,
                     struct err *err)
{
    if (n_cells != table->n_columns) {
        return err_set(err, ERR_FAILED, "%s:%ld: %d fields expected as in the first line, %d found",
                       place.path, place.line, table->n_columns, n_cells);
    }
    if (!grow(table, err)) {
        return false;
    }
    double *values = table->values + (size_t)table->n * (size_t)table->n_features;
    for (int k = 0; k < table->n_features; k++) {
        int column = table->feature_columns[k];
        if (!read_feature(table, place, column, cells[column], &values[k], err)) {
            return false;
        }
    }
    const char *text = cells[table->label_column];
    if (!*text) {
        char name[CSV_SHOWN];
        return err_set(err, ERR_FAILED,
                       "%s:%ld: a label expected in column %s, an empty cell found", place.path,
                       place.line, csv_table_column(table, table->label_column, name, sizeof name));
    }
    table->labels[table->n] = (struct csv_label){.text = text, .row = table->n, .line = place.line};
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

/* From the second line on, at which `rows` stands. */
static bool read_rest(struct csv_table *table, struct csv_rows *rows, const struct reading *reading,
                      struct err *err)
{
    while (rows->n_cells > 0) {
        struct place place = {table->path, rows->line};
        bool goes_on = table->n % ROWS_UNSEEN > 0 || tell(reading, rows, err);
        if (!goes_on || !read_row(table, place, rows->cells, rows->n_cells, err) ||
            !csv_rows_next(rows, err)) {
            return false;
        }
    }
    return table->n >= CSV_ROWS_MIN ||
           err_set(err, ERR_FAILED, "%s: at least %d rows of data expected, %d found", table->path,
                   CSV_ROWS_MIN, table->n);
}

static bool read_rows(struct csv_table *table, struct csv_rows *rows, const char *wanted,
                      const struct reading *reading, struct err *err)
{
    if (!csv_rows_next(rows, err) || !keep_first_line(table, rows, err)) {
        return false;
    }
    struct place first = {table->path, rows->line};
    return csv_rows_next(rows, err) && understand_first_line(table, wanted, rows, err) &&
           (table->header || read_row(table, first, table->first, table->n_columns, err)) &&
           read_rest(table, rows, reading, err);
}

/* ---- columns that are no features ---- */

/* True if each value is one more than the one before: it says where a row stands in the file. */
static bool counts_rows(const struct csv_table *table, int feature)
{
    const double *value = table->values + feature;
    for (int i = 1; i < table->n; i++) {
        if (value[(size_t)i * (size_t)table->n_features] != value[0] + i) {
            return false;
        }
    }
    return value[0] == floor(value[0]);
}

static void leave_out(struct csv_table *table, int feature)
{
    int d = table->n_features--;
    double *to = table->values;
    for (size_t i = 0; i < (size_t)table->n * (size_t)d; i++) {
        if ((int)(i % (size_t)d) != feature) {
            *to++ = table->values[i];
        }
    }
    for (int k = feature; k < table->n_features; k++) {
        table->feature_columns[k] = table->feature_columns[k + 1];
    }
}

/* In a file that is sorted by class such a column would tell all, and mean nothing.  The only
 * feature there is stays. */
static void leave_out_counters(struct csv_table *table)
{
    for (int k = table->n_features - 1; k >= 0 && table->n_features > 1; k--) {
        if (counts_rows(table, k)) {
            char name[CSV_SHOWN];
            csv_table_column(table, table->feature_columns[k], name, sizeof name);
            notes_add(&table->notes,
                      "%s: column %s only counts the rows, from %.0f: left out of the features",
                      table->path, name, table->values[k]);
            leave_out(table, k);
        }
    }
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

/* Sorts the labels: by value if all are numbers (true), else by their texts. */
static bool sort_labels(struct csv_table *table)
{
    size_t n = (size_t)table->n;
    bool is_numeric = true;
    for (size_t i = 0; i < n && is_numeric; i++) {
        struct csv_label *label = &table->labels[i];
        is_numeric = csv_cell_is_number(csv_cell_read(label->text, &label->number)) &&
                     isfinite(label->number);
    }
    for (size_t i = 0; i < n && !is_numeric; i++) {
        table->labels[i].number = 0;
    }
    qsort(table->labels, n, sizeof *table->labels, compare_labels);
    return is_numeric;
}

/* Numbers the classes in the order of the labels. */
static bool number_classes(struct csv_table *table, struct err *err)
{
    size_t n = (size_t)table->n;
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
            return err_set(err, ERR_FAILED, "%s: at most %d classes expected, more found%s",
                           table->path, CSV_CLASSES_MAX, label_advice(table));
        }
        table->classes[label->row] = (uint16_t)(table->c - 1);
    }
    return true;
}

static const struct csv_label *find_fraction(const struct csv_table *table, bool is_numeric)
{
    for (int i = 0; i < table->n && is_numeric; i++) {
        if (table->labels[i].number != floor(table->labels[i].number)) {
            return &table->labels[i];
        }
    }
    return NULL;
}

/* Quantities and names of rows are no classes: nothing could be learned of them. */
static bool check_labels(struct csv_table *table, bool is_numeric, struct err *err)
{
    char shown[CSV_SHOWN], name[CSV_SHOWN];
    csv_table_column(table, table->label_column, name, sizeof name);
    const struct csv_label *fraction = find_fraction(table, is_numeric);
    const struct csv_label *label = fraction ? fraction : &table->labels[0];
    clean_copy(shown, sizeof shown, label->text);
    if (table->c < 2) {
        return err_set(err, ERR_FAILED,
                       "%s: at least 2 classes expected, only '%s' found in column %s%s",
                       table->path, shown, name, label_advice(table));
    }
    if (table->c > table->n / 2 || (fraction && table->c > CSV_FRACTIONS_MAX)) {
        return err_set(err, ERR_FAILED,
                       "%s:%ld: column %s: a label that names classes expected, %d different "
                       "%s in %d rows found ('%s' ...); put %s into a few classes%s",
                       table->path, label->line, name, table->c, fraction ? "fractions" : "labels",
                       table->n, shown, is_numeric ? "quantities" : "them", label_advice(table));
    }
    if (is_numeric && table->c > CSV_NUMBERS_MANY) {
        notes_add(&table->notes,
                  "%s: column %s, the label, has %d different numbers in %d rows: each is a class "
                  "of its own, however near to another",
                  table->path, name, table->c, table->n);
    }
    return true;
}

/* A class of one row cannot be on both sides of the split. */
static void note_lone_rows(struct csv_table *table)
{
    const struct csv_label *labels = table->labels, *first = NULL;
    int n_lone = 0;
    for (int i = 0; i < table->n; i++) {
        bool is_first = i == 0 || strcmp(labels[i].text, labels[i - 1].text) != 0;
        bool is_last = i + 1 == table->n || strcmp(labels[i].text, labels[i + 1].text) != 0;
        if (is_first && is_last) {
            first = first ? first : &labels[i];
            n_lone++;
        }
    }
    if (n_lone > 0) {
        char shown[CSV_SHOWN];
        clean_copy(shown, sizeof shown, first->text);
        notes_add(&table->notes,
                  "%s:%ld: the class '%s' has a single row, which is for training: it is never "
                  "tested%s",
                  table->path, first->line, shown, n_lone > 1 ? "; others too" : "");
    }
}

bool csv_table_read(struct csv_table *table, const char *path, char *text, const char *label_column,
                    const struct watch *watch, struct err *err)
{
    struct csv_rows rows;
    struct reading reading = {watch, text, (double)strlen(text) + 1};
    *table = (struct csv_table){.path = path};
    csv_rows_init(&rows, path, text);
    bool ok = read_rows(table, &rows, label_column, &reading, err);
    bool is_numeric = ok && sort_labels(table);
    ok = ok && number_classes(table, err) && check_labels(table, is_numeric, err);
    if (ok) {
        leave_out_counters(table);
        note_lone_rows(table);
    }
    csv_rows_fini(&rows);
    return ok;
}
