/* SPDX-License-Identifier: MIT
 * A base is trained once, and the session that begins with it can be verified as long as the file
 * is there. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/person.h"
#include "support/program.h"

#define SMALL "run|--steps|20|--tasks|2|--net|6"

static char folder[64], base[96], words[400];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/oubli-base-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(base, sizeof base, "%s/base.safetensors", folder);
}

static void remove_folder(void)
{
    snprintf(words, sizeof words, "rm -r %s", folder);
    cr_assert_eq(system(words), 0);
}

TestSuite(weights, .init = make_folder, .fini = remove_folder);

/* Words with the file between them. */
static const char *with_base(const char *before, const char *behind)
{
    snprintf(words, sizeof words, "%s%s%s", before, base, behind);
    return words;
}

static void save_base(void)
{
    struct outcome outcome = program_succeed(with_base(SMALL "|--save|", ""));
    program_finish(&outcome);
}

static void spoil(long at)
{
    int fd = open(base, O_RDWR);
    char byte;
    cr_assert(fd >= 0 && pread(fd, &byte, 1, at) == 1);
    byte ^= 1;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

Test(weights, session_from_a_file_is_verified_as_long_as_that_is_there)
{
    char record[96];
    save_base();
    snprintf(record, sizeof record, "|--record|%s/s.oubli", folder);
    struct outcome outcome = program_succeed(with_base(SMALL "|--start|", record));
    program_finish(&outcome);
    snprintf(words, sizeof words, "verify|%s/s.oubli", folder);
    outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "reproduced"), "%s", outcome.out);
    program_finish(&outcome);
    spoil(700);
    program_expect_failure(words, 1, "found another");
    cr_assert_eq(remove(base), 0);
    program_expect_failure(words, 1, "No such file");
}

Test(weights, json_names_the_file_and_what_was_in_it)
{
    save_base();
    struct outcome outcome = program_succeed(with_base(SMALL "|--start|", "|--json|-"));
    json_t *run = program_json(outcome.out);
    cr_expect_str_eq(json_string_value(json_object_get(run, "start")), base);
    cr_expect_eq(strlen(json_string_value(json_object_get(run, "start_sha256"))), 64);
    json_decref(run);
    program_finish(&outcome);
}

#define BAD "strategy=ewc ewc.form=explicit ewc.lambda=1e6"

/* The table is there, the advice is, and behind it that nothing was saved, and why. */
static void expect_unsaved(const char *session, const char *step, const char *why)
{
    snprintf(words, sizeof words, "run|%s|--save|%s%s", session, base, step);
    struct outcome outcome = program_start(NULL, words);
    cr_expect_eq(program_code(&outcome), 1, "%s", words);
    cr_expect(strstr(outcome.out, "accuracy"), "%s", outcome.out);
    const char *said = strstr(outcome.err, why);
    cr_expect(said, "%s: '%s'", words, outcome.err);
    cr_expect(said && !strchr(said, '\n')[1], "it is the last line: '%s'", outcome.err);
    cr_expect(!strstr(words, "ewc") || strstr(outcome.err, "lower ewc.lambda"), "'%s'",
              outcome.err);
    program_finish(&outcome);
    cr_expect_neq(access(base, F_OK), 0);
}

Test(weights, results_are_kept_though_nothing_was_saved)
{
    char why[160];
    snprintf(why, sizeof why, "--save: it diverged before the end, so nothing was saved to %s",
             base);
    expect_unsaved("--tasks|2|--strategy|ewc|--set|ewc.form=explicit|--set|ewc.lambda=1e6", "",
                   why);
    snprintf(why, sizeof why, "save: bad has diverged, so nothing was saved to %s", base);
    expect_unsaved("--tasks|2|--learner|bad: " BAD "|--learner|good", "", why);
    snprintf(why, sizeof why, "--save: step 5000 was never reached, so nothing was saved to %s",
             base);
    expect_unsaved("--steps|20|--tasks|2|--net|6", "@5000", why);
    struct outcome outcome = program_start(NULL, with_base(SMALL "|--json|-|--save|", "@99"));
    cr_expect_eq(program_code(&outcome), 1);
    json_t *run = program_json(outcome.out);
    cr_expect(json_is_number(json_object_get(run, "average_accuracy")));
    json_decref(run);
    program_finish(&outcome);
}

/* What the terminal shows once it is given back; the code is that of whoever left. */
Test(weights, whoever_leaves_too_early_is_told_that_nothing_was_saved, .timeout = 60)
{
    const char *at_the_end[] = {"--steps", "100000", "--save", base, NULL};
    struct pty *pty = start(at_the_end);
    close_all(pty);
    press(pty, "q");
    cr_expect_eq(pty_wait_end(pty), 0);
    cr_expect(pty_wait(pty, "--save: it was left before the end, so nothing was saved"), "%s",
              pty_screen(pty));
    expect_given_back(pty, "left");
    pty_close(pty);
    const char *at_once[] = {"--steps", "100000", "--save", NULL, NULL};
    char early[100];
    snprintf(early, sizeof early, "%s@1", base);
    at_once[3] = early;
    pty = start(at_once);
    expect(pty, "has the");
    close_all(pty);
    press(pty, "q");
    cr_expect_eq(pty_wait_end(pty), 0);
    cr_expect_not(strstr(pty_screen(pty), "--save"), "%s", pty_screen(pty));
    pty_close(pty);
}

Test(weights, what_cannot_be_is_said_in_a_line)
{
    save_base();
    program_expect_failure(with_base("run|--steps|20|--net|7|--start|", ""), 1, "W1");
    program_expect_failure(with_base("run|--steps|20|--net|6|--activation|tanh|--start|", ""), 1,
                           "activation");
    program_expect_failure(with_base(SMALL "|--start|", ".not"), 1, "No such file");
    program_expect_failure(with_base(SMALL "|--save|", "/x"), 1, "Not a directory");
    program_expect_failure(with_base(SMALL "|--seeds|2|--save|", ""), 2, "--save");
    program_expect_failure(with_base(SMALL "|--at|5:save ", ""), 2, "--save");
    cr_assert_eq(truncate(base, 500), 0);
    program_expect_failure(with_base(SMALL "|--start|", ""), 1, "base.safetensors");
    cr_assert_eq(truncate(base, 5), 0);
    program_expect_failure(with_base(SMALL "|--start|", ""), 1, "safetensors file expected");
}

/* The bytes of both files are equal. */
static bool are_same_files(const char *a, const char *b)
{
    snprintf(words, sizeof words, "cmp -s %s %s", a, b);
    return system(words) == 0;
}

static void succeed(const char *line)
{
    struct outcome outcome = program_succeed(line);
    program_finish(&outcome);
}

/* What `run --save` writes of a session at `when` ("", "@30") is what its recording gives. */
static void expect_exported(const char *session, const char *when, const char *learner)
{
    char line[700], out[110];
    snprintf(line, sizeof line, "run|%s|--save|%s%s", session, base, when);
    succeed(line);
    snprintf(out, sizeof out, "%s/exported", folder);
    snprintf(line, sizeof line, "export|%s/s.oubli|--weights|%s%s%s", folder, out, when, learner);
    succeed(line);
    cr_expect(are_same_files(base, out), "%s: %s", session, when);
}

/* Adapters that are out, merged or of a task each; a learner that is forked; a transformer. */
Test(weights, of_any_step_of_a_recording_are_those_that_run_would_have_saved)
{
    static const char *const sessions[] = {
        ("--steps|30|--tasks|3|--net|6|--suite|split|--learner|a: strategy=lora "
         "lora.mode=per-task|--learner|b: strategy=ewc+replay|--at|B+5:fork c|"
         "--at|B+20:learner b|--at|C+1:strategy lora on"),
        ("--data|text|--model|transformer|--blocks|1|--heads|2|--width|16|--context|16|--batch|4|"
         "--steps|8|--tasks|2|--at|B+1:strategy lora on|--at|B+3:unplug")};
    static const char *const moments[2][6] = {{"@0", "@30", "@33", "@60", "@89", ""},
                                              {"@1", "@8", "@10", "@16", ""}};
    for (int i = 0; i < 2; i++) {
        char line[700];
        snprintf(line, sizeof line, "run|%s|--record|%s/s.oubli", sessions[i], folder);
        succeed(line);
        for (int j = 0; j < 6 && moments[i][j]; j++) {
            expect_exported(sessions[i], moments[i][j], "");
        }
        snprintf(line, sizeof line, "%s/s.oubli", folder);
        cr_assert_eq(remove(line), 0);
    }
}

/* What was taken back is not what counts; and one learner of several. */
Test(weights, of_a_step_that_was_taken_back_are_those_of_the_steps_that_count)
{
    static const char plain[] = "--steps|30|--tasks|2|--net|6|--learner|a:|--learner|b: lr=0.2";
    static const char *const names[] = {"a", "b"};
    char line[700], learner[40];
    snprintf(line, sizeof line,
             "run|%s|--at|20:learner all|--at|20:set lr 0.5|--at|50:rewind 10|--record|%s/s.oubli",
             plain, folder);
    succeed(line);
    for (int i = 0; i < 2; i++) {
        char session[200];
        snprintf(session, sizeof session, "%s|--at|0:learner %s", plain, names[i]);
        snprintf(learner, sizeof learner, "|--learner|%s", names[i]);
        expect_exported(session, "@9", learner);
        expect_exported(session, "@15", learner);
    }
    snprintf(line, sizeof line, "export|%s/s.oubli|--weights|%s@15|--learner|c", folder, base);
    program_expect_failure(line, 1, "a learner of step 15 expected (a, b), found 'c'");
    snprintf(line, sizeof line, "export|%s/s.oubli|--weights|%s@61", folder, base);
    program_expect_failure(line, 2, "up to 60 expected, found 61");
    snprintf(line, sizeof line, "export|%s/s.oubli|--csv|%s|--learner|a", folder, base);
    program_expect_failure(line, 2, "--learner: goes with --weights");
    snprintf(line, sizeof line, "export|%s/s.oubli|--weights|%s/s.oubli@5", folder, folder);
    program_expect_failure(line, 2, "another file than the recording");
}
