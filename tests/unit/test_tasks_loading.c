/* SPDX-License-Identifier: MIT
 * Data while it is read: whoever waits is told how much is there, and may give up; what can be said
 * against it beforehand is. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/watch.h"
#include "tasks/dataset.h"
#include "tasks/text.h"
#include "ui/bench/images.h"

TestSuite(loading, .timeout = 60);

/* Who waits, and gives up at a look. */
struct waiting {
    int n, most; /* looks so far; the one at which it gives up, 0 = never */
    double part;
};

static bool goes_on(void *context, double part)
{
    struct waiting *waiting = context;
    cr_assert(part >= waiting->part && part <= 1, "%g of it after %g", part, waiting->part);
    waiting->part = part;
    return ++waiting->n != waiting->most;
}

static struct dataset *open_watched(const char *spec, const char *texts, struct waiting *waiting,
                                    struct err *err)
{
    struct watch watch = {goes_on, waiting};
    return dataset_open(
        spec, &(struct dataset_options){.reading.text[READING_TEXTS] = texts, .watch = &watch},
        err);
}

/* It tells more than once, to the end; who gives up at any of the looks gets a line. */
static void expect_watched(const char *spec, const char *texts)
{
    struct err err = {0};
    struct waiting patient = {0};
    struct dataset *dataset = open_watched(spec, texts, &patient, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    dataset_close(dataset);
    cr_expect_geq(patient.n, 4, "%s: told %d times", spec, patient.n);
    cr_expect_geq(patient.part, 0.75, "%s: %g of it at last", spec, patient.part);
    for (int most = 1; most <= patient.n; most++) {
        struct waiting waiting = {.most = most};
        cr_assert_null(open_watched(spec, texts, &waiting, &err), "%s: look %d", spec, most);
        cr_expect_eq(waiting.n, most, "%s goes on after that", spec);
        cr_expect(strstr(err.msg, "stopped") && !strpbrk(err.msg, "\n\t"), "%s", err.msg);
    }
}

Test(loading, tells_of_texts)
{
    expect_watched("text", NULL);
}

/* A comma in a name is no other file. */
Test(loading, tells_of_files_of_text)
{
    char path[] = "/tmp/oubli-test,XXXXXX", texts[4 * sizeof path];
    FILE *file = fdopen(mkstemp(path), "w");
    for (int i = 0; i < 40; i++) {
        fprintf(file, "the line with the number %d is one of forty\n", i);
    }
    cr_assert_eq(fclose(file), 0);
    snprintf(texts, sizeof texts, "%s,%s,%s,%s", path, path, path, path);
    cr_expect_eq(text_count(texts), 4);
    expect_watched("text", texts);
    unlink(path);
}

Test(loading, tells_of_pictures)
{
    struct err err = {0};
    char folder[BENCH_FOLDER_MAX];
    cr_assert(bench_images_write(folder, 6000, 1500, &err), "%s", err.msg);
    expect_watched(folder, NULL);
    bench_images_remove(folder);
}

Test(loading, tells_of_tables)
{
    char path[] = "/tmp/oubli-test-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    for (int i = 0; i < 2000; i++) {
        fprintf(file, "%d,%d,%c\n", i, i * i % 17, i % 2 ? 'a' : 'b');
    }
    cr_assert_eq(fclose(file), 0);
    expect_watched(path, NULL);
    unlink(path);
}

/* ---- beforehand ---- */

static void expect_refused_alike(const char *spec, const struct dataset_options *options)
{
    struct err before = {0}, later = {0};
    cr_expect_null(dataset_check(spec, options, &before), "%s", spec);
    cr_expect_null(dataset_open(spec, options, &later), "%s", spec);
    cr_expect_str_eq(before.msg, later.msg);
    cr_expect_eq(before.code, later.code, "%s", before.msg);
}

/* Nobody writes to it. */
static void expect_pipe_refused_alike(void)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/oubli-test-%d.pipe", (int)getpid());
    cr_assert_eq(mkfifo(path, 0600), 0);
    expect_refused_alike(path, &(struct dataset_options){0});
    expect_refused_alike("text", &(struct dataset_options){.reading.text[READING_TEXTS] = path});
    unlink(path);
}

Test(loading, what_is_missing_is_said_beforehand)
{
    struct dataset_options none = {0}, texts = {.reading.text[READING_TEXTS] = "/nowhere/a.txt"},
                           empty = {.reading.text[READING_TEXTS] = ",,"},
                           label = {.reading.text[READING_LABEL] = "x"};
    expect_refused_alike("digit", &none);
    expect_refused_alike("/nowhere/a.csv", &none);
    expect_refused_alike("/tmp", &none); /* no IDX files */
    expect_refused_alike("/dev/null", &none);
    expect_refused_alike("digits", &texts);
    expect_refused_alike("digits", &label);
    expect_refused_alike("text", &texts);
    expect_refused_alike("text", &empty);
    expect_pipe_refused_alike();
    cr_expect_not_null(dataset_check("digits", &none, NULL));
    cr_expect_not_null(dataset_check("text", &none, NULL));
    cr_expect_not_null(dataset_check("plane:rings", &none, NULL));
}
