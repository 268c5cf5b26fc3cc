/* SPDX-License-Identifier: MIT
 * Sweeps: whatever kills them, what was finished is kept, and in the end the table is that of one
 * that was left alone. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/merged.h"
#include "support/program.h"

/* Two learners, 2 x 2 points, 3 seeds: 12 jobs of 2 lines. */
#define GRID                                                                                       \
    "sweep|--over|ewc.lambda=1..100 log 2|--over|batch=16,32|--seeds|3|--tasks|2|--steps|10|"      \
    "--learner|a:|--learner|b: strategy=ewc|--dir|"
enum { LINES = 24 };

static char folder[64], line[1024];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/oubli-sweep-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    snprintf(line, sizeof line, "rm -r %s", folder);
    cr_assert_eq(system(line), 0);
}

TestSuite(cli_sweep, .init = make_folder, .fini = remove_folder);

/* Words, and the name of something in the folder behind them, and more words. */
static const char *with(const char *words, const char *name, const char *more)
{
    snprintf(line, sizeof line, "%s%s/%s%s", words, folder, name, more);
    return line;
}

static void succeed(const char *words)
{
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
}

static void shell(const char *format)
{
    char command[512];
    snprintf(command, sizeof command, "cd %s && %s", folder, format);
    cr_assert_eq(system(command), 0, "%s", command);
}

/* ---- tables --------------------------------------------------------------------------------- */

static struct merged *merge(const char *name)
{
    char words[256];
    struct err err = {0};
    snprintf(words, sizeof words, "merge|%s/%s|-o|%s/%s.db", folder, name, folder, name);
    succeed(words);
    snprintf(words, sizeof words, "%s/%s.db", folder, name);
    struct merged *merged = merged_open(words, &err);
    cr_assert_not_null(merged, "%s", err.msg);
    return merged;
}

/* Owned; without what tells of times. */
static char *timeless(const char *text)
{
    json_t *object = program_json(text);
    json_object_del(object, "seconds_training");
    json_object_del(object, "samples_per_second");
    char *again = json_dumps(object, 0);
    json_decref(object);
    return again;
}

static void expect_equal_rows(const struct merged_row *a, const struct merged_row *b)
{
    char *json[2] = {timeless(a->json), timeless(b->json)};
    cr_expect_eq(a->job, b->job);
    cr_expect_eq(a->seed, b->seed);
    cr_expect_str_eq(a->learner, b->learner);
    cr_expect_eq(a->keys[0].number, b->keys[0].number);
    cr_expect_eq(a->keys[1].number, b->keys[1].number);
    for (int m = 0; m < MERGED_METRICS; m++) {
        bool is_time = m == MERGED_seconds_training || m == MERGED_samples_per_second;
        cr_expect(is_time || memcmp(&a->metrics[m], &b->metrics[m], sizeof(double)) == 0);
    }
    cr_expect_str_eq(json[0], json[1]);
    free(json[0]);
    free(json[1]);
}

static void expect_equal_tables(const char *name_a, const char *name_b)
{
    struct merged *a = merge(name_a), *b = merge(name_b);
    struct merged_row row_a, row_b;
    struct err err = {0};
    int n = 0;
    while (merged_next(a, &row_a, &err) == MERGED_ROW) {
        cr_assert_eq(merged_next(b, &row_b, &err), MERGED_ROW, "%s", err.msg);
        cr_expect_eq(row_a.job, n / 2);
        expect_equal_rows(&row_a, &row_b);
        n++;
    }
    cr_expect_eq(merged_next(b, &row_b, &err), MERGED_END, "%s", err.msg);
    cr_expect_eq(n, LINES);
    merged_close(a);
    merged_close(b);
}

/* ---- whatever ends it ----------------------------------------------------------------------- */

/* Kills it when there are so many lines; what is whole by then. */
static void kill_at(const char *name, int lines, int signal)
{
    char runs[128];
    snprintf(runs, sizeof runs, "%s/%s/runs", folder, name);
    struct program_start_how how = {.stop = signal, .stop_path = runs, .stop_lines = lines};
    struct outcome outcome = program_start(&how, with(GRID, name, ""));
    int code = program_code(&outcome);
    cr_expect(code == 0 || code == (signal == SIGKILL ? -SIGKILL : 128 + signal), "%d: %s", code,
              outcome.err);
    program_finish(&outcome);
}

Test(cli_sweep, whatever_kills_it_the_table_is_that_of_one_left_alone)
{
    succeed(with(GRID, "alone", ""));
    for (int lines = 1; lines < LINES; lines += 5) {
        kill_at("killed", lines, lines == 11 ? SIGTERM : SIGKILL);
    }
    shell("printf '{\"job\":11,\"learners\":2,\"learner\":\"to' >killed/runs/zz.jsonl");
    succeed(with(GRID, "killed", ""));
    expect_equal_tables("alone", "killed");
    /* Nothing was done twice: a job is done when the line of its second learner is whole. */
    shell("test $(cat killed/runs/*.jsonl | grep -c '\"learner\":\"b\".*}$') = 12");
    /* And again there is nothing to do: no file more, none touched. */
    shell("ls -lR --time-style=full-iso killed/runs killed/events >before");
    succeed(with("sweep|--dir|", "killed", ""));
    shell("ls -lR --time-style=full-iso killed/runs killed/events | cmp - before");
}

Test(cli_sweep, parts_done_elsewhere_add_up_and_one_core_gives_the_same)
{
    struct program_start_how one_core = {.has_one_core = true};
    struct outcome outcome = program_start(&one_core, with(GRID, "alone", "|--jobs|3"));
    cr_expect_eq(program_code(&outcome), 0, "%s", outcome.err);
    program_finish(&outcome);
    shell("mkdir here && cp alone/plan.json here && cp -r here there");
    succeed(with("sweep|--dir|", "here", "|--job|0..5"));
    succeed(with("sweep|--dir|", "there", "|--job|4..11"));
    program_expect_failure(with("sweep|--dir|", "there", "|--job|11..12"), 2,
                           "--job: up to 11, the last of the plan");
    char words[256];
    snprintf(words, sizeof words, "merge|%s/here|%s/there|-o|%s/both.db", folder, folder, folder);
    outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "24 rows of 12 runs\n"), "%s", outcome.out);
    program_finish(&outcome);
    shell("mkdir -p both/runs && cp alone/plan.json both && cp here/runs/* both/runs &&"
          " for f in there/runs/*; do cp $f both/runs/t-${f##*/}; done");
    expect_equal_tables("alone", "both");
}

Test(cli_sweep, a_disk_that_fills_up_ends_it_with_whole_lines)
{
    struct program_start_how full = {.file_bytes = 60000};
    struct outcome outcome = program_start(&full, with(GRID, "killed", ""));
    cr_expect_eq(program_code(&outcome), 1);
    cr_expect(strstr(outcome.err, "jsonl: cannot write: File too large"), "%s", outcome.err);
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    program_finish(&outcome);
    shell("test $(cat killed/runs/*.jsonl | grep -c '}$') -gt 0");
    shell("test -z \"$(tail -c 1 killed/runs/*.jsonl)\""); /* a newline */
    succeed(with(GRID, "alone", ""));
    succeed(with(GRID, "killed", ""));
    expect_equal_tables("alone", "killed");
}

/* ---- what is said --------------------------------------------------------------------------- */

static void expect_status(const char *name, const char *part)
{
    struct outcome outcome = program_succeed(with("sweep|--status|", name, ""));
    cr_expect(strstr(outcome.out, part), "'%s' expected in: %s", part, outcome.out);
    program_finish(&outcome);
}

Test(cli_sweep, what_fails_is_kept_said_and_tried_again)
{
    shell("for i in 1 2 3 4 5 6 7 8 9; do for c in a b; do echo $i,$((i*7%5)),$c; done; done "
          ">good.csv; cp good.csv bad.csv");
    char words[512];
    snprintf(words, sizeof words,
             "sweep|--over|data=%s/good.csv,%s/bad.csv|--seeds|2|--suite|permuted|--tasks|2|"
             "--steps|5|--dir|%s/d",
             folder, folder, folder);
    succeed(words);
    shell("mv bad.csv away.csv && rm d/runs/* && rm d/events/*");
    struct outcome outcome = program_start(NULL, words);
    cr_expect_eq(program_code(&outcome), 1);
    cr_expect(strstr(outcome.err, "2 runs are not finished; see why: oubli sweep --status"), "%s",
              outcome.err);
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    program_finish(&outcome);
    expect_status("d", "2 of 4 runs finished, 2 failed\n");
    expect_status("d", "bad.csv: ");
    shell("mv away.csv bad.csv");
    succeed(words);
    expect_status("d", "4 of 4 runs finished\n");
}

Test(cli_sweep, what_was_interrupted_or_stopped_is_said)
{
    kill_at("d", 3, SIGTERM);
    expect_status("d", " stopped");
    expect_status("d", ": stopped by SIGTERM\n");
    shell("rm d/runs/* d/events/* && mkdir -p d/events && echo "
          "'{\"job\":7,\"event\":\"begun\",\"time\":1}' >d/events/x.jsonl");
    expect_status("d", "0 of 12 runs finished, 1 interrupted, 11 waiting\n");
    expect_status("d", "job 7  ewc.lambda=100 batch=16 seed=1\n");
    shell(
        "printf '%s\\n' '{\"job\":8,\"event\":\"failed\",\"time\":1,\"why\":\"a\\u001b[2J\\nb\"}' "
        ">d/events/y.jsonl && sed -i 's/oubli sweep/&\\\\u001b]0;/' d/plan.json");
    expect_status("d", "oubli sweep?]0; --over");
    expect_status("d", "seed=2: a?[2J?b\n");
}

static void expect_refused(const char *words, int code, const char *part)
{
    char all[512];
    snprintf(all, sizeof all, "%s|--dir|%s/d", words, folder);
    program_expect_failure(all, code, part);
}

Test(cli_sweep, what_makes_no_sense_is_refused_before_anything_starts)
{
    expect_refused("sweep", 2, "--over 'KEY=VALUES' expected");
    expect_refused("sweep|--over|strategy=ewc,ewcc", 2, "--over strategy=ewcc: ");
    expect_refused("sweep|--over|lr=0.1,-1", 2, "--over lr=-1: ");
    expect_refused("sweep|--over|suite=split,nothing", 2, "--over, at suite=nothing: ");
    expect_refused("sweep|--over|steps=5,6|--epochs|2", 2, "--over steps=5: ");
    expect_refused("sweep|--over|lr=0.1|--over|lr=0.2", 2, "found lr twice");
    expect_refused("sweep|--over|lr=0.1|--job|5..3", 2, "--job: ");
    expect_refused("sweep|--over|lr=0.1|--jobs|0", 2, "--jobs: ");
    expect_refused("sweep|--over|lr=0.1|--with|make", 2, "--with: ");
    expect_refused("sweep|--over|lr=0.1|--time|30", 2, "--time: --with slurm expected");
    expect_refused("sweep|--over|lr=0.1|--with|slurm|--sshlogin|a", 2, "--with parallel expected");
    expect_refused("sweep|--over|lr=0.1|--record|a", 2, "--record: not an option of oubli sweep");
    expect_refused("sweep|--job|0", 1, "plan.json");
    expect_refused("sweep|--over|batch=1..1000 lin 1000|--over|epochs=1..1000 lin 1000|--seeds|2",
                   2, "1000000 runs expected, found 2000000");
    program_expect_failure("sweep|--over|lr=0.1", 2, "--dir DIR expected");
    program_expect_failure("sweep|--status|/nonexistent", 1, "plan.json");
    program_expect_failure("merge|-o|x.db", 2, "found no folder");
    program_expect_failure("merge|/tmp", 2, "found no -o");
    program_expect_failure(with("merge|/tmp|-o|", "x.db", ""), 1, "plan.json");
    shell("test ! -e d");
}

/* SIGTERM comes once the program catches it: SigCgt in /proc. */
Test(cli_sweep, a_signal_while_a_large_grid_is_looked_at_leaves_nothing)
{
    shell("{ " OUBLI_PROGRAM " sweep --over 'lr=0.001..1 log 1000' --over 'batch=1..512 lin 512' "
          "--dir d 2>err & p=$!; } && until grep -q '^SigCgt:.*[4-7c-f]...$' /proc/$p/status; "
          "do sleep 0.01; done; kill $p; wait $p; test $? = 143");
    shell("grep -qx 'oubli: stopped by SIGTERM while the combinations were looked at; nothing has "
          "begun' err && test ! -e d");
}

/* Columns by what the line of JSON has in its object `validation`. */
Test(cli_sweep, what_is_held_out_has_columns)
{
    struct merged_row row;
    struct err err = {0};
    succeed(with("sweep|--over|lr=0.1,0.2|--tasks|2|--steps|10|--validation|0.2|--dir|", "v", ""));
    struct merged *merged = merge("v");
    while (merged_next(merged, &row, &err) == MERGED_ROW) {
        json_t *object = program_json(row.json);
        json_t *held = json_object_get(object, "validation");
        cr_expect_eq(row.metrics[MERGED_validation_average_accuracy],
                     json_number_value(json_object_get(held, "average_accuracy")));
        cr_expect_eq(row.metrics[MERGED_validation_forgetting],
                     json_number_value(json_object_get(held, "forgetting")));
        cr_expect_neq(row.metrics[MERGED_validation_average_accuracy],
                      row.metrics[MERGED_average_accuracy]);
        json_decref(object);
    }
    merged_close(merged);
}

/* Whoever comes second leaves the plan to the first, who may not have written it yet. */
Test(cli_sweep, of_two_that_begin_in_one_folder_one_is_refused_and_plans_nothing)
{
    shell("mkdir d");
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int file = open(with("", "d", "/lock"), O_CREAT | O_RDWR, 0666);
    cr_assert_eq(fcntl(file, F_SETLK, &whole), 0);
    expect_refused("sweep|--over|lr=0.1,0.2|--tasks|2|--steps|5", 1, "another oubli sweep is");
    shell("test ! -e d/plan.json");
    close(file);
}

Test(cli_sweep, another_command_is_refused_and_says_what_differs)
{
    succeed(with("sweep|--over|lr=0.1,0.2|--tasks|2|--steps|5|--dir|", "d", ""));
    expect_refused("sweep|--over|lr=0.1,0.3|--tasks|2|--steps|5", 2, "found lr=0.1,0.3");
    expect_refused("sweep|--over|lr=0.1,0.2|--tasks|3|--steps|5", 2, "found --tasks=3");
    expect_refused("sweep|--over|lr=0.1,0.2|--tasks|2", 2, "found nothing in its place");
    expect_refused("sweep|--over|lr=0.1,0.2|--tasks|2|--steps|5|--seeds|2", 2, "found --seeds 2");
    expect_refused("sweep|--over|lr=0.1,0.2|--tasks|2|--steps|5|--seed|2", 2, "found --seed 2");
    shell("sed -i 's/\"version\": \"[^\"]*\"/\"version\": \"0.0.9\"/' d/plan.json");
    expect_refused("sweep|--over|lr=0.1,0.2|--tasks|2|--steps|5", 2, "oubli 0.0.9");
    shell("echo '{' >d/plan.json");
    expect_refused("sweep", 1, "damaged");
    expect_refused("sweep|--job|0", 1, "damaged");
}

Test(cli_sweep, an_engine_that_is_not_there_is_said_with_the_command)
{
    static const char *const nowhere[] = {"PATH=/nonexistent", NULL};
    static const struct {
        const char *engine, *line;
    } engines[] = {{"parallel", "\nparallel --will-cite --resume-failed --joblog /tmp/"},
                   {"slurm", "\nsbatch --parsable --job-name=oubli --ntasks=1 --cpus-per-task=1 "
                             "--array=0-"}};
    struct program_start_how how = {.variables = nowhere};
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        char more[64];
        snprintf(more, sizeof more, "|--with|%s", engines[i].engine);
        struct outcome outcome = program_start(&how, with(GRID, "d", more));
        cr_expect_eq(program_code(&outcome), 1, "%s", outcome.err);
        cr_expect(strstr(outcome.err, "install it (Debian: "), "%s", outcome.err);
        cr_expect(strstr(outcome.err, engines[i].line), "%s", outcome.err);
        program_finish(&outcome);
    }
    expect_status("d", "0 of 12 runs finished, 12 waiting\n");
}

/* Programs of those names that say what they were given; Slurm's answers stand in files. */
static void make_stubs(void)
{
    shell("mkdir bin && printf '#!/bin/sh\necho \"$@\" >%s/given\necho 77\n' \"$PWD\" >bin/sbatch"
          " && printf '#!/bin/sh\necho \"MaxArraySize            = 5\"\n' >bin/scontrol"
          " && printf '#!/bin/sh\ncat %s/queue 2>/dev/null\n' \"$PWD\" >bin/squeue"
          " && chmod +x bin/*");
}

Test(cli_sweep, an_array_fits_slurm_and_is_submitted_once)
{
    char path[256], words[512];
    const char *const variables[] = {path, NULL};
    struct program_start_how how = {.variables = variables};
    make_stubs();
    snprintf(path, sizeof path, "PATH=%s/bin:/usr/bin:/bin", folder);
    snprintf(words, sizeof words,
             "sweep|--over|lr=0.1..0.2 lin 4|--seeds|3|--tasks|2|--steps|100000000|--with|slurm|"
             "--partition|a b|--account|me|--time|1:00:00|--dir|%s/d",
             folder);
    struct outcome outcome = program_start(&how, words);
    cr_expect_eq(program_code(&outcome), 0, "%s", outcome.err);
    cr_expect(strstr(outcome.out, "submitted as job 77: 12 runs in 4 tasks of 3"), "%s",
              outcome.out); /* each is long, but there may be no more than 5 */
    program_finish(&outcome);
    shell("test \"$(cat d/slurm.list | tr '\\n' ' ')\" = '0..2 3..5 6..8 9..11 '");
    shell("grep -q -- '--array=0-3 --partition=a b --account=me --time=1:00:00 --output=' given");
    shell("echo RUNNING >queue");
    outcome = program_start(&how, words);
    cr_expect_eq(program_code(&outcome), 1);
    cr_expect(strstr(outcome.err, "job 77 is in Slurm's queue"), "%s", outcome.err);
    program_finish(&outcome);
}
