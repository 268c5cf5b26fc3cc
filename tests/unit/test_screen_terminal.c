/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/key_text.h"
#include "ui/screen/key.h"
#include "ui/screen/pen.h"
#include "ui/screen/present_curses.h"
#include "ui/screen/terminal.h"

Test(key, names_read_back)
{
    static const char *const names[] = {"a",   "space", "ctrl-c", "alt-x",     "up",  "shift-tab",
                                        "f12", "esc",   "enter",  "page-down", ":",   "?",
                                        "f",   "é",     "delete", "ctrl-]",    "end", "backspace"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key key;
        char text[32];
        cr_expect(key_parse(names[i], &key), "%s", names[i]);
        cr_expect_str_eq(key_text(key, text, sizeof text), names[i]);
    }
    struct key key;
    cr_expect(!key_parse("no-such-key", &key));
    cr_expect(!key_parse("", &key));
    cr_expect(!key_parse("f99", &key));
}

Test(key, control_characters_are_keys)
{
    cr_expect_eq(key_from_char('\r').press, PRESS_ENTER);
    cr_expect_eq(key_from_char('\t').press, PRESS_TAB);
    cr_expect_eq(key_from_char(27).press, PRESS_ESCAPE);
    cr_expect_eq(key_from_char(127).press, PRESS_BACKSPACE);
    cr_expect(key_equals(key_from_char(3), (struct key){.press = PRESS_CTRL, .ch = 'c'}));
    cr_expect(key_equals(key_from_char(0x3BB), (struct key){.press = PRESS_CHAR, .ch = 0x3BB}));
}

/* A screen whose output goes nowhere and whose input is `input`. */
static struct screen *open_screen(const char *term, enum color_depth depth, const char *input,
                                  struct err *err)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], input, strlen(input)), (ssize_t)strlen(input));
    close(ends[1]);
    setlocale(LC_ALL, "C.UTF-8");
    struct screen_config config = {
        .term = term,
        .depth = depth,
        .theme = theme_at(0),
        .has_mouse = true,
        .in = fdopen(ends[0], "r"),
        .out = fopen("/dev/null", "w"),
    };
    return screen_open(&config, err);
}

Test(screen, a_terminal_that_is_not_installed_is_taken_for_a_common_one)
{
    struct err err = {0};
    struct screen_entry entry = {0}, common = {0};
    cr_assert(screen_probe("xterm-256color", &common, &err), "%s", err.msg);
    cr_expect(screen_probe("xterm-of-tomorrow", &entry, &err), "%s", err.msg);
    cr_expect_eq(entry.colors, common.colors);
    struct screen *screen = open_screen("xterm-of-tomorrow", DEPTH_256, "a", &err);
    cr_assert_not_null(screen, "%s", err.msg);
    cr_expect_eq(screen_depth(screen), DEPTH_256);
    cr_expect_eq(screen_key(screen).ch, 'a');
    screen_close(screen);
}

Test(screen, a_terminal_that_cannot_move_the_cursor_is_an_error_that_says_what_to_do)
{
    struct err err = {0};
    cr_expect_null(open_screen("dumb", DEPTH_256, "", &err));
    cr_expect(strstr(err.msg, "dumb") && strstr(err.msg, "oubli run"), "%s", err.msg);
}

Test(screen, too_many_open_files_are_not_blamed_on_the_terminal)
{
    struct err err = {0};
    struct screen_entry entry;
    struct rlimit limit = {0};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = (rlim_t)dup(0); /* the next one that is free */
    close((int)limit.rlim_cur);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cr_expect_not(screen_probe("xterm-256color", &entry, &err));
    cr_expect(strstr(err.msg, "oo many open files") && strstr(err.msg, "ulimit -n"), "%s", err.msg);
    cr_expect_null(strstr(err.msg, "TERM="), "%s", err.msg);
    cr_expect_not(terminal_guard(0, &err));
    cr_expect(strstr(err.msg, "oo many open files") && strstr(err.msg, "ulimit -n"), "%s", err.msg);
}

Test(screen, shows_every_style_at_every_depth)
{
    for (int depth = DEPTH_MONO; depth <= DEPTH_DIRECT; depth++) {
        struct err err = {0};
        struct screen *screen = open_screen("xterm-256color", (enum color_depth)depth, "", &err);
        cr_assert_not_null(screen, "%s", err.msg);
        cr_expect_leq((int)screen_depth(screen), depth);
        struct grid grid = {0};
        cr_assert(grid_resize(&grid, 100, 30, NULL));
        struct pen pen = pen_make(&grid, glyphs_at(0), screen_depth(screen));
        for (int fg = 0; fg < ROLE_COUNT; fg++) {
            for (int bg = 0; bg < ROLE_COUNT; bg++) {
                pen_put(&pen, fg, bg, style_on((enum role)fg, (enum role)bg), 0x2580);
            }
        }
        screen_show(screen, &grid);
        screen_theme(screen, theme_at(1));
        screen_show(screen, &grid);
        screen_resize(screen, 40, 10);
        screen_cursor(screen, 3, 3);
        screen_show(screen, &grid);
        screen_suspend(screen);
        screen_resume(screen);
        screen_show(screen, &grid);
        screen_close(screen);
        grid_fini(&grid);
    }
}

Test(screen, an_unchanged_frame_costs_nothing_and_a_cell_costs_little)
{
    struct err err = {0};
    struct screen *screen = open_screen("xterm-256color", DEPTH_256, "", &err);
    cr_assert_not_null(screen, "%s", err.msg);
    struct grid grid = {0};
    cr_assert(grid_resize(&grid, 80, 24, NULL));
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    pen_text(&pen, 0, 0, style_of(ROLE_TEXT), "a frame");
    long first = screen_show(screen, &grid);
    if (first >= 0) {
        cr_expect_gt(first, 0);
        cr_expect_lt(screen_show(screen, &grid), 16);
        pen_text(&pen, 5, 12, style_bold(ROLE_BAD), "x");
        long one = screen_show(screen, &grid);
        cr_expect(one > 0 && one < 64, "%ld bytes", one);
    }
    screen_close(screen);
    grid_fini(&grid);
}

Test(screen, keys_and_clicks_are_decoded)
{
    struct err err = {0};
    const char *input = "a λ\033[A\033OB\033[1~\033[Z\r\t\177\033[3~\033OP\003"
                        "\033[<0;5;7Mx\033[<65;1;2M\033x\033";
    struct screen *screen = open_screen("xterm-256color", DEPTH_256, input, &err);
    cr_assert_not_null(screen, "%s", err.msg);
    static const char *const expected[] = {
        "a",     "space",     "λ",      "up", "down",   "home",      "shift-tab", "enter",
        "tab",   "backspace", "delete", "f1", "ctrl-c", "click 4,6", "x",         "wheel-down 0,1",
        "alt-x", "esc"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char text[32];
        struct key key = screen_key(screen);
        cr_expect_str_eq(key_text(key, text, sizeof text), expected[i]);
    }
    cr_expect_eq(screen_key(screen).press, PRESS_NONE);
    screen_close(screen);
    screen_close(NULL);
}

Test(screen, clicks_that_come_at_once_are_all_read)
{
    struct err err = {0};
    const char *input = "\033[<0;5;7M\033[<0;5;7m\033[<0;9;9M\033[<0;9;9mx";
    struct screen *screen = open_screen("xterm-256color", DEPTH_256, input, &err);
    cr_assert_not_null(screen, "%s", err.msg);
    int n = 0;
    struct key key;
    while ((key = screen_key(screen)).press == PRESS_MOUSE) {
        n++;
    }
    cr_expect_eq(n, 2);
    cr_expect_eq(key.ch, 'x');
    screen_close(screen);
}

Test(terminal, no_screen_without_a_terminal)
{
    struct err err = {0};
    int null = open("/dev/null", O_RDWR);
    cr_expect(!terminal_check(null, null, "xterm", &err));
    cr_expect(strstr(err.msg, "oubli run"));
    int cols = 0, rows = 0;
    cr_expect(!terminal_size(null, &cols, &rows));
    cr_expect(cols == 80 && rows == 24);
    close(null);
}

Test(terminal, glyphs_are_those_that_its_font_has)
{
    setlocale(LC_ALL, "C.UTF-8");
    cr_expect_str_eq(terminal_glyphs("xterm-256color"), "braille");
    cr_expect_str_eq(terminal_glyphs("foot"), "braille");
    cr_expect_str_eq(terminal_glyphs("linux"), "ascii");
    cr_expect_str_eq(terminal_glyphs("linux-16color"), "ascii");
    cr_expect_str_eq(terminal_glyphs("wsvt25"), "ascii");
    setlocale(LC_ALL, "C");
    cr_expect_str_eq(terminal_glyphs("xterm-256color"), "ascii");
}

static bool is_awake(void)
{
    struct pollfd fd = {.fd = terminal_wake_fd(), .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

Test(terminal, signals_become_events)
{
    int null = open("/dev/null", O_RDWR);
    cr_assert(terminal_guard(null, NULL));
    cr_expect(!is_awake());
    raise(SIGWINCH);
    raise(SIGTSTP);
    raise(SIGCONT);
    raise(SIGTERM);
    raise(SIGPIPE);
    cr_expect(is_awake());
    struct terminal_events events = terminal_take();
    cr_expect(events.is_resized && events.is_suspend && events.is_resumed);
    cr_expect_eq(events.stop, SIGTERM);
    cr_expect(!is_awake());
    events = terminal_take();
    cr_expect(!events.is_resized && !events.is_suspend && !events.stop);
    terminal_wake();
    cr_expect(is_awake());
    terminal_release();
    terminal_release();
    cr_expect_eq(terminal_wake_fd(), -1);
    close(null);
}

/* Whoever starts the tests in the background may have had it ignored, which terminals respect. */
static void heed_interrupts(void)
{
    signal(SIGINT, SIG_DFL);
}

Test(terminal, leaving_only_remembers_what_would_end_it, .init = heed_interrupts)
{
    int null = open("/dev/null", O_RDWR);
    terminal_leave(); /* without a guard */
    cr_assert(terminal_guard(null, NULL));
    terminal_leave();
    raise(SIGTERM);
    raise(SIGHUP);
    raise(SIGWINCH);
    struct terminal_events events = terminal_take();
    cr_expect_eq(events.stop, SIGHUP);
    cr_expect_not(events.is_resized);
    raise(SIGINT);
    cr_expect_eq(terminal_take().stop, SIGINT);
    terminal_release();
    close(null);
}

/* How a process ends that is sent `first`, then `second` while it leaves. */
static int end_of_leaving(int first, int second)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        bool ok = terminal_guard(null, NULL);
        terminal_leave();
        raise(first);
        raise(second);
        _exit(ok && terminal_take().stop == second ? 0 : 1);
    }
    cr_assert(pid > 0 && waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

Test(terminal, who_asks_twice_at_the_keyboard_does_not_wait_for_the_end, .init = heed_interrupts)
{
    cr_expect_eq(end_of_leaving(SIGINT, SIGINT), -SIGINT);
    cr_expect_eq(end_of_leaving(SIGTERM, SIGINT), -SIGINT);
    cr_expect_eq(end_of_leaving(SIGINT, SIGTERM), 0, "nobody at the keyboard asks for that");
    cr_expect_eq(end_of_leaving(SIGTERM, SIGTERM), 0);
}

/* The bytes that a process which dies of `signal_number` writes to its terminal. */
static ssize_t last_words(int signal_number, bool is_shown, char *words, size_t size, int *status)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        bool is_ready = terminal_guard(ends[1], NULL);
        terminal_set_shown(is_shown);
        raise(is_ready ? signal_number : SIGKILL);
        _exit(0);
    }
    close(ends[1]);
    ssize_t n = read(ends[0], words, size - 1);
    words[n > 0 ? n : 0] = '\0';
    waitpid(child, status, 0);
    close(ends[0]);
    return n;
}

Test(terminal, a_fatal_signal_gives_the_terminal_back_and_still_kills)
{
    char words[256];
    int status = 0;
    cr_expect_gt(last_words(SIGABRT, true, words, sizeof words, &status), 0);
    cr_expect(strstr(words, "\033[?1049l") && strstr(words, "\033[?25h") &&
              strstr(words, "\033[r"));
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    cr_expect_eq(last_words(SIGABRT, false, words, sizeof words, &status), 0);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
