/* SPDX-License-Identifier: MIT
 * The program itself through pipes: what it prints where, and with which exit code. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/program.h"

/* A small run, as JSON. */
#define SMALL "run|--tasks|3|--steps|40|--json|-"

static json_t *run_json(const char *words)
{
    struct outcome outcome = program_succeed(words);
    cr_assert_eq(program_lines(outcome.out), 1);
    json_t *run = program_json(outcome.out);
    program_finish(&outcome);
    return run;
}

static double number_at(json_t *run, const char *name)
{
    json_t *value = json_object_get(run, name);
    cr_assert(json_is_number(value), "%s is not a number", name);
    return json_number_value(value);
}

static const char *text_at(json_t *run, const char *name)
{
    json_t *value = json_object_get(run, name);
    cr_assert(json_is_string(value), "%s is not a string", name);
    return json_string_value(value);
}

/* ---- JSON ----------------------------------------------------------------------------------- */

Test(cli_run, json_holds_the_fields_of_the_contract)
{
    json_t *run = run_json(SMALL "|--strategy|ewc|--seed|4|--set|ewc.lambda=12.5");
    const char *const arrays[] = {"net", "strategies", "R", "curve", "drift"};
    const char *const numbers[] = {"seed",
                                   "tasks",
                                   "lr",
                                   "batch",
                                   "steps",
                                   "average_accuracy",
                                   "forgetting",
                                   "backward_transfer",
                                   "forward_transfer",
                                   "learning_accuracy",
                                   "seconds_training",
                                   "samples_per_second"};
    const char *const texts[] = {"learner",   "data",  "suite",    "scenario",
                                 "optimizer", "build", "blas_core"};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        cr_expect(json_is_array(json_object_get(run, arrays[i])), "%s", arrays[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        cr_expect(json_is_number(json_object_get(run, numbers[i])), "%s", numbers[i]);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cr_expect(json_is_string(json_object_get(run, texts[i])), "%s", texts[i]);
    }
    cr_expect_eq(json_integer_value(json_object_get(run, "seed")), 4);
    cr_expect_eq(json_integer_value(json_object_get(run, "steps")), 120);
    cr_expect_str_eq(text_at(run, "optimizer"), "sgd");
    json_t *parameters = json_object_get(run, "parameters");
    cr_expect_eq(json_real_value(json_object_get(parameters, "ewc.lambda")), 12.5);
    cr_expect(json_is_integer(json_object_get(parameters, "batch")));
    cr_expect_str_eq(text_at(parameters, "ewc.mode"), "separate");
    cr_expect_eq(json_array_size(json_object_get(parameters, "net")), 2);
    cr_expect_eq(json_array_size(json_object_get(run, "drift")), 3);
    json_decref(run);
}

/* Whatever a probe says has its step and value, and of the rest what applies. */
Test(cli_run, json_has_what_probes_say)
{
    json_t *run = run_json(SMALL "|--probes|dead,stability,cka"), *point;
    json_t *probes = json_object_get(run, "probes");
    const char *const keys[][3] = {{"dead", NULL, "layer"},
                                   {"stability", "task", NULL},
                                   {"cka", "task", "layer"},
                                   {"drift", NULL, "tensor"}};
    cr_expect_eq(json_object_size(probes), 4);
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        json_t *said = json_object_get(probes, keys[k][0]);
        size_t i, n_keys = 2 + (keys[k][1] != NULL) + (keys[k][2] != NULL);
        cr_expect_gt(json_array_size(said), 0, "%s", keys[k][0]);
        json_array_foreach(said, i, point)
        {
            cr_assert(json_is_integer(json_object_get(point, "step")));
            cr_assert(json_is_number(json_object_get(point, "value")));
            cr_assert(!keys[k][1] || json_is_string(json_object_get(point, keys[k][1])));
            cr_assert(!keys[k][2] || json_is_string(json_object_get(point, keys[k][2])));
            cr_assert_eq(json_object_size(point), n_keys, "%s", keys[k][0]);
        }
    }
    json_decref(run);
}

/* The least that the probe or the curve has of a task while later ones are trained, by hand. */
static double least_of(const json_t *run, int task)
{
    const char letter[2] = {(char)('A' + task), '\0'};
    json_int_t end = 40 * (task + 1);
    double least = 1;
    size_t i;
    json_t *point;
    json_array_foreach(json_object_get(json_object_get(run, "probes"), "stability"), i, point)
    {
        bool is_its = strcmp(text_at(point, "task"), letter) == 0;
        least = is_its ? fmin(least, number_at(point, "value")) : least;
    }
    json_array_foreach(json_object_get(run, "curve"), i, point)
    {
        const json_t *value = json_array_get(json_object_get(point, "accuracy"), (size_t)task);
        bool is_after = json_integer_value(json_object_get(point, "step")) > end;
        least = is_after && json_is_number(value) ? fmin(least, json_number_value(value)) : least;
    }
    return least;
}

/* The minimum behind boundaries: where each step was looked at, and nowhere else. */
Test(cli_run, tells_how_deep_tasks_fell_where_that_was_measured)
{
    json_t *run = run_json(SMALL "|--probes|stability");
    cr_expect_float_eq(number_at(run, "minimum_accuracy"),
                       (least_of(run, 0) + least_of(run, 1)) / 2, 1e-9);
    json_decref(run);
    run = run_json(SMALL);
    cr_expect(json_is_null(json_object_get(run, "minimum_accuracy")));
    json_decref(run);
    struct outcome table = program_succeed("run|--tasks|3|--steps|40|--quiet|--probes|stability");
    cr_expect_not_null(strstr(table.out, "minimum accuracy"), "%s", table.out);
    program_finish(&table);
}

Test(cli_run, json_matrix_curve_and_metrics_agree)
{
    json_t *run = run_json(SMALL), *matrix = json_object_get(run, "R"), *point;
    cr_assert_eq(json_array_size(matrix), 3);
    json_t *last = json_array_get(matrix, 2);
    double sum = 0;
    for (size_t t = 0; t < 3; t++) {
        sum += json_number_value(json_array_get(last, t));
    }
    cr_expect_float_eq(number_at(run, "average_accuracy"), sum / 3, 1e-9);
    json_int_t before = -1;
    size_t i;
    json_array_foreach(json_object_get(run, "curve"), i, point)
    {
        json_int_t step = json_integer_value(json_object_get(point, "step"));
        cr_expect_gt(step, before);
        before = step;
        char letter[2] = {"AABC"[(step + 39) / 40], '\0'};
        cr_expect_str_eq(text_at(point, "task"), letter, "at step %d", (int)step);
        cr_expect_eq(json_array_size(json_object_get(point, "accuracy")), 3);
        if (step == 120) {
            cr_expect(json_equal(json_object_get(point, "accuracy"), last));
        }
    }
    cr_expect_eq(before, 120);
    json_decref(run);
}

static char *without_times(const char *words)
{
    json_t *run = run_json(words);
    json_object_del(run, "seconds_training");
    json_object_del(run, "samples_per_second");
    char *text = json_dumps(run, JSON_SORT_KEYS);
    json_decref(run);
    return text;
}

Test(cli_run, equal_runs_give_equal_json)
{
    const char *words =
        SMALL "|--strategy|ewc+replay+lora|--at|50:set lr 0.05|--at|C+5:strategy lowlr on";
    char *a = without_times(words), *b = without_times(words),
         *c = without_times(SMALL "|--seed|1");
    cr_expect_str_eq(a, b);
    cr_expect_str_neq(a, c);
    free(a);
    free(b);
    free(c);
}

Test(cli_run, observing_changes_no_number)
{
    json_t *a = run_json(SMALL), *b = run_json(SMALL "|--at|119:strategy freeze on");
    cr_expect(json_equal(json_array_get(json_object_get(a, "R"), 1),
                         json_array_get(json_object_get(b, "R"), 1)));
    json_decref(a);
    json_decref(b);
}

Test(cli_run, a_command_at_step_0_is_the_same_as_an_option)
{
    json_t *a = run_json(SMALL "|--lr|0.02"), *b = run_json(SMALL "|--at|0:set lr 0.02"),
           *c = run_json(SMALL "|--at|A:set lr 0.02"), *d = run_json(SMALL);
    cr_expect(json_equal(json_object_get(a, "R"), json_object_get(b, "R")));
    cr_expect(json_equal(json_object_get(a, "R"), json_object_get(c, "R")));
    cr_expect_not(json_equal(json_object_get(a, "R"), json_object_get(d, "R")));
    json_t *commands = json_object_get(b, "commands");
    cr_assert_eq(json_array_size(commands), 1);
    cr_expect_str_eq(text_at(json_array_get(commands, 0), "command"), "set lr 0.02");
    cr_expect_eq(json_integer_value(json_object_get(json_array_get(commands, 0), "step")), 0);
    json_decref(a);
    json_decref(b);
    json_decref(c);
    json_decref(d);
}

Test(cli_run, a_rate_that_is_too_high_is_named)
{
    struct outcome outcome =
        program_start(NULL, "run|--tasks|2|--lr|10|--strategy|l2|--set|l2.lambda=10");
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect(strstr(outcome.err, "the loss is not finite; lower --lr (now 10)"), "'%s'",
              outcome.err);
    program_finish(&outcome);
}

Test(cli_run, a_diverged_adapter_is_told_of_its_scale)
{
    struct outcome outcome = program_start(NULL, "run|--tasks|2|--steps|60|--strategy|lora|--set|"
                                                 "lora.alpha=256");
    cr_expect(strstr(outcome.err, "; lower --lr (now 0.1) or lora.alpha (now 256)"), "'%s'",
              outcome.err);
    program_finish(&outcome);
}

Test(cli_run, a_diverged_run_is_a_result)
{
    struct outcome outcome = program_start(NULL, "run|--tasks|3|--json|-|--strategy|ewc|--set|"
                                                 "ewc.form=explicit|--set|ewc.lambda=1e6");
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect(strstr(outcome.err, "diverged at step"), "'%s'", outcome.err);
    cr_expect(strstr(outcome.err, "lower ewc.lambda (now 1e+06), or set ewc.form=proximal"), "'%s'",
              outcome.err);
    cr_expect_not(strstr(outcome.err, "--lr"), "it is not the rate: '%s'", outcome.err);
    json_t *run = program_json(outcome.out);
    program_finish(&outcome);
    cr_expect(json_is_integer(json_object_get(run, "diverged_step")));
    cr_expect(json_is_null(json_object_get(run, "average_accuracy")));
    json_t *matrix = json_object_get(run, "R");
    cr_expect_eq(json_array_size(matrix), 3);
    cr_expect(json_is_null(json_array_get(json_array_get(matrix, 2), 0)));
    json_decref(run);
}

Test(cli_run, the_table_says_what_was_not_learned)
{
    static const struct {
        const char *words, *said; /* NULL: nothing is */
    } cases[] = {
        {"run|--tasks|2|--steps|60|--lr|3",
         "first: A, B; the steps are too long (learning\n  rate 3)\n"},
        {"run|--tasks|2|--steps|60|--lr|1e-6", "known as little as at first: A, B\n"},
        {"run|--tasks|2|--steps|60", NULL},
        {"run|--tasks|2|--steps|20|--lr|3", NULL}, /* it has not had its time */
        {"run|--tasks|2|--steps|60|--suite|stream|--lr|1e-6", NULL},
        {"run|--tasks|2|--steps|60|--lr|3|--at|B:set lr 1e-6", "at first: A, B; the steps are"},
        {"run|--tasks|2|--steps|60|--lr|1e-6|--at|B:set lr 0.1", "as little as at first: A\n"},
        {"run|--tasks|2|--steps|60|--lr|1e-6|--at|100:task A|--at|101:set lr 0.1",
         "as little as at first: B\n"},
        {"run|--tasks|2|--steps|60|--seeds|2|--learner|a:|--learner|still: lr=1e-6",
         "\nstill: in 2 of 2 runs not learned, known as little as at first: A, B\n"},
        {"run|--tasks|12|--steps|30|--lr|1e-6", "A, B, C, D, E, F, G, H and 4 more\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome outcome = program_succeed(cases[i].words);
        const char *said = strstr(outcome.out, "not learned");
        cr_expect_eq(said != NULL, cases[i].said != NULL, "%s: %s", cases[i].words, outcome.out);
        cr_expect(!cases[i].said || strstr(outcome.out, cases[i].said), "%s: %s", cases[i].words,
                  outcome.out);
        program_expect_narrow(outcome.out, cases[i].words);
        cr_expect(!said || !strstr(said + 1, "not learned"), "%s: it is said once", outcome.out);
        program_finish(&outcome);
    }
}

Test(cli_run, seeds_give_a_line_each)
{
    struct outcome outcome = program_succeed(SMALL "|--seed|7|--seeds|3");
    cr_assert_eq(program_lines(outcome.out), 3);
    char *line = outcome.out;
    int counts[3] = {0}; /* they come as they are done */
    for (int i = 0; i < 3; i++) {
        char *end = strchr(line, '\n');
        *end = '\0';
        json_t *run = program_json(line);
        json_int_t seed = json_integer_value(json_object_get(run, "seed"));
        cr_assert(seed >= 7 && seed < 10);
        counts[seed - 7]++;
        json_decref(run);
        line = end + 1;
    }
    cr_expect(counts[0] == 1 && counts[1] == 1 && counts[2] == 1, "each seed has one");
    program_finish(&outcome);
}

Test(cli_run, json_goes_into_a_file_beside_the_table)
{
    char path[] = "/tmp/oubli-json-XXXXXX", words[128];
    close(mkstemp(path));
    snprintf(words, sizeof words, "run|--tasks|2|--steps|20|--json|%s", path);
    struct outcome outcome = program_succeed(words);
    cr_expect_not_null(strstr(outcome.out, "average accuracy"));
    json_error_t error;
    json_t *run = json_load_file(path, 0, &error);
    cr_expect_not_null(run, "%s", error.text);
    json_decref(run);
    unlink(path);
    program_finish(&outcome);
}

/* ---- the table, warnings -------------------------------------------------------------------- */

Test(cli_run, the_table_fits_80_columns)
{
    const char *const lines[] = {"run", "run|--tasks|40|--steps|5|--strategy|ewc+replay+lora+l2",
                                 "run|--seeds|3|--tasks|2"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct outcome outcome = program_succeed(lines[i]);
        program_expect_narrow(outcome.out, lines[i]);
        cr_expect_not_null(strstr(outcome.out, "forgetting"));
        program_finish(&outcome);
    }
}

Test(cli_run, a_script_in_vain_is_a_warning)
{
    struct outcome outcome =
        program_start(NULL, "run|--tasks|2|--steps|40|--at|5:pause|--at|6:unplug|--at|B+40:next|"
                            "--at|7:note hello|--at|B+7:set lr 0.2|--at|8:map 1 drift task");
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect_eq(program_lines(outcome.err), 3, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "oubli: warning: step 5: pause"), "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "oubli: warning: step 6: unplug"), "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "--at B+40: never reached"), "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.out, "average accuracy"));
    program_finish(&outcome);
}

/* What came on later is told as that, and what was refused is not. */
Test(cli_run, the_table_says_what_was_done_on_the_way)
{
    struct outcome outcome = program_start(
        NULL, "run|--tasks|2|--steps|40|--at|B:strategy replay on|--at|50:set lr 0.05|--at|55:note "
              "x|--at|60:unplug|--at|70:speed 100000");
    cr_expect_not_null(strstr(outcome.out,
                              "\nstrategies at first: none\non the way: step 40 strategy "
                              "replay on; step 50 set lr 0.05\n\n"),
                       "%s", outcome.out);
    program_finish(&outcome);
    outcome = program_succeed("run|--tasks|2|--steps|40|--strategy|replay");
    cr_expect_not_null(strstr(outcome.out, "\nstrategies: replay replay.memory=200\n\n"), "%s",
                       outcome.out);
    program_finish(&outcome);
    outcome = program_succeed("run|--tasks|2|--steps|40|--learner|a|--learner|b|--at|9:set lr 0.2|"
                              "--at|20:fork c");
    cr_expect_not_null(strstr(outcome.out, "3 learners on the same batches, as they began\n"), "%s",
                       outcome.out);
    cr_expect_not_null(strstr(outcome.out, "\non the way: step 9 a: set lr 0.2\n\n"), "%s",
                       outcome.out);
    program_finish(&outcome);
    char line[1024] = "run|--tasks|1|--steps|40";
    for (int i = 0; i < 15; i++) {
        strcat(line, i % 2 ? "|--at|9:strategy ewc off" : "|--at|9:strategy ewc on");
    }
    outcome = program_succeed(line);
    cr_expect_not_null(strstr(outcome.out, "; and 3"), "%s", outcome.out);
    program_finish(&outcome);
}

Test(cli_run, one_of_a_thing_is_no_plural)
{
    struct outcome outcome = program_start(NULL, "run|--tasks|1|--steps|1|--at|9:next");
    cr_expect_not_null(strstr(outcome.out, "· 1 task ·"), "%s", outcome.out);
    cr_expect_not_null(strstr(outcome.out, "· 1 step a task"), "%s", outcome.out);
    cr_expect_not_null(strstr(outcome.out, "\n1 step in "), "%s", outcome.out);
    cr_expect_not_null(strstr(outcome.err, "in 1 step,"), "%s", outcome.err);
    program_finish(&outcome);
    outcome = program_succeed("run|--tasks|1|--epochs|1");
    cr_expect_not_null(strstr(outcome.out, "· 1 epoch a task"), "%s", outcome.out);
    program_finish(&outcome);
    /* A lesson is no task of the plan. */
    outcome = program_succeed(
        "run|--data|text|--tasks|2|--net|8|--steps|3|--at|B:teach hello|--set|text.lesson=1");
    cr_expect_not_null(strstr(outcome.out, "· 2 tasks · seed 0"), "%s", outcome.out);
    program_finish(&outcome);
}

Test(cli_run, without_a_terminal_the_table_is_printed)
{
    struct outcome outcome = program_start(NULL, "--tasks|2|--steps|20");
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect_eq(program_lines(outcome.err), 1);
    cr_expect(strncmp(outcome.err, "oubli: no terminal here (", 25) == 0, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.out, "average accuracy"), "%s", outcome.out);
    program_finish(&outcome);
}

/* ---- errors --------------------------------------------------------------------------------- */

Test(cli_run, errors_are_one_line_and_an_exit_code)
{
    program_expect_failure("rnu", 2, "did you mean oubli run?");
    program_expect_failure("run|--stratgy|ewc", 2, "did you mean --strategy?");
    program_expect_failure("run|--strategy|ewcc", 2, "did you mean ewc?");
    program_expect_failure("run|--learner|a: strategy=replay+loar", 2, "did you mean lora?");
    program_expect_failure("run|--lr|abc", 2, "'abc'");
    program_expect_failure("run|--lr|1\n2", 2, "'1?2'");
    program_expect_failure("run|--epochs|2|--steps|3", 2, "--epochs or --steps");
    program_expect_failure("run|--suite|foo", 2, "permuted");
    program_expect_failure("run|--net|65536,65536,65536", 2, "parameters");
    program_expect_failure("run|--data|/nonexistent", 1, "/nonexistent");
    program_expect_failure("run|--data|/etc", 1, "/etc");
    program_expect_failure("run|--label|3", 2, "--label");
    program_expect_failure("run|--at|4:jump", 2, "'jump'");
    program_expect_failure("run|--at|Z:next", 2, "A to E");
    program_expect_failure("run|--at|B:teach hello", 2, "texts expected");
    program_expect_failure("run|--at|B:ask hello", 2, "texts expected");
    program_expect_failure("run|--data|text|--suite|stream|--at|B:teach hello", 2, "--suite kinds");
    program_expect_failure("run|--data|text|--suite|permuted", 2, "--suite kinds or stream");
    program_expect_failure("run|--data|plane:foo", 2, "plane:spirals");
    program_expect_failure("run|--json|/nonexistent/x", 1, "/nonexistent/x");
    program_expect_failure("run|--json|/tmp", 1, "/tmp");
    program_expect_failure("list", 2, "datasets");
    program_expect_failure("list|strategy", 2, "did you mean strategies?");
    program_expect_failure("help|nonsense", 2, "'nonsense'");
    program_expect_failure("live|--seeds|2", 2, "belongs to oubli run and oubli sweep\n");
    program_expect_failure("run|--csv|x", 2, "belongs to oubli export\n");
    program_expect_failure("verify|x|--seed|3", 2,
                           "belongs to oubli live, oubli run and oubli sweep\n");
    program_expect_failure("verify|x|--lr|3", 2,
                           "belongs to oubli live, oubli run and oubli sweep\n");
    program_expect_failure("verify|x|--json|-", 2,
                           "run, oubli resume, oubli export, oubli list and oubli bench");
    program_expect_failure("verify|x|y", 2, "one recording expected");
    program_expect_failure("list|keys|themes", 2, "one topic expected");
}

Test(cli_run, a_full_disk_is_an_error)
{
    const struct program_start_how full = {.out_path = "/dev/full"};
    const char *const lines[] = {"run|--tasks|2|--steps|5", "run|--tasks|2|--steps|5|--json|-",
                                 "help", "list|suites", "--version"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct outcome outcome = program_start(&full, lines[i]);
        cr_expect_eq(program_code(&outcome), 1, "%s", lines[i]);
        cr_expect_not_null(strstr(outcome.err, "cannot write: "), "%s: %s", lines[i], outcome.err);
        cr_expect_eq(program_lines(outcome.err), 1);
        program_finish(&outcome);
    }
    struct outcome outcome = program_start(NULL, "run|--tasks|2|--steps|5|--json|/dev/full");
    cr_expect_eq(program_code(&outcome), 1);
    struct stat status;
    cr_expect(stat("/dev/full", &status) == 0 && S_ISCHR(status.st_mode));
    program_finish(&outcome);
}

Test(cli_run, a_reader_that_leaves_is_no_message)
{
    int ends[2], status;
    cr_assert_eq(pipe(ends), 0);
    int err = program_scratch_file();
    char program[] = OUBLI_PROGRAM, help[] = "help", topic[] = "parameters";
    char *argv[] = {program, help, topic, NULL};
    close(ends[0]);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        program_become(argv, ends[1], err);
    }
    close(ends[1]);
    waitpid(pid, &status, 0);
    char *text = program_read_back(err);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    cr_expect_str_eq(text, "");
    free(text);
}

/* ---- signals -------------------------------------------------------------------------------- */

Test(cli_run, a_signal_stops_it_and_nothing_is_written)
{
    static const struct {
        int number;
        const char *word;
    } signals[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};
    char path[64], words[160];
    snprintf(path, sizeof path, "/tmp/oubli-stopped-%d.json", (int)getpid());
    snprintf(words, sizeof words, "run|--steps|100000000|--json|%s", path);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct program_start_how stopped = {.stop = signals[i].number, .stop_ms = 700};
        struct outcome outcome = program_start(&stopped, words);
        cr_expect_eq(program_code(&outcome), 128 + signals[i].number, "%s: %d, %s", signals[i].word,
                     program_code(&outcome), outcome.err);
        cr_expect_str_eq(outcome.out, "");
        cr_expect_eq(program_lines(outcome.err), 1);
        cr_expect_not_null(strstr(outcome.err, signals[i].word), "%s", outcome.err);
        cr_expect_neq(access(path, F_OK), 0, "%s was written", path);
        program_finish(&outcome);
    }
}

/* ---- help and lists ------------------------------------------------------------------------- */

Test(cli_run, help_is_there_for_every_topic)
{
    const char *const topics[] = {"help",          "--help",          "-h",
                                  "run|--help",    "live|-h",         "list|--help",
                                  "help|live",     "help|run",        "help|list",
                                  "help|play",     "help|verify",     "help|resume",
                                  "help|export",   "help|plot",       "help|bench",
                                  "help|help",     "help|options",    "help|parameters",
                                  "help|commands", "help|strategies", "help|keys",
                                  "help|datasets", "help|suites",     "help|themes",
                                  "help|json",     "help|learners"};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        struct outcome outcome = program_succeed(topics[i]);
        cr_expect_gt(program_lines(outcome.out), 4, "%s", topics[i]);
        program_expect_narrow(outcome.out, topics[i]);
        program_finish(&outcome);
    }
    struct outcome man = program_succeed("help|man");
    cr_expect_not_null(strstr(man.out, ".TH OUBLI 1"));
    program_finish(&man);
}

Test(cli_run, every_field_of_json_is_in_its_help)
{
    struct outcome outcome = program_succeed("help|json");
    json_t *run = run_json(SMALL), *value;
    const char *key;
    json_object_foreach(run, key, value)
    {
        const char *ends = ", \n", *at = outcome.out;
        size_t n = strlen(key);
        while ((at = strstr(at, key)) && !(at[-1] == ' ' && strchr(ends, at[n]))) {
            at += n;
        }
        cr_expect_not_null(at, "%s", key);
    }
    cr_expect_not_null(strstr(outcome.out, "has lost since its end"), "one definition everywhere");
    json_decref(run);
    program_finish(&outcome);
}

Test(cli_run, lists_come_as_columns_and_as_json)
{
    const char *const topics[] = {"datasets",   "suites", "strategies",
                                  "parameters", "keys",   "themes"};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        char words[64];
        snprintf(words, sizeof words, "list|%s", topics[i]);
        struct outcome columns = program_succeed(words);
        snprintf(words, sizeof words, "list|%s|--json", topics[i]);
        struct outcome data = program_succeed(words);
        json_t *array = program_json(data.out);
        cr_expect_eq((int)json_array_size(array), program_lines(columns.out), "%s", topics[i]);
        json_decref(array);
        program_finish(&columns);
        program_finish(&data);
    }
}

Test(cli_run, the_version_comes_first_then_build_and_kernels)
{
    static const char first[] = "oubli " OUBLI_VERSION "\nbuild: ";
    const char *const lines[] = {"--version", "-V", "run|--version"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct outcome outcome = program_succeed(lines[i]);
        cr_expect(strncmp(outcome.out, first, sizeof first - 1) == 0, "%s", outcome.out);
        cr_expect(strstr(outcome.out, "\nBLAS kernels: "), "%s", outcome.out);
        cr_expect(strstr(outcome.out, ", chosen by "), "%s", outcome.out);
        cr_expect_eq(program_lines(outcome.out), 3, "%s", outcome.out);
        program_finish(&outcome);
    }
}
