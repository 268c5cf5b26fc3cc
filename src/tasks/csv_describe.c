/* SPDX-License-Identifier: MIT */
#include "tasks/csv_describe.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/suite.h"

enum {
    FRACTIONS_MAX = 32, /* different labels with fractions */
    SHOWN = 32
};

/* What the cells of a column are, counted. */
struct census {
    int n_numbers, n_words, n_dates, n_none, n_bad;
    int word, bad, none; /* the first rows of those; -1 = none */
    bool grows, counts;  /* whole numbers, each more than the one before, or one more */
    bool is_first;       /* the next number is the first of its file */
    double last;
};

/* ---- counting ---- */

static void note_first(int *first, int row)
{
    *first = *first < 0 ? row : *first;
}

static void count_number(struct csv_column *column, struct census *census, double number)
{
    column->min = census->n_numbers == 0 ? number : fmin(column->min, number);
    column->max = census->n_numbers == 0 ? number : fmax(column->max, number);
    census->grows &= number == floor(number) && (census->is_first || number > census->last);
    census->counts &= census->is_first || number == census->last + 1;
    census->last = number;
    census->is_first = false;
    census->n_numbers++;
}

static void count_cell(struct csv_column *column, struct census *census,
                       const struct csv_columns *columns, int j, int row)
{
    const char *text = csv_columns_text(columns, row, j);
    double number = csv_columns_number(columns, row, j);
    if (fabs(number) <= (double)FLT_MAX) {
        if (strpbrk(text, ",.")) {
            note_first(strchr(text, ',') ? &column->comma : &column->point, row);
        }
        count_number(column, census, number);
        return;
    }
    enum csv_cell cell = csv_cell_read(text, &number);
    if (cell == CSV_CELL_MISSING) {
        note_first(&column->missing, row);
        column->n_missing++;
    } else if (csv_cell_is_number(cell) || cell == CSV_CELL_DRESSED) {
        /* a comma where commas separate, too large, or with thousands */
        note_first(&census->bad, row);
        census->n_bad++;
    } else if (cell == CSV_CELL_NONE) {
        note_first(&census->none, row);
        census->n_none++;
    } else if (cell == CSV_CELL_DATE) {
        note_first(&census->word, row);
        census->n_dates++;
    } else {
        note_first(&census->word, row);
        census->n_words++;
    }
}

static struct census take_census(struct csv_columns *columns, int j)
{
    struct csv_column *column = &columns->all[j];
    struct census census = {
        .word = -1, .bad = -1, .none = -1, .grows = true, .counts = true, .is_first = true};
    int n_train = columns->grid.n_sources > 1 ? columns->grid.n_first - columns->begin
                                              : csv_columns_rows(columns);
    column->missing = column->bad = column->comma = column->point = -1;
    for (int row = 0; row < csv_columns_rows(columns); row++) {
        census.is_first |= row == n_train; /* a second file numbers its own rows */
        count_cell(column, &census, columns, j, row);
    }
    return census;
}

/* ---- kinds ---- */

static enum csv_kind kind_of_words(const struct csv_column *column, int n)
{
    return column->values.n > n / 2 ? CSV_NAMES : column->values.n > 1 ? CSV_CATEGORIES : CSV_SAME;
}

/* What stands for nothing among numbers is missing there, and a word among words. */
static void take_none_as_missing(struct csv_column *column, const struct census *census)
{
    column->n_missing += census->n_none;
    if (census->none >= 0 && (column->missing < 0 || census->none < column->missing)) {
        column->missing = census->none;
    }
}

static bool find_kind(struct csv_columns *columns, int j, struct err *err)
{
    struct csv_column *column = &columns->all[j];
    struct census census = take_census(columns, j);
    int n_words = census.n_words + census.n_dates, n_numbers = census.n_numbers + census.n_bad;
    if (n_words + n_numbers == 0 || n_numbers >= n_words) {
        take_none_as_missing(column, &census);
        column->bad = census.bad >= 0 && (census.word < 0 || census.bad < census.word)
                          ? census.bad
                          : census.word;
        bool is_counter = census.grows && census.n_numbers == csv_columns_rows(columns);
        column->kind = n_words + n_numbers == 0 ? CSV_EMPTY
                       : column->bad >= 0       ? CSV_MIXED
                       : is_counter             ? CSV_COUNTER
                                                : CSV_NUMBERS;
        column->is_count = is_counter && census.counts;
        return true;
    }
    if (census.n_words + n_numbers == 0) {
        take_none_as_missing(column, &census);
        column->kind = CSV_DATES;
        return true;
    }
    bool ok = csv_values_find(&column->values, &columns->grid, columns->begin, j, err);
    int n_values = column->values.n;
    column->kind = kind_of_words(column, csv_columns_rows(columns) - column->n_missing);
    if (n_values > CSV_CATEGORIES_MAX) {
        csv_values_fini(&column->values);
        column->values.n = n_values;
    }
    return ok;
}

/* ---- roles ---- */

/* An input that nobody has asked for is left out if it can say nothing, or too much. */
static const char *why_not(const struct csv_column *column)
{
    switch (column->kind) {
    case CSV_NAMES:
        return "names single rows";
    case CSV_SAME:
        return "is the same in every row";
    case CSV_DATES:
        return "is of dates or times";
    case CSV_EMPTY:
        return "is empty";
    default:
        return NULL;
    }
}

static void leave_out(struct csv_column *column, const char *why)
{
    column->role = CSV_LEFT_OUT;
    column->why = why;
}

static bool has_asked(const struct csv_head *head, int m)
{
    for (int j = 0; j < m; j++) {
        if (head->is_asked[j]) {
            return true;
        }
    }
    return false;
}

static int count_inputs(const struct csv_columns *columns)
{
    int n = 0;
    for (int j = 0; j < columns->grid.n_columns; j++) {
        n += columns->all[j].role == CSV_INPUT;
    }
    return n;
}

/* In a file that is sorted by class such a column would tell all, and mean nothing.  The only input
 * there is stays. */
static void leave_out_counters(struct csv_columns *columns, bool is_count, const char *why)
{
    int n = count_inputs(columns);
    for (int j = columns->grid.n_columns - 1; j >= 0 && n > 1; j--) {
        struct csv_column *column = &columns->all[j];
        if (column->role == CSV_INPUT && column->kind == CSV_COUNTER && !column->is_asked &&
            column->is_count == is_count) {
            leave_out(column, why);
            n--;
        }
    }
}

static void give_roles(struct csv_columns *columns, const struct csv_head *head)
{
    int m = columns->grid.n_columns;
    bool has_wish = has_asked(head, m);
    for (int j = 0; j < m; j++) {
        struct csv_column *column = &columns->all[j];
        const char *why = why_not(column);
        column->is_asked = head->is_asked[j];
        column->role = j == columns->label ? CSV_LABEL : j == columns->task ? CSV_TASK : CSV_INPUT;
        if (column->role != CSV_INPUT) {
            continue;
        }
        if (head->is_dropped[j]) {
            leave_out(column, "was not wanted (--drop)");
        } else if (has_wish && !column->is_asked) {
            leave_out(column, "was not asked for (--columns)");
        } else if (why && (!column->is_asked || column->kind == CSV_EMPTY)) {
            leave_out(column, why);
        }
    }
    leave_out_counters(columns, true, "only counts the rows");
    leave_out_counters(columns, false, "only grows from row to row");
    for (int j = 0; j < m; j++) {
        struct csv_column *column = &columns->all[j];
        bool is_of_words = column->values.n > 0;
        column->n_inputs = column->role != CSV_INPUT ? 0 : is_of_words ? column->values.n : 1;
    }
}

/* ---- what stands against it ---- */

/* Where the line begins: "t.csv:7: column width". */
static char *where(char *buf, size_t size, const struct csv_columns *columns, int j, int row)
{
    snprintf(buf, size, "%s:%ld: column %s", csv_columns_path(columns, row),
             csv_columns_line(columns, row), columns->all[j].name);
    return buf;
}

/* The column as an option takes it. */
static char *option_of(char *buf, size_t size, const struct csv_columns *columns, int j)
{
    char name[SHOWN];
    const char *text = columns->has_header ? csv_grid_text(&columns->grid, 0, j) : "";
    clean_copy(name, sizeof name, text);
    bool is_plain =
        *name && strcspn(name, " ,'\"$&()*;<>?\\`|") == strlen(name) && strlen(text) < sizeof name;
    snprintf(buf, size, is_plain ? "%s" : "%.0s%d", name, j + 1);
    return buf;
}

static bool set_trouble(struct csv_column *column, const struct err *trouble, struct err *err)
{
    column->trouble = column->trouble ? column->trouble : malloc(sizeof *trouble);
    if (!column->trouble) {
        return err_set(err, ERR_FAILED, "memory: no room for a message");
    }
    *column->trouble = *trouble;
    return true;
}

static void say_mixed(const struct csv_columns *columns, int j, struct err *trouble)
{
    char place[160], found[SHOWN], option[SHOWN];
    int row = columns->all[j].bad;
    const char *text = csv_columns_text(columns, row, j);
    double number;
    enum csv_cell cell = csv_cell_read(text, &number);
    err_set(trouble, ERR_FAILED,
            "%s: a finite number expected, '%s' found; %s, or leave the "
            "column out with --drop %s%s",
            where(place, sizeof place, columns, j, row), clean_copy(found, sizeof found, text),
            cell == CSV_CELL_COMMA ? "write thousands without a separator, fractions with a point"
            : cell == CSV_CELL_DRESSED ? "write it plainly, as in 1234.5"
                                       : "mend it",
            option_of(option, sizeof option, columns, j), csv_columns_label_advice(columns));
}

static void say_many(const struct csv_columns *columns, int j, struct err *trouble)
{
    char option[SHOWN];
    err_set(trouble, ERR_FAILED,
            "%s: column %s: at most %d different words expected (an input each), %d found; put "
            "them into fewer, or leave the column out with --drop %s%s",
            csv_columns_path(columns, 0), columns->all[j].name, CSV_CATEGORIES_MAX,
            columns->all[j].values.n, option_of(option, sizeof option, columns, j),
            csv_columns_label_advice(columns));
}

static void say_dates(const struct csv_columns *columns, int j, struct err *trouble)
{
    err_set(trouble, ERR_FAILED,
            "%s: column %s: numbers or words expected, dates or times found; write them as "
            "numbers, as in days since a day, or leave the column out of --columns",
            csv_columns_path(columns, 0), columns->all[j].name);
}

static void say_missing(const struct csv_columns *columns, int j, struct err *trouble)
{
    char place[160], found[SHOWN], option[SHOWN], many[64] = "";
    const struct csv_column *column = &columns->all[j];
    const char *text = csv_columns_text(columns, column->missing, j);
    bool is_label = column->role != CSV_INPUT; /* or task */
    const char *label_advice = column->role == CSV_LABEL ? csv_columns_label_advice(columns) : "";
    clean_copy(found, sizeof found, text);
    option_of(option, sizeof option, columns, j);
    if (column->n_missing > 1) {
        snprintf(many, sizeof many, ", as in %d of %d rows", column->n_missing,
                 csv_columns_rows(columns));
    }
    where(place, sizeof place, columns, j, column->missing);
    err_set(trouble, ERR_FAILED,
            "%s: a %s expected, %s%s%s found%s; --missing drop leaves out such rows%s%s%s", place,
            column->role == CSV_LABEL  ? "label"
            : column->role == CSV_TASK ? "task"
            : column->values.n         ? "word"
                                       : "number",
            *text ? "a missing value ('" : "an empty cell", found, *text ? "')" : "", many,
            is_label ? "" : ", --missing mean fills them in, --drop ", is_label ? "" : option,
            is_label ? label_advice : " leaves out the column");
}

/* Only `--missing refuse`, which is the default, refuses. */
static bool has_missing(const struct csv_column *column, const struct data_reading *reading)
{
    bool is_refused =
        !reading->text[READING_MISSING] || reading_is(reading, READING_MISSING, "refuse");
    return is_refused && column->n_missing > 0;
}

static bool check_input(struct csv_columns *columns, int j, const struct data_reading *reading,
                        struct err *err)
{
    struct csv_column *column = &columns->all[j];
    struct err trouble = {0};
    if (column->kind == CSV_MIXED) {
        say_mixed(columns, j, &trouble);
    } else if (column->kind == CSV_DATES) {
        say_dates(columns, j, &trouble);
    } else if (column->values.n > CSV_CATEGORIES_MAX) {
        say_many(columns, j, &trouble);
    } else if (has_missing(column, reading)) {
        say_missing(columns, j, &trouble);
    }
    return trouble.code == ERR_NONE || set_trouble(column, &trouble, err);
}

/* 1,234 is a thousand and more where 0.5 is a half: one way of writing fractions a file. */
static bool check_fractions(struct csv_columns *columns, struct err *err)
{
    int comma = -1, point = -1; /* columns, in which one stands first */
    for (int j = 0; j < columns->grid.n_columns; j++) {
        const struct csv_column *column = &columns->all[j];
        bool is_read = column->role == CSV_INPUT && column->values.n == 0;
        if (is_read && column->comma >= 0 &&
            (comma < 0 || column->comma < columns->all[comma].comma)) {
            comma = j;
        }
        if (is_read && column->point >= 0 &&
            (point < 0 || column->point < columns->all[point].point)) {
            point = j;
        }
    }
    if (comma < 0 || point < 0) {
        return true;
    }
    struct csv_column *of_comma = &columns->all[comma], *of_point = &columns->all[point];
    bool is_comma =
        of_comma->comma > of_point->point || (of_comma->comma == of_point->point && comma > point);
    int j = is_comma ? comma : point, row = is_comma ? of_comma->comma : of_point->point;
    char place[160], found[SHOWN];
    struct err trouble;
    err_set(&trouble, ERR_FAILED,
            "%s: a decimal %s expected as in line %ld, '%s' found; write all fractions alike, and "
            "thousands without a separator",
            where(place, sizeof place, columns, j, row), is_comma ? "point" : "comma",
            csv_columns_line(columns, is_comma ? of_point->point : of_comma->comma),
            clean_copy(found, sizeof found, csv_columns_text(columns, row, j)));
    return set_trouble(&columns->all[j], &trouble, err);
}

/* ---- label and tasks ---- */

static int find_fraction(const struct csv_values *values)
{
    for (int i = 0; i < values->n && values->is_numeric; i++) {
        double number = 0;
        csv_cell_read(values->text[i], &number);
        if (number != floor(number)) {
            return i;
        }
    }
    return -1;
}

/* Quantities and names of rows are no classes: nothing could be learned of them. */
static void say_label(const struct csv_columns *columns, struct err *trouble)
{
    char place[160], shown[SHOWN];
    int j = columns->label;
    const struct csv_column *column = &columns->all[j];
    const struct csv_values *values = &column->values;
    const char *path = csv_columns_path(columns, 0), *advice = csv_columns_label_advice(columns);
    int n = csv_columns_rows(columns) - column->n_missing;
    bool are_few = n < CSV_ROWS_MIN; /* that is said first */
    if (values->n > CSV_VALUES_MAX) {
        err_set(trouble, ERR_FAILED, "%s: at most %d classes expected, more found%s", path,
                (int)CSV_VALUES_MAX, advice);
        return;
    }
    if (values->n == 0 || are_few) {
        return;
    }
    int fraction = find_fraction(values), at = fraction >= 0 ? fraction : 0;
    clean_copy(shown, sizeof shown, values->text[at]);
    if (values->n < 2) {
        err_set(trouble, ERR_FAILED,
                "%s: at least 2 classes expected, only '%s' found in column %s%s", path, shown,
                column->name, advice);
    } else if (values->n > n / 2 || (fraction >= 0 && values->n > FRACTIONS_MAX)) {
        err_set(trouble, ERR_FAILED,
                "%s: a label that names classes expected, %d different %s in %d rows found ('%s' "
                "...); put %s into a few classes%s",
                where(place, sizeof place, columns, j, values->first[at]), values->n,
                fraction >= 0 ? "fractions" : "labels", n, shown,
                values->is_numeric ? "quantities" : "them", advice);
    }
}

static void say_tasks(const struct csv_columns *columns, struct err *trouble)
{
    const struct csv_column *column = &columns->all[columns->task];
    if (column->values.n < 2 || column->values.n > SUITE_TASKS_MAX) {
        err_set(trouble, ERR_FAILED,
                "%s: column %s: 2 to %d tasks expected, %d found; name another with --task-column",
                csv_columns_path(columns, 0), column->name, SUITE_TASKS_MAX, column->values.n);
    }
}

/* Of label and tasks the texts count, whatever they are. */
static bool read_values(struct csv_columns *columns, int j, struct err *err)
{
    struct csv_column *column = &columns->all[j];
    csv_values_fini(&column->values);
    column->n_missing = 0;
    column->missing = -1;
    for (int row = 0; row < csv_columns_rows(columns); row++) {
        double number;
        if (csv_cell_read(csv_columns_text(columns, row, j), &number) == CSV_CELL_MISSING) {
            note_first(&column->missing, row);
            column->n_missing++;
        }
    }
    return csv_values_find(&column->values, &columns->grid, columns->begin, j, err);
}

static bool check_values(struct csv_columns *columns, int j, const struct data_reading *reading,
                         struct err *err)
{
    struct csv_column *column = &columns->all[j];
    struct err trouble = {0};
    if (has_missing(column, reading)) {
        say_missing(columns, j, &trouble);
    } else if (column->role == CSV_LABEL) {
        say_label(columns, &trouble);
    } else {
        say_tasks(columns, &trouble);
    }
    return trouble.code == ERR_NONE || set_trouble(column, &trouble, err);
}

bool csv_describe(struct csv_columns *columns, const struct csv_head *head,
                  const struct data_reading *reading, struct err *err)
{
    int m = columns->grid.n_columns, task = columns->task;
    for (int j = 0; j < m; j++) {
        if (!find_kind(columns, j, err)) {
            return false;
        }
    }
    give_roles(columns, head);
    if (!read_values(columns, columns->label, err) ||
        (task >= 0 &&
         (!read_values(columns, task, err) ||
          !csv_values_as_they_come(&columns->all[task].values, csv_columns_rows(columns), err)))) {
        return false;
    }
    for (int j = 0; j < m; j++) {
        enum csv_role role = columns->all[j].role;
        if (role != CSV_LEFT_OUT &&
            !(role == CSV_INPUT ? check_input : check_values)(columns, j, reading, err)) {
            return false;
        }
    }
    return check_fractions(columns, err);
}
