/* SPDX-License-Identifier: MIT
 * Datasets: the embedded digits, IDX folders and CSV tables, and what is said of files that are
 * wrong. */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "tasks/dataset.h"

/* ---- a folder of files, made for one test ---- */

static const char *const file_names[] = {"t.csv",
                                         "train-images-idx3-ubyte",
                                         "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte",
                                         "t10k-labels-idx1-ubyte",
                                         "train-images.idx3-ubyte",
                                         "train-labels.idx1-ubyte.gz",
                                         "t10k-images-idx3-ubyte.gz",
                                         "qmnist-train-images-idx3-ubyte",
                                         "qmnist-train-labels-idx2-int",
                                         "qmnist-test-images-idx3-ubyte.gz",
                                         "qmnist-test-labels-idx2-int.gz",
                                         "emnist-a-train-images-idx3-ubyte",
                                         "emnist-a-train-labels-idx1-ubyte",
                                         "emnist-a-test-images-idx3-ubyte",
                                         "emnist-a-test-labels-idx1-ubyte",
                                         "emnist-b-train-images-idx3-ubyte"};

struct folder {
    char path[64];
    char file[128]; /* the last path made by path_in */
};

static struct folder folder_make(void)
{
    struct folder folder = {.path = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(folder.path));
    return folder;
}

static const char *path_in(struct folder *folder, const char *name)
{
    snprintf(folder->file, sizeof folder->file, "%s/%s", folder->path, name);
    return folder->file;
}

static void folder_remove(struct folder *folder)
{
    for (size_t i = 0; i < sizeof file_names / sizeof *file_names; i++) {
        unlink(path_in(folder, file_names[i]));
    }
    cr_expect_eq(rmdir(folder->path), 0, "the test left a file behind");
}

static void write_bytes(struct folder *folder, const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(path_in(folder, name), "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
}

static void write_gz(struct folder *folder, const char *name, const void *bytes, size_t size)
{
    gzFile file = gzopen(path_in(folder, name), "wb");
    cr_assert_not_null(file);
    cr_assert_eq(gzwrite(file, bytes, (unsigned)size), (int)size);
    cr_assert_eq(gzclose(file), Z_OK);
}

/* Opens and expects to fail with `code`; `...` are texts the message must contain, ended by NULL.
 */
static void expect_error(const char *spec, const char *label, enum err_code code, ...)
{
    struct err err = {0};
    struct dataset *dataset =
        dataset_open(spec, &(struct dataset_options){.reading.text[READING_LABEL] = label}, &err);
    cr_expect_null(dataset, "%s opened", spec);
    dataset_close(dataset);
    cr_expect_eq(err.code, code, "code %d: %s", err.code, err.msg);
    cr_expect_null(strpbrk(err.msg, "\n\r\t\033"), "more than one clean line: %s", err.msg);
    va_list args;
    va_start(args, code);
    for (const char *part; (part = va_arg(args, const char *));) {
        cr_expect_not_null(strstr(err.msg, part), "'%s' is not in: %s", part, err.msg);
    }
    va_end(args);
}

/* ---- CSV ---- */

static struct dataset *open_csv(struct folder *folder, const char *text, const char *label)
{
    struct err err = {0};
    write_bytes(folder, "t.csv", text, strlen(text));
    struct dataset *dataset = dataset_open(
        folder->file, &(struct dataset_options){.reading.text[READING_LABEL] = label}, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    return dataset;
}

static void expect_csv_error(const char *text, const char *label, enum err_code code, const char *a,
                             const char *b, const char *c)
{
    struct folder folder = folder_make();
    write_bytes(&folder, "t.csv", text, strlen(text));
    expect_error(folder.file, label, code, "/t.csv", a, b, c, NULL);
    folder_remove(&folder);
}

#define TEN_ROWS "1,2,a\n3,2,b\n2,2,a\n5,2,b\n4,2,a\n7,2,b\n6,2,a\n9,2,b\n8,2,a\n9,2,b\n"

Test(dataset, embedded_digits_have_the_known_split_and_scale)
{
    struct err err = {0};
    struct dataset *digits = dataset_open("digits", NULL, &err);
    cr_assert_not_null(digits, "%s", err.msg);
    cr_expect_str_eq(digits->name, "digits");
    cr_expect_eq(digits->n_features, 64);
    cr_expect_eq(digits->width, 8);
    cr_expect_eq(digits->height, 8);
    cr_expect_eq(digits->n_classes, 10);
    cr_expect_str_eq(digits->class_names[0], "0");
    cr_expect_str_eq(digits->class_names[9], "9");
    cr_expect_eq(digits->train.n, 1438);
    cr_expect_eq(digits->test.n, 359);
    cr_expect_eq(digits->train.scale, 0.0625F);
    cr_expect_null(digits->train.floats);
    /* the first line of the file, and the fifth, which is the first to test */
    static const uint8_t first[10] = {0, 0, 5, 13, 9, 1, 0, 0, 0, 0};
    cr_expect_arr_eq(digits->train.bytes, first, sizeof first);
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(digits->train.labels[i], i);
    }
    cr_expect_eq(digits->test.labels[0], 4);
    cr_expect_eq(digits->train.labels[4], 5);
    dataset_close(digits);
}

Test(dataset, digits_pixels_are_within_0_and_16_and_every_class_is_there)
{
    struct dataset *digits = dataset_open("digits", NULL, NULL);
    cr_assert_not_null(digits);
    const struct examples *sides[2] = {&digits->train, &digits->test};
    for (int s = 0; s < 2; s++) {
        int seen[10] = {0}, most = 0;
        for (int i = 0; i < sides[s]->n; i++) {
            seen[sides[s]->labels[i]]++;
            for (int j = 0; j < 64; j++) {
                int pixel = sides[s]->bytes[i * 64 + j];
                most = pixel > most ? pixel : most;
            }
        }
        cr_expect_eq(most, 16);
        for (int k = 0; k < 10; k++) {
            cr_expect_gt(seen[k], 20);
        }
    }
    dataset_close(digits);
}

Test(dataset, closing_nothing_is_allowed)
{
    dataset_close(NULL);
}

Test(dataset, kinds_are_found_by_name_folder_and_file)
{
    struct folder folder = folder_make();
    struct err err = {0};
    write_bytes(&folder, "t.csv", "x", 1);
    cr_expect_str_eq(dataset_kind_of("digits", &err)->net, "100,100");
    cr_expect_eq(dataset_kind_of("fashion", &err)->batch, 128);
    cr_expect_str_eq(dataset_kind_of(folder.path, &err)->name, "DIR");
    cr_expect_str_eq(dataset_kind_of(folder.file, &err)->name, "FILE.csv");
    cr_expect_null(dataset_kind_of("FILE.csv", &err), "a placeholder of the table is not a name");
    cr_expect_eq(err.code, ERR_FAILED);
    folder_remove(&folder);
}

Test(dataset, unknown_name_lists_what_is_expected)
{
    expect_error("digitz", NULL, ERR_USAGE, "digitz", "digits, fashion", NULL);
    expect_error("plane:foo", NULL, ERR_USAGE, "plane:foo", "plane:moons", "plane:spirals",
                 "plane:rings", "plane:blobs", NULL);
    expect_error("no/such/file.csv", NULL, ERR_FAILED, "no/such/file.csv", NULL);
    expect_error("digits/x\n\033[2J", NULL, ERR_FAILED, "digits/x??[2J", NULL);
}

Test(dataset, label_is_refused_where_there_is_no_table)
{
    expect_error("digits", "label", ERR_USAGE, "--label", "digits", NULL);
}

Test(dataset, fashion_opens_or_names_its_package)
{
    static const char folder[] = "/usr/share/datasets/fashion-mnist";
    if (access(folder, F_OK) != 0) {
        expect_error("fashion", NULL, ERR_FAILED, folder, "apt install dataset-fashion-mnist",
                     "--data DIR", NULL);
        return;
    }
    struct err err = {0};
    struct dataset *fashion = dataset_open("fashion", NULL, &err);
    cr_assert_not_null(fashion, "%s", err.msg);
    cr_expect_str_eq(fashion->name, "fashion");
    cr_expect_eq(fashion->train.n, 60000);
    cr_expect_eq(fashion->test.n, 10000);
    cr_expect_eq(fashion->n_features, 784);
    cr_expect_str_eq(fashion->class_names[9], "boot");
    cr_expect_eq(fashion->train.labels[0], 9); /* the set begins with an ankle boot */
    dataset_close(fashion);
}

Test(csv, standardises_with_the_train_rows)
{
    struct folder folder = folder_make();
    struct dataset *table = open_csv(&folder, TEN_ROWS, NULL);
    cr_expect_str_eq(table->name, "t.csv");
    cr_expect_eq(table->n_features, 2);
    cr_expect_eq(table->width, 0);
    cr_expect_null(table->feature_names);
    cr_expect_eq(table->train.n, 8);
    cr_expect_eq(table->test.n, 2);
    double sum = 0, squares = 0, all = 0;
    for (int i = 0; i < 10; i++) {
        const struct examples *side = i < 8 ? &table->train : &table->test;
        const float *x = side->floats + 2 * (i < 8 ? i : i - 8);
        sum += i < 8 ? (double)x[0] : 0;
        squares += i < 8 ? (double)x[0] * (double)x[0] : 0;
        all += table->means[0] + table->sds[0] * (double)x[0];
        cr_expect_eq(x[1], 0, "a constant column is 0");
    }
    cr_expect_float_eq(sum, 0, 1e-5);
    cr_expect_float_eq(squares / 8, 1, 1e-5);
    cr_expect_float_eq(all, 1 + 3 + 2 + 5 + 4 + 7 + 6 + 9 + 8 + 9, 1e-5);
    dataset_close(table);
    folder_remove(&folder);
}

/* Text of `n` rows "X,CLASS", the classes in turn; to be freed. */
static char *rows_in_turn(int n, int n_classes)
{
    char *text = malloc((size_t)n * 16 + 1);
    cr_assert_not_null(text);
    size_t size = 0;
    for (int i = 0; i < n; i++) {
        size += (size_t)sprintf(text + size, "%d.5,k%d\n", i * 7 % n, i % n_classes);
    }
    return text;
}

/* However the file is ordered: in turn with any period, or sorted. */
Test(csv, a_fifth_of_each_class_is_for_testing)
{
    for (int c = 2; c <= 20; c++) {
        struct folder folder = folder_make();
        char *text = rows_in_turn(c * 10, c);
        struct dataset *table = open_csv(&folder, text, NULL);
        cr_assert_eq(table->n_classes, c);
        int n[20] = {0};
        for (int i = 0; i < table->test.n; i++) {
            n[table->test.labels[i]]++;
        }
        for (int k = 0; k < c; k++) {
            cr_expect_eq(n[k], 2, "%d of class %d of %d", n[k], k, c);
        }
        dataset_close(table);
        free(text);
        folder_remove(&folder);
    }
}

Test(csv, the_rows_for_testing_are_drawn_but_always_the_same)
{
    struct folder folder = folder_make();
    char *text = rows_in_turn(1000, 2);
    write_bytes(&folder, "t.csv", text, strlen(text));
    struct dataset *a = dataset_open(folder.file, &(struct dataset_options){.seed = 1}, NULL);
    struct dataset *b = dataset_open(folder.file, &(struct dataset_options){.seed = 2}, NULL);
    cr_assert(a && b && a->test.n == 200 && b->test.n == 200);
    cr_expect_arr_eq(a->test.floats, b->test.floats, 200 * sizeof(float),
                     "another split with another seed");
    int n_fives = 0; /* rows that every fifth would be */
    for (int i = 0; i < 200; i++) {
        double value = a->means[0] + a->sds[0] * (double)a->test.floats[i] - 0.5;
        n_fives += lround(value) % 5 == 28 % 5;
    }
    cr_expect_lt(n_fives, 100, "%d of every fifth row", n_fives);
    dataset_close(a);
    dataset_close(b);
    free(text);
    folder_remove(&folder);
}

Test(csv, a_small_class_is_tested_if_it_can_be)
{
    struct folder folder = folder_make();
    struct dataset *table =
        open_csv(&folder, "1,a\n3,a\n2,a\n5,a\n4,a\n7,a\n6,a\n9,b\n8,b\n9,one\n", NULL);
    int n[3] = {0};
    for (int i = 0; i < table->test.n; i++) {
        n[table->test.labels[i]]++;
    }
    cr_expect(n[0] == 1 && n[1] == 1 && n[2] == 0, "%d %d %d", n[0], n[1], n[2]);
    cr_assert_eq(table->notes.n, 1);
    cr_expect(strstr(table->notes.line[0], "t.csv:10: the class 'one' has no row to test on"), "%s",
              table->notes.line[0]);
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, constant_column_that_rounds_is_still_zero)
{
    int n_constant = 0;
    for (int odd = 0; odd < 10; odd++) { /* which row alone has another value */
        struct folder folder = folder_make();
        char text[128] = "";
        for (int i = 0; i < 10; i++) {
            sprintf(text + strlen(text), "%s,%c\n", i == odd ? "0.3" : "0.1", "ab"[i % 2]);
        }
        struct dataset *table = open_csv(&folder, text, NULL);
        bool is_constant = table->sds[0] == 0; /* among the train rows */
        for (int i = 0; i < 10 && is_constant; i++) {
            cr_expect_eq(i < 8 ? table->train.floats[i] : table->test.floats[i - 8], 0,
                         "nothing was learnt of what varies only in the test");
        }
        n_constant += is_constant;
        dataset_close(table);
        folder_remove(&folder);
    }
    cr_expect_eq(n_constant, 2, "as many as there are rows to test");
}

Test(csv, header_names_the_features_and_the_label)
{
    struct folder folder = folder_make();
    struct dataset *table = open_csv(&folder,
                                     "\xEF\xBB\xBF kind ;\"length; \"\"l\"\"\";width\r\n"
                                     "a;1;2\r\nb;2;2\r\na;3;2\r\n\r\nb;4;2\r\na;5;2\r\na;1;2\r\nb;"
                                     "2;2\r\na;3;2\r\nb;4;2\r\n\"c\";5;7",
                                     "kind");
    cr_expect_eq(table->n_features, 2);
    cr_expect_str_eq(table->feature_names[0], "length; \"l\"");
    cr_expect_str_eq(table->feature_names[1], "width");
    cr_expect_eq(table->n_classes, 3);
    cr_expect_str_eq(table->class_names[2], "c");
    cr_expect_eq(table->train.n + table->test.n, 10);
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, blank_lines_do_not_hide_the_separator)
{
    struct folder folder = folder_make();
    struct dataset *table =
        open_csv(&folder, "\n \n1;a\n2;b\n\n1;a\n1;b\n1;a\n1;b\n1;a\n1;b\n1;a\n1;b\n\n", NULL);
    cr_expect_eq(table->n_features, 1);
    cr_expect_eq(table->train.n + table->test.n, 10);
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, label_column_may_be_a_number_and_tabs_separate)
{
    struct folder folder = folder_make();
    struct dataset *table =
        open_csv(&folder, "x\t1\ny\t2\nx\t3\ny\t4\nx\t5\ny\t6\nx\t7\ny\t8\nx\t9\ny\t10\n", "1");
    cr_expect_eq(table->n_features, 1);
    cr_expect_str_eq(table->class_names[0], "x");
    cr_expect_str_eq(table->class_names[1], "y");
    cr_expect_eq(table->n_classes, 2);
    cr_expect_eq(table->train.n + table->test.n, 10, "the first line is no header");
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, classes_sort_by_value_if_all_are_numbers_else_by_bytes)
{
    struct folder folder = folder_make();
    struct dataset *table =
        open_csv(&folder, "1,10\n1,9\n1,-1\n1,10\n1,9\n1,9\n1,9\n1,9\n1,9\n1,100\n", NULL);
    static const char *const numbers[] = {"-1", "9", "10", "100"};
    cr_assert_eq(table->n_classes, 4);
    for (int k = 0; k < 4; k++) {
        cr_expect_str_eq(table->class_names[k], numbers[k]);
    }
    int n_tens = 0;
    for (int i = 0; i < 10; i++) {
        const struct examples *side = i < table->train.n ? &table->train : &table->test;
        n_tens += side->labels[i < table->train.n ? i : i - table->train.n] == 2;
    }
    cr_expect_eq(n_tens, 2);
    dataset_close(table);
    table = open_csv(&folder, "1,10\n1,9\n1,x\n1,10\n1,9\n1,9\n1,9\n1,9\n1,9\n1,100\n", NULL);
    static const char *const texts[] = {"10", "100", "9", "x"};
    cr_assert_eq(table->n_classes, 4);
    for (int k = 0; k < 4; k++) {
        cr_expect_str_eq(table->class_names[k], texts[k]);
    }
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, names_cannot_command_the_terminal)
{
    struct folder folder = folder_make();
    struct dataset *table = open_csv(&folder,
                                     "1,\033[2J\177\n1,caf\xC3\xA9\n1,x\n1,\"a\nb\"\n1,\xC2\x9B"
                                     "1m\n1,x\n1,x\n1,x\n1,x\n1,x\n",
                                     NULL);
    cr_assert_eq(table->n_classes, 5);
    static const char *const names[] = {"?[2J?", "a?b", "caf\xC3\xA9", "x", "?1m"};
    for (int k = 0; k < 5; k++) {
        bool is_there = false;
        for (int i = 0; i < 5; i++) {
            is_there |= strcmp(table->class_names[k], names[i]) == 0;
        }
        cr_expect(is_there, "%s", table->class_names[k]);
    }
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, other_encodings_are_refused_with_the_way_out)
{
    expect_csv_error("1,a\n2,caf\xE9\n", NULL, ERR_FAILED, ":2:", "the byte E9 found",
                     "--encoding latin-1");
    expect_csv_error("x,\xC3\xA9t\xE9\r1,a\r", NULL, ERR_FAILED, ":1:", "the byte E9", "");
    expect_csv_error("\xFF\xFEx,y\n", NULL, ERR_FAILED, "UTF-16 found", "iconv -f UTF-16", "");
    expect_csv_error("1,a\n2,\xED\xA0\x80\n", NULL, ERR_FAILED, ":2:", "the byte ED found",
                     "--encoding windows-1252");
}

Test(csv, lines_may_end_in_any_way)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    float first[8];
    for (size_t e = 0; e < 3; e++) {
        struct folder folder = folder_make();
        char text[400] = "x,kind";
        for (int i = 0; i < 10; i++) {
            sprintf(text + strlen(text), "%s%d,%c", ends[e], i * i, "ab"[i % 2]);
        }
        struct dataset *table = open_csv(&folder, text, "kind");
        cr_assert_eq(table->train.n, 8);
        cr_expect_str_eq(table->feature_names[0], "x");
        cr_expect_str_eq(table->class_names[1], "b");
        if (e == 0) {
            memcpy(first, table->train.floats, sizeof first);
        }
        cr_expect_arr_eq(table->train.floats, first, sizeof first);
        dataset_close(table);
        folder_remove(&folder);
    }
    expect_csv_error("1,2,a\r1,2,b\r1,a\r", NULL, ERR_FAILED, ":3:", "2 found", "");
}

/* Who reads "kind" in the header cannot type the zero-width space behind it. */
Test(csv, the_label_is_found_by_what_is_seen_of_its_name)
{
    static const char *const seen[] = {"kind", "kind\u200b", "\u200bkind"};
    struct folder folder = folder_make();
    for (int i = 0; i < 3; i++) {
        struct dataset *table =
            open_csv(&folder,
                     "kind\u200b,x,y\na,1,2\nb,2,3\na,3,4\nb,4,5\na,5,6\nb,6,7\na,7,8\nb,8,9\na,9,"
                     "9\nb,1,1\n",
                     seen[i]);
        cr_expect_eq(table->n_features, 2);
        cr_expect_eq(table->n_classes, 2);
        dataset_close(table);
    }
    folder_remove(&folder);
}

/* ---- what is a header, a feature, a label ---- */

Test(csv, a_header_is_words_over_numbers)
{
    static const struct {
        const char *first;
        bool is_header;
    } cases[] = {{"NA,2,a\n", false},    {"x,y,kind\n", true},   {",y,kind\n", true},
                 {"x,2020,a\n", true},   {"?,,a\n", false},      {"-1e3,2,a\n", false},
                 {"0x1p3,2,a\n", false}, {"Null,n/a,a\n", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct folder folder = folder_make();
        char text[200];
        struct err err = {0};
        snprintf(text, sizeof text, "%s%s", cases[i].first, TEN_ROWS);
        write_bytes(&folder, "t.csv", text, strlen(text));
        struct dataset *table = dataset_open(folder.file, NULL, &err);
        bool is_data = table && !table->feature_names && table->train.n + table->test.n == 11;
        bool is_refused = !table && strstr(err.msg, "t.csv:1: column ");
        bool is_header = table && table->feature_names && table->train.n + table->test.n == 10;
        cr_expect(cases[i].is_header ? is_header : is_data || is_refused, "%s%s", text, err.msg);
        dataset_close(table);
        folder_remove(&folder);
    }
}

Test(csv, a_row_of_words_is_data_if_more_words_follow)
{
    struct folder folder = folder_make();
    static const char rows[] = "1,red,a\n2,blue,b\n5,red,a\n2,red,b\n5,red,a\n3,blue,b\n1,red,a\n"
                               "2,blue,b\n4,red,a\n2,blue,b\n";
    struct dataset *table = open_csv(&folder, rows, NULL);
    cr_expect_eq(table->train.n + table->test.n, 10);
    cr_expect_str_eq(table->feature_names[2], "2=red");
    dataset_close(table);
    char headed[200] = "x,hue,kind\n";
    table = open_csv(&folder, strcat(headed, rows), NULL);
    cr_expect_eq(table->train.n + table->test.n, 10);
    cr_expect_str_eq(table->feature_names[2], "hue=red");
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, advice_that_was_followed_is_not_given_again)
{
    struct folder folder = folder_make();
    struct err err = {0};
    static const char text[] = "x,hue,kind,z\n1,2,a,9\n2,6,b,8\n2,blue,b,7\n";
    write_bytes(&folder, "t.csv", text, strlen(text));
    cr_expect_null(dataset_open(
        folder.file, &(struct dataset_options){.reading.text[READING_LABEL] = "kind"}, &err));
    cr_expect(strstr(err.msg, ":4: column hue") && !strstr(err.msg, "--label"), "%s", err.msg);
    cr_expect_null(dataset_open(
        folder.file, &(struct dataset_options){.reading.text[READING_LABEL] = "x"}, &err));
    cr_expect(!strstr(err.msg, "--label"), "%s", err.msg);
    cr_expect_null(dataset_open(folder.file, NULL, &err));
    cr_expect(strstr(err.msg, "--label"), "%s", err.msg);
    folder_remove(&folder);
    expect_csv_error("x,y,kind,\n1,2,a,\n1,2,b,3\n", "kind", ERR_FAILED,
                     ":2:", "column 4 (no name)", "empty cell");
}

Test(csv, a_decimal_comma_is_read_where_all_fractions_have_it)
{
    struct folder folder = folder_make();
    struct dataset *table = open_csv(&folder,
                                     "0,5;a\n1,5;b\n2;a\n0,5;b\n-1,5;a\n1;b\n0,5;a\n2,5;b\n"
                                     "4;a\n1e-1;b\n",
                                     NULL);
    double sum = 0;
    for (int i = 0; i < 10; i++) {
        double x = (double)(i < 8 ? table->train.floats[i] : table->test.floats[i - 8]);
        sum += table->means[0] + table->sds[0] * x;
    }
    cr_expect_float_eq(sum, 11.1, 1e-4, "%g", sum);
    dataset_close(table);
    folder_remove(&folder);
    expect_csv_error("0,5;a\n1.5;b\n", NULL, ERR_FAILED, ":2:", "decimal comma expected",
                     "'1.5' found");
    expect_csv_error("0.5;a\n1,500;b\n", NULL, ERR_FAILED, ":2:", "decimal point expected",
                     "'1,500' found");
    expect_csv_error("1,a\n\"1,500\",b\n", NULL, ERR_FAILED, ":2:", "'1,500' found", "");
}

Test(csv, a_column_that_counts_the_rows_is_left_out)
{
    static const char *const heads[] = {"", ",x,k\n", "id,x,k\n"};
    static const char *const names[] = {"column 1 only", "column 1 (no name) only",
                                        "column id only"};
    for (int h = 0; h < 3; h++) {
        struct folder folder = folder_make();
        char text[200];
        int used = sprintf(text, "%s", heads[h]);
        for (int i = 0; i < 10; i++) {
            used += sprintf(text + used, "%d,%d,%c\n", 7 + i, i * i, i < 5 ? 'a' : 'b');
        }
        struct dataset *table = open_csv(&folder, text, NULL);
        cr_expect_eq(table->n_features, 1);
        cr_assert_eq(table->notes.n, 1);
        cr_expect(strstr(table->notes.line[0], names[h]), "%s", table->notes.line[0]);
        cr_expect(h == 0 || strcmp(table->feature_names[0], "x") == 0);
        double sum = 0;
        for (int i = 0; i < 10; i++) {
            double x = (double)(i < 8 ? table->train.floats[i] : table->test.floats[i - 8]);
            sum += table->means[0] + table->sds[0] * x;
        }
        cr_expect_float_eq(sum, 285, 1e-3);
        dataset_close(table);
        folder_remove(&folder);
    }
    struct folder folder = folder_make();
    struct dataset *table =
        open_csv(&folder, "1,a\n2,a\n3,a\n4,a\n5,a\n6,b\n7,b\n8,b\n9,b\n10,b\n", NULL);
    cr_expect_eq(table->n_features, 1, "there is nothing else to learn from");
    cr_expect_eq(table->notes.n, 0);
    dataset_close(table);
    folder_remove(&folder);
}

/* `n` rows of which row i has the label `i / each * step`. */
static char *labelled(int n, int each, double step)
{
    char *text = malloc((size_t)n * 32 + 8);
    cr_assert_not_null(text);
    size_t size = (size_t)sprintf(text, "x,y\n");
    for (int i = 0; i < n; i++) {
        size += (size_t)sprintf(text + size, "%d,%g\n", i * 7 % 100, i / each * step);
    }
    return text;
}

Test(csv, quantities_and_names_of_rows_are_no_labels)
{
    struct folder folder = folder_make();
    static const struct {
        int n, each;
        double step;
        const char *part; /* of the error; NULL = read */
        int n_notes;
    } cases[] = {{100, 1, 0.25, "100 different fractions in 100 rows", 0},
                 {100, 1, 1, "100 different labels in 100 rows", 0},
                 {400, 10, 0.25, "40 different fractions in 400 rows", 0},
                 {400, 40, 0.5, NULL, 0},
                 {400, 5, 1, NULL, 1},
                 {400, 20, 1, NULL, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = labelled(cases[i].n, cases[i].each, cases[i].step);
        if (cases[i].part) {
            expect_csv_error(text, NULL, ERR_FAILED, ": column y: ", cases[i].part, "--label");
        } else {
            struct dataset *table = open_csv(&folder, text, NULL);
            cr_expect_eq(table->notes.n, cases[i].n_notes, "case %zu", i);
            dataset_close(table);
        }
        free(text);
    }
    folder_remove(&folder);
    expect_csv_error("1,ann\n1,bob\n1,cy\n1,dan\n1,eve\n1,flo\n1,gus\n1,hal\n1,ian\n1,joe\n", NULL,
                     ERR_FAILED, ":1: column 2", "10 different labels in 10 rows", "'ann'");
}

Test(csv, quoted_line_breaks_count_as_lines)
{
    expect_csv_error("1,\"a\nb\"\n1,2,3\n", NULL, ERR_FAILED, ":3:", "2 fields expected",
                     "3 found");
}

Test(csv, compressed_tables_are_read)
{
    struct folder folder = folder_make();
    struct err err = {0};
    write_gz(&folder, "t.csv", TEN_ROWS, sizeof TEN_ROWS - 1);
    struct dataset *table = dataset_open(folder.file, NULL, &err);
    cr_assert_not_null(table, "%s", err.msg);
    cr_expect_eq(table->train.n, 8);
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, ragged_rows_are_refused_with_their_line)
{
    expect_csv_error("1,2,a\n1,2,b\n1,a\n", NULL, ERR_FAILED, ":3:", "3 fields expected",
                     "2 found");
    expect_csv_error("1,2,a\n1,2,b,\n", NULL, ERR_FAILED, ":2:", "3 fields expected", "4 found");
}

Test(csv, features_must_be_finite_numbers)
{
    expect_csv_error("1,2,a\n1,two,b\n", NULL, ERR_FAILED, ":2:", "column 2", "'two'");
    expect_csv_error("len,wid,kind\n1,2,a\n1,,b\n", NULL, ERR_FAILED, ":3:", "column wid",
                     "empty cell");
    expect_csv_error("1,2,a\nnan,2,b\n", NULL, ERR_FAILED, ":2:", "column 1", "'nan'");
    expect_csv_error("1,2,a\n1e39,2,b\n", NULL, ERR_FAILED, ":2:", "column 1", "'1e39'");
    expect_csv_error("1,2,a\n1,2x,b\n", NULL, ERR_FAILED, ":2:", "column 2", "'2x'");
    expect_csv_error("1,2,a\n1,\"2\n\",b\n", NULL, ERR_FAILED, ":2:", "column 2", "'2?'");
}

Test(csv, too_little_data_is_refused)
{
    expect_csv_error("", NULL, ERR_FAILED, "nothing found", "", "");
    expect_csv_error("\n \r\n\n", NULL, ERR_FAILED, "nothing found", "", "");
    expect_csv_error("1\n2\n", NULL, ERR_FAILED, ":1:", "2 columns", "1 found");
    expect_csv_error("x,y\n", NULL, ERR_FAILED, "10 rows", "0 found", "");
    expect_csv_error("1,a\n1,b\n1,a\n1,b\n1,a\n1,b\n1,a\n1,b\n1,a\n", NULL, ERR_FAILED, "10 rows",
                     "9 found", "");
    expect_csv_error("1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n1,a\n", NULL, ERR_FAILED,
                     "2 classes", "only 'a'", "--label");
    expect_csv_error("1,a\n1,\n", NULL, ERR_FAILED, ":2:", "label", "empty");
}

Test(csv, unknown_label_column_lists_those_there_are)
{
    expect_csv_error("len,wid,kind\n1,2,a\n", "colour", ERR_USAGE, "'colour'", "len, wid, kind",
                     "");
    expect_csv_error(TEN_ROWS, "colour", ERR_USAGE, "'colour'", "no header", "1 to 3");
    expect_csv_error(TEN_ROWS, "4", ERR_USAGE, "'4'", "1 to 3", "");
    expect_csv_error(TEN_ROWS, "0", ERR_USAGE, "'0'", "1 to 3", "");
    expect_csv_error(TEN_ROWS, "", ERR_USAGE, "''", "1 to 3", "");
}

Test(csv, wrong_quotes_are_refused)
{
    expect_csv_error("1,a\n2,\"b\n3,c\n", NULL, ERR_FAILED, ":2:", "closing quote",
                     "end of the file");
    expect_csv_error("1,a\n2,\"b\"c\n", NULL, ERR_FAILED, ":2:", "separator expected", "");
}

Test(csv, binary_is_refused)
{
    struct folder folder = folder_make();
    write_bytes(&folder, "t.csv", "1,a\n2,\0b\n", 9);
    expect_error(folder.file, NULL, ERR_FAILED, "/t.csv:2:", "NUL", NULL);
    folder_remove(&folder);
}

Test(csv, too_many_classes_are_refused)
{
    struct folder folder = folder_make();
    size_t size = 0, room = 2 * 65536 * 8 + 1;
    char *text = malloc(room);
    cr_assert_not_null(text);
    for (int i = 0; i < 2 * 65536; i++) {
        size += (size_t)snprintf(text + size, room - size, "1,%d\n", i / 2);
    }
    write_bytes(&folder, "t.csv", text, size);
    free(text);
    expect_error(folder.file, NULL, ERR_FAILED, "65535 classes", NULL);
    folder_remove(&folder);
}

Test(csv, numbers_are_read_alike_in_every_language)
{
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) {
        cr_skip("no locale with a decimal comma is installed");
    }
    struct folder folder = folder_make();
    struct dataset *table =
        open_csv(&folder, "1.5,a\n2.5,b\n1,a\n1,b\n1,a\n1,b\n1,a\n1,b\n1,a\n1,b\n", NULL);
    cr_expect_eq(table->n_features, 1);
    dataset_close(table);
    folder_remove(&folder);
}

/* ---- IDX ---- */

/* A set of 2x3 images: 5 to train, 2 to test, labels 0..2. */
static const unsigned char train_images[16 + 30] = {0, 0, 8, 3, 0, 0,  0,  5,  0,  0,  0,
                                                    2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255};
static const unsigned char train_labels[8 + 5] = {0, 0, 8, 1, 0, 0, 0, 5, 1, 0, 2, 1, 0};
static const unsigned char test_images[16 + 12] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3};
static const unsigned char test_labels[8 + 2] = {0, 0, 8, 1, 0, 0, 0, 2, 2, 0};

static struct folder idx_folder(void)
{
    struct folder folder = folder_make();
    write_bytes(&folder, "train-images-idx3-ubyte", train_images, sizeof train_images);
    write_bytes(&folder, "train-labels-idx1-ubyte", train_labels, sizeof train_labels);
    write_bytes(&folder, "t10k-images-idx3-ubyte", test_images, sizeof test_images);
    write_bytes(&folder, "t10k-labels-idx1-ubyte", test_labels, sizeof test_labels);
    return folder;
}

/* The good set with one file replaced by `bytes`. */
static void expect_idx_error(const char *name, const void *bytes, size_t size, const char *a,
                             const char *b, const char *c)
{
    struct folder folder = idx_folder();
    write_bytes(&folder, name, bytes, size);
    expect_error(folder.path, NULL, ERR_FAILED, name, a, b, c, NULL);
    folder_remove(&folder);
}

/* The same with one byte changed. */
static void expect_idx_byte_error(const char *name, const unsigned char *good, size_t size,
                                  size_t at, unsigned char byte, const char *a, const char *b)
{
    unsigned char bytes[64];
    cr_assert_leq(size, sizeof bytes);
    memcpy(bytes, good, size);
    bytes[at] = byte;
    expect_idx_error(name, bytes, size, a, b, "");
}

/* Writes the four files into a folder below, with something before their names. */
static void write_set(struct folder *folder, const char *below, const char *prefix)
{
    static const struct {
        const char *name;
        const void *bytes;
        size_t size;
    } files[] = {{"train-images-idx3-ubyte", train_images, sizeof train_images},
                 {"train-labels-idx1-ubyte", train_labels, sizeof train_labels},
                 {"test-images-idx3-ubyte", test_images, sizeof test_images},
                 {"test-labels-idx1-ubyte", test_labels, sizeof test_labels}};
    for (size_t i = 0; i < 4; i++) {
        char name[100];
        snprintf(name, sizeof name, "%s/%s%s", below, prefix, files[i].name);
        write_bytes(folder, name, files[i].bytes, files[i].size);
    }
}

static void remove_below(const struct folder *folder)
{
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", folder->path);
    cr_assert_eq(system(command), 0);
}

Test(idx, folders_as_torchvision_lays_them_out_are_read)
{
    struct folder folder = folder_make();
    struct err err = {0};
    char raw[100], spec[140];
    snprintf(raw, sizeof raw, "%s/MNIST", folder.path);
    cr_assert_eq(mkdir(raw, 0700), 0);
    strcat(raw, "/raw");
    cr_assert_eq(mkdir(raw, 0700), 0);
    write_set(&folder, "MNIST/raw", "");
    const char *const specs[] = {folder.path, raw, spec};
    snprintf(spec, sizeof spec, "%s/MNIST", folder.path);
    for (int i = 0; i < 3; i++) {
        struct dataset *set = dataset_open(specs[i], NULL, &err);
        cr_assert_not_null(set, "%s", err.msg);
        cr_expect_eq(set->train.n, 5);
        dataset_close(set);
    }
    snprintf(raw, sizeof raw, "%s/EMNIST", folder.path);
    cr_assert_eq(mkdir(raw, 0700), 0);
    strcat(raw, "/raw");
    cr_assert_eq(mkdir(raw, 0700), 0);
    write_set(&folder, "EMNIST/raw", "emnist-letters-");
    write_set(&folder, "EMNIST/raw", "emnist-digits-");
    expect_error(folder.path, NULL, ERR_FAILED, "one folder of IDX files", "/MNIST/raw", NULL);
    expect_error(raw, NULL, ERR_FAILED, "one set of IDX files", "--data", NULL);
    snprintf(spec, sizeof spec, "%s/emnist-letters", raw);
    struct dataset *set = dataset_open(spec, NULL, &err);
    cr_assert_not_null(set, "%s", err.msg);
    cr_expect_str_eq(set->name, "emnist-letters");
    dataset_close(set);
    snprintf(spec, sizeof spec, "%s/emnist-letter", raw);
    expect_error(spec, NULL, ERR_FAILED, "emnist-letter: cannot be read", NULL);
    remove_below(&folder);
}

Test(idx, plain_files_are_read)
{
    struct folder folder = idx_folder();
    struct err err = {0};
    char spec[80];
    snprintf(spec, sizeof spec, "%s//", folder.path);
    struct dataset *set = dataset_open(spec, NULL, &err);
    cr_assert_not_null(set, "%s", err.msg);
    cr_expect_str_eq(set->name, strrchr(folder.path, '/') + 1);
    cr_expect_eq(set->width, 3);
    cr_expect_eq(set->height, 2);
    cr_expect_eq(set->n_features, 6);
    cr_expect_eq(set->n_classes, 3);
    cr_expect_str_eq(set->class_names[2], "2");
    cr_expect_eq(set->train.n, 5);
    cr_expect_eq(set->test.n, 2);
    cr_expect_arr_eq(set->train.bytes, train_images + 16, 30);
    cr_expect_float_eq((double)set->train.scale * 255, 1, 1e-6);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(set->train.labels[i], train_labels[8 + i]);
    }
    dataset_close(set);
    folder_remove(&folder);
}

Test(idx, other_names_and_compression_are_read)
{
    struct folder folder = folder_make();
    struct err err = {0};
    write_bytes(&folder, "train-images.idx3-ubyte", train_images, sizeof train_images);
    write_gz(&folder, "train-labels.idx1-ubyte.gz", train_labels, sizeof train_labels);
    write_gz(&folder, "t10k-images-idx3-ubyte.gz", test_images, sizeof test_images);
    write_bytes(&folder, "t10k-labels-idx1-ubyte", test_labels, sizeof test_labels);
    struct dataset *set = dataset_open(folder.path, NULL, &err);
    cr_assert_not_null(set, "%s", err.msg);
    cr_expect_eq(set->train.bytes[5], 255);
    cr_expect_eq(set->test.labels[0], 2);
    dataset_close(set);
    folder_remove(&folder);
}

/* Labels are 4 bytes, the first of three columns; classes are the labels that occur. */
Test(idx, qmnist_names_and_labels_are_read)
{
    static const unsigned char train[12 + 5 * 12] = {
        0, 0, 12, 2, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1,
        0, 0, 1,  2, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1,
        0, 0, 0,  9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1};
    static const unsigned char test[12 + 2 * 12] = {0, 0, 12, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0,
                                                    0, 9, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3};
    struct folder folder = folder_make();
    struct err err = {0};
    write_bytes(&folder, "qmnist-train-images-idx3-ubyte", train_images, sizeof train_images);
    write_bytes(&folder, "qmnist-train-labels-idx2-int", train, sizeof train);
    write_gz(&folder, "qmnist-test-images-idx3-ubyte.gz", test_images, sizeof test_images);
    write_gz(&folder, "qmnist-test-labels-idx2-int.gz", test, sizeof test);
    struct dataset *set = dataset_open(folder.path, NULL, &err);
    cr_assert_not_null(set, "%s", err.msg);
    static const char *const names[] = {"3", "7", "9", "258"};
    static const uint16_t train_classes[] = {1, 3, 1, 2, 1}, test_classes[] = {2, 0};
    cr_assert_eq(set->n_classes, 4);
    for (int k = 0; k < 4; k++) {
        cr_expect_str_eq(set->class_names[k], names[k]);
    }
    cr_expect_arr_eq(set->train.labels, train_classes, sizeof train_classes);
    cr_expect_arr_eq(set->test.labels, test_classes, sizeof test_classes);
    dataset_close(set);
    unsigned char wrong[sizeof train];
    memcpy(wrong, train, sizeof wrong);
    wrong[12] = 0xFF;
    write_bytes(&folder, "qmnist-train-labels-idx2-int", wrong, sizeof wrong);
    expect_error(folder.path, NULL, ERR_FAILED, "labels from 0 to", "label 1 is -16777209", NULL);
    write_bytes(&folder, "qmnist-train-labels-idx2-int", train, sizeof train - 1);
    expect_error(folder.path, NULL, ERR_FAILED, "60 bytes of labels", "59 found", NULL);
    folder_remove(&folder);
}

/* Its pictures lie on their side; a second set in the folder is one too many. */
Test(idx, emnist_is_read_upright)
{
    static const unsigned char images[16 + 8] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,
                                                 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
    static const unsigned char labels[8 + 2] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 2};
    struct folder folder = folder_make();
    struct err err = {0};
    write_bytes(&folder, "emnist-a-train-images-idx3-ubyte", images, sizeof images);
    write_bytes(&folder, "emnist-a-train-labels-idx1-ubyte", labels, sizeof labels);
    write_bytes(&folder, "emnist-a-test-images-idx3-ubyte", images, sizeof images);
    write_bytes(&folder, "emnist-a-test-labels-idx1-ubyte", labels, sizeof labels);
    struct dataset *set = dataset_open(folder.path, NULL, &err);
    cr_assert_not_null(set, "%s", err.msg);
    static const uint8_t upright[] = {1, 3, 2, 4, 5, 7, 6, 8};
    cr_expect_arr_eq(set->train.bytes, upright, sizeof upright);
    cr_expect_arr_eq(set->test.bytes, upright, sizeof upright);
    cr_expect_eq(set->n_classes, 2);
    cr_expect_str_eq(set->class_names[0], "1");
    dataset_close(set);
    write_bytes(&folder, "emnist-b-train-images-idx3-ubyte", images, sizeof images);
    expect_error(folder.path, NULL, ERR_FAILED, "one set of IDX files", "emnist-a-", "emnist-b-",
                 NULL);
    write_bytes(&folder, "train-images-idx3-ubyte", train_images, sizeof train_images);
    expect_error(folder.path, NULL, ERR_FAILED, "train-labels-idx1-ubyte not found", NULL);
    folder_remove(&folder);
}

Test(idx, each_missing_file_is_named)
{
    for (size_t i = 1; i < 5; i++) {
        struct folder folder = idx_folder();
        cr_assert_eq(unlink(path_in(&folder, file_names[i])), 0);
        char expected[64];
        snprintf(expected, sizeof expected, "%s not found", file_names[i]);
        expect_error(folder.path, NULL, ERR_FAILED, expected, "plain or .gz", NULL);
        folder_remove(&folder);
    }
}

Test(idx, magic_type_and_dimensions_are_checked)
{
    expect_idx_byte_error("train-images-idx3-ubyte", train_images, sizeof train_images, 0, 1,
                          "wrong magic number", "01 00 08 03 found");
    expect_idx_byte_error("t10k-labels-idx1-ubyte", test_labels, sizeof test_labels, 2, 0x0D,
                          "wrong type", "0d found");
    expect_idx_byte_error("train-labels-idx1-ubyte", train_labels, sizeof train_labels, 3, 3,
                          "1 expected", "3 found");
}

Test(idx, sizes_must_agree)
{
    expect_idx_error("t10k-labels-idx1-ubyte", train_labels, sizeof train_labels,
                     "labels as images", "(2)", "5 found");
    unsigned char turned[sizeof test_images];
    memcpy(turned, test_images, sizeof turned);
    turned[11] = 3;
    turned[15] = 2;
    expect_idx_error("t10k-images-idx3-ubyte", turned, sizeof turned, "2 x 3 expected",
                     "3 x 2 found", "");
}

Test(idx, zero_and_absurd_sizes_are_refused)
{
    const char *name = "train-images-idx3-ubyte";
    expect_idx_byte_error(name, train_images, sizeof train_images, 7, 0, "0 images of 2 x 3", "");
    expect_idx_byte_error(name, train_images, sizeof train_images, 11, 0, "5 images of 0 x 3", "");
    expect_idx_byte_error(name, train_images, sizeof train_images, 8, 0xFF, "4278190082 x 3", "");
    expect_idx_byte_error(name, train_images, sizeof train_images, 4, 0xFF, "4278190085 images",
                          "");
    expect_idx_byte_error(name, train_images, sizeof train_images, 4, 0x7F, "4 GB", "");
    expect_idx_byte_error("t10k-labels-idx1-ubyte", test_labels, sizeof test_labels, 7, 0, "labels",
                          "0 found");
}

Test(idx, sizes_that_overflow_are_refused)
{
    /* 4 * 2^31 * 2^31 is 0 in 64 bits; 2^32 - 16 images fit in 4 GB but not in an int */
    static const unsigned char wraps[17] = {0, 0, 8, 3, 0, 0, 0, 4, 0x80, 0, 0, 0, 0x80};
    static const unsigned char many[17] = {0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xF0,
                                           0, 0, 0, 1, 0,    0,    0,    1};
    expect_idx_error("train-images-idx3-ubyte", wraps, sizeof wraps, "4 images",
                     "2147483648 x 2147483648", "");
    expect_idx_error("train-images-idx3-ubyte", many, sizeof many, "4294967280 images of 1 x 1",
                     "in the header", "");
}

Test(idx, truncated_anywhere_is_refused)
{
    for (size_t size = 0; size < sizeof train_images; size++) {
        expect_idx_error("train-images-idx3-ubyte", train_images, size, "truncated", "expected",
                         "found");
    }
    expect_idx_error("train-images-idx3-ubyte", train_images, 40, "30 bytes of pixels", "24 found",
                     "");
    expect_idx_error("t10k-labels-idx1-ubyte", test_labels, 9, "2 bytes of labels", "1 found", "");
}

Test(idx, trailing_bytes_are_refused)
{
    unsigned char longer[sizeof test_labels + 1] = {0};
    memcpy(longer, test_labels, sizeof test_labels);
    expect_idx_error("t10k-labels-idx1-ubyte", longer, sizeof longer, "end of the file expected",
                     "2", "");
}

Test(idx, one_class_is_refused)
{
    struct folder folder = idx_folder();
    static const unsigned char five[8 + 5] = {0, 0, 8, 1, 0, 0, 0, 5};
    static const unsigned char two[8 + 2] = {0, 0, 8, 1, 0, 0, 0, 2};
    write_bytes(&folder, "train-labels-idx1-ubyte", five, sizeof five);
    write_bytes(&folder, "t10k-labels-idx1-ubyte", two, sizeof two);
    expect_error(folder.path, NULL, ERR_FAILED, "2 classes expected", NULL);
    folder_remove(&folder);
}

Test(idx, damaged_compression_is_refused)
{
    struct folder folder = idx_folder();
    unsigned char packed[128];
    cr_assert_eq(unlink(path_in(&folder, "t10k-images-idx3-ubyte")), 0);
    write_gz(&folder, "t10k-images-idx3-ubyte.gz", test_images, sizeof test_images);
    FILE *file = fopen(folder.file, "rb");
    cr_assert_not_null(file);
    size_t size = fread(packed, 1, sizeof packed, file);
    fclose(file);
    cr_assert(size > 20 && size < sizeof packed);
    for (size_t cut = 10; cut < size; cut++) {
        write_bytes(&folder, "t10k-images-idx3-ubyte.gz", packed, cut);
        expect_error(folder.path, NULL, ERR_FAILED, "t10k-images-idx3-ubyte.gz", NULL);
    }
    write_bytes(&folder, "t10k-images-idx3-ubyte.gz", packed, size - 4);
    expect_error(folder.path, NULL, ERR_FAILED, "ends too early", NULL);
    packed[size - 8] ^= 1; /* of the check sum */
    write_bytes(&folder, "t10k-images-idx3-ubyte.gz", packed, size);
    expect_error(folder.path, NULL, ERR_FAILED, "damaged", NULL);
    folder_remove(&folder);
}

Test(idx, a_folder_in_place_of_a_file_is_refused)
{
    struct folder folder = idx_folder();
    cr_assert_eq(unlink(path_in(&folder, "train-labels-idx1-ubyte")), 0);
    cr_assert_eq(mkdir(folder.file, 0700), 0);
    expect_error(folder.path, NULL, ERR_FAILED, "train-labels-idx1-ubyte: a file expected", NULL);
    cr_assert_eq(rmdir(path_in(&folder, "train-labels-idx1-ubyte")), 0);
    folder_remove(&folder);
}

Test(idx, an_unreadable_folder_says_why)
{
    if (geteuid() == 0) {
        cr_skip("root can read every folder");
    }
    struct folder folder = idx_folder();
    cr_assert_eq(chmod(folder.path, 0), 0);
    expect_error(folder.path, NULL, ERR_FAILED, "cannot be read", "ermission", NULL);
    cr_assert_eq(chmod(folder.path, 0700), 0);
    folder_remove(&folder);
}
