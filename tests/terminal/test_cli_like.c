/* SPDX-License-Identifier: MIT
 * --like: a session made again from its line of JSON. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/person.h"
#include "support/place.h"
#include "support/program.h"

TestSuite(cli_like, .timeout = 60);

/* The lines without what no two runs have in common.  Owned. */
static json_t *timeless(const char *lines)
{
    json_t *runs = json_array();
    for (const char *at = lines; *at; at = strchr(at, '\n') + 1) {
        json_t *run = json_loads(at, JSON_DISABLE_EOF_CHECK, NULL);
        cr_assert(json_is_object(run));
        json_object_del(run, "seconds_training");
        json_object_del(run, "samples_per_second");
        json_array_append_new(runs, run);
    }
    return runs;
}

/* What a run says, which also stands in FOLDER/run.json. */
static char *run_into(const struct place *place, const char *settings)
{
    char words[640], path[96];
    snprintf(words, sizeof words, "run|--json|-|%s", settings);
    struct outcome outcome = program_start(NULL, words);
    cr_assert_eq(program_code(&outcome), 0, "%s", outcome.err);
    snprintf(path, sizeof path, "%s/run.json", place->folder);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(outcome.out, file);
    fclose(file);
    char *lines = strdup(outcome.out);
    program_finish(&outcome);
    return lines;
}

static void take_away(const struct place *place)
{
    char path[96];
    snprintf(path, sizeof path, "%s/run.json", place->folder);
    unlink(path);
    leave(place);
}

/* Everything but the time it took is the same to the last bit. */
static void expect_again(const char *settings)
{
    struct place place = make_place();
    char words[160];
    char *lines = run_into(&place, settings);
    snprintf(words, sizeof words, "run|--json|-|--like|%s/run.json", place.folder);
    struct outcome again = program_start(NULL, words);
    cr_assert_eq(program_code(&again), 0, "%s", again.err);
    json_t *first = timeless(lines), *second = timeless(again.out);
    cr_expect(json_equal(first, second), "%s", settings);
    json_decref(first);
    json_decref(second);
    program_finish(&again);
    free(lines);
    take_away(&place);
}

Test(cli_like, gives_the_same_bits_again)
{
    expect_again("--tasks|3|--steps|30|--strategy|ewc+replay|--seed|9007199254740991|"
                 "--set|ewc.lambda=12.345678901");
    expect_again("--data|plane|--suite|rotated|--tasks|2|--steps|20|--optimizer|adam|"
                 "--scenario|task|--probes|all");
    expect_again("--data|text|--tasks|2|--steps|6|--width|16|--blocks|1");
}

Test(cli_like, learners_and_script_come_back)
{
    expect_again("--tasks|2|--steps|30|--learner|a: strategy=replay lr=0.05 net=12,9|"
                 "--learner|lora: strategy=lora|--at|20:strategy ewc on|--at|B+5:fork c|"
                 "--at|B+7:add late: lr=0.01|--at|50:rewind 40");
    expect_again("--tasks|2|--steps|20|--learner|a: observe=replay|--at|25:strategy replay on");
}

static json_t *run_like(const struct place *place, const char *others)
{
    char words[240];
    snprintf(words, sizeof words, "run|--json|-|%s|--like|%s/run.json", others, place->folder);
    struct outcome outcome = program_succeed(words);
    json_t *runs = timeless(outcome.out);
    program_finish(&outcome);
    return runs;
}

Test(cli_like, other_options_are_said_over_it)
{
    struct place place = make_place();
    free(run_into(&place, "--tasks|2|--steps|20|--lr|0.07|--strategy|ewc"));
    char *wanted = run_into(&place, "--tasks|2|--steps|20|--lr|0.07|--strategy|replay|--seed|3");
    free(run_into(&place, "--tasks|2|--steps|20|--lr|0.07|--strategy|ewc"));
    json_t *runs = run_like(&place, "--seed|3|--strategy|replay"), *expected = timeless(wanted);
    json_t *run = json_array_get(runs, 0), *other = json_array_get(expected, 0);
    static const char *const fields[] = {"learner", "seed", "lr", "strategies", "R", "config"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        cr_expect(json_equal(json_object_get(run, fields[i]), json_object_get(other, fields[i])),
                  "%s", fields[i]);
    }
    json_decref(runs);
    json_decref(expected);
    free(wanted);
    take_away(&place);
}

Test(cli_like, says_in_one_line_what_is_wrong)
{
    struct place place = make_place();
    char words[160];
    free(run_into(&place, "--tasks|2|--steps|5|--seeds|3"));
    snprintf(words, sizeof words, "run|--like|%s/run.json", place.folder);
    program_expect_failure(words, 2, "has several runs; which line, 1 to 3?");
    snprintf(words, sizeof words, "run|--like|%s/run.json:4", place.folder);
    program_expect_failure(words, 2, "a line from 1 to 3 expected, found :4");
    snprintf(words, sizeof words, "run|--like|%s/none.json", place.folder);
    program_expect_failure(words, 1, "cannot be read: No such file");
    program_expect_failure("run|--like|/dev/null", 1, "a line of oubli run --json expected");
    program_expect_failure("run|--like|Makefile", 1, "a line of oubli run --json expected");
    program_expect_failure("run|--like", 2, "RUN expected");
    take_away(&place);
}

/* A line that somebody has changed: one clear line, whatever it says. */
Test(cli_like, a_line_that_was_changed_is_refused)
{
    struct place place = make_place();
    char *line = run_into(&place, "--tasks|2|--steps|5"), words[160], path[96];
    snprintf(words, sizeof words, "run|--like|%s/run.json", place.folder);
    snprintf(path, sizeof path, "%s/run.json", place.folder);
    static const struct {
        const char *key, *value, *part;
    } changes[] = {{"config", "[]", "a run with its config expected"},
                   {"script", "[\"5:leap\"]", "script: "},
                   {"script", "[5]", "script: texts expected"},
                   {"config", "{\"data\":\"digits\",\"suite\":\"none\"}", "suite"}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        json_t *run = json_loads(line, 0, NULL);
        json_object_set_new(run, changes[i].key, json_loads(changes[i].value, 0, NULL));
        json_dump_file(run, path, JSON_COMPACT);
        json_decref(run);
        program_expect_failure(words, 1, changes[i].part);
    }
    free(line);
    take_away(&place);
}

/* What was done by hand is in the commands of an exported session, and not done again. */
Test(cli_like, commands_by_hand_are_said)
{
    struct place place = make_place();
    char *line = run_into(&place, "--tasks|2|--steps|10|--at|5:strategy ewc on"), words[160];
    char path[96];
    snprintf(path, sizeof path, "%s/run.json", place.folder);
    json_t *run = json_loads(line, 0, NULL);
    json_array_append_new(json_object_get(run, "commands"),
                          json_pack("{s:i, s:s, s:s, s:n}", "step", 7, "task", "A", "command",
                                    "set lr 0.01", "refused"));
    json_dump_file(run, path, JSON_COMPACT);
    snprintf(words, sizeof words, "run|--json|-|--like|%s/run.json", place.folder);
    struct outcome outcome = program_start(NULL, words);
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect_not_null(strstr(outcome.err, "1 command given to it by hand is not given again"));
    json_decref(run);
    program_finish(&outcome);
    free(line);
    take_away(&place);
}

/* Live, at a pace and with whatever a screen measures, the same is learned. */
Test(cli_like, a_run_opens_live_and_comes_to_the_same_end)
{
    struct place place = make_place();
    char path[96], words[160];
    char *line = run_into(&place, "--tasks|2|--steps|150|--strategy|ewc|--seed|4|--lr|0.07");
    snprintf(path, sizeof path, "%s/run.json", place.folder);
    struct pty *pty = start((const char *const[]){"live", "--like", path, "--record", place.file,
                                                  "--at", "0:speed max", NULL});
    expect(pty, "2 tasks");
    expect(pty, "lr 0.07");
    expect(pty, "step 300");
    quit(pty);
    snprintf(words, sizeof words, "export|%s|--json|-", place.file);
    struct outcome exported = program_succeed(words);
    json_t *live = program_json(exported.out), *run = program_json(line);
    static const char *const fields[] = {"learner", "seed", "strategies", "parameters", "R"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        cr_expect(json_equal(json_object_get(live, fields[i]), json_object_get(run, fields[i])),
                  "%s", fields[i]);
    }
    json_decref(live);
    json_decref(run);
    program_finish(&exported);
    free(line);
    take_away(&place);
}
