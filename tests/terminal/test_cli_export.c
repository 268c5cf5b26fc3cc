/* SPDX-License-Identifier: MIT
 * oubli export on a session that a person recorded. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/person.h"
#include "support/place.h"
#include "support/program.h"
#include "tasks/clean.h"
#include "ui/screen/utf8.h"

TestSuite(cli_export, .timeout = 60);

/* Of one that learns in no time. */
#define TRANSFORMER                                                                                \
    "--model|transformer|--blocks|1|--heads|2|--width|16|--context|16|--batch|8|--set|"            \
    "ewc.samples=20"

#define SESSION                                                                                    \
    "--tasks", "2", "--steps", "40", "--learner", "plain:", "--learner", "held: strategy=ewc"

/* Records two tasks, with a note that would like to be markup. */
static struct place record(void)
{
    struct place place = make_place();
    const char *const arguments[] = {"--record", place.file, SESSION, NULL};
    struct pty *pty = start(arguments);
    command(pty, "note <script>alert(1)</script>");
    command(pty, "speed max");
    expect(pty, "The end");
    quit(pty);
    return place;
}

/* Of which step a picture is may be said: how fast it trained is not known. */
static struct outcome export(const struct place *place, const char *words)
{
    char line[1024];
    snprintf(line, sizeof line, "export|%s|%s", place->file, words);
    struct outcome outcome = program_start(NULL, line);
    bool is_said = strncmp(outcome.err, "oubli: warning: --step ", 23) == 0;
    cr_assert_eq(program_code(&outcome), 0, "%s", outcome.err);
    cr_expect(outcome.err[0] == '\0' || (is_said && program_lines(outcome.err) == 1), "%s",
              outcome.err);
    return outcome;
}

/* The lines of learners as an array. */
static json_t *lines_of(const char *text)
{
    json_t *array = json_array();
    char *copy = strdup(text);
    for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
        json_array_append_new(array, program_json(line));
    }
    free(copy);
    return array;
}

static void expect_same(json_t *a, json_t *b, const char *key)
{
    cr_expect(json_equal(json_object_get(a, key), json_object_get(b, key)), "%s differs", key);
}

Test(cli_export, json_is_that_of_a_run)
{
    struct place place = record();
    struct outcome recorded = export(&place, "--json|-");
    struct outcome ran = program_succeed(
        "run|--json|-|--tasks|2|--steps|40|--learner|plain:|--learner|held: strategy=ewc");
    json_t *a = lines_of(recorded.out), *b = lines_of(ran.out);
    cr_assert_eq(json_array_size(a), 2);
    static const char *const same[] = {
        "learner",          "seed",  "data",       "suite",   "scenario", "tasks",
        "task_names",       "net",   "optimizer",  "layers",  "lr",       "batch",
        "strategies",       "R",     "parameters", "steps",   "stages",   "initial_accuracy",
        "average_accuracy", "build", "forgetting", "version", "born",     "learning_accuracy",
        "strategies_end"};
    for (size_t i = 0; i < 2; i++) {
        const char *key;
        json_t *value, *mine = json_array_get(a, i), *theirs = json_array_get(b, i);
        for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
            expect_same(mine, theirs, same[k]);
        }
        json_object_foreach(theirs, key, value)
        {
            cr_expect_not_null(json_object_get(mine, key), "%s is missing", key);
        }
        json_t *note = json_array_get(json_object_get(mine, "notes"), 0);
        cr_expect_str_eq(json_string_value(json_object_get(note, "note")),
                         "<script>alert(1)</script>");
    }
    json_decref(a);
    json_decref(b);
    program_finish(&recorded);
    program_finish(&ran);
    leave(&place);
}

/* To the last byte: what a recording does not hold would be null. */
Test(cli_export, json_of_a_recorded_run_is_the_run_s)
{
    static const char *const runs[] = {
        ("--tasks|3|--steps|30|--suite|split|--learner|plain:|--learner|-1+1: strategy=ewc|"
         "--at|40:fork late: lr=0.01|--at|50:note x"),
        "--tasks|2|--steps|20|--learner|narrow: net=8|--learner|deep: net=12,9,7",
        ("--data|text|--tasks|2|--steps|5|" TRANSFORMER
         "|--learner|t:|--learner|p: model=mlp net=12 embedding=3 ewc.samples=20"),
        "--data|plane|--suite|stream|--tasks|3|--steps|20",
        "--data|text|--tasks|2|--steps|10|--net|16|--at|15:teach THE DRAGON SLEEPS",
        ("--data|text|--tasks|2|--steps|10|" TRANSFORMER
         "|--learner|ewc+lora: strategy=ewc+lora|--learner|plain:|"
         "--at|15:teach THE DRAGON SLEEPS|--at|18:fork late: lr=0.01")};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct place place = {.folder = "/tmp/oubli-test-XXXXXX"};
        cr_assert_not_null(mkdtemp(place.folder));
        snprintf(place.file, sizeof place.file, "%s/a.oubli", place.folder);
        char words[512];
        snprintf(words, sizeof words, "run|--json|-|--record|%s|%s", place.file, runs[i]);
        struct outcome ran = program_succeed(words);
        struct outcome exported = export(&place, "--json|-");
        cr_expect_str_eq(exported.out, ran.out);
        program_finish(&ran);
        program_finish(&exported);
        leave(&place);
    }
}

static void expect_layers(const struct place *place, const char *const expected[3])
{
    struct outcome exported = export(place, "--json|-");
    json_t *lines = lines_of(exported.out);
    cr_assert_eq(json_array_size(lines), 3);
    for (size_t i = 0; i < 3; i++) {
        json_t *layers = json_object_get(json_array_get(lines, i), "layers");
        char *text = json_dumps(layers, JSON_COMPACT | JSON_ENCODE_ANY);
        cr_expect_str_eq(text, expected[i]);
        free(text);
    }
    json_decref(lines);
    program_finish(&exported);
}

/* They tell the shape of the first network alone. */
Test(cli_export, json_of_older_recordings_says_only_layers_that_are_known)
{
    static const char *const all[] = {"[64,8,10]", "[64,8,10]", "[64,12,9,10]"};
    static const char *const known[] = {"[64,8,10]", "[64,8,10]", "null"};
    static const char *const older[] = {"DELETE FROM meta WHERE key = 'ends'",
                                        "INSERT INTO meta VALUES ('ends', '64 0 -1')",
                                        "UPDATE meta SET value = '99999999 0 10' WHERE key='ends'"};
    struct place place = make_place();
    char words[512];
    snprintf(words, sizeof words,
             "run|--tasks|2|--steps|5|--net|8|--learner|a:|--learner|b: strategy=ewc|"
             "--learner|c: net=12,9|--record|%s",
             place.file);
    struct outcome ran = program_succeed(words);
    program_finish(&ran);
    expect_layers(&place, all);
    for (size_t i = 0; i < sizeof older / sizeof *older; i++) {
        sqlite3 *handle;
        cr_assert_eq(sqlite3_open(place.file, &handle), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(handle, older[i], NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(handle);
        expect_layers(&place, known);
    }
    leave(&place);
}

Test(cli_export, several_formats_in_one_call)
{
    struct place place = record();
    char words[512], path[128];
    snprintf(words, sizeof words, "--csv|%s/t.csv|--svg|%s/p.svg|--step|50|--size|90x30|--html|-",
             place.folder, place.folder);
    struct outcome outcome = export(&place, words);
    cr_expect_eq(strncmp(outcome.out, "<!DOCTYPE html>", 15), 0);
    cr_expect_null(strstr(outcome.out, "<script>alert"));
    cr_expect(strstr(outcome.out, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    cr_expect_null(strstr(outcome.out, "http://"));
    cr_expect_null(strstr(outcome.out, "https://"));
    static const char *const names[] = {"t.csv", "p.svg"};
    static const char *const heads[] = {"learner,seed,step,task,metric,value\n", "<svg "};
    for (int i = 0; i < 2; i++) {
        char head[64] = {0};
        snprintf(path, sizeof path, "%s/%s", place.folder, names[i]);
        FILE *file = fopen(path, "r");
        cr_assert_not_null(file, "%s", path);
        cr_expect_gt(fread(head, 1, sizeof head - 1, file), 0);
        cr_expect_eq(strncmp(head, heads[i], strlen(heads[i])), 0, "%s", head);
        fclose(file);
        unlink(path);
    }
    program_finish(&outcome);
    leave(&place);
}

Test(cli_export, pictures_name_no_keys)
{
    struct place place = record();
    static const char *const formats[] = {"--svg|-", "--svg|-|--step|50", "--cast|-"};
    static const char *const keys[] = {"quit", "Tab", "begins anew", "consolidate", "f fork"};
    for (int i = 0; i < 3; i++) {
        struct outcome outcome = export(&place, formats[i]);
        for (int k = 0; k < 5; k++) {
            cr_expect_null(strstr(outcome.out, keys[k]), "%s: %s", formats[i], keys[k]);
        }
        cr_expect(strstr(outcome.out, "strategies"));
        program_finish(&outcome);
    }
    leave(&place);
}

Test(cli_export, says_in_one_line_what_is_wrong)
{
    struct place place = record();
    char words[512];
    program_expect_failure("export", 2, "a recording expected");
    program_expect_failure("export|/nowhere/a.oubli|--csv|-", 1, "no such file");
    snprintf(words, sizeof words, "export|%s", place.file);
    program_expect_failure(words, 2, "a format expected");
    snprintf(words, sizeof words, "export|%s|--csv|-|--json|-", place.file);
    program_expect_failure(words, 2, "a file of its own");
    snprintf(words, sizeof words, "export|%s|--svg|%s", place.file, place.file);
    program_expect_failure(words, 2, "another file than the recording");
    snprintf(words, sizeof words, "export|%s|--csv|-|--step|5", place.file);
    program_expect_failure(words, 2, "--step: goes with --svg");
    static const char *const settings[] = {"idle|3", "fps|3", "color|16", "cast-version|2"};
    for (int i = 0; i < 4; i++) {
        snprintf(words, sizeof words, "export|%s|--csv|-|--svg|%s/p.svg|--%s", place.file,
                 place.folder, settings[i]);
        program_expect_failure(words, 2, "goes with --cast");
    }
    static const char *const looks[] = {"size|80x24", "theme|light", "glyphs|ascii"};
    for (int i = 0; i < 3; i++) {
        snprintf(words, sizeof words, "export|%s|--html|-|--%s", place.file, looks[i]);
        program_expect_failure(words, 2, "goes with --svg or --cast");
    }
    snprintf(words, sizeof words, "export|%s|--svg|-|--step|81", place.file);
    program_expect_failure(words, 2, "at most 80");
    snprintf(words, sizeof words, "export|%s|--csv|/nowhere/t.csv", place.file);
    program_expect_failure(words, 1, "/nowhere");
    leave(&place);
}

/* What no terminal would help with is said first. */
Test(cli_export, playing_a_file_that_is_none_says_so_without_a_terminal)
{
    program_expect_failure("play|/nowhere/a.oubli", 1, "no such file");
    program_expect_failure("resume|/nowhere/a.oubli", 1, "no such file");
    struct place place = record();
    char words[256];
    snprintf(words, sizeof words, "play|%s", place.file);
    program_expect_failure(words, 1, "not a terminal; use `oubli export` or `oubli verify`");
    leave(&place);
}

/* It looks ten steps apart: there is none at 405. */
Test(cli_export, a_step_that_was_not_drawn_is_said)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words, "run|--tasks|2|--steps|400|--record|%s", place.file);
    struct outcome ran = program_succeed(words);
    struct outcome exact = export(&place, "--svg|-|--step|400");
    cr_expect(strstr(exact.out, "<title>oubli at step 400</title>"));
    snprintf(words, sizeof words, "export|%s|--svg|-|--step|405", place.file);
    struct outcome outcome = program_start(NULL, words);
    cr_expect_eq(program_code(&outcome), 0);
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    cr_expect(strstr(outcome.err, "--step 405") && strstr(outcome.err, "step 404,"), "%s",
              outcome.err);
    cr_expect(strstr(outcome.out, "<title>oubli at step 404</title>"));
    program_finish(&ran);
    program_finish(&exact);
    program_finish(&outcome);
    leave(&place);
}

/* How often a word stands in a text. */
static int count(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word)) {
        n++;
    }
    return n;
}

static void expect_page_of_texts(const char *network)
{
    struct place place = make_place();
    char words[512];
    snprintf(words, sizeof words,
             "run|--data|text|--tasks|2|--steps|40|%s|--at|B+9:note <b>|--record|%s", network,
             place.file);
    struct outcome ran = program_succeed(words);
    struct outcome outcome = export(&place, "--html|-");
    const char *wrote = strstr(outcome.out, "<section class=\"wrote\">");
    cr_assert_not_null(wrote);
    cr_expect(strstr(outcome.out, "<h1>text · kinds · 2 tasks</h1>"));
    const char *code = strstr(wrote, "code</h3>"), *support = strstr(wrote, "support</h3>");
    cr_assert(code && support && code < support);
    cr_expect_eq(count(wrote, "<li data-step=\"40\">"), 1, "of A, when it is over");
    cr_expect_eq(count(wrote, "<li data-step=\"80\">"), 2, "of A and of B");
    cr_expect_eq(count(support, "<li data-step=\"80\">"), 1);
    cr_expect_eq(count(wrote, "<code><i>int add(</i>"), 2);
    cr_expect_eq(count(outcome.out, "class=\"plot\" viewBox=\"0 0 640 230\""), 2, "all alike");
    program_finish(&ran);
    program_finish(&outcome);
    leave(&place);
}

Test(cli_export, a_page_of_texts_shows_what_was_written_at_each_boundary)
{
    expect_page_of_texts("--net|16");
    expect_page_of_texts(TRANSFORMER);
}

/* As a perceptron's: pictures, tables and the session on the screen; and it is the same again. */
Test(cli_export, a_session_of_a_transformer_has_all_forms_and_is_verified)
{
    struct place place = make_place();
    char words[512];
    snprintf(words, sizeof words,
             "run|--data|text|--tasks|2|--steps|30|--probes|all|--strategy|ewc+replay|" TRANSFORMER
             "|--at|B+9:strategy lora on|--at|50:rewind 35|--record|%s",
             place.file);
    struct outcome ran = program_succeed(words);
    static const struct {
        const char *form, *head, *word;
    } forms[] = {{"--csv|-", "learner,seed,step,", "accuracy"},
                 {"--csv|-", "learner,seed,step,", "dead_units_block_1_hidden"},
                 {"--json|-", "{", "\"transformer\""},
                 {"--json|-", "{", "\"stability\":[{"},
                 {"--html|-", "<!DOCTYPE html>", "dead units, %"},
                 {"--svg|-", "<svg ", "block"},
                 {"--html|-", "<!DOCTYPE html>", "wrote"},
                 {"--cast|-", "{\"version\"", "kinds"}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct outcome outcome = export(&place, forms[i].form);
        cr_expect_eq(strncmp(outcome.out, forms[i].head, strlen(forms[i].head)), 0, "%s",
                     forms[i].form);
        cr_expect(strstr(outcome.out, forms[i].word), "%s", forms[i].form);
        program_finish(&outcome);
    }
    snprintf(words, sizeof words, "verify|%s", place.file);
    struct outcome verified = program_succeed(words);
    cr_expect(strstr(verified.out, "every number equal to the last bit"), "%s", verified.out);
    program_finish(&verified);
    program_finish(&ran);
    leave(&place);
}

/* Runs that are over stand on the page, with what was on; where there are none, no table does. */
Test(cli_export, a_page_has_all_runs_of_the_session)
{
    static const char *const scripts[] = {
        "--at|0:note one", "--at|25:strategy ewc on|--at|79:rewind 30|--at|40:fork b"};
    for (int i = 0; i < 2; i++) {
        struct place place = {.folder = "/tmp/oubli-test-XXXXXX"};
        char words[512];
        cr_assert_not_null(mkdtemp(place.folder));
        snprintf(place.file, sizeof place.file, "%s/a.oubli", place.folder);
        snprintf(words, sizeof words, "run|--record|%s|--tasks|2|--steps|40|%s", place.file,
                 scripts[i]);
        struct outcome ran = program_succeed(words), page = export(&place, "--html|-");
        cr_expect_eq(count(page.out, "all runs of the session"), i);
        cr_expect_eq(count(page.out, "<tr><td>1</td><td>ewc</td><td>EWC</td><td>"), i);
        cr_expect_eq(count(page.out, "<tr><td>end</td><td>ewc</td><td>EWC</td><td>"), i);
        cr_expect_eq(count(page.out, "<tr><td>end</td><td>b</td><td>EWC</td><td>"), i);
        program_finish(&ran);
        program_finish(&page);
        leave(&place);
    }
}

/* A person may teach, so there is a task for that: it is none before somebody does. */
Test(cli_export, a_page_counts_the_tasks_that_were_planned)
{
    struct place place = make_place();
    const char *const arguments[] = {"--record", place.file, "--data",  "text", "--tasks", "1",
                                     "--net",    "16",       "--steps", "2",    NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    cr_assert(pty_wait(pty, "step") && pty_wait(pty, "The end"), "%s", pty_screen(pty));
    cr_assert(pty_key(pty, "q"));
    cr_assert_eq(pty_wait_end(pty), 0);
    pty_close(pty);
    struct outcome outcome = export(&place, "--html|-");
    cr_expect(strstr(outcome.out, "<h1>text · kinds · 1 task</h1>"));
    program_finish(&outcome);
    leave(&place);
}

/* Learners may have networks of their own: the page names each, the screen that of whom it shows.
 */
Test(cli_export, networks_are_those_of_the_learners)
{
    struct place place = make_place();
    char words[512];
    snprintf(words, sizeof words,
             "run|--tasks|1|--steps|20|--learner|a:|--learner|b: net=50|--learner|c:|"
             "--at|5:learner b|--record|%s",
             place.file);
    struct outcome ran = program_succeed(words);
    struct outcome page = export(&place, "--html|-"), picture = export(&place, "--svg|-");
    cr_expect_not_null(strstr(page.out, "networks 64-100-100-10, 64-50-10 \u00b7 seed"));
    cr_expect_not_null(strstr(picture.out, "64-50-10"));
    cr_expect_null(strstr(picture.out, "64-100-100-10"));
    program_finish(&ran);
    program_finish(&page);
    program_finish(&picture);
    leave(&place);
}

/* ---- what cannot be seen -----------------------------------------------------------------------
 */

#define HIDDEN "\u202E\u200B\u2066\uFEFF"

/* Nothing in it turns the direction of a line, hides, or is a control. */
static void expect_visible(const char *text, const char *what)
{
    cr_expect_not_null(strstr(text, "seen"), "%s: the names are not in it", what);
    const char *at = text;
    for (uint32_t ch; (ch = utf8_next(&text)); at = text) {
        bool is_broken = ch == 0xFFFD && strncmp(at, "\uFFFD", 3) != 0;
        cr_expect(ch == '\n' || !(is_broken || clean_is_hidden(ch)), "%s: U+%04X before %.20s",
                  what, (unsigned)ch, text);
    }
}

/* A table whose columns, classes and file have names with more in them than one sees. */
static struct place make_table(char path[160])
{
    struct place place = make_place();
    snprintf(path, 160, "%s/seen" HIDDEN ".csv", place.folder);
    FILE *table = fopen(path, "w");
    cr_assert_not_null(table);
    fputs("one" HIDDEN ",two,label\n", table);
    for (int i = 0; i < 200; i++) {
        fprintf(table, "%d.%d,%d,seen" HIDDEN "%c\n", i % 4, i % 7, i % 5, 'a' + i % 4);
    }
    fclose(table);
    return place;
}

Test(cli_export, nothing_hides_in_what_leaves_the_program)
{
    static const char *const formats[] = {"--json|-", "--html|-", "--cast|-", "--svg|-|--step|20"};
    char path[160], line[640];
    struct place place = make_table(path);
    snprintf(line, sizeof line,
             "run|--data|%s|--suite|split|--steps|30|--record|%s|--json|-|--at|10:note seen" HIDDEN
             "\x9B"
             "31m",
             path, place.file);
    struct outcome outcome = program_succeed(line);
    expect_visible(outcome.out, "run");
    program_finish(&outcome);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        outcome = export(&place, formats[i]);
        expect_visible(outcome.out, formats[i]);
        program_finish(&outcome);
    }
    snprintf(line, sizeof line, "run|--data|%s/unseen" HIDDEN ".csv", place.folder);
    outcome = program_start(NULL, line);
    cr_expect_eq(program_lines(outcome.err), 1);
    expect_visible(outcome.err, "stderr");
    program_finish(&outcome);
    unlink(path);
    leave(&place);
}

/* In other locales than UTF-8 a byte of a character may be a control of the terminal. */
Test(cli_export, without_utf8_no_byte_of_a_message_is_a_control)
{
    FILE *err = tmpfile();
    char text[512];
    cr_assert_not_null(err);
    struct pty *pty = pty_open(&(struct pty_config){
        .variables = (const char *const[]){"LC_ALL=C", NULL},
        .arguments = (const char *const[]){"run", "--data", "./\u015B\u202E\x9B.csv", NULL},
        .err = fileno(err)});
    cr_expect_eq(pty_wait_end(pty), 1);
    rewind(err);
    cr_assert_not_null(fgets(text, sizeof text, err));
    cr_expect_not_null(strstr(text, ".csv"), "%s", text);
    for (const char *at = text; *at; at++) {
        cr_expect(*at == '\n' || (*at >= ' ' && *at < 0x7F), "byte %02X", (unsigned char)*at);
    }
    fclose(err);
    pty_close(pty);
}
