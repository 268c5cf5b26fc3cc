/* SPDX-License-Identifier: MIT
 * `oubli plot` through pipes: what it prints and writes of merged runs, and how it refuses. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/merged.h"
#include "support/program.h"
#include "support/swept.h"

TestSuite(cli_plot, .timeout = 60);

static const struct swept small = {.n_methods = 3, .n_lambdas = 5, .n_seeds = 4};

/* A folder with sweep.db in it. */
static void make_folder(char folder[64], const struct swept *swept)
{
    char path[96];
    snprintf(folder, 64, "/tmp/oubli-plot-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/sweep.db", folder);
    swept_write(path, swept);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"sweep.db", "a.svg", "a.html", "a.gp", "a.dat", "run.json"};
    char path[96];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0, "%s holds something else", folder);
}

static char *read_text(const char *folder, const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    char *text = calloc(1, 1 << 20);
    cr_assert_gt(fread(text, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    return text;
}

static struct outcome plot(const char *folder, const char *options)
{
    char words[320];
    snprintf(words, sizeof words, "plot|%s/sweep.db|%s", folder, options);
    return program_succeed(words);
}

Test(cli_plot, without_a_terminal_it_is_plain_text)
{
    char folder[64];
    make_folder(folder, &small);
    struct outcome outcome = plot(folder, "--size|80x24");
    cr_expect_null(strchr(outcome.out, '\033'));
    program_expect_narrow(outcome.out, "plot");
    static const char *const parts[] = {"combinations", "ewc.lambda",          "differences in",
                                        "clear",        "average accuracy, %", "plasticity",
                                        "replay",       "60 runs, 4 seeds"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        cr_expect_not_null(strstr(outcome.out, parts[i]), "%s", parts[i]);
    }
    program_finish(&outcome);
    remove_folder(folder);
}

Test(cli_plot, colours_come_when_they_are_asked_for)
{
    char folder[64];
    make_folder(folder, &small);
    struct outcome coloured = plot(folder, "--size|80x24|--color|256");
    struct outcome plain = plot(folder, "--size|80x24|--color|never|--glyphs|ascii");
    cr_expect_not_null(strstr(coloured.out, "\033[0;38;5;"));
    cr_expect_null(strchr(plain.out, '\033'));
    for (const char *at = plain.out; *at; at++) {
        cr_assert((unsigned char)*at < 128, "ascii is asked for");
    }
    program_finish(&coloured);
    program_finish(&plain);
    remove_folder(folder);
}

Test(cli_plot, pictures_pages_and_scripts)
{
    char folder[64], options[320];
    make_folder(folder, &small);
    snprintf(options, sizeof options, "--svg|%s/a.svg|--html|%s/a.html|--gnuplot|%s/a.gp", folder,
             folder, folder);
    struct outcome outcome = plot(folder, options);
    cr_expect_str_eq(outcome.out, "");
    char *svg = read_text(folder, "a.svg"), *html = read_text(folder, "a.html");
    char *script = read_text(folder, "a.gp"), *data = read_text(folder, "a.dat");
    cr_expect_eq(strncmp(svg, "<svg ", 5), 0);
    cr_expect_not_null(strstr(html, "<svg "));
    cr_expect_not_null(strstr(html, "<td class=\"w\">replay</td>"));
    cr_expect_null(strstr(html, " src="), "nothing is fetched");
    cr_expect_null(strstr(html, "<link"));
    cr_expect_not_null(strstr(script, "a.dat'"));
    cr_expect_not_null(strstr(script, "set logscale x"));
    cr_expect_not_null(strstr(data, "# none\n1 "));
    int rows = 0;
    for (const char *at = data; *at; at = strchr(at, '\n') + 1) {
        rows += *at >= '0' && *at <= '9';
    }
    cr_expect_eq(rows, 3 * 5);
    free(svg);
    free(html);
    free(script);
    free(data);
    program_finish(&outcome);
    remove_folder(folder);
}

/* Where it is installed gnuplot itself reads the script. */
Test(cli_plot, gnuplot_draws_it)
{
    static const struct swept methods = {.n_methods = 3, .n_seeds = 3};
    const struct swept *sweeps[] = {&small, &methods};
    if (system("command -v gnuplot >/dev/null 2>&1") != 0) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        char folder[64], options[160], command[320];
        make_folder(folder, sweeps[i]);
        snprintf(options, sizeof options, "--gnuplot|%s/a.gp", folder);
        struct outcome outcome = plot(folder, options);
        snprintf(command, sizeof command,
                 "gnuplot -e 'set terminal svg; set output \"%s/a.svg\"' %s/a.gp 2>&1 | grep .",
                 folder, folder);
        cr_expect_neq(system(command), 0, "it said something");
        char *svg = read_text(folder, "a.svg");
        cr_expect_not_null(strstr(svg, "</svg>"));
        free(svg);
        program_finish(&outcome);
        remove_folder(folder);
    }
}

Test(cli_plot, says_in_one_line_what_is_wrong)
{
    char folder[64], words[256];
    make_folder(folder, &small);
    program_expect_failure("plot", 2, "a file of merged runs expected, found nothing");
    program_expect_failure("plot|/nowhere.db", 1, "merged runs (oubli merge) expected, found: no");
    program_expect_failure("plot|Makefile", 1, "it is not merged runs (oubli merge)");
    snprintf(words, sizeof words, "plot|%s/sweep.db|--metric|speed", folder);
    program_expect_failure(words, 2, "--metric: one of average_accuracy, forgetting,");
    snprintf(words, sizeof words, "plot|%s/sweep.db|--x|strategy", folder);
    program_expect_failure(words, 2, "--x: a varied key with numbers expected (ewc.lambda)");
    snprintf(words, sizeof words, "plot|%s/sweep.db|--svg|%s/sweep.db", folder, folder);
    program_expect_failure(words, 2, "another file than that of the runs expected");
    snprintf(words, sizeof words, "cp %s/sweep.db %s/sweep.dat", folder, folder);
    cr_assert_eq(system(words), 0);
    snprintf(words, sizeof words, "plot|%s/sweep.dat|--gnuplot|%s/sweep.gp", folder, folder);
    program_expect_failure(words, 2, "another file than that of the runs expected");
    snprintf(words, sizeof words, "rm %s/sweep.dat", folder);
    cr_assert_eq(system(words), 0);
    snprintf(words, sizeof words, "plot|%s/sweep.db|--gnuplot|-", folder);
    program_expect_failure(words, 2, "--gnuplot: a file expected");
    snprintf(words, sizeof words, "plot|%s/sweep.db|--svg|/nowhere/a.svg", folder);
    program_expect_failure(words, 1, "/nowhere/a.svg");
    remove_folder(folder);
}

/* ---- going on with a run of it ---- */

/* A sweep of two jobs, whose JSON is that of real runs. */
static void make_real(char folder[64], char *lines[2])
{
    struct merged_about about = {.command = "oubli sweep", .version = "0.1.0"};
    char path[96];
    struct err err = {0};
    snprintf(folder, 64, "/tmp/oubli-plot-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/sweep.db", folder);
    struct merged_writer *writer = merged_create(path, &about, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    for (int i = 0; i < 2; i++) {
        struct outcome outcome =
            program_succeed(i ? "run|--json|-|--tasks|2|--steps|15|--strategy|ewc|--seed|6"
                              : "run|--json|-|--tasks|2|--steps|15|--seed|5");
        struct merged_row row = {
            .job = i, .seed = 5 + i, .learner = i ? "ewc" : "naive", .json = outcome.out};
        cr_assert(merged_add(writer, &row, &err), "%s", err.msg);
        lines[i] = strdup(outcome.out);
        program_finish(&outcome);
    }
    cr_assert(merged_settle(writer, &err), "%s", err.msg);
    merged_discard(writer);
}

static void expect_matrix(const char *one, const char *other)
{
    json_t *a = program_json(one), *b = program_json(other);
    cr_expect(json_equal(json_object_get(a, "R"), json_object_get(b, "R")));
    cr_expect(json_equal(json_object_get(a, "config"), json_object_get(b, "config")));
    json_decref(a);
    json_decref(b);
}

Test(cli_plot, a_run_of_a_sweep_comes_out_again)
{
    char folder[64], words[160], *lines[2];
    make_real(folder, lines);
    for (int i = 0; i < 2; i++) {
        snprintf(words, sizeof words, "run|--json|-|--like|%s/sweep.db:%d", folder, i);
        struct outcome again = program_succeed(words);
        expect_matrix(again.out, lines[i]);
        program_finish(&again);
        free(lines[i]);
    }
    snprintf(words, sizeof words, "run|--like|%s/sweep.db", folder);
    program_expect_failure(words, 2, "has several runs; which job, up to 1?");
    snprintf(words, sizeof words, "run|--like|%s/sweep.db:7", folder);
    program_expect_failure(words, 2, "no job 7 is in it");
    remove_folder(folder);
}
