/* SPDX-License-Identifier: MIT
 * Data while it is read: whoever waits is told how much is there, and may give up; what can be said
 * against it beforehand is. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/watch.h"
#include "tasks/dataset.h"
#include "ui/cli/bench_images.h"

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
    return dataset_open(spec, &(struct dataset_options){.texts = texts, .watch = &watch}, err);
}

/* It tells more than once, to the end; who gives up at any of the looks gets a line. */
static void expect_watched(const char *spec)
{
    struct err err = {0};
    struct waiting patient = {0};
    struct dataset *dataset = open_watched(spec, NULL, &patient, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    dataset_close(dataset);
    cr_expect_geq(patient.n, 4, "%s: told %d times", spec, patient.n);
    cr_expect_geq(patient.part, 0.75, "%s: %g of it at last", spec, patient.part);
    for (int most = 1; most <= patient.n; most++) {
        struct waiting waiting = {.most = most};
        cr_assert_null(open_watched(spec, NULL, &waiting, &err), "%s: look %d", spec, most);
        cr_expect_eq(waiting.n, most, "%s goes on after that", spec);
        cr_expect(strstr(err.msg, "stopped") && !strpbrk(err.msg, "\n\t"), "%s", err.msg);
    }
}

Test(loading, tells_of_texts)
{
    expect_watched("text");
}

Test(loading, tells_of_pictures)
{
    struct err err = {0};
    char folder[BENCH_FOLDER_MAX];
    cr_assert(bench_images_write(folder, 6000, 1500, &err), "%s", err.msg);
    expect_watched(folder);
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
    expect_watched(path);
    unlink(path);
}

/* ---- a pipe ---- */

static void make_pipe(char path[64])
{
    snprintf(path, 64, "/tmp/oubli-test-%d.pipe", (int)getpid());
    cr_assert_eq(mkfifo(path, 0600), 0);
}

Test(loading, a_pipe_that_nobody_writes_to_can_be_left)
{
    char path[64];
    struct err err = {0};
    struct waiting waiting = {.most = 5};
    make_pipe(path);
    cr_expect_null(open_watched("text", path, &waiting, &err));
    cr_expect(strstr(err.msg, "stopped"), "%s", err.msg);
    unlink(path);
}

/* In pieces, with nothing in between. */
static void *write_pieces(void *argument)
{
    int fd = open(argument, O_WRONLY);
    for (int i = 0; i < 40; i++) {
        dprintf(fd, "the piece with the number %d comes after a while\n", i);
        usleep(1000);
    }
    close(fd);
    return NULL;
}

Test(loading, a_pipe_is_read_to_its_end)
{
    char path[64];
    pthread_t writer;
    struct err err = {0};
    struct waiting patient = {0};
    make_pipe(path);
    pthread_create(&writer, NULL, write_pieces, path);
    struct dataset *text = open_watched("text", path, &patient, &err);
    pthread_join(writer, NULL);
    unlink(path);
    cr_assert_not_null(text, "%s", err.msg);
    cr_expect_geq(text->train.n + text->test.n, 40 * 45, "only %d and %d windows", text->train.n,
                  text->test.n);
    dataset_close(text);
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

Test(loading, what_is_missing_is_said_beforehand)
{
    struct dataset_options none = {0}, texts = {.texts = "/nowhere/a.txt"}, empty = {.texts = ",,"},
                           label = {.label_column = "x"};
    expect_refused_alike("digit", &none);
    expect_refused_alike("/nowhere/a.csv", &none);
    expect_refused_alike("/tmp", &none); /* no IDX files */
    expect_refused_alike("/dev/null", &none);
    expect_refused_alike("digits", &texts);
    expect_refused_alike("digits", &label);
    expect_refused_alike("text", &texts);
    expect_refused_alike("text", &empty);
    cr_expect_not_null(dataset_check("digits", &none, NULL));
    cr_expect_not_null(dataset_check("text", &none, NULL));
    cr_expect_not_null(dataset_check("plane:rings", &none, NULL));
}
