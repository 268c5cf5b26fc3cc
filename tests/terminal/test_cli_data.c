/* SPDX-License-Identifier: MIT
 * Files that went wrong once, given to the program as a person would: each is read right, or
 * refused in one line that says what and where.  The files are in tests/cases/. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "support/program.h"

#define CASES "tests/cases/"

/* One command, and what is right. */
struct known_case {
    const char *words;  /* without "run|--quiet|--json|-|--data|" */
    int code;           /* exit code */
    const char *err[3]; /* parts of what stderr says; none = it says nothing */
    int n_inputs;       /* of the network; 0 = whatever */
    const char *tasks;  /* their names with | between; NULL = whatever */
    double accuracy;    /* at least so much on average, a share */
};

static const struct known_case known_cases[] = {
    {.words = CASES "period5.csv|--label|site", .n_inputs = 2, .accuracy = 0.95},
    {.words = CASES "index.csv|--label|species|--suite|split|--tasks|3",
     .err = {"warning: ", "index.csv: column 1 (no name) only counts the rows"},
     .n_inputs = 4,
     .tasks = "setosa|versicolor|virginica"},
    {.words = CASES "regress.csv",
     .code = 1,
     .err = {"regress.csv:", "column y", "300 different fractions in 300 rows"}},
    {.words = CASES "nhna.csv", .code = 1, .err = {"nhna.csv:1: column 1", "'NA'", "--missing"}},
    {.words = CASES "nhna.csv|--missing|mean",
     .err = {"warning: ", "nhna.csv: 1 missing value is filled in"},
     .n_inputs = 4},
    {.words = CASES "latin1.csv|--label|kind|--suite|split|--tasks|3",
     .code = 1,
     .err = {"latin1.csv:2: UTF-8 expected", "byte E9", "--encoding latin-1"}},
    {.words = CASES "latin1.csv|--encoding|latin-1|--label|kind|--suite|split|--tasks|3",
     .n_inputs = 2,
     .tasks = "caf\u00e8|caf\u00e9|tea"},
    {.words = CASES "cat.csv|--label|kind|--drop|id",
     .err = {"warning: ", "cat.csv: words are read", "column colour (2)"},
     .n_inputs = 4},
    {.words = CASES "semicomma.csv|--label|kind", .n_inputs = 2, .accuracy = 0.9},
    {.words = CASES "trail.csv|--label|kind",
     .err = {"warning: ", "trail.csv: column 4 (no name) is empty: left out"},
     .n_inputs = 2},
    {.words = CASES "cr.csv|--label|kind|--suite|split|--tasks|3|--epochs|4",
     .n_inputs = 2,
     .tasks = "a|b|c"},
    {.words = CASES "i_base1|--suite|split|--tasks|4", .tasks = "1|2|3|4", .accuracy = 0.5},
    {.words = "text|--texts|" CASES "t_cr.txt," CASES "t_cr.txt|--steps|60",
     .tasks = "t_cr|t_cr 2",
     .accuracy = 0.65},
    {.words = "text|--texts|" CASES "t_zh.txt," CASES "t_cr.txt|--steps|60",
     .code = 1,
     .err = {"t_zh.txt: a text in Latin letters expected", "first in line 1"}},
};

static void expect_tasks(const struct known_case *known, const json_t *run)
{
    char names[128] = "";
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(run, "task_names"), i, name)
    {
        sprintf(names + strlen(names), "%s%s", i ? "|" : "", json_string_value(name));
    }
    cr_expect_str_eq(names, known->tasks, "%s", known->words);
}

static void expect_run(const struct known_case *known, const char *text)
{
    json_t *run = program_json(text);
    if (known->n_inputs) {
        json_t *inputs = json_array_get(json_object_get(run, "layers"), 0);
        cr_expect_eq(json_integer_value(inputs), known->n_inputs, "%s", known->words);
    }
    if (known->tasks) {
        expect_tasks(known, run);
    }
    double accuracy = json_number_value(json_object_get(run, "average_accuracy"));
    cr_expect_geq(accuracy, known->accuracy, "%s: %g", known->words, accuracy);
    json_decref(run);
}

static void expect_case(const struct known_case *known)
{
    char words[256];
    snprintf(words, sizeof words, "run|--quiet|--json|-|--data|%s", known->words);
    struct outcome outcome = program_start(NULL, words);
    cr_expect_eq(program_code(&outcome), known->code, "%s: %s", words, outcome.err);
    cr_expect_eq(program_lines(outcome.err), known->err[0] ? 1 : 0, "%s: %s", words, outcome.err);
    for (size_t i = 0; i < 3 && known->err[i]; i++) {
        cr_expect(strstr(outcome.err, known->err[i]), "'%s' expected in: %s", known->err[i],
                  outcome.err);
    }
    if (known->code == 0) {
        expect_run(known, outcome.out);
    } else {
        cr_expect_str_eq(outcome.out, "", "%s", words);
    }
    program_finish(&outcome);
}

Test(cli_data, files_that_went_wrong_once_give_their_right_result)
{
    for (size_t i = 0; i < sizeof known_cases / sizeof *known_cases; i++) {
        expect_case(&known_cases[i]);
    }
}
