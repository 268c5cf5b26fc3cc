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
                                         "t10k-images-idx3-ubyte.gz"};

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
        dataset_open(spec, &(struct dataset_options){.label_column = label}, &err);
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
    struct dataset *dataset =
        dataset_open(folder->file, &(struct dataset_options){.label_column = label}, &err);
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

#define TEN_ROWS "1,2,a\n2,2,b\n3,2,a\n4,2,b\n5,2,a\n6,2,b\n7,2,a\n8,2,b\n9,2,a\n10,2,b\n"

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

Test(csv, standardises_with_the_train_rows_and_splits_every_fifth)
{
    struct folder folder = folder_make();
    struct dataset *table = open_csv(&folder, TEN_ROWS, NULL);
    cr_expect_str_eq(table->name, "t.csv");
    cr_expect_eq(table->n_features, 2);
    cr_expect_eq(table->width, 0);
    cr_expect_null(table->feature_names);
    cr_expect_eq(table->train.n, 8);
    cr_expect_eq(table->test.n, 2);
    cr_expect_eq(table->test.labels[0], 0);
    cr_expect_eq(table->test.labels[1], 1);
    double sum = 0, squares = 0;
    for (int i = 0; i < 8; i++) {
        sum += (double)table->train.floats[2 * i];
        squares += (double)table->train.floats[2 * i] * (double)table->train.floats[2 * i];
        cr_expect_eq(table->train.floats[2 * i + 1], 0, "a constant column is 0");
    }
    cr_expect_float_eq(sum, 0, 1e-5);
    cr_expect_float_eq(squares / 8, 1, 1e-5);
    /* train 1 2 3 4 6 7 8 9: mean 5, variance 7.5; test 5 and 10 */
    cr_expect_float_eq((double)table->test.floats[0], 0, 1e-6);
    cr_expect_float_eq((double)table->test.floats[2], 5 / sqrt(7.5), 1e-6);
    dataset_close(table);
    folder_remove(&folder);
}

Test(csv, constant_column_that_rounds_is_still_zero)
{
    struct folder folder = folder_make();
    struct dataset *table = open_csv(
        &folder, "0.1,a\n0.1,b\n0.1,a\n0.1,b\n0.3,a\n0.1,b\n0.1,a\n0.1,b\n0.1,a\n0.1,b\n", NULL);
    for (int i = 0; i < table->train.n; i++) {
        cr_expect_eq(table->train.floats[i], 0);
    }
    cr_expect_eq(table->test.floats[0], 0, "nothing was learnt of what varies only in the test");
    dataset_close(table);
    folder_remove(&folder);
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
    cr_expect_eq(table->test.labels[1], 2);
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
    cr_expect_eq(table->train.labels[0], 2);
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
                                     "1,\033[2J\177\n1,caf\xC3\xA9\n1,\xFF\n1,\"a\nb\"\n1,\xC2\x9B"
                                     "1m\n1,\xFF\n1,\xFF\n1,\xFF\n1,\xFF\n1,\xFF\n",
                                     NULL);
    cr_assert_eq(table->n_classes, 5);
    static const char *const names[] = {"?[2J?", "a?b", "caf\xC3\xA9", "?1m", "?"};
    for (int k = 0; k < 5; k++) {
        cr_expect_str_eq(table->class_names[k], names[k]);
    }
    dataset_close(table);
    folder_remove(&folder);
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
    expect_csv_error("len,wid,kind\n1,2,a\n1,,b\n", NULL, ERR_FAILED, ":3:", "column wid", "''");
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
    size_t size = 0, room = 65536 * 8 + 1;
    char *text = malloc(room);
    cr_assert_not_null(text);
    for (int i = 0; i < 65536; i++) {
        size += (size_t)snprintf(text + size, room - size, "1,%d\n", i);
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
