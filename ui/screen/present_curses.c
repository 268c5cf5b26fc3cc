/* SPDX-License-Identifier: MIT
 * The whole grid is compared with the last frame here, before curses compares it once more with
 * what the terminal shows: curses then only handles cells that changed.  Pairs are allocated by
 * actual colours, so roles that look the same share one, and a half block is turned so that (a over
 * b) and (b over a) do too. */
#define NCURSES_WIDECHAR 1 /* the functions for wide characters, whatever the X/Open level */
#include "ui/screen/present_curses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "ui/screen/inked.h"
#include "ui/screen/keyboard.h"
#include "ui/screen/terminal.h"

enum { RUN_MAX = 256, NAME_MAX_BYTES = 64 };

struct screen {
    SCREEN *curses;
    struct keyboard keyboard;
    int out_fd;     /* where curses writes to */
    bool has_modes; /* the terminal knows sequences that begin with CSI */
    const struct theme *theme;
    enum color_depth depth;
    struct grid last; /* what curses has been told */
    bool is_whole;    /* the next frame is drawn whole */
    bool is_suspended;
    bool has_mouse;
    int cursor_x, cursor_y;
    char farewell[32]; /* shows the cursor again */
    int io_fd;         /* /proc/thread-self/io, -1 where there is none */
};

static bool is_installed(const char *name)
{
    int status = 0;
    return setupterm(name, STDOUT_FILENO, &status) == OK && del_curterm(cur_term) == OK;
}

/* Curses does not say why it cannot open an entry: what stops it stops us. */
static bool can_open(struct err *err)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return terminal_blame(err, "the terminfo database cannot be read", errno);
    }
    close(fd);
    return true;
}

/* The name to look `term` up by; NULL and err if there is none. */
static const char *entry_name(const char *term, struct err *err)
{
    static const char *const relatives[] = {"xterm-256color", "xterm", "vt100"};
    if (is_installed(term)) {
        return term;
    }
    for (size_t i = 0; i < sizeof relatives / sizeof relatives[0]; i++) {
        if (is_installed(relatives[i])) {
            return relatives[i];
        }
    }
    if (!can_open(err)) {
        return NULL;
    }
    err_set(err, ERR_FAILED,
            "screen: neither TERM=%s nor xterm-256color is in the terminfo database; install it "
            "(ncurses-base), or use `oubli run`",
            term);
    return NULL;
}

bool screen_probe(const char *term, struct screen_entry *entry, struct err *err)
{
    int status = 0;
    char asked[NAME_MAX_BYTES];
    term = term ? term : getenv("TERM");
    snprintf(asked, sizeof asked, "%s", term ? term : "");
    const char *name = entry_name(asked, err);
    if (!name) {
        return false;
    }
    if (setupterm(name, STDOUT_FILENO, &status) != OK) {
        return err_set(err, ERR_FAILED, "screen: TERM=%s cannot be looked up", name);
    }
    const char *move = tigetstr("cup");
    int n_colors = tigetnum("colors");
    *entry = (struct screen_entry){.colors = n_colors > 0 ? n_colors : 0};
    entry->is_rgb = tigetflag("RGB") > 0 || tigetnum("RGB") > 0;
    bool can_move = move && (intptr_t)move != -1;
    del_curterm(cur_term);
    if (!can_move) {
        return err_set(err, ERR_FAILED,
                       "screen: TERM=%s cannot move the cursor; set TERM=xterm-256color or use "
                       "`oubli run`",
                       name);
    }
    return true;
}

/* True if the entry `name` exists and can do `depth`. */
static bool entry_does(const char *name, enum color_depth depth)
{
    struct screen_entry entry = {0};
    if (!is_installed(name) || !screen_probe(name, &entry, NULL)) {
        return false;
    }
    switch (depth) {
    case DEPTH_DIRECT:
        return entry.is_rgb;
    case DEPTH_256:
        return entry.colors >= 256 && !entry.is_rgb;
    case DEPTH_16:
        return entry.colors >= 16 && !entry.is_rgb;
    case DEPTH_8:
        return entry.colors >= 8 && !entry.is_rgb;
    default:
        return true;
    }
}

/* The entry to start curses with: the terminal's own where it can do the depth, else a relative. */
static bool choose_entry(char name[NAME_MAX_BYTES], const char *term, enum color_depth depth)
{
    const char *suffix = depth == DEPTH_DIRECT ? "-direct" : "-256color";
    const char *relative = depth == DEPTH_DIRECT ? "xterm-direct" : "xterm-256color";
    snprintf(name, NAME_MAX_BYTES, "%s", term);
    if (entry_does(name, depth)) {
        return true;
    }
    const char *cut = strstr(term, "-256color");
    int stem = cut ? (int)(cut - term) : (int)strlen(term);
    snprintf(name, NAME_MAX_BYTES, "%.*s%s", stem < 40 ? stem : 40, term, suffix);
    if (entry_does(name, depth)) {
        return true;
    }
    snprintf(name, NAME_MAX_BYTES, "%s", relative);
    return entry_does(name, depth);
}

/* Lowers the depth until an entry can do it. */
static enum color_depth settle_depth(char name[NAME_MAX_BYTES], const char *term,
                                     enum color_depth depth)
{
    while (depth > DEPTH_MONO && !choose_entry(name, term, depth)) {
        depth = depth - 1;
    }
    if (depth == DEPTH_MONO) {
        snprintf(name, NAME_MAX_BYTES, "%s", term);
    }
    return depth;
}

/* What this terminal's entry says of its keys, beside what all terminals send. */
static void name_keys(struct decoder *decoder)
{
    static const struct {
        const char *capability;
        enum press press;
    } keys[] = {
        {"kcuu1", PRESS_UP},      {"kcud1", PRESS_DOWN},      {"kcub1", PRESS_LEFT},
        {"kcuf1", PRESS_RIGHT},   {"kLFT", PRESS_SHIFT_LEFT}, {"kRIT", PRESS_SHIFT_RIGHT},
        {"khome", PRESS_HOME},    {"kend", PRESS_END},        {"kpp", PRESS_PAGE_UP},
        {"knp", PRESS_PAGE_DOWN}, {"kich1", PRESS_INSERT},    {"kdch1", PRESS_DELETE},
        {"kbs", PRESS_BACKSPACE}, {"kcbt", PRESS_SHIFT_TAB},  {"kent", PRESS_ENTER},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *bytes = tigetstr(keys[i].capability);
        if (bytes && (intptr_t)bytes != -1) {
            decoder_name(decoder, bytes, (struct key){.press = keys[i].press});
        }
    }
    for (uint32_t number = 1; number <= 12; number++) {
        char capability[8];
        snprintf(capability, sizeof capability, "kf%u", (unsigned)number);
        const char *bytes = tigetstr(capability);
        if (bytes && (intptr_t)bytes != -1) {
            decoder_name(decoder, bytes, (struct key){.press = PRESS_FUNCTION, .ch = number});
        }
    }
}

/* How the cursor comes back as this terminal has it: the Linux console has a shape of it beside the
 * mode that all have.  Without the delays of old terminals, which are no bytes to be sent. */
static void set_farewell(struct screen *screen)
{
    const char *from = tigetstr("cnorm");
    size_t n = 0;
    while (from && (intptr_t)from != -1 && *from && n < sizeof screen->farewell - 1) {
        if (strncmp(from, "$<", 2) == 0) {
            from += strcspn(from, ">") + (strchr(from, '>') != NULL);
        } else {
            screen->farewell[n++] = *from++;
        }
    }
    terminal_set_farewell(screen->farewell);
}

/* Straight to the terminal, behind what curses has written. */
static void tell(const struct screen *screen, const char *sequence)
{
    const char *at = sequence;
    size_t left = screen->has_modes ? strlen(sequence) : 0;
    while (left > 0) {
        ssize_t n = write(screen->out_fd, at, left);
        if (n < 0 && errno != EINTR) {
            return;
        }
        at += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
}

/* What is written in between appears at once, where the terminal can do that: a frame never stands
 * half drawn on a projector, however long the line to it. */
static void tell_frame(const struct screen *screen, bool is_open)
{
    tell(screen, is_open ? "\033[?2026h" : "\033[?2026l");
}

/* Clicks and the wheel, in the form that has no limit; a terminal that does not know it sends the
 * old one. */
static void tell_mouse(const struct screen *screen, bool is_on)
{
    tell(screen, is_on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

static void tell_modes(const struct screen *screen, bool is_on)
{
    tell(screen, is_on ? "\033[?2004h" : "\033[?2004l");
    if (screen->has_mouse) {
        tell_mouse(screen, is_on);
    }
}

/* Without ^S, which would stop the output until ^Q.  For good: curses comes back to these modes. */
static void stop_flow_control(const struct screen *screen)
{
    struct termios modes;
    if (tcgetattr(screen->out_fd, &modes) == 0) {
        modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
        tcsetattr(screen->out_fd, TCSANOW, &modes);
        def_prog_mode();
    }
}

static void set_modes(struct screen *screen)
{
    const char *move = tigetstr("cup");
    screen->has_modes = move && (intptr_t)move != -1 && strncmp(move, "\033[", 2) == 0;
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    typeahead(-1);
    stop_flow_control(screen);
    curs_set(0);
    leaveok(stdscr, TRUE);
    keypad(stdscr, TRUE);
    name_keys(&screen->keyboard.decoder);
    if (screen->depth > DEPTH_MONO) {
        start_color();
        use_default_colors();
    }
    tell_modes(screen, true);
}

struct screen *screen_open(const struct screen_config *config, struct err *err)
{
    char term[NAME_MAX_BYTES];
    struct screen_entry entry;
    const char *asked = config->term ? config->term : getenv("TERM");
    snprintf(term, sizeof term, "%s", asked ? asked : "");
    if (!screen_probe(term, &entry, err)) {
        return NULL;
    }
    const char *known = entry_name(term, err);
    if (!known) {
        return NULL;
    }
    struct screen *screen = calloc(1, sizeof *screen);
    if (!screen) {
        err_set(err, ERR_FAILED, "memory: no room for the screen");
        return NULL;
    }
    char name[NAME_MAX_BYTES];
    screen->theme = config->theme;
    screen->depth = settle_depth(name, known, config->depth);
    screen->has_mouse = config->has_mouse;
    screen->cursor_x = screen->cursor_y = -1;
    screen->is_whole = true;
    screen->io_fd = open("/proc/thread-self/io", O_RDONLY | O_CLOEXEC);
    FILE *in = config->in ? config->in : stdin, *out = config->out ? config->out : stdout;
    screen->keyboard.fd = fileno(in);
    screen->out_fd = fileno(out);
    screen->curses = newterm(name, out, in);
    if (!screen->curses) {
        if (can_open(err)) {
            err_set(err, ERR_FAILED, "screen: TERM=%s could not be started; use `oubli run`", name);
        }
        screen_close(screen);
        return NULL;
    }
    set_farewell(screen);
    terminal_set_shown(true);
    set_modes(screen);
    return screen;
}

enum color_depth screen_depth(const struct screen *screen)
{
    return screen->depth;
}

void screen_resize(struct screen *screen, int cols, int rows)
{
    resizeterm(rows > 0 ? rows : 1, cols > 0 ? cols : 1);
    screen->is_whole = true;
}

void screen_cursor(struct screen *screen, int x, int y)
{
    screen->cursor_x = x;
    screen->cursor_y = y;
}

void screen_theme(struct screen *screen, const struct theme *theme)
{
    if (screen->theme != theme) {
        grid_fini(&screen->last);
    }
    screen->theme = theme;
}

void screen_mouse(struct screen *screen, bool is_on)
{
    screen->has_mouse = is_on;
    tell_mouse(screen, is_on);
}

void screen_redraw(struct screen *screen)
{
    screen->is_whole = true;
}

/* The pair of two colours; 0 is the terminal's own. */
static int color_pair(const struct screen *screen, int fg, int bg)
{
    if (screen->depth == DEPTH_MONO || (fg < 0 && bg < 0)) {
        return 0;
    }
    int pair = alloc_pair(fg, bg);
    return pair > 0 ? pair : 0;
}

/* A space shows nothing of its foreground, so it takes what the cell before has and costs no
 * change. */
static void simplify_space(struct theme_ink *ink, const struct theme_ink *before)
{
    if (!inked_hides(ink)) {
        return;
    }
    bool is_alike = ink->bg == before->bg && inked_hides(before);
    ink->fg = is_alike ? before->fg : -1;
    ink->attr = is_alike ? before->attr : 0;
}

/* The cell in terms of curses, by the character and colours that look like it and cost the fewest
 * bytes. `before` is the ink of the cell before and becomes that of this one. */
static cchar_t make_char(const struct screen *screen, const struct cell *cell,
                         struct theme_ink *before)
{
    struct inked inked = inked_of(cell, screen->theme, screen->depth);
    struct theme_ink ink = inked.ink;
    if (inked.ch == ' ') {
        simplify_space(&ink, before);
    }
    *before = ink;
    int pair = color_pair(screen, ink.fg, ink.bg);
    attr_t attr = (ink.attr & ATTR_BOLD ? A_BOLD : 0) | (ink.attr & ATTR_REVERSE ? A_REVERSE : 0) |
                  (ink.attr & ATTR_UNDERLINE ? A_UNDERLINE : 0);
    wchar_t wide[2] = {(wchar_t)inked.ch, 0};
    cchar_t out;
    setcchar(&out, wide, attr, 0, &pair);
    return out;
}

/* Hands the changed cells of one row to curses, run by run.  True if there were any. */
static bool show_row(struct screen *screen, const struct grid *grid, int y, int cols)
{
    cchar_t run[RUN_MAX];
    int x = 0;
    bool has_changed = false;
    while (x < cols) {
        int n = 0;
        struct theme_ink before = {.fg = -1, .bg = -1};
        while (x + n < cols && n < RUN_MAX) {
            const struct cell *cell = grid_at(grid, x + n, y);
            const struct cell *shown = grid_at(&screen->last, x + n, y);
            if (shown && cell_equals(cell, shown)) {
                break;
            }
            run[n++] = make_char(screen, cell, &before);
        }
        if (n) {
            mvwadd_wchnstr(stdscr, y, x, run, n);
            has_changed = true;
        }
        x += n ? n : 1;
    }
    return has_changed;
}

/* Bytes this thread has written so far; -1 where the system does not tell. */
static long bytes_written(const struct screen *screen)
{
    char text[512];
    ssize_t n = screen->io_fd < 0 ? -1 : pread(screen->io_fd, text, sizeof text - 1, 0);
    if (n <= 0) {
        return -1;
    }
    text[n] = '\0';
    const char *count = strstr(text, "wchar: ");
    return count ? atol(count + 7) : -1;
}

static void place_cursor(const struct screen *screen)
{
    bool is_shown = screen->cursor_x >= 0 && screen->cursor_y >= 0;
    curs_set(is_shown);
    leaveok(stdscr, !is_shown);
    if (is_shown) {
        wmove(stdscr, screen->cursor_y, screen->cursor_x);
    }
}

long screen_show(struct screen *screen, const struct grid *grid)
{
    if (screen->is_suspended) {
        return 0;
    }
    bool is_resized = screen->last.cols != grid->cols || screen->last.rows != grid->rows;
    bool has_changed = screen->is_whole || is_resized;
    if (has_changed) {
        werase(stdscr);
        clearok(stdscr, screen->is_whole);
        grid_fini(&screen->last);
        screen->is_whole = false;
    }
    int cols = grid->cols < COLS ? grid->cols : COLS;
    int rows = grid->rows < LINES ? grid->rows : LINES;
    for (int y = 0; y < rows; y++) {
        has_changed |= show_row(screen, grid, y, cols);
    }
    if (!grid_copy(&screen->last, grid, NULL)) {
        screen->is_whole = true;
    }
    place_cursor(screen);
    long before = bytes_written(screen);
    wnoutrefresh(stdscr);
    if (has_changed) {
        tell_frame(screen, true);
    }
    doupdate();
    if (has_changed) {
        tell_frame(screen, false);
    }
    long after = bytes_written(screen);
    return before < 0 || after < 0 ? -1 : after - before;
}

struct key screen_key(struct screen *screen)
{
    struct key key = {.press = PRESS_NONE};
    if (!screen->is_suspended) {
        do {
            key = keyboard_next(&screen->keyboard);
        } while (key.press == PRESS_MOUSE && !screen->has_mouse);
    }
    return key;
}

void screen_suspend(struct screen *screen)
{
    if (!screen->is_suspended) {
        tell_modes(screen, false);
        endwin();
        terminal_set_shown(false);
        screen->is_suspended = true;
    }
}

void screen_resume(struct screen *screen)
{
    terminal_set_shown(true);
    reset_prog_mode();
    tell_modes(screen, true);
    screen->is_suspended = false;
    screen->is_whole = true;
}

void screen_close(struct screen *screen)
{
    if (!screen) {
        return;
    }
    if (screen->curses) {
        if (!screen->is_suspended) {
            tell_modes(screen, false);
            endwin();
        }
        delscreen(screen->curses);
    }
    terminal_set_shown(false);
    terminal_set_farewell(NULL);
    if (screen->io_fd >= 0) {
        close(screen->io_fd);
    }
    grid_fini(&screen->last);
    free(screen);
}
