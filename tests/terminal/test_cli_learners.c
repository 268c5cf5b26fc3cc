/* SPDX-License-Identifier: MIT
 * Several learners without a screen: what is printed of each. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/program.h"

/* A small run of two tasks, 40 steps each. */
#define SMALL "run|--tasks|2|--steps|40|--json|-"

enum { OBJECTS_MAX = 24 };

/* The lines of a run; `code` is 0, warnings are allowed. */
struct lines {
    int n;
    json_t *objects[OBJECTS_MAX]; /* owned */
};

static struct lines run_lines(const char *words)
{
    struct outcome outcome = program_start(NULL, words);
    struct lines lines = {0};
    cr_assert_eq(program_code(&outcome), 0, "%s: %s", words, outcome.err);
    for (char *line = outcome.out; *line && lines.n < OBJECTS_MAX;) {
        char *end = strchr(line, '\n');
        cr_assert_not_null(end);
        *end = '\0';
        lines.objects[lines.n++] = program_json(line);
        line = end + 1;
    }
    program_finish(&outcome);
    return lines;
}

static void drop(struct lines *lines)
{
    for (int i = 0; i < lines->n; i++) {
        json_decref(lines->objects[i]);
    }
}

static const char *name_of(const struct lines *lines, int i)
{
    cr_assert_lt(i, lines->n);
    return json_string_value(json_object_get(lines->objects[i], "learner"));
}

static json_t *field(const struct lines *lines, int i, const char *name)
{
    cr_assert_lt(i, lines->n);
    json_t *value = json_object_get(lines->objects[i], name);
    cr_assert_not_null(value, "%s", name);
    return value;
}

/* Without names, times, and the settings of the whole session; owned. */
static char *bare(const struct lines *lines, int i)
{
    static const char *const gone[] = {
        "learner", "parent", "born", "seconds_training", "samples_per_second", "config"};
    json_t *copy = json_deep_copy(lines->objects[i]);
    for (size_t j = 0; j < sizeof gone / sizeof *gone; j++) {
        json_object_del(copy, gone[j]);
    }
    char *text = json_dumps(copy, JSON_SORT_KEYS);
    json_decref(copy);
    return text;
}

static void expect_equal(const struct lines *a, int i, const struct lines *b, int j)
{
    char *x = bare(a, i), *y = bare(b, j);
    cr_expect_str_eq(x, y);
    free(x);
    free(y);
}

/* A seed's lines come when it is done, together. */
static void sort_by_seed(struct lines *lines)
{
    for (int i = 1; i < lines->n; i++) {
        json_t *moved = lines->objects[i];
        json_int_t seed = json_integer_value(field(lines, i, "seed"));
        int j = i;
        for (; j > 0 && json_integer_value(field(lines, j - 1, "seed")) > seed; j--) {
            lines->objects[j] = lines->objects[j - 1];
        }
        lines->objects[j] = moved;
    }
}

Test(cli_learners, each_is_a_line_of_its_seed_in_their_order)
{
    struct lines lines = run_lines(SMALL "|--seed|3|--seeds|2|--lr|0.05|--learner|d|--learner|"
                                         "b: strategy=ewc+replay|--learner|a: lr=0.2 "
                                         "net=20|--learner|c: optimizer=adam strategy=ewc "
                                         "ewc.lambda=7");
    static const char *const names[] = {"d", "b", "a", "c"};
    sort_by_seed(&lines);
    cr_assert_eq(lines.n, 8);
    for (int i = 0; i < lines.n; i++) {
        cr_expect_str_eq(name_of(&lines, i), names[i % 4]);
        cr_expect_eq(json_integer_value(field(&lines, i, "seed")), 3 + i / 4);
        cr_expect(json_is_null(field(&lines, i, "parent")));
        cr_expect_eq(json_integer_value(field(&lines, i, "born")), 0);
        cr_expect_eq(json_integer_value(field(&lines, i, "steps")), 80);
        cr_expect(json_is_number(field(&lines, i, "average_accuracy")));
        cr_expect(json_is_number(field(&lines, i, "samples_per_second")));
        cr_expect_eq(json_array_size(field(&lines, i, "R")), 2);
        cr_expect_gt(json_array_size(field(&lines, i, "curve")), 4);
    }
    cr_expect_eq(json_real_value(field(&lines, 0, "lr")), 0.05);
    cr_expect_eq(json_real_value(field(&lines, 2, "lr")), 0.2);
    cr_expect_eq(json_array_size(field(&lines, 1, "strategies")), 2);
    cr_expect_eq(json_array_size(field(&lines, 0, "strategies")), 0);
    cr_expect_eq(json_array_size(field(&lines, 2, "net")), 1);
    cr_expect_eq(json_array_size(field(&lines, 2, "drift")), 2);
    cr_expect_eq(json_array_size(field(&lines, 1, "drift")), 3);
    cr_expect_str_eq(json_string_value(field(&lines, 3, "optimizer")), "adam");
    cr_expect_eq(json_integer_value(field(&lines, 0, "memory_bytes")), 0);
    cr_expect_gt(json_integer_value(field(&lines, 1, "memory_bytes")), 0);
    drop(&lines);
}

Test(cli_learners, each_is_what_it_is_alone)
{
    struct lines together =
        run_lines(SMALL "|--learner|a|--learner|b: strategy=ewc+replay|--learner|c|--learner|d: "
                        "lr=0.02 strategy=lora");
    struct lines a = run_lines(SMALL), b = run_lines(SMALL "|--strategy|ewc+replay"),
                 d = run_lines(SMALL "|--lr|0.02|--strategy|lora");
    cr_assert_eq(together.n, 4);
    expect_equal(&together, 0, &a, 0);
    expect_equal(&together, 1, &b, 0);
    expect_equal(&together, 2, &together, 0);
    expect_equal(&together, 3, &d, 0);
    drop(&together);
    drop(&a);
    drop(&b);
    drop(&d);
}

Test(cli_learners, one_that_diverges_leaves_the_others_alone)
{
    struct lines lines =
        run_lines("run|--tasks|2|--json|-|--learner|good|--learner|bad: strategy=ewc "
                  "ewc.form=explicit ewc.lambda=1e6");
    cr_assert_eq(lines.n, 2);
    cr_expect(json_is_null(field(&lines, 0, "diverged_step")));
    cr_expect(json_is_number(field(&lines, 0, "average_accuracy")));
    json_int_t step = json_integer_value(field(&lines, 1, "diverged_step"));
    cr_expect_gt(step, 450);
    cr_expect_eq(json_integer_value(field(&lines, 1, "steps")), step);
    cr_expect(json_is_null(field(&lines, 1, "average_accuracy")));
    cr_expect(json_is_null(json_array_get(json_array_get(field(&lines, 1, "R"), 1), 0)));
    cr_expect_eq(json_integer_value(field(&lines, 0, "steps")), 900);
    drop(&lines);
    struct outcome outcome =
        program_start(NULL, "run|--tasks|2|--learner|good|--learner|bad: strategy=ewc "
                            "ewc.form=explicit ewc.lambda=1e6");
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect_eq(program_lines(outcome.err), 1);
    cr_expect_not_null(strstr(outcome.err, "seed 0: bad diverged at step"), "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.out, "bad      diverged at step"), "%s", outcome.out);
    program_finish(&outcome);
}

/* ---- names ---- */

/* By what they do, as long as no person has named them; never two of one name. */
Test(cli_learners, without_a_name_are_called_by_what_they_do)
{
    struct lines lines = run_lines(
        SMALL "|--learner|: strategy=ewc|--learner|: strategy=none|--learner|: lr=0.3|--at|20:fork"
              "|--at|20:strategy replay on|--at|30:fork mine|--at|40:strategy lora on|--at|50:add "
              ": strategy=replay|--at|60:learner ewc|--at|60:strategy lowlr on");
    static const char *const names[] = {"lowlr+ewc",  "naive", "naive-2",
                                        "ewc+replay", "mine",  "replay"};
    cr_assert_eq(lines.n, 6);
    for (int i = 0; i < 6; i++) {
        cr_expect_str_eq(name_of(&lines, i), names[i]);
    }
    drop(&lines);
}

/* ---- learners come and go ---- */

Test(cli_learners, a_fork_is_the_one_that_commands_reach)
{
    struct lines lines = run_lines(SMALL "|--at|20:fork x: lr=0.02|--at|30:strategy ewc on|--at|"
                                         "50:learner naive|--at|60:set lr 0.3|--at|70:next");
    cr_assert_eq(lines.n, 2);
    cr_expect_str_eq(name_of(&lines, 0), "naive");
    cr_expect_str_eq(name_of(&lines, 1), "x");
    cr_expect_str_eq(json_string_value(field(&lines, 1, "parent")), "naive");
    cr_expect_eq(json_integer_value(field(&lines, 1, "born")), 20);
    cr_expect_eq(json_real_value(field(&lines, 1, "lr")), 0.02);
    cr_expect_eq(json_real_value(field(&lines, 0, "lr")), 0.1);
    cr_expect_eq(json_array_size(field(&lines, 1, "strategies")), 0);
    cr_expect_eq(json_array_size(field(&lines, 1, "strategies_end")), 1);
    cr_expect_eq(json_array_size(field(&lines, 0, "strategies_end")), 0);
    json_t *commands = field(&lines, 0, "commands"), *command;
    static const char *const concerned[] = {"naive", "x", "naive", NULL};
    size_t i;
    cr_assert_eq(json_array_size(commands), 4);
    json_array_foreach(commands, i, command)
    {
        const char *name = json_string_value(json_object_get(command, "learner"));
        cr_expect(concerned[i] ? name && strcmp(name, concerned[i]) == 0 : !name, "command %d",
                  (int)i);
        cr_expect(json_is_null(json_object_get(command, "refused")));
    }
    drop(&lines);
}

Test(cli_learners, a_fork_that_changes_nothing_is_its_parent)
{
    struct lines lines = run_lines(SMALL "|--strategy|ewc+replay|--at|B+5:fork twin");
    cr_assert_eq(lines.n, 2);
    static const char *const same[] = {"R", "average_accuracy", "drift", "parameters",
                                       "initial_accuracy"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        cr_expect(json_equal(field(&lines, 0, same[i]), field(&lines, 1, same[i])), "%s", same[i]);
    }
    drop(&lines);
}

Test(cli_learners, an_added_one_has_been_there_from_the_start)
{
    struct lines lines = run_lines(SMALL "|--at|50:add late: strategy=replay"),
                 alone = run_lines(SMALL "|--strategy|replay");
    cr_assert_eq(lines.n, 2);
    cr_expect_str_eq(name_of(&lines, 1), "late");
    cr_expect(json_is_null(field(&lines, 1, "parent")));
    cr_expect_eq(json_integer_value(field(&lines, 1, "born")), 0);
    cr_expect(json_equal(field(&lines, 1, "R"), field(&alone, 0, "R")));
    drop(&lines);
    drop(&alone);
}

Test(cli_learners, a_rewind_gives_the_same_steps_again)
{
    struct lines lines = run_lines(SMALL "|--at|60:rewind 25"), plain = run_lines(SMALL);
    cr_assert_eq(lines.n, 1);
    static const char *const same[] = {"R", "average_accuracy", "drift", "steps"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        cr_expect(json_equal(field(&lines, 0, same[i]), field(&plain, 0, same[i])), "%s", same[i]);
    }
    drop(&lines);
    drop(&plain);
    lines = run_lines(SMALL "|--at|30:fork x|--at|60:rewind 25");
    cr_assert_eq(lines.n, 2, "what was forked after that step is gone, and its line due again");
    cr_expect_str_eq(name_of(&lines, 1), "x");
    drop(&lines);
}

Test(cli_learners, names_change_and_learners_go)
{
    struct lines lines = run_lines(SMALL "|--learner|a|--learner|b|--learner|c|--at|10:rename b "
                                         "new|--at|20:remove a|--at|30:set lr 0.2");
    cr_assert_eq(lines.n, 2);
    cr_expect_str_eq(name_of(&lines, 0), "new");
    cr_expect_str_eq(name_of(&lines, 1), "c");
    json_t *commands = field(&lines, 0, "commands");
    static const char *const concerned[] = {"b", "a", "new"};
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(json_string_value(json_object_get(json_array_get(commands, i), "learner")),
                         concerned[i]);
    }
    drop(&lines);
}

Test(cli_learners, what_was_asked_for_in_vain_is_said_with_the_name)
{
    struct outcome outcome = program_start(
        NULL, "run|--tasks|2|--steps|40|--learner|a|--learner|b|--at|5:set lr 0.2|--at|5:learner "
              "nobody|--at|6:learner b|--at|7:unplug|--at|8:fork a|--at|9:fork z: net=3");
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect_eq(program_lines(outcome.err), 4, "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "step 5: learner: a, b expected, found 'nobody'"));
    cr_expect_not_null(strstr(outcome.err, "step 7: b: unplug: "), "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "step 8: b: fork: a new name"), "%s", outcome.err);
    cr_expect_not_null(strstr(outcome.err, "step 9: b: fork: net is fixed"), "%s", outcome.err);
    program_finish(&outcome);
    struct lines lines =
        run_lines(SMALL "|--learner|a|--learner|b|--at|5:set lr 0.2|--at|5:learner "
                        "nobody|--at|7:unplug");
    json_t *commands = field(&lines, 1, "commands");
    cr_expect(json_is_null(json_object_get(json_array_get(commands, 0), "refused")),
              "the refusal is that of a view");
    cr_expect(json_is_string(json_object_get(json_array_get(commands, 1), "refused")));
    drop(&lines);
}

/* ---- the table, the rest ---- */

Test(cli_learners, the_table_compares_them_in_80_columns)
{
    static const char *const lines[] = {
        "run|--tasks|2|--steps|40|--learner|plain|--learner|a-name-of-23-characters: "
        "strategy=ewc+replay+lora lr=0.05 optimizer=adam net=30,30",
        "run|--tasks|2|--steps|40|--seeds|3|--learner|plain|--learner|a-name-of-23-characters: "
        "strategy=ewc+replay optimizer=adam",
        "run|--tasks|12|--steps|5|--learner|plain|--learner|b: strategy=replay",
        "run|--tasks|2|--steps|40|--at|20:fork x"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct outcome outcome = program_succeed(lines[i]);
        program_expect_narrow(outcome.out, lines[i]);
        cr_expect_not_null(strstr(outcome.out, "2 learners on the same batches"));
        const char *head = strstr(outcome.out, "\nlearner ");
        cr_assert_not_null(head, "%s", outcome.out);
        cr_expect_not_null(strstr(head, "forgetting"));
        cr_expect_not_null(strstr(head, "memory"));
        bool has_matrices = strstr(outcome.out, "accuracy on each task after each stage") != NULL;
        cr_expect_eq(has_matrices, i == 0 || i == 3, "%s", lines[i]);
        cr_expect_eq(strstr(head, "±") != NULL, i == 1);
        program_finish(&outcome);
    }
}

/* A fork's past was trained by its parent. */
Test(cli_learners, steps_are_counted_once)
{
    static const struct {
        const char *line, *words;
    } cases[] = {{"run|--tasks|2|--steps|40|--at|B:fork x: strategy=ewc", "\n120 steps of all"},
                 {"run|--tasks|2|--steps|40|--learner|a|--at|B:add x", "\n160 steps of all"},
                 {"run|--tasks|2|--steps|40|--seeds|2|--at|B:fork x", "\n240 steps of all"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome outcome = program_start(NULL, cases[i].line);
        cr_expect_eq(program_code(&outcome), 0, "%s", outcome.err);
        cr_expect_not_null(strstr(outcome.out, cases[i].words), "%s", outcome.out);
        program_finish(&outcome);
    }
}

Test(cli_learners, errors_are_one_line_and_an_exit_code)
{
    program_expect_failure("run|--learner|a: batch=5", 2, "--learner a: batch");
    program_expect_failure("run|--learner|a|--learner|a", 2, "--learner: ");
    program_expect_failure("--learner|a|--learner|a", 2, "--learner: ");
    program_expect_failure("run|--learner|a b", 2, "'a b'");
    program_expect_failure("run|--learner|a: lrr=5", 2, "did you mean lr?");
    program_expect_failure("run|--learner|a: net=65536,65536,65536", 2, "parameters");
    program_expect_failure("run|--learner=a|--learner=b|--learner=c|--learner=d|--learner=e|"
                           "--learner=f|--learner=g|--learner=h|--learner=i",
                           2, "at most 8");
    program_expect_failure("run|--at|4:add", 2, "add NAME");
    program_expect_failure("help|learnrs", 2, "did you mean learners?");
}

Test(cli_learners, a_signal_stops_also_while_steps_are_taken_again)
{
    /* So long a way back that the signal comes on it: one step forward, all of them again. */
    struct program_start_how stopped = {.stop = SIGTERM, .stop_ms = 1500};
    struct outcome outcome = program_start(
        &stopped, "run|--steps|100000000|--set|history.megabytes=1|--at|12000:add b|--at|"
                  "12001:add c|--at|12002:add d|--at|12003:add e|--at|12004:add f");
    cr_expect_eq(program_code(&outcome), 128 + SIGTERM, "%s", outcome.err);
    cr_expect_str_eq(outcome.out, "");
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    program_finish(&outcome);
}

Test(cli_learners, help_and_lists_know_them)
{
    struct outcome help = program_succeed("help|learners");
    program_expect_narrow(help.out, "help learners");
    cr_expect_not_null(
        strstr(help.out, "batch, epochs, steps, context, text.lesson, history.megabytes"));
    cr_expect_not_null(strstr(help.out, "fork"));
    program_finish(&help);
    struct outcome man = program_succeed("help|man");
    cr_expect_not_null(strstr(man.out, ".SH LEARNERS"));
    cr_expect_not_null(strstr(man.out, "\\-\\-learner"));
    program_finish(&man);
    struct outcome list = program_succeed("list|parameters|--json");
    json_t *array = program_json(list.out), *parameter;
    size_t i;
    int n_common = 0;
    json_array_foreach(array, i, parameter)
    {
        n_common += json_is_true(json_object_get(parameter, "common"));
    }
    cr_expect_eq(n_common, 6);
    json_decref(array);
    program_finish(&list);
}
