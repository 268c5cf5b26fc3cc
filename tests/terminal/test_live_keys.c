/* SPDX-License-Identifier: MIT
 * The live program and the person at the keyboard: every key, the palette, the mouse. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/person.h"
#include "ui/app/keys.h"
#include "ui/panels/panel.h"

enum { TIMEOUT = 60 };

TestSuite(live_keys, .timeout = TIMEOUT);

/* What is open does not take the q. */
static void close_and_quit(struct pty *pty)
{
    close_all(pty);
    quit(pty);
}

/* Paused at step 8. */
static struct pty *start_paused(int cols, int rows)
{
    struct pty *pty = pty_open(&(struct pty_config){
        .cols = cols, .rows = rows, .arguments = (const char *const[]){"--at", "8:pause", NULL}});
    expect(pty, "step 8  paused");
    return pty;
}

/* ---- the table ---------------------------------------------------------------------------------
 */

/* Keys of one binding, one after the other, in a panel where it holds. */
static void try_binding(struct pty *pty, const struct key_binding *binding)
{
    enum panel_id panel = PANEL_KNOBS;
    for (int i = 0; binding->panels && i < PANEL_COUNT; i++) {
        panel = binding->panels >> i & 1u ? (enum panel_id)i : panel;
    }
    for (const char *at = binding->keys; *at;) {
        char name[24], line[48];
        int length = (int)strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", length, at);
        snprintf(line, sizeof line, "focus %s", panel_at(panel)->name);
        command(pty, line);
        cr_expect(pty_key(pty, name), "'%s' in the table of keys is the name of no key", name);
        cr_assert(pty_redraw(pty), "no picture after %s:\n%s", name, pty_screen(pty));
        cr_expect_not(pty_has_ended(pty), "%s ended the program", name);
        close_all(pty);
        at += length + (int)strspn(at + length, " ");
    }
}

Test(live_keys, every_key_of_the_table_leaves_a_whole_picture)
{
    struct pty *pty = start_paused(120, 36);
    const struct key_binding *binding;
    for (int i = 0; (binding = key_binding_at(i)); i++) {
        if (!(binding->uses & KEY_LEAVES)) {
            try_binding(pty, binding);
        }
    }
    close_and_quit(pty);
}

Test(live_keys, every_key_of_the_table_works_on_a_small_screen_while_it_trains)
{
    struct pty *pty = pty_open(&(struct pty_config){
        .cols = 60, .rows = 16, .arguments = (const char *const[]){"--at", "0:speed 500", NULL}});
    expect(pty, "oubli");
    const struct key_binding *binding;
    for (int i = 0; (binding = key_binding_at(i)); i++) {
        if (!(binding->uses & KEY_LEAVES)) {
            try_binding(pty, binding);
        }
    }
    close_and_quit(pty);
}

/* ---- what changes training ---------------------------------------------------------------------
 */

Test(live_keys, space_pauses_and_goes_on)
{
    struct pty *pty = start_paused(120, 36);
    press(pty, "space");
    expect_gone(pty, "paused");
    expect_gone(pty, "step 8 ");
    press_and_expect(pty, "space", "paused");
    close_and_quit(pty);
}

Test(live_keys, digits_switch_strategies_on_and_off)
{
    static const char *const titles[] = {"low lr",    "EWC",    "replay", "LoRA",
                                         "L2 anchor", "freeze", "decay",  "joint"};
    struct pty *pty = start_paused(120, 36);
    for (int i = 0; i < 8; i++) {
        char key[16], on[32], off[32];
        snprintf(key, sizeof key, "%d", i + 1);
        snprintf(on, sizeof on, "%d ● %s", i + 1, titles[i]);
        snprintf(off, sizeof off, "%d ○ %s", i + 1, titles[i]);
        expect(pty, off);
        press_and_expect(pty, key, on);
        press_and_expect(pty, key, off);
    }
    close_and_quit(pty);
}

Test(live_keys, rate_and_speed_are_shown_as_they_are_turned)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "+", "lr 0.125 ");
    press_and_expect(pty, "=", "lr 0.156 ");
    press_and_expect(pty, "-", "lr 0.125 ");
    press_and_expect(pty, "0", "lr 0.1 ");
    press_and_expect(pty, "]", " ×2 ");
    press_and_expect(pty, "[", " ×1 ");
    press_and_expect(pty, "[", " ×0.5 ");
    press_and_expect(pty, "}", "full speed");
    press_and_expect(pty, "[", " ×0.5 ");
    close_and_quit(pty);
}

Test(live_keys, tasks_end_and_begin_again)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "m", ": note");
    pty_type(pty, "a remark");
    press(pty, "enter");
    command(pty, "speed 1");
    press(pty, "space");
    expect(pty, "note: a remark");
    expect_gone(pty, "paused");
    press_and_expect(pty, "c", "consolidated at step ");
    press_and_expect(pty, "u", "unplug: ");
    press_and_expect(pty, "n", "since B began");
    press_and_expect(pty, "b", "back at the start of B");
    press_and_expect(pty, "space", "paused");
    press_and_expect(pty, "R", "since A began");
    close_and_quit(pty);
}

Test(live_keys, a_rewind_is_told_in_every_task)
{
    struct pty *pty = start((const char *const[]){"--at", "20:next", NULL});
    expect(pty, "B learning");
    press_and_expect(pty, "b", "back at the start of B");
    close_and_quit(pty);
}

Test(live_keys, b_goes_back_to_the_cursor_on_the_curve)
{
    struct pty *pty = start((const char *const[]){"--at", "300:pause", NULL});
    expect(pty, "paused at step 300");
    command(pty, "focus accuracy");
    press_and_expect(pty, "home", "at step 0");
    press(pty, "shift-right");
    expect_gone(pty, "at step 0");
    press(pty, "b");
    expect_gone(pty, "step 300");
    expect(pty, "paused at step");
    close_and_quit(pty);
}

/* A column of the curves beside it, however narrow the panel is that has the keys. */
Test(live_keys, beside_the_curves_the_cursor_goes_by_their_columns)
{
    struct pty *pty = start((const char *const[]){"--at", "700:pause", NULL});
    char title[48];
    expect(pty, "step 700  paused");
    command(pty, "focus accuracy");
    press(pty, "left");
    expect_gone(pty, "test \u00b7 all tasks"); /* where now the step stands */
    const char *at = strstr(pty_screen(pty), "at step ");
    cr_assert_not_null(at);
    snprintf(title, sizeof title, "at step %ld \u2500", atol(at + strlen("at step ")));
    expect(pty, title);
    close_all(pty);
    expect(pty, "test \u00b7 all tasks");
    command(pty, "focus why");
    press_and_expect(pty, "left", title);
    press(pty, ",");
    expect_gone(pty, title);
    close_and_quit(pty);
}

/* ---- what changes the picture ------------------------------------------------------------------
 */

Test(live_keys, panels_are_focused_enlarged_and_explained)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "tab", "← → cursor");
    press_and_expect(pty, "shift-tab", "← → turn");
    press(pty, "enter");
    expect_gone(pty, "─ strategies ─");
    expect(pty, "▸knobs ─");
    press_and_expect(pty, "esc", "─ strategies ─");
    press_and_expect(pty, "i", "What you see.");
    press(pty, "down");
    press(pty, "esc");
    expect_gone(pty, "What you see.");
    press_and_expect(pty, "?", "Esc closes");
    press(pty, "h");
    expect_gone(pty, "Esc closes");
    press_and_expect(pty, "f1", "Esc closes");
    press(pty, "q");
    expect_gone(pty, "Esc closes"); /* it is the help that is left */
    quit(pty);
}

Test(live_keys, curves_and_drift_can_be_looked_at_in_other_ways)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "z", "last two tasks");
    press_and_expect(pty, "z", "this task");
    press_and_expect(pty, "l", "layer 2");
    press_and_expect(pty, "s", "since the start");
    press_and_expect(pty, "w", "now ─╮");
    press_and_expect(pty, "w", "last step");
    press_and_expect(pty, "w", "nothing is known to matter yet");
    press_and_expect(pty, "G", "► block");
    press_and_expect(pty, "G", "> ascii");
    cr_expect_null(strstr(pty_screen(pty), "╭"));
    press_and_expect(pty, "G", "▸ braille");
    press_and_expect(pty, "T", "light");
    close_and_quit(pty);
}

Test(live_keys, a_cursor_reads_values_and_escape_takes_it_away)
{
    struct pty *pty = start_paused(120, 36);
    command(pty, "focus accuracy");
    press_and_expect(pty, "left", "─ at step ");
    press_and_expect(pty, "home", "─ at step 0");
    press_and_expect(pty, "end", "─ at step 8");
    press(pty, "esc");
    expect_gone(pty, "─ at step ");
    command(pty, "focus drift");
    press_and_expect(pty, "right", "→ unit ");
    press(pty, "esc");
    expect_gone(pty, "→ unit ");
    command(pty, "focus matrix");
    press_and_expect(pty, "enter", "─ after ↓ on → ─");
    press_and_expect(pty, "down", "now in A on A:");
    press_and_expect(pty, "right", "on B:");
    press(pty, "esc");
    expect_gone(pty, "on B:");
    press(pty, "enter");
    command(pty, "focus strategies");
    press(pty, "down");
    press_and_expect(pty, "x", "3 ● replay");
    close_and_quit(pty);
}

/* ---- the palette -------------------------------------------------------------------------------
 */

Test(live_keys, the_palette_carries_out_a_line)
{
    struct pty *pty = start_paused(120, 36);
    cr_expect(pty_modes(pty).is_cursor_hidden);
    press_and_expect(pty, ":", "Tab completes");
    pty_type(pty, "set lr 0.5");
    expect(pty, ": set lr 0.5");
    cr_expect_not(pty_modes(pty).is_cursor_hidden, "the line has no text cursor");
    press(pty, "backspace");
    pty_type(pty, "05");
    press_and_expect(pty, "enter", "lr 0.05 ");
    cr_assert(pty_redraw(pty));
    cr_expect(pty_modes(pty).is_cursor_hidden);
    command(pty, "theme light");
    command(pty, "zoom two");
    expect(pty, "last two tasks");
    press_and_expect(pty, ":", "Tab completes");
    pty_type(pty, "quit\r");
    cr_expect_eq(pty_wait_end(pty), 0);
    pty_close(pty);
}

Test(live_keys, the_palette_says_what_is_wrong_with_a_line)
{
    struct pty *pty = start_paused(120, 36);
    command(pty, "frobnicate");
    expect(pty, "frobnicate");
    command(pty, "set lr fast");
    expect(pty, "found 'fast'");
    command(pty, "set no.such 1");
    expect(pty, "no parameter is called 'no.such'");
    command(pty, "zoom sideways");
    expect(pty, "found 'sideways'");
    expect(pty, "lr 0.1 ");
    close_and_quit(pty);
}

Test(live_keys, the_palette_says_what_a_command_takes_and_stops_when_it_gets_it)
{
    struct pty *pty = start_paused(120, 36);
    command(pty, "cursor 5 6");
    expect(pty, "cursor STEP|off expected, found '5 6'");
    command(pty, "cursor 5");
    expect(pty, "at step 5");
    pty_pump(pty, 300); /* long before a message goes by itself */
    cr_expect_null(strstr(pty_screen(pty), "expected, found"), "%s", pty_screen(pty));
    command(pty, "knob net");
    expect(pty, "knob NAME: lr, ");
    expect(pty, " ... expected, found 'net'");
    press_and_expect(pty, ":", "Tab completes");
    pty_type(pty, "list probes");
    press(pty, "enter"); /* which leads on to the next line */
    expect(pty, "likeness to a task's end (CKA)");
    press(pty, "esc");
    expect_gone(pty, "Tab completes");
    command(pty, "list nobody");
    expect(pty, "list probes|strategies|knobs: probes, strategies, knobs expected, found");
    command(pty, "focus attention"); /* digits */
    expect(pty, "Nothing attends in this network");
    command(pty, "focus superposition"); /* the title of a panel that this data does not have */
    expect(pty, "It needs sparse features");
    cr_expect_not(shows(pty, "all heads"), "%s", pty_screen(pty));
    close_and_quit(pty);
}

Test(live_keys, reset_brings_back_what_was_on_at_the_start)
{
    struct pty *pty = start((const char *const[]){"--at", "8:pause", "--strategy", "ewc", NULL});
    expect(pty, "step 8  paused");
    expect(pty, "2 ● EWC");
    press_and_expect(pty, "2", "2 ○ EWC");
    press_and_expect(pty, "3", "3 ● replay");
    press_and_expect(pty, "+", "lr 0.125");
    command(pty, "reset");
    expect(pty, "2 ● EWC");
    expect(pty, "3 ○ replay");
    expect(pty, "lr 0.1 ");
    close_and_quit(pty);
}

Test(live_keys, what_the_lab_refuses_is_told_while_paused_and_while_training)
{
    struct pty *pty = start((const char *const[]){"--at", "0:speed 2", NULL});
    expect(pty, "oubli");
    command(pty, "task Z");
    expect(pty, "task: ");
    press_and_expect(pty, "u", "unplug: ");
    press_and_expect(pty, "space", "paused");
    command(pty, "task Z");
    expect(pty, "task: ");
    press_and_expect(pty, "u", "unplug: ");
    close_and_quit(pty);
}

/* A key is answered with keys. */
Test(live_keys, at_the_end_keys_name_keys)
{
    struct pty *pty =
        start((const char *const[]){"--tasks", "2", "--steps", "30", "--at", "0:speed max", NULL});
    expect(pty, "The end");
    press_and_expect(pty, "n", "The sequence is over: R begins anew");
    press_and_expect(pty, "f", "this is the end, a copy could not differ");
    press_and_expect(pty, "4", "LoRA is on for the next run");
    press_and_expect(pty, "u", "LoRA's adapter has learned nothing yet");
    press_and_expect(pty, "a", "there is one learner: : add NAME adds another");
    close_and_quit(pty);
    pty = start((const char *const[]){"--strategy", "ewc", "--set", "ewc.form=explicit", "--set",
                                      "ewc.lambda=1e6", "--at", "0:speed max", NULL});
    expect(pty, "diverged at step");
    press_and_expect(pty, "n", "It diverged: b goes back, at half the rate");
    press_and_expect(pty, "space", "It diverged: b goes back");
    close_and_quit(pty);
}

/* A screen names no shell command, and knows what was meant. */
Test(live_keys, the_palette_knows_what_was_meant)
{
    static const char *const lines[][2] = {
        {"set ewc.lamda 3", "'ewc.lamda'; did you mean ewc.lambda?"},
        {"strategy repaly on", "'repaly'; did you mean replay?"},
        {"consolidat", "'consolidat' is not a command; did you mean consolidate?"},
        {"cursr 3", "'cursr' is not a command; did you mean cursor?"},
        {"set zzzzzz 3", "'zzzzzz'; : lists what there is"},
        {"zzzzzz", "'zzzzzz' is not a command; : lists what there is"}};
    struct pty *pty = start_paused(120, 36);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        command(pty, lines[i][0]);
        expect(pty, lines[i][1]);
        cr_expect_null(strstr(pty_screen(pty), "see: oubli"), "%s", pty_screen(pty));
    }
    close_and_quit(pty);
}

Test(live_keys, a_key_that_can_do_nothing_here_says_where_it_can)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "J", "J works in plane (Tab goes there): add joint and naive training");
    press_and_expect(pty, "p", "p works in samples (Tab goes there): unpermuted");
    press_and_expect(pty, "o", "o O works in learners, scoreboard (Tab goes there): sort");
    press_and_expect(pty, "0", "learning rate is where it began");
    close_and_quit(pty);
    pty = pty_open(&(struct pty_config){
        .cols = 80,
        .rows = 24,
        .arguments = (const char *const[]){"--data", "plane", "--at", "8:pause", NULL}});
    expect(pty, "step 8  paused");
    press_and_expect(pty, "w", "this is seen in drift, which is not on the screen: Tab");
    close_and_quit(pty);
}

Test(live_keys, what_was_refused_leaves_no_tick)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "u", "unplug: ");
    press_and_expect(pty, "m", ": note");
    pty_type(pty, "here");
    press(pty, "enter");
    expect(pty, "note: here");
    cr_expect_null(strstr(pty_screen(pty), "unplug"), "%s", pty_screen(pty));
    close_and_quit(pty);
}

Test(live_keys, the_palette_has_a_history_and_completes)
{
    struct pty *pty = start_paused(120, 36);
    command(pty, "set lr 0.02");
    command(pty, "set lr 0.03");
    press_and_expect(pty, ":", "Tab completes");
    pty_type(pty, "dra");
    press_and_expect(pty, "up", ": set lr 0.03");
    press_and_expect(pty, "up", ": set lr 0.02");
    press(pty, "up");
    press(pty, "down");
    expect(pty, ": set lr 0.03");
    press_and_expect(pty, "down", ": dra");
    press(pty, "ctrl-u");
    expect_gone(pty, ": dra");
    pty_type(pty, "str\t");
    expect(pty, ": strategy");
    pty_type(pty, "ew\ton");
    expect(pty, ": strategy ewc on");
    press_and_expect(pty, "enter", "2 ● EWC");
    close_and_quit(pty);
}

/* ---- the mouse ---------------------------------------------------------------------------------
 */

static void click_on(struct pty *pty, const char *text)
{
    int x, y;
    expect(pty, text);
    cr_assert(pty_settle(pty) && pty_find(pty, text, &x, &y));
    pty_click(pty, x + 2, y);
}

Test(live_keys, a_click_on_a_strategy_switches_it)
{
    static const int sizes[][2] = {{120, 36}, {80, 24}};
    for (int i = 0; i < 2; i++) {
        struct pty *pty = start_paused(sizes[i][0], sizes[i][1]);
        cr_expect(pty_modes(pty).has_mouse && pty_modes(pty).has_sgr_mouse);
        click_on(pty, "3 ○ replay");
        expect(pty, "3 ● replay");
        click_on(pty, "3 ● replay");
        expect(pty, "3 ○ replay");
        press_and_expect(pty, "M", "mouse off");
        cr_expect_not(pty_modes(pty).has_mouse);
        press_and_expect(pty, "M", "mouse on");
        cr_expect(pty_modes(pty).has_mouse);
        close_and_quit(pty);
    }
}

Test(live_keys, no_mouse_is_asked_for_if_there_is_to_be_none)
{
    struct pty *pty = start((const char *const[]){"--no-mouse", NULL});
    expect(pty, "step ");
    cr_assert(pty_redraw(pty));
    static const char *const modes[] = {"?9h",    "?1000h", "?1002h",      "?1003h",
                                        "?1006h", "?1015h", "?1006;1000h", "?1000;1006h"};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        cr_expect_null(strstr(pty_output(pty, NULL), modes[i]), "%s", modes[i]);
    }
    close_and_quit(pty);
}

/* ---- too much, and nonsense --------------------------------------------------------------------
 */

Test(live_keys, a_flood_of_pasted_text_does_no_harm)
{
    struct pty *pty = start(NULL);
    struct rng rng = rng_stream(1, 1);
    char flood[10240];
    expect(pty, "step ");
    for (size_t i = 0; i < sizeof flood; i++) {
        flood[i] = (char)(' ' + rng_below(&rng, 95));
        flood[i] = flood[i] == 'q' ? '\r' : flood[i]; /* else it would be over at once */
    }
    pty_send(pty, flood, sizeof flood);
    close_all(pty);
    cr_expect_not(pty_has_ended(pty));
    close_and_quit(pty);
}

static bool has_moved_on(struct pty *pty, const void *data)
{
    const char *at = strstr(pty_row(pty, 0), "step ");
    return at && atol(at + 5) > *(const long *)data;
}

Test(live_keys, bytes_that_are_no_characters_do_not_stop_the_picture)
{
    static const char *const nonsense[] = {"\xC3", "\xFF\xFE", "\xF0\x9F", "\033[", "\033O"};
    struct pty *pty = start((const char *const[]){"--at", "0:speed 50", NULL});
    expect(pty, "step ");
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        pty_type(pty, nonsense[i]);
        cr_assert(pty_redraw(pty));
        const char *at = strstr(pty_row(pty, 0), "step ");
        long step = at ? atol(at + 5) : 0;
        cr_assert(pty_wait_for(pty, has_moved_on, &step), "stands still after nonsense %zu", i);
    }
    close_and_quit(pty);
}

/* ---- what is no key ----------------------------------------------------------------------------
 */

/* Reports and answers of terminals: none of them is asked for here, all of them have characters in
 * them that are keys. */
static const char *const reports[] = {
    "\033[24;80R",           "\033[1;2R",   "\033P1$r0q\033\\", "\033]11;rgb:1111/2222/3333\033\\",
    "\033[?64;1;2;6;22c",    "\033[97;5u",  "\033_Gq\033\\",    "\033]11;rgb:1111/2222/3333\a",
    "\033P>|qqq(388)\033\\", "\033[3;1;1~", "\033[I\033[O",     "\033[?2026;2$y",
    "\033[113;1:3u"};

static const char *const terminals[] = {"TERM=xterm-256color", "TERM=tmux-256color", "TERM=vt100",
                                        "TERM=linux"};

/* All but the upper panels, drawn anew: the heatmap in one of them depends on the sizes it had.
 * Owned. */
static char *redrawn(struct pty *pty)
{
    enum { PANELS_TOP = 2, PANELS_BOTTOM = 18 };
    cr_assert(pty_redraw(pty), "no new picture:\n%s", pty_screen(pty));
    char *screen = strdup(pty_screen(pty)), *from = screen, *to = screen;
    for (int y = 0; y < PANELS_BOTTOM; y++) {
        from = strchr(from, '\n') + 1;
        to = y == PANELS_TOP - 1 ? from : to;
    }
    memmove(to, from, strlen(from) + 1);
    return screen;
}

static void expect_untouched(struct pty *pty, const char *before, const char *what)
{
    char *after = redrawn(pty);
    cr_expect_str_eq(after, before, "%s did something:\n%s\n%s", what, before, after);
    free(after);
}

Test(live_keys, reports_and_answers_of_the_terminal_are_no_keys)
{
    for (size_t t = 0; t < sizeof terminals / sizeof terminals[0]; t++) {
        struct pty *pty = pty_open(&(struct pty_config){
            .variables = (const char *const[]){terminals[t], NULL},
            .arguments = (const char *const[]){"--no-mouse", "--at", "8:pause", NULL}});
        expect(pty, "step 8  paused");
        char *before = redrawn(pty);
        for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
            pty_type(pty, reports[i]);
            expect_untouched(pty, before, reports[i] + 1);
        }
        pty_type(pty, "\033[<0;5;30M\033[<0;5;30m\033[M %5\033[M#%5");
        expect_untouched(pty, before, "a report of the mouse");
        free(before);
        close_and_quit(pty);
    }
}

Test(live_keys, a_report_in_pieces_is_no_key_either)
{
    struct pty *pty = start_paused(120, 36);
    char *before = redrawn(pty);
    static const char report[] = "\033[24;80R";
    pty_send(pty, report, 2);
    for (const char *at = report + 2; *at; at++) {
        cr_assert(pty_settle(pty));
        pty_send(pty, at, 1);
    }
    expect_untouched(pty, before, report + 1);
    free(before);
    close_and_quit(pty);
}

Test(live_keys, a_click_is_a_click_on_every_terminal)
{
    for (size_t t = 0; t < sizeof terminals / sizeof terminals[0]; t++) {
        struct pty *pty = pty_open(
            &(struct pty_config){.variables = (const char *const[]){terminals[t], "LC_ALL=C", NULL},
                                 .arguments = (const char *const[]){"--at", "8:pause", NULL}});
        int x, y;
        expect(pty, "step 8  paused");
        for (int i = 0; i < 2; i++) {
            char bytes[32];
            cr_assert(pty_find(pty, i ? "3 * replay" : "3 o replay", &x, &y), "%s",
                      pty_screen(pty));
            snprintf(bytes, sizeof bytes, "\033[%s;%d;%dM", i ? "32" : "<0", x + 1, y + 1);
            pty_type(pty, bytes);
            expect(pty, i ? "3 o replay" : "3 * replay");
        }
        cr_assert(pty_find(pty, "3 o replay", &x, &y));
        pty_type(pty, "\033[M ");
        pty_type(pty, (char[]){(char)(x + 1 + 32), (char)(y + 1 + 32), '\0'});
        expect(pty, "3 * replay");
        close_and_quit(pty);
    }
}

/* ---- pastes ------------------------------------------------------------------------------------
 */

static void paste(struct pty *pty, const char *text)
{
    cr_assert(pty_modes(pty).has_paste, "the terminal was not asked to say what is pasted");
    pty_type(pty, "\033[200~");
    pty_type(pty, text);
    pty_type(pty, "\033[201~");
}

Test(live_keys, a_paste_on_the_screen_is_ignored_and_that_is_said)
{
    struct pty *pty = start_paused(120, 36);
    paste(pty, "1 Rq\r2 is a sentence that quits\n3");
    expect(pty, "pasted text is ignored here");
    cr_expect(strstr(pty_screen(pty), "step 8  paused"));
    expect(pty, "1 ○ low lr");
    expect(pty, "3 ○ replay");
    press_and_expect(pty, "?", "Esc closes");
    paste(pty, "q");
    cr_assert(pty_redraw(pty));
    cr_expect_not(pty_has_ended(pty));
    close_and_quit(pty);
}

Test(live_keys, a_paste_into_a_line_is_one_text_that_is_not_submitted)
{
    struct pty *pty = start_paused(120, 36);
    press_and_expect(pty, "m", ": note");
    paste(pty, "first line\nq and second\r\nthird\n");
    expect(pty, ": note first line q and second third");
    cr_assert(pty_redraw(pty));
    cr_expect(strstr(pty_row(pty, -1), ": note first line q and second third"));
    press(pty, "enter");
    expect_gone(pty, ": note");
    cr_expect_not(pty_has_ended(pty));
    press_and_expect(pty, ":", "Tab completes");
    char text[400];
    memset(text, 'q', sizeof text);
    text[sizeof text - 1] = '\0';
    paste(pty, text);
    expect(pty, "longer than a line may be");
    close_and_quit(pty);
}
