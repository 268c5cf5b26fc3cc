/* SPDX-License-Identifier: MIT
 * The live program while its session is not there yet: what it shows, whom it obeys, what comes of
 * it.  The text is a pipe, so that loading lasts as long as the test likes. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/pty.h"

enum { TEXT_LINES = 200 };

TestSuite(live_loading, .timeout = 60);

struct place {
    char folder[64], pipe[96], file[96];
    int fd; /* both ends of the pipe, so that it has no end */
};

static struct place make_place(void)
{
    struct place place = {.folder = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(place.folder));
    snprintf(place.pipe, sizeof place.pipe, "%s/text.txt", place.folder);
    snprintf(place.file, sizeof place.file, "%s/a.oubli", place.folder);
    cr_assert_eq(mkfifo(place.pipe, 0600), 0);
    place.fd = open(place.pipe, O_RDWR | O_CLOEXEC);
    cr_assert_geq(place.fd, 0);
    return place;
}

static void leave(struct place *place)
{
    if (place->fd >= 0) {
        close(place->fd);
    }
    unlink(place->pipe);
    unlink(place->file);
    cr_expect_eq(rmdir(place->folder), 0, "the test left a file behind");
}

/* What the program waits for. */
static void write_text(struct place *place)
{
    for (int i = 0; i < TEXT_LINES; i++) {
        dprintf(place->fd, "line %d of a text that nobody has to wait for any more\n", 7 * i % 199);
    }
    close(place->fd);
    place->fd = -1;
}

static void expect(struct pty *pty, const char *text)
{
    cr_assert(pty_wait(pty, text), "'%s' is not shown:\n%s", text, pty_screen(pty));
}

static bool shows(struct pty *pty, const char *text)
{
    int x, y;
    return pty_find(pty, text, &x, &y);
}

static void expect_given_back(struct pty *pty, const char *when)
{
    const char *why;
    cr_expect(pty_is_given_back(pty, &why), "%s: %s", when, why);
}

static struct pty *start_at(const struct place *place, int cols, int rows)
{
    const char *arguments[] = {"--data", "text", "--texts", place->pipe, NULL};
    struct pty *pty =
        pty_open(&(struct pty_config){.cols = cols, .rows = rows, .arguments = arguments});
    expect(pty, "loading text");
    return pty;
}

static struct pty *start(const struct place *place)
{
    return start_at(place, 0, 0);
}

static void quit(struct pty *pty)
{
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    expect_given_back(pty, "at the end");
    pty_close(pty);
}

/* ---- what it shows ---- */

Test(live_loading, shows_what_is_to_come_and_then_that)
{
    static const char *const there[] = {"accuracy", "what it writes", "strategies", "2 ○ EWC",
                                        "matrix R", "learning rate",  "1 task",     "? help",
                                        "lr 0.002", "q quit"};
    struct place place = make_place();
    struct pty *pty = start(&place);
    int x, y, to_x, to_y;
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        cr_expect(shows(pty, there[i]), "'%s' is not shown", there[i]);
    }
    cr_expect_not(shows(pty, "step 0"), "%s", pty_screen(pty));
    cr_assert(pty_find(pty, "matrix R", &x, &y));
    write_text(&place);
    expect(pty, "step ");
    cr_expect(pty_wait_gone(pty, "loading"), "%s", pty_screen(pty));
    cr_expect(pty_find(pty, "matrix R", &to_x, &to_y) && x == to_x && y == to_y, "it has jumped");
    quit(pty);
    leave(&place);
}

Test(live_loading, has_any_size)
{
    struct place place = make_place();
    struct pty *pty = start_at(&place, 80, 24);
    static const int sizes[][2] = {{120, 36}, {200, 60}, {60, 16}, {80, 50}, {100, 30}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pty_resize(pty, sizes[i][0], sizes[i][1]);
        cr_assert(pty_redraw(pty), "%d x %d", sizes[i][0], sizes[i][1]);
        cr_expect(shows(pty, "loading text"), "%s", pty_screen(pty));
        cr_expect(strstr(pty_row(pty, -1), "q quit"), "%s", pty_screen(pty));
    }
    pty_resize(pty, 30, 10);
    expect(pty, "oubli needs room");
    pty_resize(pty, 120, 36);
    write_text(&place);
    expect(pty, "step ");
    quit(pty);
    leave(&place);
}

/* ---- whom it obeys ---- */

Test(live_loading, q_leaves_at_once)
{
    struct place place = make_place();
    quit(start(&place));
    leave(&place);
}

Test(live_loading, signals_stop_it)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct place place = make_place();
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct pty *pty = start(&place);
        pty_kill(pty, signals[i]);
        cr_expect_eq(pty_wait_end(pty), 128 + signals[i], "signal %d", signals[i]);
        expect_given_back(pty, strsignal(signals[i]));
        pty_close(pty);
    }
    struct pty *pty = start(&place);
    pty_hang_up(pty);
    int code = pty_wait_end(pty);
    cr_expect(code == 128 + SIGHUP || code == -SIGHUP, "%d", code);
    pty_close(pty);
    leave(&place);
}

Test(live_loading, it_can_be_stopped_and_goes_on)
{
    struct place place = make_place();
    struct pty *pty = start(&place);
    pty_type(pty, "\032");
    cr_assert(pty_wait_stopped(pty), "it does not stop");
    expect_given_back(pty, "stopped");
    pty_kill(pty, SIGCONT);
    cr_assert(pty_wait_continued(pty));
    expect(pty, "loading text");
    cr_expect(pty_modes(pty).is_alternate && pty_modes(pty).has_mouse);
    write_text(&place);
    expect(pty, "step ");
    quit(pty);
    leave(&place);
}

Test(live_loading, help_and_looks_are_there_at_once)
{
    struct place place = make_place();
    struct pty *pty = start(&place);
    cr_assert(pty_key(pty, "?"));
    expect(pty, "Esc closes");
    cr_assert(pty_key(pty, "down") && pty_key(pty, "esc"));
    cr_expect(pty_wait_gone(pty, "Esc closes"));
    cr_assert(pty_key(pty, "G") && pty_key(pty, "G")); /* ASCII */
    cr_expect(pty_wait_gone(pty, "○"), "%s", pty_screen(pty));
    expect(pty, "loading text");
    quit(pty);
    leave(&place);
}

/* In their order, and a line that is typed is a line. */
Test(live_loading, other_keys_are_kept_until_the_session_is_there)
{
    struct place place = make_place();
    struct pty *pty = start(&place);
    pty_type(pty, "2 :note typed quite early\r");
    cr_assert(pty_redraw(pty)); /* all of them have been read */
    cr_expect(shows(pty, "loading text") && !shows(pty, "quite"), "%s", pty_screen(pty));
    write_text(&place);
    expect(pty, "paused");
    expect(pty, "typed quite early");
    expect(pty, "2 ● EWC");
    quit(pty);
    leave(&place);
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
    static const char expected[] = "a text (UTF-8) expected, found binary data";
    struct place place = make_place();
    FILE *err = tmpfile();
    const char *arguments[] = {"--data", "text", "--texts", place.pipe, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments, .err = fileno(err)});
    expect(pty, "loading text");
    for (int i = 0; i < 500; i++) {
        cr_assert_eq(write(place.fd, "\0\001\002\003\377\376", 6), 6);
    }
    close(place.fd);
    place.fd = -1;
    cr_expect_eq(pty_wait_end(pty), 1);
    expect_given_back(pty, "after an error");
    char *text = read_all(err), *end = strchr(text, '\n');
    cr_expect(strstr(text, expected) && end && end[1] == '\0', "%s", text);
    fclose(err);
    pty_close(pty);
    leave(&place);
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
    struct place place = make_place();
    fclose(fopen(place.file, "w"));
    expect_refused_unseen((const char *const[]){"--data", "/nowhere.csv", NULL}, "/nowhere.csv");
    expect_refused_unseen((const char *const[]){"--data", "digit", NULL},
                          "no dataset of that name");
    expect_refused_unseen((const char *const[]){"--data", place.folder, NULL}, "not found");
    expect_refused_unseen((const char *const[]){"--texts", place.pipe, NULL}, "goes with");
    expect_refused_unseen((const char *const[]){"--record", place.file, NULL}, "there already");
    expect_refused_unseen((const char *const[]){"resume", place.file, NULL},
                          "a recording expected");
    leave(&place);
}

/* ---- a session that is gone on with ---- */

static void interrupt_one(struct place *place)
{
    const char *arguments[] = {"--data", "text",     "--texts",   place->pipe, "--net",
                               "8",      "--record", place->file, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "loading text");
    write_text(place);
    expect(pty, "rec");
    cr_assert(pty_key(pty, "2"));
    expect(pty, "2 ● EWC");
    cr_assert(pty_key(pty, "space"));
    expect(pty, "paused");
    quit(pty);
}

Test(live_loading, a_session_that_is_resumed_shows_where_it_stood)
{
    struct place place = make_place();
    interrupt_one(&place);
    place.fd = open(place.pipe, O_RDWR | O_CLOEXEC);
    const char *arguments[] = {"resume", place.file, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "going on");
    cr_expect(shows(pty, "2 ● EWC"), "%s", pty_screen(pty));
    quit(pty); /* and is as it was */
    pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "going on");
    write_text(&place);
    expect(pty, "paused");
    cr_expect(pty_wait_gone(pty, "going on"), "%s", pty_screen(pty));
    quit(pty);
    leave(&place);
}
