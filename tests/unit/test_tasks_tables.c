/* SPDX-License-Identifier: MIT
 * Tables as people have them: how they are read is said in options, and what was done is noted. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tasks/csv_read.h"
#include "tasks/dataset.h"
#include "tasks/suite.h"

/* A table and a second file, in a folder of their own. */
struct files {
    char folder[64], table[96], second[96];
};

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

static struct files make_files(const char *table, const char *second)
{
    struct files files = {.folder = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(files.folder));
    snprintf(files.table, sizeof files.table, "%s/t.csv", files.folder);
    snprintf(files.second, sizeof files.second, "%s/s.csv", files.folder);
    write_text(files.table, table);
    write_text(files.second, second ? second : "");
    return files;
}

static void remove_files(const struct files *files)
{
    unlink(files->table);
    unlink(files->second);
    cr_expect_eq(rmdir(files->folder), 0);
}

/* `words` is "option value option value ..."; the value @ is the second file. */
static struct dataset_options options_of(const struct files *files, char *words)
{
    struct dataset_options options = {0};
    for (char *name = strtok(words, " "); name; name = strtok(NULL, " ")) {
        char *value = strtok(NULL, " ");
        int i = 0;
        while (strcmp(reading_at((enum reading_id)i)->name, name) != 0) {
            i++;
        }
        options.reading.text[i] = strcmp(value, "@") == 0 ? files->second : value;
    }
    return options;
}

static struct dataset *open_files(const struct files *files, const char *words, struct err *err)
{
    char copy[200];
    snprintf(copy, sizeof copy, "%s", words);
    struct dataset_options options = options_of(files, copy);
    return dataset_open(files->table, &options, err);
}

static struct dataset *must_open(const struct files *files, const char *words)
{
    struct err err = {0};
    struct dataset *dataset = open_files(files, words, &err);
    cr_assert_not_null(dataset, "%s: %s", words, err.msg);
    return dataset;
}

static void expect_refused(const char *table, const char *second, const char *words,
                           enum err_code code, const char *part)
{
    struct files files = make_files(table, second);
    struct err err = {0};
    struct dataset *dataset = open_files(&files, words, &err);
    cr_expect_null(dataset, "%s", words);
    cr_expect_eq(err.code, code, "%s", err.msg);
    cr_expect(strstr(err.msg, part), "'%s' is not in: %s", part, err.msg);
    dataset_close(dataset);
    remove_files(&files);
}

static bool is_noted(const struct dataset *dataset, const char *part)
{
    for (int i = 0; i < dataset->notes.n; i++) {
        if (strstr(dataset->notes.line[i], part)) {
            return true;
        }
    }
    return false;
}

/* What a person wrote, from what the network sees. */
static double written(const struct dataset *dataset, bool is_test, int row, int feature)
{
    const struct examples *side = is_test ? &dataset->test : &dataset->train;
    double x = (double)side->floats[row * dataset->n_features + feature];
    return dataset->means[feature] + dataset->sds[feature] * x;
}

static const char gaps[] = "x,hue,kind\n1,red,a\n2,blue,b\n,red,a\n4,,b\n5,red,a\n6,blue,b\n"
                           "1,red,a\n2,blue,b\n3,red,a\n4,blue,b\n9,red,\n3,blue,b\n";

Test(tables, a_missing_value_is_refused_with_its_place_and_what_to_do)
{
    expect_refused(gaps, NULL, "", ERR_FAILED, "t.csv:4: column x: a number expected, an empty");
    expect_refused(gaps, NULL, "drop x", ERR_FAILED, "t.csv:5: column hue: a word expected");
    expect_refused(gaps, NULL, "drop x,hue missing drop", ERR_FAILED, "none is left");
    expect_refused(gaps, NULL, "missing perhaps", ERR_USAGE, "drop|mean|refuse");
    expect_refused("x,k\n1,a\n.,b\n3,a\n1,b\n1,a\n1,b\n1,a\n1,b\n1,a\n1,b\n", NULL, "", ERR_FAILED,
                   "t.csv:3: column x: a number expected, a missing value ('.')");
}

Test(tables, rows_with_missing_values_are_left_out_or_filled_in)
{
    struct files files = make_files(gaps, NULL);
    struct err err = {0};
    cr_expect_null(open_files(&files, "missing drop", &err));
    cr_expect(strstr(err.msg, "10 rows of data expected, 9 found without a missing"), "%s",
              err.msg);
    struct dataset *dataset = must_open(&files, "missing drop drop hue");
    cr_expect_eq(dataset->train.n + dataset->test.n, 10);
    cr_expect(is_noted(dataset, "t.csv:4: 2 of 12 rows lack a value"));
    dataset_close(dataset);
    dataset = must_open(&files, "missing mean");
    cr_expect_eq(dataset->train.n + dataset->test.n, 11, "a row without a label is of no use");
    cr_expect(is_noted(dataset, "2 missing values are filled in"));
    for (int j = 0; j < dataset->n_features; j++) {
        double sum = 0;
        for (int i = 0; i < dataset->train.n; i++) {
            sum += (double)dataset->train.floats[i * dataset->n_features + j];
        }
        cr_expect_float_eq(sum, 0, 1e-5, "the mean of what is there is that of all: %g", sum);
    }
    dataset_close(dataset);
    remove_files(&files);
}

Test(tables, words_are_an_input_a_category_and_too_many_are_refused)
{
    struct files files = make_files(gaps, NULL);
    struct dataset *dataset = must_open(&files, "missing mean");
    cr_assert_eq(dataset->n_features, 3);
    cr_expect_str_eq(dataset->feature_names[1], "hue=blue");
    cr_expect_str_eq(dataset->feature_names[2], "hue=red");
    cr_expect(is_noted(dataset, "(one-hot): column hue (2)"));
    for (int i = 0; i < dataset->test.n; i++) {
        double blue = written(dataset, true, i, 1), red = written(dataset, true, i, 2);
        cr_expect_float_eq(blue + red, 1, 1e-5, "%g %g", blue, red);
    }
    dataset_close(dataset);
    remove_files(&files);
    char many[200 * 16] = "word,x,kind\n";
    for (int i = 0; i < 200; i++) {
        sprintf(many + strlen(many), "w%d,%d,%c\n", i % 70, i % 3, "ab"[i % 2]);
    }
    expect_refused(many, NULL, "", ERR_FAILED, "column word: at most 64 different words");
    expect_refused(many, NULL, "", ERR_FAILED, "--drop word");
}

Test(tables, dates_names_and_what_says_nothing_are_left_out_and_said)
{
    char text[12 * 80] = "day,at,who,same,nothing,n,x,kind\n";
    for (int i = 0; i < 12; i++) {
        sprintf(text + strlen(text), "2001-05-%02d,%d:30,ann%d,yes,,%d,%d,%c\n", i + 1, i + 1, i,
                i * i + 3, i % 4, "ab"[i % 2]);
    }
    struct files files = make_files(text, NULL);
    struct dataset *dataset = must_open(&files, "");
    cr_expect_eq(dataset->n_features, 1);
    cr_expect_str_eq(dataset->feature_names[0], "x");
    cr_expect(is_noted(dataset, "columns day, at: each is of dates or times: left out"));
    cr_expect(is_noted(dataset, "column who names single rows: left out"));
    cr_expect(is_noted(dataset, "column same is the same in every row"));
    cr_expect(is_noted(dataset, "column nothing is empty"));
    cr_expect(is_noted(dataset, "column n only grows from row to row"));
    dataset_close(dataset);
    dataset = must_open(&files, "columns n,who,7");
    cr_expect_eq(dataset->n_features, 14, "what is asked for is read");
    cr_expect_eq(dataset->notes.n, 1, "and what is not asked for needs no word");
    dataset_close(dataset);
    remove_files(&files);
    expect_refused(text, NULL, "columns day", ERR_FAILED, "column day: numbers or words expected");
    expect_refused(text, NULL, "columns day,width", ERR_USAGE, "no column 'width' for --columns");
    expect_refused(text, NULL, "drop kind", ERR_USAGE, "--drop: columns of inputs expected");
}

Test(tables, dates_are_seen_in_the_ways_they_are_written)
{
    static const char *const dates[] = {"2001-05-31",    "31.5.2001",           "5/31/01",
                                        "Jan 1 2000",    "1 January 2000",      "12-Mar-99",
                                        "12:30",         "2001-05-31 12:30:00", "2001-05-31T12:30Z",
                                        "9:05:01.25 PM", "May 31, 2001"};
    static const char *const words[] = {"2001-05", "1-2-3-4", "12:3", "Janet 1 2000",
                                        "a-b-c",   "1.2.3x",  "31.5", "x"};
    double number;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        cr_expect_eq(csv_cell_read(dates[i], &number), CSV_CELL_DATE, "%s", dates[i]);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        cr_expect_neq(csv_cell_read(words[i], &number), CSV_CELL_DATE, "%s", words[i]);
    }
}

/* Such a column is one of numbers that cannot be read, and not one of names that nobody misses. */
Test(tables, numbers_with_separators_of_thousands_or_a_sign_are_refused_with_what_to_do)
{
    static const char *const dressed[] = {"1.234,50", "\"1,234.50\"", "1.234.567",  "-1'234",
                                          "+1 234",   "12%",          "\"12,5 %\"", "12.5%"};
    static const char *const words[] = {"1.2345,5", "1,23,4", "1.234.56", "12", "12%%",
                                        "%",        "1.2.3",  "--1%",     "a%", "1''234"};
    double number;
    for (size_t i = 0; i < sizeof dressed / sizeof *dressed; i++) {
        char text[400] = "x;y;k\n";
        for (size_t row = 0, used = strlen(text); row < 12; row++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s;%zu;%c\n", dressed[i],
                                     row * row % 7, "ab"[row % 2]);
        }
        expect_refused(text, NULL, "", ERR_FAILED, "t.csv:2: column x: a finite number expected");
        expect_refused(text, NULL, "", ERR_FAILED, "found; write it plainly, as in 1234.5, or");
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        cr_expect_neq(csv_cell_read(words[i], &number), CSV_CELL_DRESSED, "%s", words[i]);
    }
}

Test(tables, words_without_a_header_are_all_data)
{
    char text[400] = "";
    for (int i = 0; i < 12; i++) {
        sprintf(text + strlen(text), "%s,%s,%s\n", i % 2 ? "low" : "high", i % 3 ? "big" : "small",
                i % 4 ? "good" : "bad");
    }
    struct files files = make_files(text, NULL);
    struct dataset *dataset = must_open(&files, "");
    cr_expect_eq(dataset->train.n + dataset->test.n, 12);
    cr_expect_eq(dataset->n_features, 4);
    dataset_close(dataset);
    remove_files(&files);
    char headed[500] = "buying,size,class\n";
    files = make_files(strcat(headed, text), NULL);
    dataset = must_open(&files, "");
    cr_expect_eq(dataset->train.n + dataset->test.n, 12);
    dataset_close(dataset);
    remove_files(&files);
}

Test(tables, a_first_line_of_sizes_is_no_part_of_the_table)
{
    static const char *const firsts[] = {"12,2,setosa\n", "12,2,setosa,virginica,other\n", "12,2\n",
                                         "12,2,,\n"};
    static const char *const none[] = {"13,4,a\n", "12,3,a\n", "12,2,1\n"};
    char rows[300] = "", text[400];
    for (int i = 0; i < 12; i++) {
        sprintf(rows + strlen(rows), "%d,%d,%d\n", i * 5 % 12, i * 7 % 12, i % 2);
    }
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "%s%s", firsts[i], rows);
        struct files files = make_files(text, NULL);
        struct dataset *dataset = must_open(&files, "");
        cr_expect_eq(dataset->train.n + dataset->test.n, 12, "%s", firsts[i]);
        cr_expect_eq(dataset->n_features, 2);
        cr_expect_null(dataset->feature_names, "no header");
        cr_expect(is_noted(dataset, "t.csv:1: a line that says how many rows"));
        dataset_close(dataset);
        remove_files(&files);
    }
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "%s%s", none[i], rows);
        struct files files = make_files(text, NULL);
        struct dataset *dataset = must_open(&files, "");
        cr_expect_eq(dataset->train.n + dataset->test.n, 13, "a row: %s", none[i]);
        dataset_close(dataset);
        remove_files(&files);
    }
}

Test(tables, other_encodings_are_read_when_they_are_named)
{
    char text[400] = "x,kind\n";
    for (int i = 0; i < 12; i++) {
        sprintf(text + strlen(text), "%d,%s\n", i * 5 % 7, i % 2 ? "caf\xE9" : "\x80uro");
    }
    struct files files = make_files(text, NULL);
    struct dataset *dataset = must_open(&files, "encoding windows-1252");
    cr_expect_str_eq(dataset->class_names[0], "caf\u00e9");
    cr_expect_str_eq(dataset->class_names[1], "\u20acuro");
    dataset_close(dataset);
    remove_files(&files);
    expect_refused(text, NULL, "", ERR_FAILED, "--encoding windows-1252");
    expect_refused("x,k\n1,\x81\n", NULL, "encoding windows-1252", ERR_FAILED,
                   "t.csv:2: windows-1252 expected (--encoding), the byte 81");
    expect_refused("x,k\n1,\xC3\xA9\n1,\xC3\xA9\n1,\xE9\n", NULL, "", ERR_FAILED,
                   "t.csv:4: UTF-8 expected, the byte E9 found; mend it there");
}

/* ---- splits ---- */

/* Rows 0 .. 19 with the number as their only input, two classes. */
static void twenty_rows(char text[400], const char *header)
{
    strcpy(text, header);
    for (int i = 0; i < 20; i++) {
        sprintf(text + strlen(text), "%d,%c\n", i * 7 % 20, "ab"[i / 10]);
    }
}

static void expect_test_rows(const struct dataset *dataset, const int *rows, int n)
{
    cr_assert_eq(dataset->test.n, n);
    for (int i = 0; i < n; i++) {
        cr_expect_float_eq(written(dataset, true, i, 0), rows[i] * 7 % 20, 1e-4);
    }
}

Test(tables, rows_to_test_on_are_drawn_or_every_fifth_or_as_a_file_says)
{
    char text[400], sides[200] = "split\n";
    twenty_rows(text, "x,k\n");
    for (int i = 0; i < 20; i++) {
        strcat(sides, i == 3 || i == 12 || i == 13 ? "test\n" : "train\n");
    }
    struct files files = make_files(text, sides);
    struct dataset *drawn = must_open(&files, ""), *random = must_open(&files, "split random");
    cr_expect_arr_eq(drawn->test.floats, random->test.floats, 4 * sizeof(float));
    struct dataset *fifth = must_open(&files, "split every-fifth"),
                   *said = must_open(&files, "split @");
    expect_test_rows(fifth, (int[]){4, 9, 14, 19}, 4);
    expect_test_rows(said, (int[]){3, 12, 13}, 3);
    dataset_close(drawn);
    dataset_close(random);
    dataset_close(fifth);
    dataset_close(said);
    remove_files(&files);
    expect_refused(text, "train\ntest\n", "split @", ERR_FAILED, "s.csv: 20 lines of train or");
    expect_refused(text, "train\ntests\n", "split @", ERR_FAILED, "s.csv:2: train or test");
    expect_refused(text, sides, "split /nowhere", ERR_FAILED, "/nowhere");
}

Test(tables, rows_of_a_second_table_are_those_to_test_on)
{
    char text[400];
    twenty_rows(text, "x,k\n");
    struct files files = make_files(text, "x,k\n3,a\n5,b\n1,c\n");
    struct dataset *dataset = must_open(&files, "test @");
    cr_expect_eq(dataset->train.n, 20);
    cr_assert_eq(dataset->test.n, 3);
    cr_expect_float_eq(written(dataset, true, 1, 0), 5, 1e-4);
    cr_expect_eq(dataset->n_classes, 3);
    cr_expect(is_noted(dataset, "s.csv:4: the class 'c' has no row to train on"));
    dataset_close(dataset);
    remove_files(&files);
    expect_refused(text, "y,k\n3,a\n", "test @", ERR_FAILED, "'y' found; give both files the same");
    expect_refused(text, "x,y,k\n3,3,a\n", "test @", ERR_FAILED, "with 2 columns, 3 found; give");
    expect_refused(text, "x,k\n3\n", "test @", ERR_FAILED, "s.csv:2: 2 fields expected");
    expect_refused(text, "x,k\n", "test @", ERR_FAILED, "20 and 0 found");
    expect_refused(text, "x,k\nw,a\n", "test @", ERR_FAILED, "s.csv:2: column x: a finite number");
    expect_refused(text, "x,k\n1,a\n", "test @ split random", ERR_USAGE, "--split");
    expect_refused(text, NULL, "test /nowhere", ERR_FAILED, "/nowhere");
}

Test(tables, each_value_of_a_task_column_is_a_task)
{
    char text[2000] = "where,x,kind\n";
    for (int i = 0; i < 60; i++) {
        sprintf(text + strlen(text), "%s,%d,%c\n",
                i % 3 == 0   ? "south"
                : i % 3 == 1 ? "north"
                             : "east",
                i * 7 % 60, "ab"[i / 3 % 2]);
    }
    struct files files = make_files(text, NULL);
    struct dataset *dataset = must_open(&files, "task-column where");
    static const char *const names[] = {"south", "north", "east"};
    cr_assert_eq(dataset->n_groups, 3);
    cr_expect_eq(dataset->n_features, 1);
    for (int t = 0; t < 3; t++) {
        const struct group *group = &dataset->groups[t];
        cr_expect_str_eq(group->name, names[t], "in the order in which they come");
        cr_expect_eq(group->n_train, 16);
        cr_expect_eq(group->n_test, 4);
        for (int i = group->train_first; i < group->train_first + group->n_train; i++) {
            cr_expect_eq(lround(written(dataset, false, i, 0)) % 3, t * 7 % 3);
        }
    }
    struct suite_config config = {.name = "kinds", .scenario = -1};
    struct err err = {0};
    struct suite *suite = suite_create(&config, dataset, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    cr_expect_eq(suite_n_tasks(suite), 3);
    suite_destroy(suite);
    dataset_close(dataset);
    remove_files(&files);
    expect_refused(text, NULL, "task-column where label where", ERR_USAGE, "two columns expected");
    expect_refused("t,x,k\n1,1,a\n1,2,b\n1,1,a\n1,2,b\n1,1,a\n1,2,b\n1,1,a\n1,2,b\n1,3,a\n2,3,a\n",
                   NULL, "task-column t", ERR_FAILED, "'2' has 1 and 0");
}

Test(tables, what_is_wrong_with_a_column_does_not_hide_the_others)
{
    struct files files = make_files("a,b,k\n1,,x\n2,7,y\n", NULL);
    struct csv_columns columns;
    struct err err = {0};
    cr_assert(csv_read(&columns, files.table, &(struct data_reading){0}, NULL, &err), "%s",
              err.msg);
    cr_assert_eq(columns.grid.n_columns, 3);
    cr_expect_eq(columns.all[1].n_missing, 1);
    cr_expect_not_null(columns.all[1].trouble);
    cr_expect_null(columns.all[0].trouble);
    cr_expect_eq(columns.all[2].role, CSV_LABEL);
    cr_expect_eq(columns.all[2].values.n, 2);
    csv_columns_fini(&columns);
    remove_files(&files);
}
