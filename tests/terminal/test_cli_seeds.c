/* SPDX-License-Identifier: MIT
 * Several seeds of `oubli run`: side by side they give what one after the other gives, and what is
 * done is written, whatever comes then. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "support/program.h"

static void scratch_name(char path[64])
{
    snprintf(path, 64, "/tmp/oubli-seeds-XXXXXX");
    close(mkstemp(path));
}

static char *contents(const char *path)
{
    int fd = open(path, O_RDONLY);
    cr_assert_geq(fd, 0, "%s", path);
    return program_read_back(fd);
}

/* Calls `see` with each line as JSON; every one of them must be whole. */
static int for_each_line(char *text, void (*see)(json_t *line, int i, void *context), void *context)
{
    int n = 0;
    for (char *line = text, *end; *line; line = end + 1, n++) {
        end = strchr(line, '\n');
        cr_assert_not_null(end, "half a line: %.80s", line);
        *end = '\0';
        json_t *run = program_json(line);
        see(run, n, context);
        json_decref(run);
    }
    return n;
}

/* How often a seed has come; context: a count for each. */
static void count_seed(json_t *line, int i, void *context)
{
    int *counts = context;
    (void)i;
    counts[json_integer_value(json_object_get(line, "seed"))]++;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The same lines in an order of their own, for they come as they are done. */
static char *sorted_lines(char *text)
{
    size_t size = strlen(text) + 1;
    char *lines[64], *sorted = calloc(size + 1, 1);
    size_t n = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        cr_assert_lt(n, sizeof lines / sizeof *lines);
        lines[n++] = line;
    }
    qsort(lines, n, sizeof *lines, compare_lines);
    for (size_t i = 0; i < n; i++) {
        strcat(strcat(sorted, lines[i]), "\n");
    }
    return sorted;
}

/* Without what tells of times. */
static void print_without_times(json_t *line, int i, void *context)
{
    (void)i;
    json_object_del(line, "seconds_training");
    json_object_del(line, "samples_per_second");
    json_dumpf(line, context, 0);
    fputc('\n', context);
}

static char *lines_without_times(const char *path)
{
    char *all = contents(path), *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for_each_line(all, print_without_times, out);
    fclose(out);
    free(all);
    char *sorted = sorted_lines(text);
    free(text);
    return sorted;
}

/* In place: the last line tells how long it took, and so does the last column of learners, whose
 * "799 µs" or "2.0 ms" are cut off: their bytes are as many as the machine is slow. */
static char *table_without_times(char *table)
{
    char *last = strstr(table, " of training");
    cr_assert_not_null(last, "%s", table);
    while (*last != '\n') {
        last--;
    }
    *last = '\0';
    char *line = strstr(table, " a step");
    while (line && (line = strchr(line + 1, '\n'))) {
        char *end = line + 1 + strcspn(line + 1, "\n");
        char *time = end;
        while (end[-1] == 's' && time > line + 1 && time[-1] != '-' && time[-1] != 'B') {
            time--;
        }
        memmove(time, end, strlen(end) + 1);
    }
    return table;
}

static void expect_equal(const char *words)
{
    static const struct program_start_how one_core = {.has_one_core = true};
    char path[2][64], line[512];
    struct outcome outcome[2];
    char *lines[2];
    for (int i = 0; i < 2; i++) {
        scratch_name(path[i]);
        snprintf(line, sizeof line, "%s|--json|%s", words, path[i]);
        outcome[i] = program_start(i == 0 ? &one_core : NULL, line);
        cr_expect_eq(program_code(&outcome[i]), 0, "%s: %s", words, outcome[i].err);
        lines[i] = lines_without_times(path[i]);
        unlink(path[i]);
    }
    cr_expect_str_eq(lines[0], lines[1], "%s", words);
    char *warnings[2] = {sorted_lines(outcome[0].err), sorted_lines(outcome[1].err)};
    cr_expect_str_eq(warnings[0], warnings[1], "%s", words);
    cr_expect_str_eq(table_without_times(outcome[0].out), table_without_times(outcome[1].out), "%s",
                     words);
    for (int i = 0; i < 2; i++) {
        program_finish(&outcome[i]);
        free(lines[i]);
        free(warnings[i]);
    }
}

Test(cli_seeds, side_by_side_give_what_one_after_the_other_gives)
{
    expect_equal("run|--seeds|7|--tasks|2|--steps|60|--strategy|ewc+replay|--at|5:unplug");
    /* Some diverge, early or late, so that they are not done in the order of seeds. */
    expect_equal("run|--seeds|6|--seed|3|--tasks|2|--steps|60|--lr|0.2|--set|ewc.form=explicit|"
                 "--set|ewc.lambda=140|--strategy|ewc|--at|B+90:next");
    expect_equal("run|--seeds|5|--tasks|2|--steps|40|--learner|none:|--learner|"
                 "bad: strategy=ewc ewc.form=explicit ewc.lambda=1e6|--at|"
                 "B:fork kept: strategy=ewc");
    expect_equal("run|--seeds|3|--data|text|--net|12|--steps|12");
}

Test(cli_seeds, every_seed_has_its_lines_once)
{
    int counts[9] = {0};
    struct outcome outcome = program_succeed("run|--seeds|9|--tasks|2|--steps|30|--json|-|"
                                             "--learner|a:|--learner|b: strategy=replay");
    cr_expect_eq(for_each_line(outcome.out, count_seed, counts), 18);
    for (int i = 0; i < 9; i++) {
        cr_expect_eq(counts[i], 2, "seed %d: %d lines", i, counts[i]);
    }
    program_finish(&outcome);
}

/* ---- what is done is written ---------------------------------------------------------------- */

static void skip_line(json_t *line, int i, void *context)
{
    (void)i;
    (void)context;
    cr_expect(json_is_object(json_object_get(line, "parameters")));
}

Test(cli_seeds, a_stopped_run_leaves_the_lines_of_the_seeds_that_are_done)
{
    char path[64], words[160], part[128];
    scratch_name(path);
    snprintf(words, sizeof words, "run|--seeds|1000|--tasks|2|--steps|200|--json|%s", path);
    struct program_start_how stopped = {.stop = SIGTERM, .stop_path = path, .stop_lines = 3};
    struct outcome outcome = program_start(&stopped, words);
    cr_expect_eq(program_code(&outcome), 128 + SIGTERM, "%s", outcome.err);
    char *text = contents(path);
    int n = for_each_line(text, skip_line, NULL);
    cr_expect(n >= 3 && n < 1000, "%d lines", n);
    snprintf(part, sizeof part, "stopped by SIGTERM after %d of 1000 seeds; %s", n, path);
    cr_expect_not_null(strstr(outcome.err, part), "'%s' expected in: %s", part, outcome.err);
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.out, "average accuracy"), "%s", outcome.out);
    snprintf(part, sizeof part, "· %d of the seeds 0 to 999\n", n);
    cr_expect_not_null(strstr(outcome.out, part), "'%s' expected in: %s", part, outcome.out);
    free(text);
    program_finish(&outcome);
    unlink(path);
}

Test(cli_seeds, lines_are_printed_as_they_are_done)
{
    char path[64];
    scratch_name(path);
    struct program_start_how stopped = {
        .out_path = path, .stop = SIGINT, .stop_path = path, .stop_lines = 2};
    struct outcome outcome =
        program_start(&stopped, "run|--seeds|1000|--tasks|2|--steps|200|--json|-");
    cr_expect_eq(program_code(&outcome), 128 + SIGINT, "%s", outcome.err);
    char *text = contents(path);
    int n = for_each_line(text, skip_line, NULL);
    cr_expect(n >= 2 && n < 1000, "%d lines", n);
    free(text);
    program_finish(&outcome);
    unlink(path);
}

static void expect_sixth(json_t *line, int i, void *context)
{
    (void)i;
    (void)context;
    cr_expect_eq(json_integer_value(json_object_get(line, "seed")), 6);
}

/* Seed 5 trains for ever, seed 6 diverges: its line waits for nobody. */
Test(cli_seeds, a_line_does_not_wait_for_those_of_seeds_before_it)
{
    char path[64], words[256];
    if (thread_cores() < 2) {
        cr_skip_test("one after the other on a single core");
    }
    scratch_name(path);
    snprintf(
        words, sizeof words,
        "run|--seeds|2|--seed|5|--tasks|2|--steps|100000000|--lr|0.2|--set|ewc.form=explicit|"
        "--set|ewc.lambda=140|--strategy|ewc|--at|60:next|--at|B+60:strategy ewc off|--json|%s",
        path);
    struct program_start_how stopped = {.stop = SIGTERM, .stop_path = path, .stop_lines = 1};
    struct outcome outcome = program_start(&stopped, words);
    cr_expect_eq(program_code(&outcome), 128 + SIGTERM, "%s", outcome.err);
    char *text = contents(path);
    cr_expect_eq(for_each_line(text, expect_sixth, NULL), 1);
    free(text);
    program_finish(&outcome);
    unlink(path);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

Test(cli_seeds, a_file_is_kept_until_there_is_a_line_to_take_its_place)
{
    char path[64], words[160];
    scratch_name(path);
    put(path, "old\n");
    snprintf(words, sizeof words, "run|--seeds|4|--steps|100000000|--json|%s", path);
    struct program_start_how stopped = {.stop = SIGTERM, .stop_ms = 700};
    struct outcome outcome = program_start(&stopped, words);
    cr_expect_eq(program_code(&outcome), 128 + SIGTERM, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "after 0 of 4 seeds; nothing was written"), "%s",
                       outcome.err);
    cr_expect_str_eq(outcome.out, "");
    char *text = contents(path);
    cr_expect_str_eq(text, "old\n");
    free(text);
    program_finish(&outcome);

    /* What is longer than what comes leaves nothing behind it. */
    char *old = calloc(1, 100001);
    memset(old, 'x', 100000);
    put(path, old);
    free(old);
    snprintf(words, sizeof words, "run|--seeds|2|--tasks|2|--steps|5|--json|%s", path);
    outcome = program_succeed(words);
    text = contents(path);
    cr_expect_eq(for_each_line(text, skip_line, NULL), 2);
    free(text);
    program_finish(&outcome);
    unlink(path);
}

Test(cli_seeds, a_disk_that_fills_up_leaves_whole_lines)
{
    char path[64], words[160];
    scratch_name(path);
    snprintf(words, sizeof words, "run|--tasks|2|--steps|20|--json|%s", path);
    struct outcome outcome = program_succeed(words);
    char *text = contents(path);
    long length = (long)strlen(text); /* of a line; the others are about as long */
    free(text);
    program_finish(&outcome);
    snprintf(words, sizeof words, "run|--seeds|50|--tasks|2|--steps|20|--json|%s", path);
    struct program_start_how full = {.file_bytes = length * 7 / 2};
    outcome = program_start(&full, words);
    cr_expect_eq(program_code(&outcome), 1, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "cannot write: "), "%s", outcome.err);
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.out, "average accuracy"), "what was done is in a table: %s",
                       outcome.out);
    text = contents(path);
    cr_expect_eq(for_each_line(text, skip_line, NULL), 3);
    free(text);
    program_finish(&outcome);
    unlink(path);
}

Test(cli_seeds, what_fails_is_said_once)
{
    program_expect_failure("run|--seeds|4|--data|/nonexistent", 1, "/nonexistent");
    program_expect_failure("run|--seeds|4|--at|Z:next", 2, "A to E");
}
