/* SPDX-License-Identifier: MIT
 * An interrupted session that is gone on with where there is no terminal. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/place.h"
#include "support/program.h"

TestSuite(cli_resume, .timeout = 60);

#define SESSION                                                                                    \
    "run|--steps|40|--tasks|3|--net|6|--learner|a:|--learner|b: strategy=ewc+replay|"              \
    "--at|B+10:fork c: strategy=ewc lr=0.01|--at|C+5:note hi|--at|C+30:strategy ewc on"

static char words[600];

/* As if the session had been killed after so many of its entries. */
static void cut(const struct place *place, const char *entries)
{
    char sql[400];
    sqlite3 *handle;
    snprintf(sql, sizeof sql,
             "DELETE FROM entries WHERE n > %s; DELETE FROM snapshots WHERE n > (SELECT max(n) "
             "FROM entries); DELETE FROM checkpoints; DELETE FROM stills WHERE name = 'closing'",
             entries);
    cr_assert_eq(sqlite3_open(place->file, &handle), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql,
                 sqlite3_errmsg(handle));
    sqlite3_close(handle);
}

static json_t *line_of(const char *text)
{
    json_t *line = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
    cr_assert_not_null(line, "%s", text);
    json_object_del(line, "seconds_training");
    json_object_del(line, "samples_per_second");
    return line;
}

/* Learner by learner, but for how long it took. */
static void expect_same_lines(const char *text, const char *other)
{
    cr_assert_eq(program_lines(text), program_lines(other));
    for (int n = program_lines(text); n > 0; n--) {
        json_t *line = line_of(text), *expected = line_of(other);
        cr_expect(json_equal(line, expected), "%.*s", (int)strcspn(text, "\n"), text);
        json_decref(line);
        json_decref(expected);
        text = strchr(text, '\n') + 1;
        other = strchr(other, '\n') + 1;
    }
}

Test(cli_resume, headless_comes_to_what_the_undisturbed_session_comes_to)
{
    static const char *const cuts[] = {"0", "(SELECT max(n) / 3 FROM entries)",
                                       "(SELECT max(n) * 7 / 8 FROM entries)",
                                       "(SELECT max(n) FROM entries)"};
    struct place place = make_place();
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        snprintf(words, sizeof words, SESSION "|--json|-|--record|%s", place.file);
        struct outcome whole = program_succeed(words);
        cut(&place, cuts[i]);
        snprintf(words, sizeof words, "resume|%s|--headless|--json|-", place.file);
        struct outcome resumed = program_succeed(words);
        expect_same_lines(resumed.out, whole.out);
        snprintf(words, sizeof words, "export|%s|--json|-", place.file);
        struct outcome exported = program_succeed(words);
        cr_expect_str_eq(exported.out, resumed.out);
        program_finish(&exported);
        program_finish(&resumed);
        program_finish(&whole);
        cr_assert_eq(unlink(place.file), 0);
    }
    leave(&place);
}

Test(cli_resume, headless_prints_the_table_and_leaves_what_verify_reproduces)
{
    struct place place = make_place();
    snprintf(words, sizeof words, SESSION "|--record|%s", place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    cut(&place, "(SELECT max(n) / 2 FROM entries)");
    snprintf(words, sizeof words, "resume|%s|--headless", place.file);
    outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "3 learners on the same batches"), "%s", outcome.out);
    cr_expect(strstr(outcome.out, "after C"), "%s", outcome.out);
    program_finish(&outcome);
    snprintf(words, sizeof words, "verify|%s", place.file);
    outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "every number equal to the last bit"), "%s", outcome.out);
    program_finish(&outcome);
    leave(&place);
}

Test(cli_resume, a_signal_stops_it_and_it_can_be_resumed_again)
{
    struct place place = make_place();
    const struct program_start_how how = {.stop = SIGTERM, .stop_ms = 300};
    snprintf(words, sizeof words, "run|--steps|9000000|--net|6|--record|%s", place.file);
    for (int i = 0; i < 2; i++) { /* the session itself, then resumed */
        struct outcome outcome = program_start(&how, words);
        cr_expect_eq(program_code(&outcome), 128 + SIGTERM, "%s", outcome.err);
        cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
        cr_expect(strstr(outcome.err, "stopped by SIGTERM") && strstr(outcome.err, place.file),
                  "%s", outcome.err);
        program_finish(&outcome);
        snprintf(words, sizeof words, "resume|%s|--headless|--quiet", place.file);
    }
    snprintf(words, sizeof words, "export|%s|--csv|-", place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    leave(&place);
}

Test(cli_resume, what_goes_only_without_a_screen_is_said)
{
    program_expect_failure("resume|--headless", 2, "a recording expected");
    program_expect_failure("resume|x|--json|-", 2, "--json: goes with --headless");
    program_expect_failure("resume|x|--quiet", 2, "--quiet: goes with --headless");
    program_expect_failure("resume|/nowhere/x|--headless", 1, "no such file");
    program_expect_failure("resume|/etc/passwd|--headless", 1, "not a recording");
    struct place place = make_place();
    snprintf(words, sizeof words, "run|--steps|5|--tasks|1|--record|%s", place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    snprintf(words, sizeof words, "resume|%s|--headless|--json|%s", place.file, place.file);
    program_expect_failure(words, 2, "another file than the recording");
    snprintf(words, sizeof words, "resume|%s", place.file);
    program_expect_failure(words, 1, "--headless");
    leave(&place);
}
