/* SPDX-License-Identifier: MIT
 * The live program and its terminal: signals, stops, hang-ups, sizes; what is left of the terminal.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "support/person.h"

enum { TIMEOUT = 60, KILLS = 20, KILL_WITHIN_MS = 300, SIZES = 200 };

TestSuite(live_signals, .timeout = TIMEOUT);

static bool is_clean(struct pty *pty, const void *data)
{
    (void)data;
    return pty_is_clean(pty);
}

/* Trains slowly; a picture is up. */
static struct pty *start_with(const struct pty_config *config)
{
    struct pty *pty = pty_open(config);
    expect(pty, "step ");
    cr_assert(pty_modes(pty).is_alternate && pty_modes(pty).is_cursor_hidden);
    return pty;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

Test(live_signals, an_orderly_stop_says_128_plus_the_signal)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct pty *pty = start_with(&(struct pty_config){0});
        pty_kill(pty, signals[i]);
        cr_expect_eq(pty_wait_end(pty), 128 + signals[i], "signal %d", signals[i]);
        expect_given_back(pty, strsignal(signals[i]));
        pty_close(pty);
    }
}

static bool is_given_back(struct pty *pty, const void *data)
{
    const char *why;
    (void)data;
    return pty_is_given_back(pty, &why);
}

/* In a step so long that the program, having given the terminal back, waits for its end. */
static struct pty *start_in_long_steps(void)
{
    struct pty *pty = start_with(&(struct pty_config){
        .arguments = (const char *const[]){"--net", "2000,2000", "--batch", "500", NULL}});
    expect(pty, "step 1");
    return pty;
}

/* What comes while all is tidied up does not cut that off. */
Test(live_signals, a_second_signal_waits_until_all_is_tidied_up)
{
    static const struct {
        const char *keys; /* what it is left by, ... */
        int first;        /* ... or this */
        int then[2], code;
    } cases[] = {{NULL, SIGTERM, {SIGTERM, SIGHUP}, 128 + SIGTERM},
                 {NULL, SIGTERM, {SIGINT, 0}, 128 + SIGTERM},
                 {"q", 0, {SIGTERM, 0}, 128 + SIGTERM},
                 {"q", 0, {SIGHUP, 0}, 128 + SIGHUP}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty *pty = start_in_long_steps();
        if (cases[i].keys) {
            pty_type(pty, cases[i].keys);
        } else {
            pty_kill(pty, cases[i].first);
        }
        cr_assert(pty_wait_for(pty, is_given_back, NULL), "case %zu", i);
        for (int k = 0; k < 2 && cases[i].then[k]; k++) {
            pty_kill(pty, cases[i].then[k]);
        }
        int code = pty_wait_end(pty);
        bool is_too_late = cases[i].keys && code == 0; /* it had ended by itself */
        cr_expect(code == cases[i].code || is_too_late, "case %zu: %d", i, code);
        pty_close(pty);
    }
}

Test(live_signals, a_fatal_signal_gives_the_terminal_back_and_kills)
{
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct pty *pty = start_with(&(struct pty_config){0});
        pty_kill(pty, signals[i]);
        cr_expect_eq(pty_wait_end(pty), -signals[i], "signal %d", signals[i]);
        expect_given_back(pty, strsignal(signals[i]));
        pty_close(pty);
    }
}

/* The threads of a process other than its first; returns how many. */
static int other_threads(pid_t pid, long ids[], int most)
{
    char path[64];
    int n = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL && n < most;) {
        long id = atol(entry->d_name);
        ids[n] = id;
        n += id > 0 && id != pid;
    }
    if (dir) {
        closedir(dir);
    }
    return n;
}

Test(live_signals, a_fault_in_the_trainer_gives_the_terminal_back_too)
{
    long ids[16];
    struct pty *pty = start_with(&(struct pty_config){0});
    int n = other_threads(pty_pid(pty), ids, 16);
    for (int i = 0; i < n; i++) {
        syscall(SYS_tgkill, pty_pid(pty), ids[i], SIGSEGV);
    }
    if (n > 0) { /* else the system does not list threads */
        cr_expect_eq(pty_wait_end(pty), -SIGSEGV, "the trainer does not see the signal");
        expect_given_back(pty, "a fault in a thread");
    }
    pty_close(pty);
}

Test(live_signals, control_c_and_control_backslash_are_typed)
{
    struct pty *pty = start_with(&(struct pty_config){0});
    pty_type(pty, "\003");
    cr_expect_eq(pty_wait_end(pty), 128 + SIGINT);
    expect_given_back(pty, "^C");
    pty_close(pty);
    pty = start_with(&(struct pty_config){0});
    pty_type(pty, "\034");
    cr_expect_eq(pty_wait_end(pty), 128 + SIGQUIT);
    expect_given_back(pty, "^\\");
    pty_close(pty);
}

Test(live_signals, a_terminal_that_goes_away_ends_the_program)
{
    struct pty *pty = start_with(&(struct pty_config){0});
    pty_hang_up(pty);
    cr_expect_eq(pty_wait_end(pty), 128 + SIGHUP);
    pty_close(pty);
}

Test(live_signals, a_terminal_that_goes_away_ends_the_program_also_if_nobody_tells_it)
{
    static const char *const lines[][3] = {{NULL}, {"--at", "3:pause", NULL}};
    for (int i = 0; i < 2; i++) {
        struct pty *pty =
            start_with(&(struct pty_config){.keeps_hangup = true, .arguments = lines[i]});
        if (i == 1) {
            expect(pty, "paused");
        }
        pty_hang_up(pty);
        cr_expect_geq(pty_wait_end(pty), 0, "it had to be killed");
        pty_close(pty);
    }
}

Test(live_signals, a_kill_at_any_moment_leaves_a_whole_terminal)
{
    struct rng rng = rng_stream(5, 5);
    for (int i = 0; i < KILLS; i++) {
        struct pty *pty = pty_open(&(struct pty_config){0});
        int after = rng_below(&rng, KILL_WITHIN_MS);
        pty_pump(pty, after);
        pty_kill(pty, SIGTERM);
        int code = pty_wait_end(pty);
        char when[48];
        snprintf(when, sizeof when, "TERM after %d ms", after);
        cr_expect(code == 128 + SIGTERM || code == -SIGTERM, "%s: %d", when, code);
        expect_given_back(pty, when);
        pty_close(pty);
    }
}

/* ---- stops -------------------------------------------------------------------------------------
 */

static void stop_and_go_on(struct pty *pty, bool is_resized, bool is_typed)
{
    if (is_typed) {
        pty_type(pty, "\032");
    } else {
        pty_kill(pty, SIGTSTP);
    }
    cr_assert(pty_wait_stopped(pty), "it does not stop");
    expect_given_back(pty, "stopped");
    if (is_resized) {
        pty_resize(pty, 90, 30);
    }
    pty_kill(pty, SIGCONT);
    cr_assert(pty_wait_continued(pty));
    expect(pty, "q quit");
    expect(pty, " oubli ");
    cr_assert(pty_redraw(pty));
    cr_expect(pty_modes(pty).is_alternate && pty_modes(pty).is_cursor_hidden);
    cr_expect(pty_modes(pty).has_mouse && pty_modes(pty).has_paste);
}

Test(live_signals, a_stopped_program_gives_the_terminal_back_and_takes_it_again)
{
    struct pty *pty = start_with(&(struct pty_config){0});
    stop_and_go_on(pty, false, false);
    stop_and_go_on(pty, false, true);
    stop_and_go_on(pty, true, true);
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused");
    stop_and_go_on(pty, false, true);
    expect(pty, "paused");
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    expect_given_back(pty, "in the end");
    pty_close(pty);
}

Test(live_signals, a_program_that_goes_on_draws_everything_again)
{
    struct pty *pty = start_with(
        &(struct pty_config){.arguments = (const char *const[]){"--at", "3:pause", NULL}});
    expect(pty, "paused");
    cr_assert(pty_settle(pty));
    pty_kill(pty, SIGSTOP); /* no handler sees this one */
    cr_assert(pty_wait_stopped(pty));
    pty_resize(pty, 120, 36); /* the same size: nobody is told, but the picture is smeared */
    cr_expect_not(pty_is_clean(pty));
    pty_kill(pty, SIGCONT);
    cr_expect(pty_wait_for(pty, is_clean, NULL));
    expect(pty, "q quit");
    pty_close(pty);
}

/* ---- a terminal that nobody reads
 * ----------------------------------------------------------------
 */

enum { AT_ONCE_MS = 2000 };

/* A picture is up, and the program waits in the middle of the next one. */
static struct pty *start_clogged(void)
{
    struct pty *pty = start_with(&(struct pty_config){0});
    cr_assert(pty_clog(pty), "it never waits for the terminal");
    return pty;
}

static void expect_end_at_once(struct pty *pty, int code, const char *when)
{
    int64_t since = clock_ns();
    cr_expect_eq(pty_wait_end(pty), code, "%s", when);
    cr_expect_lt((clock_ns() - since) / 1000000, AT_ONCE_MS, "%s", when);
    pty_unclog(pty);
    expect_given_back(pty, when);
    pty_close(pty);
}

Test(live_signals, a_terminal_that_nobody_reads_holds_up_no_end)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct pty *pty = start_clogged();
        pty_kill(pty, signals[i]);
        expect_end_at_once(pty, 128 + signals[i], strsignal(signals[i]));
    }
    struct pty *pty = start_clogged();
    pty_type(pty, "\003");
    expect_end_at_once(pty, 128 + SIGINT, "^C");
}

Test(live_signals, a_terminal_that_nobody_reads_holds_up_no_fatal_signal)
{
    struct pty *pty = start_clogged();
    pty_kill(pty, SIGSEGV);
    expect_end_at_once(pty, -SIGSEGV, "a fault");
}

Test(live_signals, a_terminal_that_nobody_reads_holds_up_no_stop)
{
    struct pty *pty = start_clogged();
    pty_kill(pty, SIGTSTP);
    cr_assert(pty_wait_stopped(pty), "it does not stop");
    pty_unclog(pty);
    expect_given_back(pty, "stopped");
    pty_kill(pty, SIGCONT);
    cr_assert(pty_wait_continued(pty));
    expect(pty, "q quit");
    cr_assert(pty_redraw(pty));
    cr_expect(pty_modes(pty).is_alternate && pty_modes(pty).has_paste);
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    expect_given_back(pty, "in the end");
    pty_close(pty);
}

/* Without a screen there is a line of progress, and a last one. */
Test(live_signals, a_terminal_that_nobody_reads_holds_up_no_run)
{
    static const char *const arguments[] = {"run", "--epochs", "10000", NULL};
    FILE *out = tmpfile();
    cr_assert_not_null(out);
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments, .out = fileno(out)});
    cr_assert(pty_wait(pty, " left"), "no progress: %s", pty_screen(pty));
    pty_fill(pty);
    pty_pump(pty, 500); /* in which it would like to draw */
    pty_kill(pty, SIGTERM);
    expect_end_at_once(pty, 128 + SIGTERM, "a run");
    fclose(out);
}

Test(live_signals, what_was_not_read_for_a_while_goes_on)
{
    struct pty *pty = start_clogged();
    pty_unclog(pty);
    cr_assert(pty_redraw(pty), "no new picture");
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused");
    pty_close(pty);
}

Test(live_signals, control_s_holds_nothing_up)
{
    struct pty *pty = start_with(&(struct pty_config){0});
    pty_type(pty, "\023");
    cr_assert(pty_redraw(pty), "no new picture");
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused");
    stop_and_go_on(pty, false, true);
    pty_type(pty, "\023");
    cr_assert(pty_redraw(pty), "no new picture after a stop");
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    expect_given_back(pty, "after ^S");
    pty_close(pty);
}

/* ---- sizes -------------------------------------------------------------------------------------
 */

Test(live_signals, any_sequence_of_sizes_ends_in_a_whole_picture)
{
    static const char keys[] = " n123478+-]}[zlwsbRcumTGM?i:x0\t\r\025\014hGzl";
    struct rng rng = rng_stream(7, 7);
    struct pty *pty = start_with(&(struct pty_config){0});
    for (int i = 0; i < SIZES; i++) {
        pty_resize(pty, 1 + rng_below(&rng, 220), 1 + rng_below(&rng, 70));
        for (int n = rng_below(&rng, 4); n > 0; n--) {
            pty_send(pty, &keys[rng_below(&rng, (int)sizeof keys - 1)], 1);
        }
        if (i % 10 == 0) {
            cr_assert(pty_wait_for(pty, is_clean, NULL), "size %d is not drawn", i);
        }
        cr_assert_not(pty_has_ended(pty), "it has ended at size %d", i);
    }
    pty_resize(pty, 120, 36);
    cr_assert(pty_wait_for(pty, is_clean, NULL));
    for (int i = 0; i < 3; i++) { /* palette or help, cursor, enlarged panel */
        close_all(pty);
    }
    cr_expect_eq(strncmp(pty_row(pty, 0), " oubli ", 7), 0, "%s", pty_screen(pty));
    cr_expect(strstr(pty_row(pty, -1), "q quit"), "%s", pty_screen(pty));
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    expect_given_back(pty, "after many sizes");
    pty_close(pty);
}

Test(live_signals, a_small_screen_says_what_it_needs_and_quits)
{
    static const int sizes[][2] = {{40, 12}, {59, 16}, {60, 15}, {30, 3}, {1, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct pty *pty = pty_open(&(struct pty_config){.cols = sizes[i][0], .rows = sizes[i][1]});
        char here[32];
        snprintf(here, sizeof here, "%dx%d here", sizes[i][0], sizes[i][1]);
        if (sizes[i][0] >= 40) {
            expect(pty, "60x16 needed");
            expect(pty, here);
            expect(pty, "q quits");
        } else {
            cr_assert(pty_redraw(pty));
        }
        pty_type(pty, "q");
        cr_expect_eq(pty_wait_end(pty), 0, "%s", here);
        expect_given_back(pty, here);
        pty_close(pty);
    }
}
