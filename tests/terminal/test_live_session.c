/* SPDX-License-Identifier: MIT
 * The live program from its first frame to its last: what a session shows, on which terminals it
 * can be shown, and what happens where there is none. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/person.h"
#include "ui/screen/present_curses.h"

enum { TIMEOUT = 60, TASKS_MAX = 8 };

TestSuite(live_session, .timeout = TIMEOUT);

static bool is_past(struct pty *pty, const void *step)
{
    return step_of(pty) > *(const long *)step;
}

/* ---- the story ---------------------------------------------------------------------------------
 */

/* The percentage behind a task's letter at the right end of the curves, -1 if it is not there. */
static int accuracy_of(struct pty *pty, char letter)
{
    char label[8];
    snprintf(label, sizeof label, " %c  ", letter);
    for (int y = 3; y < 18; y++) {
        const char *row = pty_row(pty, y), *end = strstr(row, "││");
        for (const char *at = row; (at = strstr(at, label)) != NULL && (!end || at < end); at++) {
            int value = atoi(at + 4);
            if (value > 0) {
                return value;
            }
        }
    }
    return -1;
}

Test(live_session, task_a_is_learned_and_falls_while_b_rises)
{
    struct pty *pty = start((const char *const[]){"--at", "0:speed 2000", "--at", "440:pause",
                                                  "--at", "B+300:pause", NULL});
    expect(pty, " oubli  digits · permuted · 5 tasks");
    expect(pty, "space pause");
    expect(pty, "q quit");
    expect(pty, "step 440  paused");
    expect(pty, "since A began");
    int learned = accuracy_of(pty, 'A');
    cr_expect_geq(learned, 85, "%s", pty_screen(pty));
    press(pty, "space");
    expect(pty, "step 750  paused");
    expect(pty, "since B began");
    int left = accuracy_of(pty, 'A'), risen = accuracy_of(pty, 'B');
    cr_expect(left >= 0 && left <= learned - 20, "A %d, then %d\n%s", learned, left,
              pty_screen(pty));
    cr_expect_geq(risen, 80, "B %d\n%s", risen, pty_screen(pty));
    quit(pty);
}

Test(live_session, something_moves_without_a_key)
{
    struct pty *pty = start(NULL);
    expect(pty, "A is being learned");
    long step = step_of(pty);
    cr_expect(pty_wait_for(pty, is_past, &step));
    quit(pty);
}

Test(live_session, the_end_stays_with_its_summary_until_somebody_goes_on)
{
    struct pty *pty = start((const char *const[]){"--steps", "20", NULL});
    expect(pty, "step ");
    press(pty, "}");
    expect(pty, "the end");
    expect(pty, "─ what is left ─");
    expect(pty, "learned ");
    press(pty, "space");
    expect(pty, "The sequence is over");
    cr_assert(pty_redraw(pty));
    cr_expect(strstr(pty_screen(pty), "─ what is left ─"));
    press(pty, "[");
    expect_gone(pty, "full speed");
    press(pty, "R");
    expect_gone(pty, "the end");
    expect(pty, "─ drift ─");
    cr_expect_lt(step_of(pty), 100);
    quit(pty);
}

Test(live_session, a_divergence_is_shown_and_b_recovers_with_half_the_rate)
{
    struct pty *pty = start((const char *const[]){"--strategy", "l2", "--set", "l2.lambda=10",
                                                  "--lr", "10", "--steps", "40", "--at",
                                                  "0:speed 1000", "--at", "B+5:speed 10", NULL});
    expect(pty, "  diverged");
    expect(pty, "the loss is not finite at learning rate 10");
    cr_assert(pty_settle(pty));
    long step = step_of(pty);
    cr_expect_gt(step, 40);
    press(pty, "space");
    cr_assert(pty_redraw(pty));
    expect(pty, "the loss is not finite");
    cr_expect_eq(step_of(pty), step, "it went on");
    press(pty, "b");
    expect_gone(pty, "  diverged");
    expect(pty, "lr 5 ");
    cr_expect_lt(step_of(pty), step);
    quit(pty);
}

/* ---- keys against --at -------------------------------------------------------------------------
 */

/* R as `oubli run` finds it with the same commands at the same steps; the number of tasks. */
static int run_matrix(const char *const *arguments, double r[TASKS_MAX][TASKS_MAX])
{
    FILE *out = tmpfile();
    int null = open("/dev/null", O_RDWR);
    cr_assert(out && null >= 0);
    struct pty *pty = pty_open(
        &(struct pty_config){.arguments = arguments, .in = null, .out = fileno(out), .err = null});
    cr_assert_eq(pty_wait_end(pty), 0);
    pty_close(pty);
    rewind(out);
    json_t *root = json_loadf(out, 0, NULL), *rows = json_object_get(root, "R");
    int n = (int)json_array_size(rows);
    cr_assert(n > 0 && n <= TASKS_MAX);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            r[i][j] = json_number_value(json_array_get(json_array_get(rows, (size_t)i), (size_t)j));
        }
    }
    json_decref(root);
    fclose(out);
    close(null);
    return n;
}

/* The numbers of a row of the enlarged matrix: "│ B    28      96       ·". */
static int matrix_row(struct pty *pty, char letter, int values[TASKS_MAX])
{
    char begin[16];
    snprintf(begin, sizeof begin, "│ %c ", letter);
    for (int y = 3; y < 34; y++) {
        const char *row = pty_row(pty, y), *at = row + strlen(begin);
        int n = 0, length;
        if (strncmp(row, begin, strlen(begin)) != 0) {
            continue;
        }
        while (n < TASKS_MAX && sscanf(at, "%d%n", &values[n], &length) == 1) {
            at += length;
            n++;
        }
        if (n > 0) {
            return n;
        }
    }
    return 0;
}

/* Whether the matrix fills the screen: its title alone is on the small one too. */
static bool is_enlarged(struct pty *pty, const void *unused)
{
    (void)unused;
    int values[TASKS_MAX];
    return matrix_row(pty, 'A', values) > 0;
}

/* Pauses in the middle of a task and returns the step. */
static long pause_after(struct pty *pty, long step)
{
    cr_assert(pty_wait_for(pty, is_past, &step), "it stands still");
    press(pty, "space");
    expect(pty, "paused");
    cr_assert(pty_redraw(pty));
    return step_of(pty);
}

Test(live_session, keys_do_what_the_same_commands_do_in_a_script)
{
    struct pty *pty = start((const char *const[]){"--tasks", "3", "--steps", "60", NULL});
    expect(pty, "step ");
    command(pty, "speed 40");
    long first = pause_after(pty, 10);
    press(pty, "3");
    expect(pty, "3 ● replay");
    press(pty, "+");
    expect(pty, "lr 0.125 ");
    press(pty, "space");
    long second = pause_after(pty, first + 15);
    press(pty, "2");
    expect(pty, "2 ● EWC");
    press(pty, "}");
    expect(pty, "full speed");
    press(pty, "space");
    expect(pty, "step 180  the end");
    command(pty, "focus matrix");
    press(pty, "enter");
    cr_assert(pty_wait_for(pty, is_enlarged, NULL), "%s", pty_screen(pty));
    cr_assert(pty_settle(pty));
    char at[3][40];
    snprintf(at[0], sizeof at[0], "%ld:strategy replay on", first);
    snprintf(at[1], sizeof at[1], "%ld:set lr 0.125", first);
    snprintf(at[2], sizeof at[2], "%ld:strategy ewc on", second);
    double r[TASKS_MAX][TASKS_MAX];
    int n = run_matrix((const char *const[]){"run", "--tasks", "3", "--steps", "60", "--at", at[0],
                                             "--at", at[1], "--at", at[2], "--json", "-", NULL},
                       r);
    cr_assert_eq(n, 3);
    for (int i = 0; i < n; i++) {
        int values[TASKS_MAX];
        cr_assert_geq(matrix_row(pty, (char)('A' + i), values), i + 1, "%s", pty_screen(pty));
        for (int j = 0; j <= i; j++) {
            cr_expect(fabs(values[j] - 100 * r[i][j]) <= 0.501,
                      "R[%d][%d]: %d live, %.2f in a script", i, j, values[j], 100 * r[i][j]);
        }
    }
    quit(pty);
}

/* ---- terminals ---------------------------------------------------------------------------------
 */

Test(live_session, it_is_shown_on_every_usual_terminal)
{
    static const char *const names[] = {
        "xterm-256color", "xterm",         "screen-256color", "tmux-256color", "linux",
        "vt100",          "xterm-ghostty", "xterm-kitty",     "foot",          "no-such-terminal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct screen_entry entry;
        struct err err;
        char term[40];
        if (!screen_probe(names[i], &entry, &err)) {
            continue; /* not installed here */
        }
        snprintf(term, sizeof term, "TERM=%s", names[i]);
        struct pty *pty = pty_open(
            &(struct pty_config){.variables = (const char *const[]){term, NULL},
                                 .arguments = (const char *const[]){"--at", "3:pause", NULL}});
        expect(pty, "step 3  paused");
        expect(pty, " oubli  digits");
        expect(pty, "q quit");
        cr_assert(pty_redraw(pty), "%s: no new picture", names[i]);
        cr_expect_eq(strncmp(pty_row(pty, 0), " oubli", 6), 0, "%s:\n%s", names[i],
                     pty_screen(pty));
        quit(pty);
    }
}

static int count(const char *text, const char *part)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) {
        n++;
    }
    return n;
}

/* A terminal that draws slowly must not show halves of them. */
Test(live_session, frames_are_shown_whole)
{
    struct pty *pty = start((const char *const[]){"--at", "3:pause", NULL});
    size_t n;
    expect(pty, "paused");
    cr_assert(pty_settle(pty));
    const char *output = pty_output(pty, &n);
    cr_expect_gt(count(output, "\033[?2026h"), 1);
    cr_expect_eq(count(output, "\033[?2026h"), count(output, "\033[?2026l"));
    const char *text = strstr(output, "step ");
    char *before = strndup(output, (size_t)(text - output));
    cr_expect_gt(count(before, "\033[?2026h"), count(before, "\033[?2026l"), "outside a frame");
    free(before);
    quit(pty);
}

Test(live_session, the_console_gets_no_glyph_that_its_font_lacks)
{
    struct pty *pty = pty_open(
        &(struct pty_config){.variables = (const char *const[]){"TERM=linux", NULL},
                             .arguments = (const char *const[]){"--at", "30:pause", NULL}});
    size_t n;
    expect(pty, "paused");
    const char *output = pty_output(pty, &n);
    for (size_t i = 0; i < n; i++) {
        cr_assert_lt((unsigned char)output[i], 0x80, "byte %zu of the output", i);
    }
    cr_assert(pty_find(pty, "+-", &(int){0}, &(int){0}), "%s", pty_screen(pty));
    pty_kill(pty, SIGTERM);
    cr_expect_eq(pty_wait_end(pty), 128 + SIGTERM);
    output = pty_output(pty, &n); /* the cursor has a shape of its own there */
    cr_expect_not_null(strstr(output + n - 40, "\033[?0c"));
    pty_close(pty);
}

Test(live_session, no_color_means_none)
{
    struct pty *pty = pty_open(&(struct pty_config){
        .variables = (const char *const[]){"NO_COLOR=1", "COLORTERM=truecolor", NULL},
        .arguments = (const char *const[]){"--at", "3:pause", NULL}});
    expect(pty, "paused");
    press(pty, "T");
    cr_assert(pty_redraw(pty));
    quit(pty);
    pty =
        pty_open(&(struct pty_config){.arguments = (const char *const[]){"--at", "3:pause", NULL}});
    expect(pty, "paused");
    cr_expect(pty_had_color(pty), "the test above proves nothing");
    quit(pty);
}

Test(live_session, without_utf8_everything_is_ascii)
{
    struct pty *pty =
        pty_open(&(struct pty_config){.variables = (const char *const[]){"LC_ALL=C", NULL},
                                      .arguments = (const char *const[]){"--at", "3:pause", NULL}});
    size_t n;
    expect(pty, "paused");
    press(pty, "?");
    expect(pty, "Esc closes");
    press(pty, "esc");
    cr_assert(pty_redraw(pty));
    const char *output = pty_output(pty, &n);
    for (size_t i = 0; i < n; i++) {
        cr_assert_lt((unsigned char)output[i], 0x80, "byte %zu of the output:\n%s", i,
                     pty_screen(pty));
    }
    quit(pty);
}

/* ---- no terminal -------------------------------------------------------------------------------
 */

/* Reads a whole file from its start; borrowed from `text`. */
static const char *contents(FILE *file, char *text, size_t size)
{
    rewind(file);
    size_t n = fread(text, 1, size - 1, file);
    text[n] = '\0';
    return text;
}

/* It runs headless: a line on stderr, the table on `out` (the terminal where NULL), exit 0. */
static void expect_headless(const struct pty_config *how, FILE *out, const char *name)
{
    static const char *const arguments[] = {"--tasks", "2", "--steps", "20", NULL};
    struct pty_config config = *how;
    FILE *err = tmpfile();
    char text[8192];
    cr_assert_not_null(err);
    config.arguments = arguments;
    config.err = fileno(err);
    config.out = out ? fileno(out) : 0;
    struct pty *pty = pty_open(&config);
    cr_expect_eq(pty_wait_end(pty), 0, "%s", name);
    contents(err, text, sizeof text);
    cr_expect(strstr(text, "running headless"), "%s: stderr is '%s'", name, text);
    cr_expect(strchr(text, '\n') && !strchr(strchr(text, '\n') + 1, '\n'), "%s: one line", name);
    const char *table = out ? contents(out, text, sizeof text) : pty_output(pty, NULL);
    cr_expect(strstr(table, "average accuracy"), "%s: stdout is '%s'", name, table);
    cr_expect_null(strchr(table, '\033'), "%s: escapes on stdout", name);
    const char *why;
    cr_expect(pty_is_given_back(pty, &why), "%s: %s", name, why);
    pty_close(pty);
    fclose(err);
}

Test(live_session, where_nothing_can_be_shown_it_runs_headless)
{
    static const char *const variables[][2] = {
        {"TERM=dumb", NULL}, {"TERM=unknown", NULL}, {"TERM", NULL}, {"TERM=", NULL}};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        expect_headless(&(struct pty_config){.variables = variables[i]}, NULL, variables[i][0]);
    }
}

Test(live_session, without_a_terminal_at_either_end_it_runs_headless)
{
    int null = open("/dev/null", O_RDONLY), ends[2];
    FILE *file = tmpfile();
    cr_assert(null >= 0 && file && pipe(ends) == 0);
    expect_headless(&(struct pty_config){.in = null}, NULL, "stdin is /dev/null");
    expect_headless(&(struct pty_config){0}, file, "stdout is a file");
    struct pty *pty = pty_open(&(struct pty_config){
        .arguments = (const char *const[]){"--tasks", "2", "--steps", "20", NULL}, .out = ends[1]});
    cr_expect_eq(pty_wait_end(pty), 0);
    char text[8192];
    ssize_t n = read(ends[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    cr_expect(strstr(text, "average accuracy") && !strchr(text, '\033'), "the pipe got '%s'", text);
    pty_close(pty);
    close(ends[0]);
    close(ends[1]);
    close(null);
    fclose(file);
}
