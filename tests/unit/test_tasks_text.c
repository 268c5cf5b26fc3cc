/* SPDX-License-Identifier: MIT
 * Texts as data: windows and what follows them, from grammars and from a person's files, and what
 * is said of files that are none. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "tasks/alphabet.h"
#include "tasks/suite.h"
#include "tasks/text.h"

/* ---- files, made for one test --------------------------------------------------------------- */

struct folder {
    char path[64];
    char file[160], other[160]; /* the last paths made */
};

static struct folder folder_make(void)
{
    struct folder folder = {.path = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(folder.path));
    return folder;
}

static void folder_remove(struct folder *folder)
{
    unlink(folder->file);
    unlink(folder->other);
    cr_expect_eq(rmdir(folder->path), 0, "the test left a file behind");
}

static void write_bytes(char path[160], const struct folder *folder, const char *name,
                        const void *bytes, size_t size)
{
    snprintf(path, 160, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
}

/* A text of n characters in which no two windows are alike: numbers in words of letters. */
static char *numbers(size_t n)
{
    char *text = malloc(n + 32);
    size_t length = 0;
    for (int i = 0; length < n; i++) {
        length += (size_t)sprintf(text + length, i % 8 == 7 ? "%d.\n" : "%d, ", 7919 * i % 99991);
    }
    return text;
}

static struct dataset *open_texts(const char *texts, uint64_t seed, struct err *err)
{
    return dataset_open(
        "text", &(struct dataset_options){.reading.text[READING_TEXTS] = texts, .seed = seed}, err);
}

static struct dataset *must_open(const char *texts, uint64_t seed)
{
    struct err err = {0};
    struct dataset *dataset = open_texts(texts, seed, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    return dataset;
}

/* `...`: parts that the line must have, ended by NULL. */
static void expect_refused(const char *texts, enum err_code code, ...)
{
    struct err err = {0};
    struct dataset *dataset = open_texts(texts, 0, &err);
    cr_expect_null(dataset, "%s opened", texts);
    dataset_close(dataset);
    cr_expect_eq(err.code, code, "code %d: %s", err.code, err.msg);
    cr_expect_null(strpbrk(err.msg, "\n\r\t\033"), "more than one clean line: %s", err.msg);
    va_list parts;
    va_start(parts, code);
    for (const char *part; (part = va_arg(parts, const char *));) {
        cr_expect_not_null(strstr(err.msg, part), "'%s' is not in: %s", part, err.msg);
    }
    va_end(parts);
}

static void expect_bytes_refused(const char *name, const void *bytes, size_t size, const char *what)
{
    struct folder folder = folder_make();
    write_bytes(folder.file, &folder, name, bytes, size);
    expect_refused(folder.file, ERR_FAILED, name, what, NULL);
    folder_remove(&folder);
}

/* ---- windows -------------------------------------------------------------------------------- */

Test(texts, a_window_has_the_next_character_as_its_class)
{
    struct dataset *text = must_open(NULL, 0);
    cr_expect_eq(text->n_features, TEXT_CONTEXT);
    cr_expect_eq(text->n_symbols, ALPHABET_SIZE);
    cr_expect_eq(text->n_classes, ALPHABET_SIZE);
    cr_expect_eq(text->n_groups_usual, TEXT_USUAL);
    cr_expect_str_eq(text->class_names[0], "a");
    cr_expect_str_eq(text->class_names[ALPHABET_NEWLINE], "\\n");
    for (int side = 0; side < 2; side++) {
        const struct examples *examples = side ? &text->test : &text->train;
        cr_expect_eq(examples->stride, 1);
        for (int i = 0; i < examples->n; i++) {
            cr_assert_eq(examples->labels[i], examples->bytes[i + TEXT_CONTEXT]);
            cr_assert_lt(examples->labels[i], ALPHABET_SIZE);
        }
    }
    for (int g = 0; g < text->n_groups; g++) {
        const struct group *group = &text->groups[g];
        cr_expect_eq(group->n_train, TEXT_TRAIN_MAX);
        cr_expect_eq(group->n_test, TEXT_TEST_MAX);
        cr_expect_eq(strlen(group->primer), TEXT_CONTEXT, "'%s'", group->primer);
        cr_expect_eq(group->primer[TEXT_CONTEXT - 1], '\n', "'%s'", group->primer);
    }
    cr_expect_str_eq(text->groups[0].name, "code");
    cr_expect_str_eq(text->groups[0].prompt, "int add(");
    dataset_close(text);
}

/* The windows of a task are inside its own text, seen through the suite as well. */
Test(texts, tasks_are_cut_where_kinds_meet)
{
    struct dataset *text = must_open(NULL, 0);
    struct suite_config config = {.name = "kinds", .n_tasks = text->n_groups, .scenario = -1};
    struct suite *suite = suite_create(&config, text, NULL);
    cr_assert_not_null(suite);
    int end = 0;
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        const struct group *group = &text->groups[t];
        cr_expect_eq(group->train_first, end);
        end = group->train_first + group->n_train + TEXT_CONTEXT;
        real x[TEXT_CONTEXT];
        int last = group->n_train - 1;
        int label = suite_example(suite, t, SPLIT_TRAIN, last, x) - suite_shift(suite, t);
        const uint8_t *bytes = text->train.bytes + group->train_first + last;
        for (int j = 0; j < TEXT_CONTEXT; j++) {
            cr_expect_eq((int)x[j], bytes[j]);
        }
        cr_expect_eq(label, bytes[TEXT_CONTEXT]);
        cr_expect_eq(suite_task(suite, t)->n_train, group->n_train);
    }
    cr_expect_eq(text->train.n + TEXT_CONTEXT, end);
    suite_destroy(suite);
    dataset_close(text);
}

Test(texts, the_same_seed_gives_the_same_bytes)
{
    struct dataset *a = must_open(NULL, 4), *b = must_open(NULL, 4), *c = must_open(NULL, 5);
    size_t train = (size_t)a->train.n, test = (size_t)a->test.n;
    cr_assert(b->train.n == a->train.n && c->train.n == a->train.n);
    cr_expect_arr_eq(a->train.bytes, b->train.bytes, train);
    cr_expect_arr_eq(a->test.bytes, b->test.bytes, test);
    for (int g = 0; g < a->n_groups; g++) {
        size_t first = (size_t)a->groups[g].train_first, at = (size_t)a->groups[g].test_first;
        cr_expect_neq(memcmp(a->train.bytes + first, c->train.bytes + first, 500), 0);
        cr_expect_neq(memcmp(a->test.bytes + at, c->test.bytes + at, 500), 0);
        cr_expect_neq(memcmp(a->train.bytes + first, a->test.bytes + at, 500), 0,
                      "tested on what it is trained on");
    }
    dataset_close(a);
    dataset_close(b);
    dataset_close(c);
}

static bool has_window(const struct examples *side, const uint8_t *window)
{
    for (int i = 0; i < side->n; i++) {
        if (memcmp(side->bytes + i, window, TEXT_CONTEXT) == 0) {
            return true;
        }
    }
    return false;
}

Test(texts, of_a_file_the_end_is_for_testing_alone)
{
    static const size_t lengths[] = {TEXT_LEAST, 5000, 41000, 200000, 600000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct folder folder = folder_make();
        char *bytes = numbers(lengths[i]);
        write_bytes(folder.file, &folder, "numbers.txt", bytes, lengths[i]);
        struct dataset *text = must_open(folder.file, 0);
        const struct group *group = &text->groups[0];
        cr_expect_eq(text->n_groups, 1);
        cr_expect_str_eq(group->name, "numbers");
        cr_expect(group->n_train <= TEXT_TRAIN_MAX && group->n_test <= TEXT_TEST_MAX);
        cr_expect_geq(group->n_test, 84);
        size_t used = (size_t)(group->n_train + group->n_test + 2 * TEXT_CONTEXT);
        size_t most = TEXT_TRAIN_MAX + TEXT_TEST_MAX + 2 * TEXT_CONTEXT;
        cr_expect_eq(used, lengths[i] < 40000 ? lengths[i] : lengths[i] > most ? most : used);
        cr_expect_eq(text->train.bytes[0], bytes[0] - '0' + 26, "from the beginning");
        for (int k = 0; k < group->n_test; k += 97) {
            cr_assert_not(has_window(&text->train, text->test.bytes + k), "window %d", k);
        }
        dataset_close(text);
        free(bytes);
        folder_remove(&folder);
    }
}

Test(texts, a_prompt_is_the_beginning_of_an_untrained_line)
{
    struct folder folder = folder_make();
    char bytes[4000] = "";
    for (int i = 0; strlen(bytes) < sizeof bytes - 40; i++) {
        sprintf(bytes + strlen(bytes), "Line nr %d of it\n", i * i);
    }
    write_bytes(folder.file, &folder, "lines.of.text.txt", bytes, strlen(bytes));
    struct dataset *text = must_open(folder.file, 0);
    cr_expect_str_eq(text->groups[0].prompt, "line nr ");
    cr_expect_str_eq(text->groups[0].name, "lines.of.text");
    dataset_close(text);
    folder_remove(&folder);
}

/* ---- a person's files ----------------------------------------------------------------------- */

Test(texts, several_files_are_as_many_kinds)
{
    static const char grammar[] = "@prompt J’ai été…\ntext:\n  $a et $a\na:\n  cœur\n  été\n";
    struct folder folder = folder_make();
    char *bytes = numbers(3000), texts[500];
    write_bytes(folder.file, &folder, "a.txt", bytes, 3000);
    write_bytes(folder.other, &folder, "ete.grammar", grammar, sizeof grammar - 1);
    snprintf(texts, sizeof texts, "%s,%s,,%s,", folder.file, folder.other, folder.file);
    struct dataset *text = must_open(texts, 0);
    cr_expect_eq(text->n_groups, 3);
    cr_expect_eq(text->n_groups_usual, 3);
    cr_expect_str_eq(text->groups[0].name, "a");
    cr_expect_str_eq(text->groups[1].name, "ete",
                     "a grammar without a title is called as its file");
    cr_expect_str_eq(text->groups[1].prompt, "j'ai ete...", "as the network sees it");
    cr_expect_str_eq(text->groups[2].name, "a 2", "no two tasks are called the same");
    dataset_close(text);
    snprintf(texts, sizeof texts, "%s,%s/b.txt", folder.file, folder.path);
    expect_refused(texts, ERR_FAILED, "b.txt", "No such file", NULL);
    free(bytes);
    folder_remove(&folder);
}

Test(texts, lines_of_windows_and_single_bad_bytes_are_taken)
{
    struct folder folder = folder_make();
    char bytes[4000];
    size_t n = 0;
    for (int i = 0; n < 3000; i++) {
        n += (size_t)sprintf(bytes + n, "Grüße %d\r\n", i);
    }
    bytes[500] = (char)0xFF;
    write_bytes(folder.file, &folder, "w.txt", bytes, n);
    struct dataset *text = must_open(folder.file, 0);
    char begin[10] = "";
    for (int i = 0; i < 9; i++) {
        begin[i] = alphabet_char(text->train.bytes[i]);
    }
    cr_expect_str_eq(begin, "grusse 0\n");
    dataset_close(text);
    folder_remove(&folder);
}

Test(texts, files_that_are_no_texts_are_refused_with_a_line)
{
    static char bytes[5000];
    expect_bytes_refused("empty.txt", "", 0, "at least 1000 characters expected, found 0");
    expect_bytes_refused("short.txt", "Hello, world!\n", 14, "found 14");
    memset(bytes, 'a', sizeof bytes);
    expect_bytes_refused("one.txt", bytes, sizeof bytes, "found nothing but one");
    expect_bytes_refused("short-999.txt", bytes, 999, "found 999");
    bytes[4000] = '\0';
    expect_bytes_refused("nul.txt", bytes, sizeof bytes, "found binary data");
    srand(3);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(128 + rand() % 128);
    }
    expect_bytes_refused("noise.txt", bytes, sizeof bytes, "found binary data");
    memset(bytes, '\r', sizeof bytes);
    expect_bytes_refused("returns.txt", bytes, sizeof bytes, "nothing but one");
    static const char page[] = "text:\n  $a\n";
    expect_bytes_refused("bad.grammar", page, sizeof page - 1, "bad.grammar:2: ");
    expect_bytes_refused("same.grammar", "text:\n  \\n\n", 11, "nothing but one");
    expect_bytes_refused("nul.grammar", "text:\n  a\0b\n", 12, "nul.grammar:2: ");
}

Test(texts, what_is_no_file_is_refused_with_a_line)
{
    struct folder folder = folder_make();
    char texts[200], many[512] = "";
    expect_refused(folder.path, ERR_FAILED, "a folder found", NULL);
    snprintf(texts, sizeof texts, "%s/no\033such.txt", folder.path);
    expect_refused(texts, ERR_FAILED, "no?such.txt", "No such file", NULL);
    expect_refused("", ERR_USAGE, "--texts", "found none", NULL);
    expect_refused(",,", ERR_USAGE, "--texts", "found none", NULL);
    char *bytes = numbers(1200);
    write_bytes(folder.file, &folder, "a", bytes, 1200);
    for (int i = 0; i <= TEXT_KINDS_MAX; i++) {
        sprintf(many + strlen(many), "%s,", folder.file);
    }
    expect_refused(many, ERR_USAGE, "at most 16 files", NULL);
    free(bytes);
    folder_remove(&folder);
}

Test(texts, texts_of_other_data_are_refused)
{
    struct err err = {0};
    struct dataset_options options = {.reading.text[READING_TEXTS] = "a.txt"};
    cr_expect_null(dataset_open("digits", &options, &err));
    cr_expect(err.code == ERR_USAGE && strstr(err.msg, "--data text"), "%s", err.msg);
    options = (struct dataset_options){.reading.text[READING_LABEL] = "1"};
    cr_expect_null(dataset_open("text", &options, &err));
    cr_expect(err.code == ERR_USAGE && strstr(err.msg, "--label"), "%s", err.msg);
}

/* However lines end, the network sees the same. */
Test(texts, lines_may_end_in_any_way)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    struct dataset *texts[3];
    for (int e = 0; e < 3; e++) {
        struct folder folder = folder_make();
        char bytes[8000] = "";
        for (int i = 0; i < 300; i++) {
            sprintf(bytes + strlen(bytes), "line %d%s", i * i, ends[e]);
        }
        write_bytes(folder.file, &folder, "t.txt", bytes, strlen(bytes));
        texts[e] = must_open(folder.file, 0);
        cr_assert_eq(texts[e]->train.n, texts[0]->train.n);
        cr_expect_arr_eq(texts[e]->train.bytes, texts[0]->train.bytes, (size_t)texts[0]->train.n);
        folder_remove(&folder);
    }
    for (int e = 0; e < 3; e++) {
        dataset_close(texts[e]);
    }
}

/* `n` times the line "word", after `first` on a line of its own. */
static struct dataset *open_lines(const char *first, const char *line, int n, struct err *err)
{
    struct folder folder = folder_make();
    char *bytes = malloc(strlen(first) + (size_t)n * (strlen(line) + 1) + 2);
    char *end = bytes + sprintf(bytes, "%s\n", first);
    for (int i = 0; i < n; i++) {
        end += sprintf(end, "%s\n", line);
    }
    write_bytes(folder.file, &folder, "t.txt", bytes, (size_t)(end - bytes));
    struct dataset *text = open_texts(folder.file, 0, err);
    free(bytes);
    folder_remove(&folder);
    return text;
}

Test(texts, other_scripts_and_encodings_are_refused_or_said)
{
    static const struct {
        const char *first, *line, *refused, *note;
    } cases[] = {
        {"plain", "与丯乕万丳伥乙亦伋仗", "91 % of its characters are none", NULL},
        {"plain", "Съешь ещё этих", "the first in line 2", NULL},
        {"plain", "a 漢 in a line of twenty-four", NULL, "3 % of its characters"},
        {"漢", "a line of letters", NULL, NULL},
        {"plain", "caf\xE9 noir et th\xE9 vert", NULL, "400 bytes, the first in line 2"},
        {"plain", "Grüße, œuf à la coque", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct dataset *text = open_lines(cases[i].first, cases[i].line, 200, &err);
        cr_expect_eq(text == NULL, cases[i].refused != NULL, "%s: %s", cases[i].line, err.msg);
        if (cases[i].refused) {
            cr_expect(strstr(err.msg, cases[i].refused) && strstr(err.msg, "t.txt"), "%s", err.msg);
        } else if (text) {
            cr_expect_eq(text->notes.n, cases[i].note != NULL, "%s", cases[i].line);
            cr_expect(!cases[i].note || strstr(text->notes.line[0], cases[i].note), "%s",
                      text->notes.line[0]);
        }
        dataset_close(text);
    }
}

Test(texts, a_character_that_the_reading_cuts_is_not_held_against_the_file)
{
    struct folder folder = folder_make();
    for (size_t shift = 0; shift < 3; shift++) { /* of the last character over the limit */
        size_t size = (1 << 20) + 6;
        char *bytes = numbers(size);
        memcpy(bytes + (1 << 20) - shift, "€", 3);
        write_bytes(folder.file, &folder, "t.txt", bytes, size);
        struct dataset *text = must_open(folder.file, 0);
        cr_expect_eq(text->notes.n, 0, "%s", text->notes.line[0]);
        dataset_close(text);
        free(bytes);
    }
    folder_remove(&folder);
}

Test(texts, a_pipe_is_refused_at_once)
{
    struct folder folder = folder_make();
    snprintf(folder.file, sizeof folder.file, "%s/pipe", folder.path);
    cr_assert_eq(mkfifo(folder.file, 0600), 0);
    expect_refused(folder.file, ERR_FAILED, "--texts: ", "pipe: a file expected, a pipe found",
                   NULL);
    folder_remove(&folder);
}

Test(texts, commas_may_be_part_of_a_name)
{
    struct folder folder = folder_make();
    char *bytes = numbers(1500), texts[500];
    write_bytes(folder.file, &folder, "a, b,c.txt", bytes, 1500);
    write_bytes(folder.other, &folder, "d.txt", bytes, 1500);
    snprintf(texts, sizeof texts, "%s,%s,%s", folder.other, folder.file, folder.other);
    struct dataset *text = must_open(texts, 0);
    cr_assert_eq(text->n_groups, 3);
    cr_expect_str_eq(text->groups[0].name, "d");
    cr_expect_str_eq(text->groups[1].name, "a, b,c");
    cr_expect_str_eq(text->groups[2].name, "d 2");
    dataset_close(text);
    snprintf(texts, sizeof texts, "%s,%s/no.txt,e.txt", folder.other, folder.path);
    expect_refused(texts, ERR_FAILED, "/no.txt: cannot be read", NULL);
    free(bytes);
    folder_remove(&folder);
}

/* Only its beginning is read. */
Test(texts, a_huge_file_opens_at_once)
{
    static const off_t huge = (off_t)1 << 30;
    struct folder folder = folder_make();
    char *bytes = numbers(1 << 20);
    write_bytes(folder.file, &folder, "huge.txt", bytes, 1 << 20);
    write_bytes(folder.other, &folder, "sparse.txt", "", 0);
    cr_assert(truncate(folder.file, huge) == 0 && truncate(folder.other, huge) == 0);
    int64_t begin = clock_ns();
    struct dataset *text = must_open(folder.file, 0);
    expect_refused(folder.other, ERR_FAILED, "found binary data", NULL);
    double seconds = (double)(clock_ns() - begin) * 1e-9;
    cr_expect_lt(seconds, 1, "%g s", seconds);
    cr_expect_eq(text->groups[0].n_train, TEXT_TRAIN_MAX);
    dataset_close(text);
    free(bytes);
    folder_remove(&folder);
}
