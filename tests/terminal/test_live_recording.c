/* SPDX-License-Identifier: MIT
 * A session is recorded, played, verified, interrupted and gone on with, by the real program. */
#define _GNU_SOURCE /* unshare */
#include <criterion/criterion.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "session/recording.h"
#include "support/person.h"
#include "support/place.h"
#include "support/program.h"

TestSuite(live_recording, .timeout = 60);

/* Whoever was killed leaves the log beside the file. */
static void leave_with_log(const struct place *place)
{
    static const char *const ends[] = {"-wal", "-shm"};
    for (int i = 0; i < 2; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->file, ends[i]);
        unlink(path);
    }
    leave(place);
}

static void expect_verified(const struct place *place)
{
    char words[160];
    snprintf(words, sizeof words, "verify|%s", place->file);
    struct outcome outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "reproduced"), "%s", outcome.out);
    cr_expect(strstr(outcome.out, "equal to the last bit"), "%s", outcome.out);
    program_finish(&outcome);
}

static void press_all(struct pty *pty, const char *const *keys)
{
    for (; *keys; keys++) {
        cr_assert(pty_key(pty, *keys));
        usleep(60000);
    }
}

/* Strategies, rate, fork, going back, notes, panels, cursors, a resize: what a person does. */
static void act(struct pty *pty)
{
    static const char *const first[] = {"]", "]", "]", "3", "+", "+", "f", "2", NULL};
    static const char *const look[] = {"tab", "left", "left", "enter", "i", NULL};
    static const char *const then[] = {"esc", "enter", "n", ">", "-", "n",
                                       "b",   "c",     "4", "n", NULL};
    press_all(pty, first);
    press_all(pty, look);
    expect(pty, "What you see.");
    usleep(800000); /* so that a recording has it, and whoever plays it sees it */
    press_all(pty, then);
    command(pty, "note this is the place");
    pty_resize(pty, 100, 30);
    command(pty, "rewind 30");
    command(pty, "set lr 0.05");
    command(pty, "add late: strategy=replay");
    command(pty, "theme light");
    command(pty, "speed max");
}

/* All formats at once; what is in them others look at. */
static void expect_exported(const struct place *place)
{
    static const struct {
        const char *option, *begin;
    } formats[] = {{"cast", "{\"version\":3"},
                   {"csv", "learner,seed,step,task,metric,value\n"},
                   {"json", "{\"learner\":"},
                   {"svg", "<svg "},
                   {"html", "<!DOCTYPE html>"}};
    char words[1024], path[128];
    size_t used = (size_t)snprintf(words, sizeof words, "export|%s", place->file);
    for (int i = 0; i < 5; i++) {
        used += (size_t)snprintf(words + used, sizeof words - used, "|--%s|%s/%s",
                                 formats[i].option, place->folder, formats[i].option);
    }
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s", place->folder, formats[i].option);
        FILE *file = fopen(path, "r");
        char begin[64] = "";
        cr_assert_not_null(file, "%s", path);
        cr_expect_not_null(fgets(begin, sizeof begin, file));
        fclose(file);
        cr_expect_eq(strncmp(begin, formats[i].begin, strlen(formats[i].begin)), 0, "%s: %s",
                     formats[i].option, begin);
        unlink(path);
    }
}

Test(live_recording, is_played_exported_and_verified)
{
    struct place place = make_place();
    const char *const record[] = {"--record", place.file, "--tasks", "3", NULL};
    const char *const play[] = {"play", place.file, NULL};
    static const char *const on[] = {")", ")", ")", ")", ")", ")", ")", ")", ")", ")", ")",
                                     ")", ")", ")", ")", ")", ")", ")", ")", ")", ")", ")",
                                     ")", ")", ")", ")", ")", ")", ")", ")", NULL};
    struct pty *pty = start(record);
    expect(pty, "● rec");
    act(pty);
    expect(pty, "The end");
    quit(pty);
    expect_verified(&place);
    expect_exported(&place);

    pty = start(play);
    expect(pty, "playing 0:0");
    expect(pty, "What you see."); /* the explanation that was open, in its time */
    cr_assert(pty_key(pty, "esc"));
    cr_assert(pty_wait_gone(pty, "What you see."));
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused 0:0");
    cr_assert(pty_key(pty, "n"));
    expect(pty, " B ");
    press_all(pty, on);
    expect(pty, "late");
    cr_assert(pty_key(pty, "3"));
    expect(pty, "nothing trains here");
    command(pty, "rewind 0"); /* there is much to be played from there */
    expect(pty, "step 0 ");
    cr_assert(pty_key(pty, "3"));
    expect(pty, "nothing trains here");
    cr_assert(pty_key(pty, "space"));
    expect(pty, "playing 0:0");
    pty_pump(pty, 300); /* and it is not told any more what does not go */
    cr_expect_null(strstr(pty_screen(pty), "nothing trains here"), "%s", pty_screen(pty));
    command(pty, "reset");
    expect(pty, "nothing trains here");
    quit(pty);
    leave_with_log(&place);
}

Test(live_recording, that_is_played_takes_keys_one_by_one_and_names_none_that_train)
{
    struct place place = make_place();
    char words[160];
    snprintf(words, sizeof words,
             "run|--record|%s|--tasks|2|--learner|a:|--learner|b:", place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    struct pty *pty = start((const char *const[]){"play", place.file, NULL});
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused 0:0");
    pty_type(pty, "[[["); /* at once */
    expect(pty, "×0.125");
    pty_type(pty, "]]");
    expect(pty, "×0.5");
    pty_type(pty, " ");
    expect(pty, "playing");
    pty_type(pty, "   ");
    expect(pty, "paused");
    command(pty, "speed max");
    pty_type(pty, " ");
    expect(pty, "The end");
    cr_expect_null(strstr(pty_screen(pty), "begins anew"), "%s", pty_screen(pty));
    cr_expect_null(strstr(pty_screen(pty), "f fork"), "%s", pty_screen(pty));
    cr_expect_null(strstr(pty_screen(pty), "consolidate"), "%s", pty_screen(pty));
    quit(pty);
    leave_with_log(&place);
}

Test(live_recording, may_have_blanks_in_its_name)
{
    struct place place = make_place();
    char line[160];
    snprintf(place.file, sizeof place.file, "%s/a first lecture.oubli", place.folder);
    struct pty *pty = start((const char *const[]){"--tasks", "2", NULL});
    snprintf(line, sizeof line, "record %s", place.file);
    command(pty, line);
    expect(pty, "a first lecture.oubli");
    expect(pty, "● rec");
    quit(pty);
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, begins_at_any_moment_with_all_that_was)
{
    struct place place = make_place();
    char line[128];
    struct pty *pty = start((const char *const[]){"--tasks", "2", NULL});
    cr_assert(pty_key(pty, "3"));
    snprintf(line, sizeof line, "record %s", place.file);
    command(pty, "speed 400");
    command(pty, line);
    expect(pty, "● rec");
    command(pty, "speed max");
    expect(pty, "The end");
    cr_assert(pty_key(pty, "r"));
    expect(pty, "oubli play");
    quit(pty);
    expect_verified(&place);
    leave_with_log(&place);
}

static void expect_sound(const struct place *place)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    cr_assert_eq(sqlite3_open(place->file, &handle), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(handle, "PRAGMA integrity_check", -1, &statement, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
    cr_expect_str_eq((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

/* What is in the file ends shortly before `seconds` of the program's life. */
static void expect_recent(const struct place *place, double seconds)
{
    struct err err = {0};
    struct recording_extent extent;
    struct recording *recording = recording_open(place->file, &err);
    cr_assert(recording && recording_extent(recording, &extent, &err), "%s", err.msg);
    double missing = seconds - (double)extent.t * 1e-9;
    cr_log_info("killed after %.2f s: the last %.2f s are missing", seconds, missing);
    cr_expect(missing < 3, "%.2f s; 0.3 on a machine that does nothing else", missing);
    recording_close(recording);
}

/* Plays for some time, and is ended by force. */
static void record_and_kill(const struct place *place, useconds_t us)
{
    const char *const record[] = {"--record", place->file, "--tasks", "2", NULL};
    int64_t begin = clock_ns();
    struct pty *pty = start(record);
    cr_assert(pty_key(pty, "2") && pty_key(pty, "]"));
    pty_pump(pty, (int)(us / 1000));
    kill(pty_pid(pty), SIGKILL);
    double seconds = (double)(clock_ns() - begin) * 1e-9;
    pty_wait_end(pty);
    pty_close(pty);
    expect_recent(place, seconds);
    expect_sound(place);
}

/* The surface is drawn live, recorded, and played on a machine that makes none. */
Test(live_recording, holds_the_decision_surface)
{
    struct place place = make_place();
    struct pty *pty = start(
        (const char *const[]){"--data", "plane", "--tasks", "2", "--record", place.file, NULL});
    expect(pty, "decision surface");
    expect(pty, "of 40 wrong");
    command(pty, "speed max");
    expect(pty, "The end");
    expect(pty, "of 80 wrong");
    quit(pty);
    expect_verified(&place);
    pty = start((const char *const[]){"play", place.file, NULL});
    expect(pty, "of 40 wrong");
    cr_assert(pty_key(pty, "n"));
    expect(pty, "of 80 wrong");
    quit(pty);
    leave_with_log(&place);
}

Test(live_recording, that_was_killed_goes_on_and_verifies)
{
    static const useconds_t moments[] = {50000, 430000, 1210000};
    for (int i = 0; i < 3; i++) {
        struct place place = make_place();
        const char *const resume[] = {"resume", place.file, NULL};
        record_and_kill(&place, moments[i]);
        expect_verified(&place);
        struct pty *pty = start(resume);
        expect(pty, "● rec");
        command(pty, "strategy replay on");
        command(pty, "speed max");
        expect(pty, "The end");
        quit(pty);
        expect_verified(&place);
        leave_with_log(&place);
    }
}

/* One session at a time in one file: the second is told so, the first does not notice. */
Test(live_recording, is_gone_on_with_by_one_at_a_time)
{
    struct place place = make_place();
    char words[160];
    const char *const record[] = {"--record", place.file, "--tasks", "2", NULL};
    const char *const resume[] = {"resume", place.file, NULL};
    snprintf(words, sizeof words, "%s: somebody is writing this recording", place.file);
    struct pty *pty = start(record);
    for (int i = 0; i < 2; i++) {
        expect(pty, "● rec"); /* it has the file: the screen is there before */
        struct pty *second = pty_open(&(struct pty_config){.arguments = resume});
        cr_expect_eq(pty_wait_end(second), 1);
        cr_expect(strstr(pty_output(second, NULL), words), "%s", pty_output(second, NULL));
        pty_close(second);
        command(pty, i ? "note two" : "note one");
        quit(pty);
        expect_verified(&place);
        pty = start(resume);
    }
    command(pty, "rewind 0");
    quit(pty);
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, does_not_end_training_when_it_cannot_be_written)
{
    struct pty *pty = start((const char *const[]){"--tasks", "2", NULL});
    command(pty, "record /nowhere/at/all.oubli");
    expect(pty, "cannot be created");
    command(pty, "speed max");
    expect(pty, "The end");
    quit(pty);
}

/* Training goes on to its end, though the recording has come to one: said on the screen, and by the
 * exit code. */
static void expect_training_goes_on(struct pty *pty, const char *said)
{
    expect(pty, said);
    cr_expect_null(strstr(pty_screen(pty), "● rec"), "%s", pty_screen(pty));
    command(pty, "speed max");
    expect(pty, "The end");
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 1, "something was to be recorded and is not in the file");
    pty_close(pty);
}

/* A folder on a file system of its own, which is small; false if that may not be made here: then
 * the next test has to do. */
static bool mount_small(const char *folder)
{
    return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("oubli", folder, "tmpfs", 0, "size=200k") == 0;
}

Test(live_recording, on_a_full_disk_is_said_and_what_is_there_stays)
{
    struct place place = make_place();
    const char *const record[] = {"--record", place.file, "--tasks", "3", NULL};
    if (!mount_small(place.folder)) {
        rmdir(place.folder);
        cr_skip_test("no file system can be mounted here");
    }
    struct pty *pty = start(record);
    expect(pty, "● rec");
    command(pty, "speed 300");
    expect_training_goes_on(pty, "no room is left on the disk");
    expect_verified(&place);
    umount(place.folder);
    cr_expect_eq(rmdir(place.folder), 0);
}

Test(live_recording, that_may_not_grow_is_said_and_what_is_there_stays)
{
    struct place place = make_place();
    const char *const record[] = {"--record", place.file, "--tasks", "3", NULL};
    struct rlimit before, limit = {.rlim_cur = 150000};
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    struct pty *pty = start(record);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    command(pty, "speed 300");
    expect_training_goes_on(pty, "File too large");
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, whose_folder_is_gone_is_said)
{
    struct place place = make_place();
    const char *const record[] = {"--record", place.file, "--tasks", "2", NULL};
    struct pty *pty = start(record);
    expect(pty, "● rec");
    sleep(1);
    leave_with_log(&place);
    expect_training_goes_on(pty, "moved or removed");
}

Test(live_recording, that_is_locked_for_long_is_said_and_what_is_there_stays)
{
    struct place place = make_place();
    const char *const record[] = {"--record", place.file, "--tasks", "2", NULL};
    struct pty *pty = start(record);
    sqlite3 *other;
    expect(pty, "● rec");
    sleep(1);
    cr_assert_eq(sqlite3_open(place.file, &other), SQLITE_OK);
    sqlite3_busy_timeout(other, 5000);
    cr_assert_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    expect(pty, "locked by another program");
    sqlite3_close(other);
    expect_training_goes_on(pty, "locked by another program");
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, that_is_locked_for_a_moment_goes_on)
{
    struct place place = make_place();
    const char *const record[] = {"--record", place.file, "--tasks", "2", NULL};
    struct pty *pty = start(record);
    sqlite3 *other;
    expect(pty, "● rec");
    cr_assert_eq(sqlite3_open(place.file, &other), SQLITE_OK);
    sqlite3_busy_timeout(other, 5000);
    cr_assert_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    usleep(700000);
    cr_assert_eq(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    command(pty, "speed max");
    expect(pty, "The end");
    quit(pty);
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, of_a_run_without_a_screen_verifies)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words,
             "run|--record|%s|--tasks|3|--learner|a:|--learner|b: strategy=ewc|--at|100:fork c|"
             "--at|400:rewind 200",
             place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    expect_verified(&place);
    program_expect_failure(words, 1, "it is there already");
    leave_with_log(&place);
}

Test(live_recording, of_a_sweep_verifies)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words,
             "run|--record|%s|--tasks|3|--steps|60|--at|80:sweep ewc.lambda 1..1000 4|--at|"
             "130:sweep off|--at|131:sweep lr 2|--at|150:rewind 100",
             place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, of_texts_verifies)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words, "run|--record|%s|--data|text|--tasks|2|--steps|20", place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    expect_verified(&place);
    leave_with_log(&place);
}

Test(live_recording, of_a_run_without_a_screen_plays_as_if_it_had_been_watched)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words, "run|--record|%s|--tasks|3|--at|600:strategy replay on",
             place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    const char *const play[] = {"play", place.file, NULL};
    struct pty *pty = start(play);
    expect(pty, "/ 0:24"); /* eight seconds a task */
    pty_kill(pty, SIGTSTP);
    cr_assert(pty_wait_stopped(pty));
    sleep(7);
    pty_kill(pty, SIGCONT);
    cr_assert(pty_wait_continued(pty) && pty_redraw(pty));
    cr_assert(pty_key(pty, "space") && pty_wait(pty, "paused 0:0"));
    int seconds = -1;
    sscanf(strstr(pty_screen(pty), "paused 0:") + 9, "%d", &seconds);
    cr_expect(seconds >= 0 && seconds < 6, "time went on while it was stopped: %d", seconds);
    command(pty, "rewind 700");
    expect(pty, "replay on since step 600");
    expect(pty, "64 × 100 weights");
    quit(pty);
    static const int steps[] = {0, 100, 601, 1350};
    for (int i = 0; i < 4; i++) {
        long shown = -1;
        snprintf(words, sizeof words, "export|%s|--svg|-|--step|%d", place.file, steps[i]);
        outcome = program_start(NULL, words);
        cr_assert_eq(program_code(&outcome), 0, "%s", outcome.err);
        const char *title = strstr(outcome.out, "oubli at step ");
        cr_assert(title && sscanf(title, "oubli at step %ld", &shown) == 1);
        cr_expect(shown <= steps[i] && shown > steps[i] - 13, "%d: %ld", steps[i], shown);
        cr_expect_eq(program_lines(outcome.err), shown != steps[i], "%s", outcome.err);
        program_finish(&outcome);
    }
    leave_with_log(&place);
}

/* Changes a copy of a recording and verifies it: what is wrong with it is 1 and one line on stderr
 * that names the file, what differs is 3 and said on stdout. */
static void expect_verdict(const struct place *place, const char *sql, int code, const char *said)
{
    char words[256], copy[128], line[400];
    sqlite3 *handle;
    snprintf(copy, sizeof copy, "%s/copy", place->folder);
    snprintf(line, sizeof line, "cp %s %s", place->file, copy);
    cr_assert_eq(system(line), 0);
    cr_assert_eq(sqlite3_open(copy, &handle), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sql);
    sqlite3_close(handle);
    snprintf(words, sizeof words, "verify|%s", copy);
    if (code == 1) {
        program_expect_failure(words, code, said);
        program_expect_failure(words, code, copy);
    } else {
        struct outcome outcome = program_start(NULL, words);
        cr_expect_eq(program_code(&outcome), code, "%s: %d", sql, program_code(&outcome));
        cr_expect(strstr(outcome.out, said), "%s: %s", sql, outcome.out);
        cr_expect_str_empty(outcome.err, "%s: %s", sql, outcome.err);
        program_finish(&outcome);
    }
    unlink(copy);
}

Test(live_recording, is_verified_with_0_1_or_3)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words,
             "run|--record|%s|--tasks|2|--steps|60|--probes|dead|--at|30:strategy ewc on",
             place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    static const struct {
        const char *sql;
        int code;
        const char *said;
    } cases[] = {
        {"SELECT 1", 0, "equal to the last bit"},
        {"DELETE FROM entries WHERE n > 60", 0, "61 entries"},
        {"UPDATE meta SET value='another' WHERE key='blas_core'", 0, "within the tolerance"},
        {"UPDATE meta SET value='1' WHERE key='arithmetic'", 0, "arithmetic of before"},
        {"DELETE FROM meta WHERE key='arithmetic'", 0, "within the tolerance"},
        {"UPDATE entries SET value=value/2+0.1 WHERE kind='dead'", 3, "differs at step"},
        {"UPDATE entries SET value=value/2+0.1 WHERE kind='dead'; "
         "DELETE FROM meta WHERE key='probing'",
         0, "probes were taken at other steps when it was recorded"},
        {"UPDATE entries SET value=value+0.25 WHERE n=(SELECT max(n) FROM entries WHERE "
         "kind='loss')",
         3, "differs at step"},
        {"UPDATE entries SET text='strategy replay on' WHERE kind='command'", 3, "differs at step"},
        {"UPDATE entries SET step=step+1 WHERE n=60", 3, "differs at step"},
        {"UPDATE meta SET value='7' WHERE key='seed'", 3, "differs at step 0"},
        {"UPDATE entries SET text='make coffee' WHERE kind='command'", 1, "not a command"},
        {"DELETE FROM entries WHERE n=40", 1, "entry 40"},
        {"UPDATE entries SET kind='x' WHERE n=40", 1, "entry 40"},
        {"UPDATE meta SET value='/nowhere/at/all' WHERE key='data'", 1, "cannot be read"},
        {"PRAGMA user_version=99", 1, "use a newer one"},
        {"PRAGMA user_version=0", 1, "of format 0"},
        {"PRAGMA application_id=7", 1, "not a recording"},
        {"DROP TABLE entries", 1, "none found"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_verdict(&place, cases[i].sql, cases[i].code, cases[i].said);
    }
    static const int sizes[] = {0, 1, 99, 100, 4096, 8192, 20000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cr_assert_eq(truncate(place.file, sizes[6 - i]), 0);
        snprintf(words, sizeof words, "verify|%s", place.file);
        program_expect_failure(words, 1, place.file);
    }
    leave_with_log(&place);
}

Test(live_recording, what_cannot_be_read_is_said_in_one_line)
{
    program_expect_failure("verify|/nowhere.oubli", 1, "no such file");
    program_expect_failure("verify|/etc/passwd", 1, "not a recording");
    program_expect_failure("verify", 2, "a recording expected");
    program_expect_failure("play|/etc/passwd", 1, "not a recording");
    program_expect_failure("resume|/etc/passwd", 1, "not a recording");
    program_expect_failure("run|--record||--tasks|2", 2, "a file expected");
    program_expect_failure("run|--record|x.oubli|--seeds|2", 2, "one session expected");
}
