/* SPDX-License-Identifier: MIT
 * Recordings that went wrong once, given to the program as a person would: each is read right, or
 * refused in one line that says what and where.  The files are in tests/cases/. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/program.h"
#include "support/pty.h"

TestSuite(cli_cases, .timeout = 60);

/* A copy of a case in a folder of its own: what is read may be written, too. */
struct copy {
    char folder[64], file[128];
};

static struct copy copy_of(const char *name)
{
    struct copy copy = {.folder = "/tmp/oubli-test-XXXXXX"};
    char line[256];
    cr_assert_not_null(mkdtemp(copy.folder));
    const char *slash = strrchr(name, '/');
    snprintf(copy.file, sizeof copy.file, "%s/%s", copy.folder, slash ? slash + 1 : name);
    snprintf(line, sizeof line, "cp tests/cases/%s* %s", name, copy.folder);
    cr_assert_eq(system(line), 0);
    return copy;
}

static void leave(const struct copy *copy)
{
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", copy->folder);
    cr_assert_eq(system(line), 0);
}

static struct pty *start(const char *command, const char *file)
{
    return pty_open(&(struct pty_config){.arguments = (const char *const[]){command, file, NULL}});
}

/* Ends at once with one line, and leaves the file as it was. */
static void expect_not_resumed(const char *name, const char *said)
{
    struct copy copy = copy_of(name);
    char line[256];
    struct pty *pty = start("resume", copy.file);
    cr_expect_eq(pty_wait_end(pty), 1, "%s", name);
    const char *output = pty_output(pty, NULL);
    cr_expect(strstr(output, copy.file) && strstr(output, said), "%s: %s", name, output);
    cr_expect_eq(program_lines(output), 1, "%s: %s", name, output);
    pty_close(pty);
    snprintf(line, sizeof line, "cmp %s tests/cases/%s", copy.file, name);
    cr_expect_eq(system(line), 0);
    leave(&copy);
}

Test(cli_cases, what_would_run_while_it_is_written_is_refused)
{
    expect_not_resumed("trigger.oubli", "'tt' in it, a trigger or an index,");
    expect_not_resumed("index.oubli", "'ix' in it, a trigger or an index,");
}

/* They run when something is written, never when it is read. */
Test(cli_cases, what_would_run_does_not_when_it_is_read)
{
    static const char *const names[] = {"trigger.oubli", "index.oubli"};
    for (int i = 0; i < 2; i++) {
        char words[192];
        struct copy copy = copy_of(names[i]);
        snprintf(words, sizeof words, "export|%s|--csv|-", copy.file);
        struct outcome outcome = program_succeed(words);
        cr_expect_gt(program_lines(outcome.out), 100);
        program_finish(&outcome);
        leave(&copy);
    }
}

Test(cli_cases, a_log_that_is_missing_is_named)
{
    static const char *const commands[] = {"export|--csv|-|", "verify|"};
    struct copy copy = copy_of("no-wal/c.oubli");
    char line[256], said[192];
    snprintf(said, sizeof said, "the file %s-wal,", copy.file);
    for (int i = 0; i < 2; i++) {
        snprintf(line, sizeof line, "%s%s", commands[i], copy.file);
        program_expect_failure(line, 1, said);
    }
    leave(&copy);
    expect_not_resumed("no-wal/c.oubli", "c.oubli-wal,");
}

static void expect_ended_and_verified(struct pty *pty, const struct copy *copy)
{
    char words[192];
    cr_assert(pty_wait(pty, "● rec"), "%s", pty_screen(pty));
    pty_type(pty, ":speed max");
    cr_assert(pty_key(pty, "enter") && pty_wait(pty, "The end"), "%s", pty_screen(pty));
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    pty_close(pty);
    snprintf(words, sizeof words, "verify|%s", copy->file);
    struct outcome outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "reproduced"), "%s", outcome.out);
    program_finish(&outcome);
}

Test(cli_cases, what_was_killed_in_its_first_moments_goes_on)
{
    struct copy copy = copy_of("hot-journal/e.oubli");
    char journal[160];
    expect_ended_and_verified(start("resume", copy.file), &copy);
    snprintf(journal, sizeof journal, "%s-journal", copy.file);
    cr_expect_neq(access(journal, F_OK), 0, "it is rolled back, and gone");
    leave(&copy);
}

/* Recorded over what has not ended: one is told what is there, not to remove half of it. */
Test(cli_cases, a_name_with_something_unfinished_is_said_to_be_taken)
{
    char words[192];
    struct copy copy = copy_of("hot-journal/e.oubli");
    snprintf(words, sizeof words, "run|--tasks|2|--record|%s", copy.file);
    program_expect_failure(words, 1, "oubli resume goes on with it");
    unlink(copy.file); /* put back into a new file, it would destroy that */
    program_expect_failure(words, 1, "the file ending in -journal, is beside it");
    leave(&copy);
}
