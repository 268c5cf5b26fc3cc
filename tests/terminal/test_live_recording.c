/* SPDX-License-Identifier: MIT
 * A session is recorded, played, verified, interrupted and gone on with, by the real program. */
#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "session/recording.h"
#include "support/program.h"
#include "support/pty.h"

TestSuite(live_recording, .timeout = 60);

struct place {
    char folder[64], file[96];
};

static struct place make_place(void)
{
    struct place place = {.folder = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(place.folder));
    snprintf(place.file, sizeof place.file, "%s/a.oubli", place.folder);
    return place;
}

static void leave(const struct place *place)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->file, ends[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(place->folder), 0);
}

static struct pty *start(const char *const *arguments)
{
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    cr_assert(pty_wait(pty, "step "), "%s", pty_screen(pty));
    return pty;
}

static void expect(struct pty *pty, const char *text)
{
    cr_assert(pty_wait(pty, text), "'%s' is not shown:\n%s", text, pty_screen(pty));
}

static void command(struct pty *pty, const char *line)
{
    cr_assert(pty_key(pty, ":") && pty_wait(pty, "Tab completes"));
    pty_type(pty, line);
    cr_assert(pty_key(pty, "enter") && pty_wait_gone(pty, "Tab completes"));
}

static void quit(struct pty *pty)
{
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    pty_close(pty);
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

static void press(struct pty *pty, const char *const *keys)
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
    press(pty, first);
    press(pty, look);
    expect(pty, "What you see.");
    usleep(800000); /* so that a recording has it, and whoever plays it sees it */
    press(pty, then);
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
    press(pty, on);
    expect(pty, "late");
    cr_assert(pty_key(pty, "3"));
    expect(pty, "nothing trains here");
    command(pty, "rewind 0");
    expect(pty, "step 0 ");
    quit(pty);
    leave(&place);
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
    leave(&place);
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
        leave(&place);
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
        struct pty *second = pty_open(&(struct pty_config){.arguments = resume});
        cr_expect_eq(pty_wait_end(second), 1);
        cr_expect(strstr(pty_output(second, NULL), words), "%s", pty_output(second, NULL));
        pty_close(second);
        command(pty, i ? "note two" : "note one");
        expect(pty, "● rec");
        quit(pty);
        expect_verified(&place);
        pty = start(resume);
    }
    command(pty, "rewind 0");
    quit(pty);
    expect_verified(&place);
    leave(&place);
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
    leave(&place);
}

Test(live_recording, of_texts_verifies)
{
    struct place place = make_place();
    char words[256];
    snprintf(words, sizeof words, "run|--record|%s|--data|text|--tasks|2|--steps|20", place.file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    expect_verified(&place);
    leave(&place);
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
        outcome = program_succeed(words);
        const char *title = strstr(outcome.out, "oubli at step ");
        cr_assert(title && sscanf(title, "oubli at step %ld", &shown) == 1);
        cr_expect(shown <= steps[i] && shown > steps[i] - 13, "%d: %ld", steps[i], shown);
        program_finish(&outcome);
    }
    leave(&place);
}

Test(live_recording, what_cannot_be_read_is_said_in_one_line)
{
    program_expect_failure("verify|/nowhere.oubli", 1, "no such file");
    program_expect_failure("verify|/etc/passwd", 1, "not a recording");
    program_expect_failure("verify", 2, "a recording expected");
    program_expect_failure("run|--record||--tasks|2", 2, "a file expected");
    program_expect_failure("run|--record|x.oubli|--seeds|2", 2, "one session expected");
}
