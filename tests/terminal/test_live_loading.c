/* SPDX-License-Identifier: MIT
 * The live program while its session is not there yet: what it shows, whom it obeys, what comes of
 * it.  The data is a table that takes seconds to read on any machine: a test looks and presses keys
 * meanwhile, which takes a small part of that, and leaves, or waits for the end. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/person.h"
#include "support/place.h"

/* Numbers with large exponents are those that take longest to read, for their bytes. */
enum { COLUMNS = 64, BLOCK_ROWS = 1000, ROW_SIZE = COLUMNS * 7 + 3 };
enum { BLOCKS = 100, BLOCKS_LONG = 300 }; /* to be read to the end, and to be left before */

TestSuite(live_loading, .timeout = 120);

/* A place with a table that takes long to read. */
struct long_place {
    struct place at;
    char table[96];
};

static void fill_block(char *block)
{
    char *at = block;
    for (int i = 0; i < BLOCK_ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            at += snprintf(at, 8, "%de-150,", 1 + (i * i + j * i + 3 * j) % 9);
        }
        at += snprintf(at, 3, "%c\n", i % 3 ? 'a' : 'b');
    }
}

/* A table of so many blocks, and after them `tail`. */
static struct long_place make_long(int n_blocks, const char *tail)
{
    struct long_place place = {.at = make_place()};
    char *block = malloc(BLOCK_ROWS * ROW_SIZE);
    cr_assert_not_null(block);
    snprintf(place.table, sizeof place.table, "%s/long.csv", place.at.folder);
    fill_block(block);
    FILE *table = fopen(place.table, "w");
    cr_assert_not_null(table);
    for (int i = 0; i < n_blocks; i++) {
        fputs(block, table);
    }
    fputs(tail, table);
    cr_assert_eq(fclose(table), 0, "no room for a table of %d MB in /tmp",
                 n_blocks * BLOCK_ROWS * ROW_SIZE >> 20);
    free(block);
    return place;
}

static void leave_long(const struct long_place *place)
{
    unlink(place->table);
    leave(&place->at);
}

/* As long as it takes to load. */
static void expect_at_last(struct pty *pty, const char *loading, const char *text)
{
    while (!pty_wait(pty, text)) {
        cr_assert(shows(pty, loading), "'%s' is not shown:\n%s", text, pty_screen(pty));
    }
}

static struct pty *start_at(const struct long_place *place, int cols, int rows)
{
    const char *arguments[] = {"--data", place->table, "--net", "8", NULL};
    struct pty *pty =
        pty_open(&(struct pty_config){.cols = cols, .rows = rows, .arguments = arguments});
    expect(pty, "loading long");
    return pty;
}

static struct pty *start_loading(const struct long_place *place)
{
    return start_at(place, 0, 0);
}

/* ---- what it shows ---- */

Test(live_loading, shows_what_is_to_come_and_then_that)
{
    static const char *const there[] = {"accuracy", "strategies",    "2 ○ EWC",
                                        "matrix R", "learning rate", "5 tasks",
                                        "lr 0.1",   "? help",        "q quit"};
    struct long_place place = make_long(BLOCKS, "");
    struct pty *pty = start_loading(&place);
    int x, y, to_x, to_y;
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        cr_expect(shows(pty, there[i]), "'%s' is not shown", there[i]);
    }
    cr_expect_not(shows(pty, "step 0"), "%s", pty_screen(pty));
    cr_assert(pty_find(pty, "matrix R", &x, &y));
    expect_at_last(pty, "loading", "step ");
    cr_expect(pty_wait_gone(pty, "loading"), "%s", pty_screen(pty));
    cr_expect(pty_find(pty, "matrix R", &to_x, &to_y) && x == to_x && y == to_y, "it has jumped");
    quit(pty);
    leave_long(&place);
}

Test(live_loading, has_any_size)
{
    struct long_place place = make_long(BLOCKS_LONG, "");
    struct pty *pty = start_at(&place, 80, 24);
    static const int sizes[][2] = {{120, 36}, {200, 60}, {60, 16}, {80, 50}, {100, 30}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pty_resize(pty, sizes[i][0], sizes[i][1]);
        cr_assert(pty_redraw(pty), "%d x %d", sizes[i][0], sizes[i][1]);
        cr_expect(shows(pty, "loading long"), "%s", pty_screen(pty));
        cr_expect(strstr(pty_row(pty, -1), "q quit"), "%s", pty_screen(pty));
    }
    pty_resize(pty, 30, 10);
    expect(pty, "oubli needs room");
    pty_resize(pty, 120, 36);
    expect(pty, "loading long");
    quit(pty);
    leave_long(&place);
}

/* ---- whom it obeys ---- */

Test(live_loading, q_leaves_at_once)
{
    struct long_place place = make_long(BLOCKS_LONG, "");
    quit(start_loading(&place));
    leave_long(&place);
}

Test(live_loading, signals_stop_it)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct long_place place = make_long(BLOCKS_LONG, "");
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct pty *pty = start_loading(&place);
        pty_kill(pty, signals[i]);
        cr_expect_eq(pty_wait_end(pty), 128 + signals[i], "signal %d", signals[i]);
        expect_given_back(pty, strsignal(signals[i]));
        pty_close(pty);
    }
    struct pty *pty = start_loading(&place);
    pty_hang_up(pty);
    int code = pty_wait_end(pty);
    cr_expect(code == 128 + SIGHUP || code == -SIGHUP, "%d", code);
    pty_close(pty);
    leave_long(&place);
}

Test(live_loading, it_can_be_stopped_and_goes_on)
{
    struct long_place place = make_long(BLOCKS_LONG, "");
    struct pty *pty = start_loading(&place);
    pty_type(pty, "\032");
    cr_assert(pty_wait_stopped(pty), "it does not stop");
    expect_given_back(pty, "stopped");
    pty_kill(pty, SIGCONT);
    cr_assert(pty_wait_continued(pty));
    expect(pty, "loading long");
    cr_expect(pty_modes(pty).is_alternate && pty_modes(pty).has_mouse);
    quit(pty);
    leave_long(&place);
}

Test(live_loading, help_and_looks_are_there_at_once)
{
    struct long_place place = make_long(BLOCKS_LONG, "");
    struct pty *pty = start_loading(&place);
    cr_assert(pty_key(pty, "?"));
    expect(pty, "Esc closes");
    cr_assert(pty_key(pty, "down") && pty_key(pty, "esc"));
    cr_expect(pty_wait_gone(pty, "Esc closes"));
    cr_assert(pty_key(pty, "G") && pty_key(pty, "G")); /* ASCII */
    cr_expect(pty_wait_gone(pty, "○"), "%s", pty_screen(pty));
    expect(pty, "loading long");
    quit(pty);
    leave_long(&place);
}

/* In their order, and a line that is typed is a line. */
Test(live_loading, other_keys_are_kept_until_the_session_is_there)
{
    struct long_place place = make_long(BLOCKS, "");
    struct pty *pty = start_loading(&place);
    pty_type(pty, "2 :note typed quite early\r");
    cr_assert(pty_redraw(pty)); /* all of them have been read */
    cr_expect(shows(pty, "loading long") && !shows(pty, "quite"), "%s", pty_screen(pty));
    expect_at_last(pty, "loading", "paused");
    expect(pty, "typed quite early");
    expect(pty, "2 ● EWC");
    quit(pty);
    leave_long(&place);
}

/* ---- what comes of it ---- */

static char *read_all(FILE *file)
{
    static char text[4096];
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    return text;
}

Test(live_loading, an_error_gives_the_terminal_back_and_says_a_line)
{
    struct long_place place = make_long(BLOCKS, "1,2,3,a\n");
    char expected[64];
    snprintf(expected, sizeof expected, "long.csv:%d: %d fields expected", BLOCKS * BLOCK_ROWS + 1,
             COLUMNS + 1);
    FILE *err = tmpfile();
    const char *arguments[] = {"--data", place.table, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments, .err = fileno(err)});
    int code = PTY_NO_END;
    expect(pty, "loading long");
    while ((code = pty_wait_end(pty)) == PTY_NO_END) {
        cr_assert(shows(pty, "loading"), "%s", pty_screen(pty));
    }
    cr_expect_eq(code, 1);
    expect_given_back(pty, "after an error");
    char *text = read_all(err), *end = strchr(text, '\n');
    cr_expect(strstr(text, expected) && end && end[1] == '\0', "%s", text);
    fclose(err);
    pty_close(pty);
    leave_long(&place);
}

/* What is to be said of the data is said where one looks. */
Test(live_loading, a_note_on_the_data_is_the_first_message)
{
    struct long_place place = make_long(0, "");
    FILE *table = fopen(place.table, "w");
    for (int i = 0; i < 60; i++) {
        fprintf(table, "%d,%d,%c\n", i, i * i % 17, i % 2 ? 'a' : 'b');
    }
    cr_assert_eq(fclose(table), 0);
    const char *arguments[] = {"--data", place.table, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "column 1 only counts the rows");
    quit(pty);
    leave_long(&place);
}

static void expect_refused_unseen(const char *const *arguments, const char *part)
{
    size_t n;
    FILE *err = tmpfile();
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments, .err = fileno(err)});
    int code = pty_wait_end(pty);
    cr_expect(code == 1 || code == 2, "%s: %d", part, code);
    cr_expect_null(strchr(pty_output(pty, &n), '\033'), "%s: the screen was touched", part);
    char *text = read_all(err);
    cr_expect(strstr(text, part), "'%s' expected, found: %s", part, text);
    fclose(err);
    pty_close(pty);
}

Test(live_loading, what_is_wrong_at_first_sight_does_not_touch_the_screen)
{
    struct long_place place = make_long(0, "");
    fclose(fopen(place.at.file, "w"));
    expect_refused_unseen((const char *const[]){"--data", "/nowhere.csv", NULL}, "/nowhere.csv");
    expect_refused_unseen((const char *const[]){"--data", "digit", NULL},
                          "no dataset of that name");
    expect_refused_unseen((const char *const[]){"--data", place.at.folder, NULL}, "not found");
    expect_refused_unseen((const char *const[]){"--texts", place.table, NULL}, "goes with");
    expect_refused_unseen((const char *const[]){"--record", place.at.file, NULL}, "there already");
    expect_refused_unseen((const char *const[]){"resume", place.at.file, NULL},
                          "a recording expected");
    unlink(place.table);
    cr_assert_eq(mkfifo(place.table, 0600), 0);
    expect_refused_unseen((const char *const[]){"--data", place.table, NULL}, "a pipe found");
    expect_refused_unseen((const char *const[]){"--data", "text", "--texts", place.table, NULL},
                          "a pipe found");
    leave_long(&place);
}

/* ---- a session that is gone on with ---- */

static void interrupt_one(struct long_place *place)
{
    const char *arguments[] = {"--data",   place->table,   "--net", "8",
                               "--record", place->at.file, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "loading long");
    expect_at_last(pty, "loading", "rec");
    cr_assert(pty_key(pty, "2"));
    expect(pty, "2 ● EWC");
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused");
    quit(pty);
}

Test(live_loading, a_session_that_is_resumed_shows_where_it_stood)
{
    struct long_place place = make_long(BLOCKS, "");
    interrupt_one(&place);
    const char *arguments[] = {"resume", place.at.file, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "going on");
    cr_expect(shows(pty, "2 ● EWC"), "%s", pty_screen(pty));
    quit(pty); /* and is as it was */
    pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "going on");
    expect_at_last(pty, "going on", "paused");
    cr_expect(pty_wait_gone(pty, "going on"), "%s", pty_screen(pty));
    quit(pty);
    leave_long(&place);
}
