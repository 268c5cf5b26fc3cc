/* SPDX-License-Identifier: MIT
 * Several learners in the real program: chosen, forked, compared, removed, taken back. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "support/person.h"

enum { TIMEOUT = 60 }; /* as in the other suites: Criterion leaks where they differ */

TestSuite(live_learners, .timeout = TIMEOUT);

/* What is open does not take the q. */
static void close_and_quit(struct pty *pty)
{
    close_all(pty);
    quit(pty);
}

/* Three learners, the first selected, paused at a step. */
static struct pty *start_three(const char *pause)
{
    struct pty *pty = pty_open(&(struct pty_config){
        .arguments = (const char *const[]){"--learner", "none", "--learner", "ewc: strategy=ewc",
                                           "--learner", "replay: strategy=replay", "--at",
                                           "0:speed 2000", "--at", pause, NULL}});
    expect(pty, "  paused");
    expect(pty, "1 none  lr");
    return pty;
}

/* The row of the table (bottom left at 120 x 36) in which somebody stands; -1: none. */
static int table_row(struct pty *pty, const char *name)
{
    enum { NEAR = 16 }; /* bytes: frame, selection, sign */
    cr_assert(pty_settle(pty));
    for (int y = 18; y < 34; y++) {
        const char *row = pty_row(pty, y), *at = strstr(row, name);
        if (at && at - row < NEAR) {
            return y;
        }
    }
    return -1;
}

/* ---- who is looked at --------------------------------------------------------------------------
 */

Test(live_learners, are_chosen_one_after_the_other)
{
    static const char *const steps[][2] = {{">", "2 ewc  lr"},  {".", "3 replay  lr"},
                                           {">", "1 none  lr"}, {"<", "3 replay  lr"},
                                           {",", "2 ewc  lr"},  {"<", "1 none  lr"}};
    struct pty *pty = start_three("8:pause");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        press_and_expect(pty, steps[i][0], steps[i][1]);
    }
    command(pty, "focus learners");
    press_and_expect(pty, "down", "2 ewc  lr");
    press_and_expect(pty, "up", "1 none  lr");
    command(pty, "learner replay");
    expect(pty, "3 replay  lr");
    expect(pty, "3 ● replay");
    close_and_quit(pty);
}

Test(live_learners, come_by_commands_at_the_start_as_well)
{
    struct pty *pty = pty_open(
        &(struct pty_config){.arguments = (const char *const[]){
                                 "--at", "0:rename none", "--at", "0:add ewc: strategy=ewc", "--at",
                                 "0:add replay: strategy=replay", "--at", "8:pause", NULL}});
    expect(pty, "step 8  paused");
    expect(pty, "3 replay  lr");
    expect(pty, "● 1 none");
    expect(pty, "◆ 2 ewc");
    close_and_quit(pty);
}

Test(live_learners, a_click_on_a_row_selects)
{
    struct pty *pty = start_three("8:pause");
    int x, y;
    cr_assert_gt(table_row(pty, "3 replay"), 0);
    pty_click(pty, 8, table_row(pty, "3 replay"));
    expect(pty, "3 replay  lr");
    pty_click(pty, 8, table_row(pty, "1 none"));
    expect(pty, "1 none  lr");
    cr_assert(pty_settle(pty) && pty_find(pty, "average  ", &x, &y));
    pty_click(pty, x + 1, y);
    expect(pty, "learners by average accuracy");
    expect(pty, "▼average");
    pty_click(pty, 4, 1); /* the timeline */
    expect(pty, "at step ");
    close_and_quit(pty);
}

/* ---- sweeps ------------------------------------------------------------------------------------
 */

/* From knob to values and back to one. */
Test(live_learners, a_knob_is_swept_by_L_and_its_values_are_chosen_by_arrows)
{
    struct pty *pty = start((const char *const[]){"--at", "0:speed 2000", "--at", "8:pause", NULL});
    expect(pty, "step 8  paused");
    press_and_expect(pty, "2", "2 ● EWC");
    expect(pty, "▸EWC lambda");
    press_and_expect(pty, "L", "EWC lambda 0.1 to 1000, side by side");
    expect(pty, "◆ 2 lambda_0.1");
    expect(pty, "▸plasticity");
    press_and_expect(pty, "right", "5 lambda_46.4  lr");
    press_and_expect(pty, "left", "1 ewc  lr");
    press_and_expect(pty, "left", "4 lambda_2.15  lr");
    press_and_expect(pty, "L", "the other values are gone");
    expect(pty, "4 lambda_2.15  lr");
    cr_expect(!shows(pty, "lambda_46.4") && shows(pty, "1 ewc"), "%s", pty_screen(pty));
    command(pty, "sweep batch");
    expect(pty, "batch is fixed when the session starts");
    command(pty, "sweep lr 9..1");
    expect(pty, "the lower first");
    close_and_quit(pty);
}

/* ---- runs -------------------------------------------------------------------------------------
 */

/* Three runs to their end, one after the other; the second comes back; with the file closed it is
 * all there again. */
Test(live_learners, all_runs_are_on_the_scoreboard_and_one_is_called_back)
{
    static const char *const keys[] = {"3", "2", "1"}; /* what each next one has more */
    char folder[] = "/tmp/oubli-runs-XXXXXX", path[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/runs.oubli", folder);
    struct pty *pty = start((const char *const[]){"--tasks", "2", "--steps", "60", "--record", path,
                                                  "--at", "0:speed max", NULL});
    for (int i = 0; i < 3; i++) {
        expect(pty, "the end");
        press(pty, keys[i]);
        press(pty, "R");
        expect_gone(pty, "the end");
    }
    expect(pty, "the end");
    press_and_expect(pty, "S", "▸scoreboard");
    expect(pty, "4 runs");
    press_and_expect(pty, "g", "choose a run that is over");
    press(pty, "up");
    press_and_expect(pty, "up", "▸    2  replay");
    press_and_expect(pty, "g", "dotted on the curves");
    press_and_expect(pty, "enter", "at the end         A    B");
    expect(pty, "1  naive");
    expect(pty, "3  ewc+replay");
    expect(pty, "EWC, replay");
    expect(pty, "2 replay");
    press_and_expect(pty, "o", "▼average");
    press_and_expect(pty, "r", "oubli play");
    close_and_quit(pty);

    pty = start((const char *const[]){"play", path, NULL});
    press(pty, "space");
    press_and_expect(pty, "S", "▸scoreboard");
    expect(pty, "1 run ·");
    for (int i = 0; i < 30 && !shows(pty, "4 runs"); i++) {
        press(pty, ")");
        cr_assert(pty_settle(pty));
    }
    press_and_expect(pty, "enter", "2  replay");
    expect(pty, "EWC, replay");
    for (int i = 0; i < 30 && !shows(pty, "now  lowlr");
         i++) { /* what it is called comes after R */
        press(pty, ")");
        cr_assert(pty_settle(pty));
    }
    expect(pty, "now  lowlr");
    close_and_quit(pty);
    unlink(path);
    rmdir(folder);
}

/* ---- forks -------------------------------------------------------------------------------------
 */

Test(live_learners, a_fork_has_switches_of_its_own)
{
    struct pty *pty = start_three("8:pause");
    press_and_expect(pty, "f", "4 naive  lr");
    expect(pty, "is a copy of none from step 8");
    press_and_expect(pty, "2", "2 ● EWC");
    command(pty, "focus learners");
    press(pty, "enter");
    cr_assert(pty_redraw(pty));
    int x, y, n_ewc = 0;
    for (int i = 0; i < 36; i++) {
        const char *row = pty_row(pty, i);
        n_ewc += strstr(row, "EWC") && strstr(row, " ewc-2 ");
        cr_expect(!strstr(row, "1 none ") || strstr(row, "nothing"), "%s", row);
    }
    cr_expect_eq(n_ewc, 1, "%s", pty_screen(pty));
    cr_expect(pty_find(pty, "µs/step", &x, &y));
    press(pty, "enter");
    command(pty, "learner none");
    expect(pty, "1 none  lr");
    expect(pty, "2 ○ EWC");
    close_and_quit(pty);
}

Test(live_learners, with_the_cursor_a_fork_begins_in_the_past)
{
    struct pty *pty = start_three("300:pause");
    command(pty, "focus accuracy");
    press_and_expect(pty, "left", "at step ");
    press(pty, "shift-left");
    cr_assert(pty_redraw(pty));
    const char *at = strstr(pty_screen(pty), "at step ");
    cr_assert_not_null(at);
    long step = atol(at + strlen("at step "));
    cr_expect(step > 0 && step < 300, "%ld", step);
    char here[32];
    snprintf(here, sizeof here, "step %ld  paused", step);
    press_and_expect(pty, "f", here);
    expect(pty, "4 naive  lr");
    close_and_quit(pty);
}

Test(live_learners, a_fork_before_its_birth_is_one_of_whom_it_was_then)
{
    struct pty *pty = pty_open(&(struct pty_config){
        .arguments = (const char *const[]){"--learner", "none", "--learner", "ewc: strategy=ewc",
                                           "--at", "0:speed 2000", "--at", "200:learner ewc",
                                           "--at", "200:fork", "--at", "300:pause", NULL}});
    expect(pty, "step 300  paused");
    expect(pty, "3 ewc-2  lr");
    command(pty, "focus accuracy");
    press_and_expect(pty, "home", "at step 0");
    press(pty, "shift-right");
    expect_gone(pty, "at step 0");
    press(pty, "f");
    expect_gone(pty, "step 300");
    expect(pty, "3 ewc-3  lr"); /* a name that nobody has had */
    expect(pty, "2 ● EWC");
    close_and_quit(pty);
}

/* Braille in some columns of the curves: nothing has been measured there. */
static bool has_ghost(struct pty *pty, int first, int last)
{
    for (int y = 3; y < 17; y++) {
        const unsigned char *at = (const unsigned char *)pty_row(pty, y);
        for (int x = 0; *at; x++) {
            bool is_braille = at[0] == 0xE2 && at[1] >= 0xA0 && at[1] <= 0xA3;
            if (x >= first && x <= last && is_braille) {
                return true;
            }
            for (at++; (*at & 0xC0) == 0x80; at++) {
            }
        }
    }
    return false;
}

Test(live_learners, going_back_leaves_a_ghost)
{
    struct pty *pty = start_three("300:pause");
    cr_assert(pty_redraw(pty));
    cr_expect(has_ghost(pty, 20, 23), "the curves end elsewhere:\n%s", pty_screen(pty));
    command(pty, "focus accuracy");
    press_and_expect(pty, "home", "at step 0");
    for (int i = 0; i < 5; i++) {
        press(pty, "right");
    }
    press(pty, "b");
    expect_gone(pty, "step 300");
    cr_assert(pty_redraw(pty));
    cr_expect(step_of(pty) > 0 && step_of(pty) < 120, "%s", pty_screen(pty));
    cr_expect(has_ghost(pty, 20, 23), "no ghost:\n%s", pty_screen(pty));
    close_and_quit(pty);
    char pause[24];
    snprintf(pause, sizeof pause, "60:pause");
    pty = start_three(pause);
    cr_assert(pty_redraw(pty));
    cr_expect_not(has_ghost(pty, 20, 23), "the test above proves nothing:\n%s", pty_screen(pty));
    close_and_quit(pty);
}

/* ---- changes -----------------------------------------------------------------------------------
 */

Test(live_learners, switches_can_reach_all)
{
    struct pty *pty = start_three("8:pause");
    press_and_expect(pty, "a", "switches and knobs reach all learners now");
    expect(pty, "keys reach all");
    press_and_expect(pty, "5", "5 ● L2 anchor");
    press(pty, ">");
    expect_gone(pty, "keys reach all");
    expect(pty, "2 ewc  lr");
    expect(pty, "5 ● L2 anchor");
    press_and_expect(pty, ">", "3 replay  lr");
    expect(pty, "5 ● L2 anchor");
    press_and_expect(pty, "5", "5 ○ L2 anchor");
    press_and_expect(pty, ">", "1 none  lr");
    expect(pty, "5 ● L2 anchor");
    close_and_quit(pty);
}

Test(live_learners, are_renamed_and_removed)
{
    struct pty *pty = start_three("8:pause");
    command(pty, "focus learners");
    press_and_expect(pty, ">", "2 ewc  lr");
    press_and_expect(pty, "e", ": rename ewc");
    pty_type(pty, "springs");
    press_and_expect(pty, "enter", "2 springs  lr");
    press_and_expect(pty, "d", ": remove springs");
    press(pty, "enter");
    expect(pty, "1 none  lr");
    expect_gone(pty, "2 springs");
    command(pty, "remove replay");
    expect_gone(pty, "▼ 3 replay");
    expect_gone(pty, "1 none  lr"); /* alone again: nothing to be told from */
    command(pty, "remove");
    expect(pty, "remove: none is the only learner");
    close_and_quit(pty);
}

Test(live_learners, there_are_eight_at_most)
{
    const char *arguments[24] = {"--at", "4:pause", NULL};
    char names[8][24];
    int n = 2;
    for (int i = 0; i < 8; i++) {
        snprintf(names[i], sizeof names[i], "n%d: lr=0.0%d", i, i + 1);
        arguments[n++] = "--learner";
        arguments[n++] = names[i];
    }
    arguments[n] = NULL;
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "step 4  paused");
    expect(pty, "8 n7");
    press_and_expect(pty, "f", "at most 8 learners expected");
    command(pty, "add ninth: strategy=ewc");
    expect(pty, "add: at most 8 learners expected");
    cr_assert(pty_redraw(pty));
    cr_expect_null(strstr(pty_screen(pty), "ninth"), "%s", pty_screen(pty));
    close_and_quit(pty);
}

/* ---- looked at ---------------------------------------------------------------------------------
 */

Test(live_learners, curves_compare_them)
{
    struct pty *pty = start_three("B+100:pause");
    expect(pty, "average over the tasks so far");
    press_and_expect(pty, "v", "task A of each");
    press_and_expect(pty, "v", "1 none · all tasks");
    press_and_expect(pty, "v", "average over the tasks so far");
    press_and_expect(pty, "V", "task A of each");
    press_and_expect(pty, "V", "task B of each");
    press_and_expect(pty, "V", "task A of each");
    command(pty, "compare tasks");
    expect(pty, "1 none · all tasks");
    close_and_quit(pty);
}

Test(live_learners, the_table_is_sorted)
{
    struct pty *pty = start_three("B+200:pause");
    command(pty, "focus learners");
    press_and_expect(pty, "o", "learners by average accuracy");
    expect(pty, "▼average");
    int replay = table_row(pty, "3 replay"), none = table_row(pty, "1 none");
    cr_expect(replay > 0 && replay < none, "replay keeps more:\n%s", pty_screen(pty));
    press_and_expect(pty, "O", "▲average");
    replay = table_row(pty, "3 replay");
    none = table_row(pty, "1 none");
    cr_expect(none > 0 && replay > none, "%s", pty_screen(pty));
    press_and_expect(pty, "o", "learners by forgetting");
    close_and_quit(pty);
}

Test(live_learners, the_plane_gets_its_landmarks)
{
    struct pty *pty = start_three("100:pause");
    command(pty, "focus plane");
    press(pty, "J");
    expect(pty, "4 joint");
    press(pty, "J"); /* the one without a strategy is the naive one */
    expect(pty, "are there already");
    cr_expect_lt(table_row(pty, "5 "), 0, "none is added twice:\n%s", pty_screen(pty));
    close_and_quit(pty);
}

/* ---- too much ----------------------------------------------------------------------------------
 */

static struct pty *start_eight(const char *const *more)
{
    static const char *const strategies[] = {"none",  "ewc", "replay", "lora",
                                             "lowlr", "l2",  "joint",  "ewc+replay"};
    const char *arguments[40] = {"--at", "0:speed max", "--epochs", "40", NULL};
    char names[8][48];
    int n = 4;
    for (int i = 0; i < 8; i++) {
        snprintf(names[i], sizeof names[i], "n%d: strategy=%s", i, strategies[i]);
        arguments[n++] = "--learner";
        arguments[n++] = names[i];
    }
    for (int i = 0; more && more[i]; i++) {
        arguments[n++] = more[i];
    }
    arguments[n] = NULL;
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "step ");
    return pty;
}

/* Any keys but those that leave. */
static void play_wildly(struct pty *pty, struct rng *rng, int ms)
{
    static const char *const keys[] = {
        "f", "f",    ">",   "<",     "a",    "v",          "V",         "b",     "b",   "R",
        "n", "1",    "2",   "3",     "4",    "5",          "6",         "7",     "8",   "+",
        "-", "left", "up",  "right", "down", "shift-left", "home",      "end",   "tab", "enter",
        "o", "O",    "d",   "enter", "J",    "c",          "u",         "space", "l",   "w",
        "s", "z",    "esc", "i",     "?",    "shift-tab",  "page-down", "T",     "G",   "0"};
    int64_t until = clock_ns() + (int64_t)ms * 1000000;
    while (clock_ns() < until && !pty_has_ended(pty)) {
        press(pty, keys[rng_below(rng, sizeof keys / sizeof keys[0])]);
        pty_pump(pty, rng_below(rng, 60));
        if (rng_below(rng, 25) == 0) { /* else a pause or the end would last */
            close_all(pty);
            command(pty, "focus accuracy");
            command(pty, rng_below(rng, 2) ? "resume" : "fork x: strategy=none lr=0.05");
        }
    }
}

Test(live_learners, eight_flat_out_and_any_keys_end_with_q_at_once)
{
    struct rng rng = rng_stream(21, 1);
    struct pty *pty = start_eight(NULL);
    play_wildly(pty, &rng, 20000);
    cr_assert_not(pty_has_ended(pty), "it has ended:\n%s", pty_screen(pty));
    close_all(pty);
    command(pty, "focus accuracy");
    press(pty, "home");
    press(pty, "shift-right");
    press(pty, "b"); /* back, which takes its time */
    int64_t begin = clock_ns();
    press(pty, "q");
    cr_expect_eq(pty_wait_end(pty), 0);
    cr_expect_lt((clock_ns() - begin) / 1000000, 2000, "milliseconds");
    expect_given_back(pty, "at the end");
    pty_close(pty);
}

Test(live_learners, a_kill_while_it_goes_back_leaves_a_whole_terminal)
{
    struct rng rng = rng_stream(22, 1);
    for (int i = 0; i < 5; i++) {
        struct pty *pty = start_eight((const char *const[]){"--at", "600:pause", NULL});
        expect(pty, "step 600  paused");
        command(pty, "focus accuracy");
        press_and_expect(pty, "left", "at step ");
        press(pty, "b");
        pty_pump(pty, rng_below(&rng, 120));
        int64_t begin = clock_ns();
        pty_kill(pty, SIGTERM);
        cr_expect_eq(pty_wait_end(pty), 128 + SIGTERM);
        cr_expect_lt((clock_ns() - begin) / 1000000, 2000, "milliseconds");
        expect_given_back(pty, "at the end");
        pty_close(pty);
    }
}
