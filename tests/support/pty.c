/* SPDX-License-Identifier: MIT */
#include "support/pty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/range.h"
#include "ui/screen/key.h"

enum { PARAMS_MAX = 16, LEADER_PATIENCE_S = 20 };
enum { FENCE = 0x05 }; /* ENQ: written by us behind the program's last output */

enum parser { GROUND, ESCAPE, CHARSET, CSI, STRING, STRING_ESCAPE };

/* What the leader tells: first the pid with status -1, then each change of the program's state. */
struct report {
    pid_t pid;
    int status;
};

struct pty {
    char folder[32]; /* its own, where the program runs */
    int master, slave, reports;
    pid_t leader, pid;
    struct termios before;
    bool has_ended, is_stopped, has_continued;
    int status;
    bool is_clogged; /* nothing is read */

    int cols, rows;
    uint32_t *cells; /* (rows, cols) */
    int x, y, saved_x, saved_y, top, bottom;
    bool is_wrapping; /* the next character goes to the next row */
    uint32_t last;    /* for REP */
    struct pty_modes modes;
    bool had_color;

    enum parser parser;
    char lead; /* ? or > behind CSI */
    int params[PARAMS_MAX];
    int n_params;
    uint32_t point; /* UTF-8 in progress */
    int n_more;
    int n_fences;

    char *output;
    size_t n_output, room;
    char *text;
};

static void give_up(const char *what)
{
    fprintf(stderr, "pty: %s: %s\n", what, strerror(errno));
    abort();
}

static void *need(void *memory)
{
    if (!memory) {
        give_up("memory");
    }
    return memory;
}

/* ---- the emulator: cells -----------------------------------------------------------------------
 */

static void fill_cells(struct pty *pty, int from, int to, uint32_t ch)
{
    for (int i = from; i < to; i++) {
        pty->cells[i] = ch;
    }
}

static void make_cells(struct pty *pty, int cols, int rows)
{
    free(pty->cells);
    free(pty->text);
    pty->cols = cols;
    pty->rows = rows;
    pty->cells = need(calloc((size_t)cols * (size_t)rows, sizeof *pty->cells));
    pty->text = need(calloc((size_t)cols * 4 + 1, (size_t)rows + 1));
    fill_cells(pty, 0, cols * rows, ' ');
    pty->top = 0;
    pty->bottom = rows - 1;
    pty->x = clamp_int(pty->x, 0, cols - 1);
    pty->y = clamp_int(pty->y, 0, rows - 1);
    pty->is_wrapping = false;
}

/* Moves the rows from `top` to the bottom margin up by n, down if n is negative. */
static void scroll(struct pty *pty, int top, int n)
{
    int height = pty->bottom - top + 1, by = clamp_int(abs(n), 0, height), cols = pty->cols;
    uint32_t *begin = pty->cells + top * cols;
    size_t kept = (size_t)(height - by) * (size_t)cols * sizeof *begin;
    if (n > 0) {
        memmove(begin, begin + by * cols, kept);
        fill_cells(pty, (pty->bottom + 1 - by) * cols, (pty->bottom + 1) * cols, ' ');
    } else {
        memmove(begin + by * cols, begin, kept);
        fill_cells(pty, top * cols, (top + by) * cols, ' ');
    }
}

static void line_feed(struct pty *pty)
{
    if (pty->y == pty->bottom) {
        scroll(pty, pty->top, 1);
    } else if (pty->y < pty->rows - 1) {
        pty->y++;
    }
}

static void put(struct pty *pty, uint32_t ch)
{
    if (pty->is_wrapping) {
        pty->x = 0;
        line_feed(pty);
    }
    pty->cells[pty->y * pty->cols + pty->x] = ch;
    pty->is_wrapping = pty->x == pty->cols - 1;
    pty->x += !pty->is_wrapping;
    pty->last = ch;
}

static void move_to(struct pty *pty, int x, int y)
{
    pty->x = clamp_int(x, 0, pty->cols - 1);
    pty->y = clamp_int(y, 0, pty->rows - 1);
    pty->is_wrapping = false;
}

/* Inserts (n > 0) or deletes blanks at the cursor. */
static void shift_row(struct pty *pty, int n)
{
    int at = pty->y * pty->cols + pty->x, end = (pty->y + 1) * pty->cols;
    int by = clamp_int(abs(n), 0, end - at);
    size_t kept = (size_t)(end - at - by) * sizeof *pty->cells;
    if (n > 0) {
        memmove(pty->cells + at + by, pty->cells + at, kept);
        fill_cells(pty, at, at + by, ' ');
    } else {
        memmove(pty->cells + at, pty->cells + at + by, kept);
        fill_cells(pty, end - by, end, ' ');
    }
}

static void erase(struct pty *pty, int first, int last, int mode)
{
    int at = pty->y * pty->cols + pty->x;
    fill_cells(pty, mode == 0 ? at : first, mode == 1 ? at + 1 : last, ' ');
}

/* ---- the emulator: sequences -------------------------------------------------------------------
 */

static void set_mode(struct pty *pty, int mode, bool is_on)
{
    switch (mode) {
    case 1:
        pty->modes.is_application = is_on;
        break;
    case 25:
        pty->modes.is_cursor_hidden = !is_on;
        break;
    case 9:
    case 1000:
    case 1002:
    case 1003:
        pty->modes.has_mouse = is_on;
        break;
    case 1006:
        pty->modes.has_sgr_mouse = is_on;
        break;
    case 2004:
        pty->modes.has_paste = is_on;
        break;
    case 2026:
        pty->modes.is_in_frame = is_on;
        break;
    case 47:
    case 1047:
    case 1049:
        pty->modes.is_alternate = is_on;
        fill_cells(pty, 0, pty->cols * pty->rows, ' ');
        break;
    default:
        break;
    }
}

static bool is_color(int code)
{
    return (code >= 30 && code <= 49) || (code >= 90 && code <= 107);
}

static void set_ink(struct pty *pty)
{
    for (int i = 0; i < pty->n_params || i == 0; i++) {
        int code = i < pty->n_params ? pty->params[i] : 0;
        bool is_long = code == 38 || code == 48;
        pty->had_color |= is_color(code);
        pty->modes.is_inked = code != 0 && (pty->modes.is_inked || (code != 39 && code != 49));
        i += !is_long ? 0 : i + 1 < pty->n_params && pty->params[i + 1] == 5 ? 2 : 4;
    }
}

static void set_margins(struct pty *pty, int top, int bottom)
{
    if (top < bottom && bottom < pty->rows) {
        pty->top = top;
        pty->bottom = bottom;
    }
    move_to(pty, 0, 0);
}

static void do_private(struct pty *pty, char final)
{
    for (int i = 0; pty->lead == '?' && (final == 'h' || final == 'l') && i < pty->n_params; i++) {
        set_mode(pty, pty->params[i], final == 'h');
    }
}

/* Sequences that move or change the cells; the first parameter is n where 0 and none mean 1. */
static void do_edit(struct pty *pty, char final, int n)
{
    int row = pty->y * pty->cols, mode = pty->n_params ? pty->params[0] : 0;
    switch (final) {
    case '@':
        shift_row(pty, n);
        break;
    case 'P':
        shift_row(pty, -n);
        break;
    case 'X':
        fill_cells(pty, row + pty->x, row + clamp_int(pty->x + n, 0, pty->cols), ' ');
        break;
    case 'J':
        erase(pty, 0, pty->cols * pty->rows, mode);
        break;
    case 'K':
        erase(pty, row, row + pty->cols, mode);
        break;
    case 'L':
        scroll(pty, pty->y, -n);
        break;
    case 'M':
        scroll(pty, pty->y, n);
        break;
    case 'S':
        scroll(pty, pty->top, n);
        break;
    case 'T':
        scroll(pty, pty->top, -n);
        break;
    case 'b':
        for (int i = 0; i < n && i < pty->cols * pty->rows; i++) {
            put(pty, pty->last);
        }
        break;
    default:
        break;
    }
}

static void do_csi(struct pty *pty, char final)
{
    int n = pty->n_params && pty->params[0] > 0 ? pty->params[0] : 1;
    int second = pty->n_params > 1 && pty->params[1] > 0 ? pty->params[1] : 1;
    switch (final) {
    case 'A':
        move_to(pty, pty->x, pty->y - n);
        break;
    case 'B':
        move_to(pty, pty->x, pty->y + n);
        break;
    case 'C':
        move_to(pty, pty->x + n, pty->y);
        break;
    case 'D':
        move_to(pty, pty->x - n, pty->y);
        break;
    case 'G':
    case '`':
        move_to(pty, n - 1, pty->y);
        break;
    case 'd':
        move_to(pty, pty->x, n - 1);
        break;
    case 'H':
    case 'f':
        move_to(pty, second - 1, n - 1);
        break;
    case 'Z':
        move_to(pty, (pty->x - 1) / 8 * 8, pty->y);
        break;
    case 'r':
        set_margins(pty, n - 1, (pty->n_params > 1 ? second : pty->rows) - 1);
        break;
    case 'm':
        set_ink(pty);
        break;
    default:
        do_edit(pty, final, n);
        break;
    }
}

static void do_escape(struct pty *pty, char c)
{
    pty->parser = GROUND;
    switch (c) {
    case '[':
        pty->parser = CSI;
        pty->n_params = 0;
        pty->lead = 0;
        break;
    case ']':
    case 'P':
    case 'k':
    case '_':
        pty->parser = STRING;
        break;
    case '(':
    case ')':
    case '#':
        pty->parser = CHARSET;
        break;
    case '7':
        pty->saved_x = pty->x;
        pty->saved_y = pty->y;
        break;
    case '8':
        move_to(pty, pty->saved_x, pty->saved_y);
        break;
    case 'D':
        line_feed(pty);
        break;
    case 'M':
        if (pty->y == pty->top) {
            scroll(pty, pty->top, -1);
        } else {
            move_to(pty, pty->x, pty->y - 1);
        }
        break;
    default:
        break;
    }
}

static void take_csi(struct pty *pty, char c)
{
    if (c >= '0' && c <= '9') {
        pty->n_params += pty->n_params == 0;
        int *param = &pty->params[pty->n_params - 1];
        *param = clamp_int(*param * 10 + (c - '0'), 0, 99999);
    } else if (c == ';' || c == ':') {
        pty->n_params += pty->n_params == 0;
        pty->n_params += pty->n_params < PARAMS_MAX;
        pty->params[pty->n_params - 1] = 0;
    } else if (c >= '<' && c <= '?') {
        pty->lead = c;
    } else if (c >= '@' && c <= '~') {
        pty->parser = GROUND;
        if (pty->lead) {
            do_private(pty, c);
        } else {
            do_csi(pty, c);
        }
    }
}

static void take_control(struct pty *pty, unsigned char c)
{
    switch (c) {
    case '\b':
        move_to(pty, pty->x - 1, pty->y);
        break;
    case '\t':
        move_to(pty, pty->x / 8 * 8 + 8, pty->y);
        break;
    case '\n':
    case '\v':
    case '\f':
        line_feed(pty);
        break;
    case '\r':
        move_to(pty, 0, pty->y);
        break;
    case 0x1B:
        pty->parser = ESCAPE;
        break;
    default:
        break;
    }
}

static void take_ground(struct pty *pty, unsigned char c)
{
    if (c < 0x20 || c == 0x7F) {
        take_control(pty, c);
    } else if (c < 0x80) {
        put(pty, c);
    } else if (c < 0xC0) {
        pty->point = pty->point << 6 | (c & 0x3F);
        if (pty->n_more > 0 && --pty->n_more == 0) {
            put(pty, pty->point);
        }
    } else {
        pty->n_more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        pty->point = c & (0x3Fu >> pty->n_more);
    }
}

static void take_byte(struct pty *pty, unsigned char c)
{
    /* As terminals do: CAN ends whatever was begun, ESC begins anew in the middle of a sequence. */
    if (c == 0x18 || (c == 0x1B && (pty->parser == CSI || pty->parser == CHARSET))) {
        pty->parser = c == 0x18 ? GROUND : ESCAPE;
        pty->n_more = 0;
        return;
    }
    switch (pty->parser) {
    case GROUND:
        take_ground(pty, c);
        break;
    case ESCAPE:
        memset(pty->params, 0, sizeof pty->params);
        do_escape(pty, (char)c);
        break;
    case CHARSET:
        pty->parser = GROUND;
        break;
    case CSI:
        take_csi(pty, (char)c);
        break;
    case STRING:
        pty->parser = c == '\a' ? GROUND : c == 0x1B ? STRING_ESCAPE : STRING;
        break;
    case STRING_ESCAPE:
        pty->parser = c == '\\' ? GROUND : STRING;
        break;
    }
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static void keep(struct pty *pty, const char *bytes, size_t n)
{
    if (pty->n_output + n + 1 > pty->room) {
        pty->room = 2 * (pty->n_output + n + 1);
        pty->output = need(realloc(pty->output, pty->room));
    }
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == FENCE) {
            pty->n_fences++;
            continue;
        }
        pty->output[pty->n_output++] = bytes[i];
        take_byte(pty, (unsigned char)bytes[i]);
    }
    pty->output[pty->n_output] = '\0';
}

/* Takes in what is there; true if there was something. */
static bool take_output(struct pty *pty)
{
    char bytes[8192];
    ssize_t n = pty->master < 0 || pty->is_clogged ? 0 : read(pty->master, bytes, sizeof bytes);
    if (n > 0) {
        keep(pty, bytes, (size_t)n);
    }
    return n > 0;
}

static void take_reports(struct pty *pty)
{
    struct report report;
    while (read(pty->reports, &report, sizeof report) == (ssize_t)sizeof report) {
        pty->pid = report.pid;
        if (report.status == -1) {
            continue;
        }
        pty->has_ended |= WIFEXITED(report.status) || WIFSIGNALED(report.status);
        pty->status = WIFCONTINUED(report.status) ? pty->status : report.status;
        if (WIFSTOPPED(report.status)) {
            pty->is_stopped = true;
            pty->has_continued = false;
        } else if (WIFCONTINUED(report.status)) {
            pty->is_stopped = false;
            pty->has_continued = true;
        }
    }
}

/* Waits for something up to ms; takes in all of it. */
static void listen(struct pty *pty, int ms)
{
    struct pollfd fds[] = {{.fd = pty->is_clogged ? -1 : pty->master, .events = POLLIN},
                           {.fd = pty->reports, .events = POLLIN}};
    poll(fds, pty->has_ended ? 1 : 2, ms);
    take_reports(pty);
    take_output(pty);
}

static int64_t deadline(int ms)
{
    return clock_ns() + (int64_t)ms * 1000000;
}

void pty_pump(struct pty *pty, int ms)
{
    int64_t end = deadline(ms), left;
    while ((left = end - clock_ns()) > 0) {
        listen(pty, (int)(left / 1000000) + 1);
    }
}

bool pty_wait_for(struct pty *pty, pty_predicate predicate, const void *data)
{
    int64_t end = deadline(PTY_PATIENCE_MS);
    while (!predicate(pty, data)) {
        if (clock_ns() > end) {
            return false;
        }
        listen(pty, 50);
    }
    return true;
}

static bool has_text(struct pty *pty, const void *text)
{
    return strstr(pty_screen(pty), text) != NULL;
}

static bool lacks_text(struct pty *pty, const void *text)
{
    return !has_text(pty, text);
}

/* Everything that has been written to the terminal has been read when our byte comes out of it. */
static bool is_fenced(struct pty *pty, const void *data)
{
    return pty->n_fences > *(const int *)data;
}

static void fence(struct pty *pty)
{
    char byte = FENCE;
    int n = pty->n_fences;
    int64_t end = deadline(PTY_PATIENCE_MS);
    while (pty->master >= 0 && !pty->is_clogged && clock_ns() < end) {
        if (write(pty->slave, &byte, 1) == 1) {
            pty_wait_for(pty, is_fenced, &n);
            return;
        }
        listen(pty, 5); /* the terminal is full */
    }
}

/* True if the program's first thread waits for something; where the system does not tell, too. */
static bool is_asleep(const struct pty *pty)
{
    char path[64], text[256], state = 'S';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pty->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[n > 0 ? n : 0] = '\0';
    const char *after = strrchr(text, ')');
    state = after && after[1] ? after[2] : state;
    return state != 'R';
}

/* It never waits in the middle of a frame, unless the terminal is full. */
static bool is_settled(struct pty *pty, const void *data)
{
    (void)data;
    size_t n = pty->n_output;
    bool was_asleep = is_asleep(pty);
    fence(pty);
    return was_asleep && pty->n_output == n && is_asleep(pty);
}

bool pty_settle(struct pty *pty)
{
    return pty_wait_for(pty, is_settled, NULL);
}

static bool is_whole(struct pty *pty, const void *data)
{
    (void)data;
    fence(pty);
    return !pty->modes.is_in_frame || pty->has_ended || pty->master < 0 || pty->is_clogged;
}

/* The text may stand at the head of a frame whose foot is still on its way. */
static bool take_whole_frame(struct pty *pty)
{
    return pty_wait_for(pty, is_whole, NULL);
}

bool pty_wait(struct pty *pty, const char *text)
{
    bool has_come = pty_wait_for(pty, has_text, text);
    take_whole_frame(pty);
    return has_come;
}

bool pty_wait_gone(struct pty *pty, const char *text)
{
    bool has_gone = pty_wait_for(pty, lacks_text, text);
    take_whole_frame(pty);
    return has_gone;
}

static bool is_drawn(struct pty *pty, const void *data)
{
    (void)data;
    return pty_is_clean(pty);
}

bool pty_redraw(struct pty *pty)
{
    int cols = pty->cols, rows = pty->rows;
    pty_resize(pty, cols, rows + 1);
    bool is_done = pty_wait_for(pty, is_drawn, NULL);
    pty_resize(pty, cols, rows);
    return pty_wait_for(pty, is_drawn, NULL) && is_done && take_whole_frame(pty);
}

/* True if the program's first thread is in the call that writes; where the system does not tell,
 * too. */
static bool is_writing(struct pty *pty, const void *data)
{
    (void)data;
    char path[64], text[64] = "";
    snprintf(path, sizeof path, "/proc/%d/syscall", (int)pty->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    return n <= 0 || (text[0] != 'r' && atol(text) == SYS_write);
}

void pty_fill(struct pty *pty)
{
    char junk[256];
    memset(junk, ' ', sizeof junk);
    pty->is_clogged = true;
    bool is_full = false;
    while (!is_full) { /* the system moves on what it has been given, which makes room once more */
        is_full = true;
        while (write(pty->slave, junk, sizeof junk) > 0 || write(pty->slave, junk, 1) > 0) {
            is_full = false;
        }
        usleep(50000);
    }
}

bool pty_clog(struct pty *pty)
{
    pty_fill(pty);
    return pty_wait_for(pty, is_writing, NULL);
}

void pty_unclog(struct pty *pty)
{
    pty->is_clogged = false;
    fence(pty);
}

/* ---- looking -----------------------------------------------------------------------------------
 */

void pty_size(const struct pty *pty, int *cols, int *rows)
{
    *cols = pty->cols;
    *rows = pty->rows;
}

static char *add_point(char *at, uint32_t ch)
{
    if (ch < 0x80) {
        *at++ = (char)ch;
    } else if (ch < 0x800) {
        *at++ = (char)(0xC0 | ch >> 6);
    } else if (ch < 0x10000) {
        *at++ = (char)(0xE0 | ch >> 12);
        *at++ = (char)(0x80 | (ch >> 6 & 0x3F));
    } else {
        *at++ = (char)(0xF0 | ch >> 18);
        *at++ = (char)(0x80 | (ch >> 12 & 0x3F));
        *at++ = (char)(0x80 | (ch >> 6 & 0x3F));
    }
    if (ch >= 0x80) {
        *at++ = (char)(0x80 | (ch & 0x3F));
    }
    return at;
}

static char *add_row(char *at, const struct pty *pty, int y)
{
    const uint32_t *row = pty->cells + y * pty->cols;
    int n = pty->cols;
    while (n > 0 && row[n - 1] == ' ') {
        n--;
    }
    for (int x = 0; x < n; x++) {
        at = add_point(at, row[x]);
    }
    *at = '\0';
    return at;
}

const char *pty_screen(struct pty *pty)
{
    char *at = pty->text;
    for (int y = 0; y < pty->rows; y++) {
        at = add_row(at, pty, y);
        *at++ = '\n';
    }
    *at = '\0';
    return pty->text;
}

const char *pty_row(struct pty *pty, int y)
{
    add_row(pty->text, pty, y < 0 ? pty->rows + y : y);
    return pty->text;
}

bool pty_find(struct pty *pty, const char *text, int *x, int *y)
{
    for (*y = 0; *y < pty->rows; ++*y) {
        const char *row = pty_row(pty, *y), *hit = strstr(row, text);
        *x = 0;
        for (; hit && row < hit; row++) {
            *x += ((unsigned char)*row & 0xC0) != 0x80;
        }
        if (hit) {
            return true;
        }
    }
    return false;
}

struct pty_modes pty_modes(const struct pty *pty)
{
    return pty->modes;
}

bool pty_is_clean(const struct pty *pty)
{
    for (int i = 0; i < pty->cols * pty->rows; i++) {
        if (pty->cells[i] == PTY_SMEAR) {
            return false;
        }
    }
    return true;
}

const char *pty_output(const struct pty *pty, size_t *n)
{
    if (n) {
        *n = pty->n_output;
    }
    return pty->output ? pty->output : "";
}

bool pty_had_color(const struct pty *pty)
{
    return pty->had_color;
}

/* ---- starting ----------------------------------------------------------------------------------
 */

static void set_environment(const char *const *variables)
{
    static const char *const kept[] = {"PATH",          "HOME",         "TERMINFO",
                                       "TERMINFO_DIRS", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                       "LSAN_OPTIONS"};
    enum { N_KEPT = sizeof kept / sizeof kept[0] };
    char *values[N_KEPT];
    for (int i = 0; i < N_KEPT; i++) {
        const char *value = getenv(kept[i]);
        values[i] = value ? need(strdup(value)) : NULL;
    }
    clearenv();
    for (int i = 0; i < N_KEPT; i++) {
        if (values[i]) {
            setenv(kept[i], values[i], 1);
        }
    }
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    for (; variables && *variables; variables++) {
        char name[64];
        const char *equals = strchr(*variables, '=');
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*variables, "="), *variables);
        if (equals) {
            setenv(name, equals + 1, 1);
        } else {
            unsetenv(name);
        }
    }
}

/* In the program's process: into the foreground group, then exec. */
static void become_program(const struct pty_config *config, int terminal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    sigprocmask(SIG_SETMASK, &set, NULL);
    setpgid(0, 0);
    tcsetpgrp(terminal, getpid());
    dup2(config->in ? config->in : terminal, STDIN_FILENO);
    dup2(config->out ? config->out : terminal, STDOUT_FILENO);
    dup2(config->err ? config->err : terminal, STDERR_FILENO);
    for (int fd = 3; fd < 256; fd++) {
        close(fd);
    }
    char name[] = "oubli", *words[32] = {name};
    for (int i = 0; config->arguments && config->arguments[i] && i < 30; i++) {
        words[i + 1] = need(strdup(config->arguments[i]));
    }
    set_environment(config->variables);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, &set, NULL);
    for (int i = 1; i < 32; i++) {
        signal(i, SIG_DFL);
    }
    execv(config->program ? config->program : OUBLI_PROGRAM, words);
    _exit(127);
}

/* Tells all that happens to the program; returns when it has ended. */
static void watch(const struct pty_config *config, pid_t program, int reports, const sigset_t *set)
{
    const struct timespec *patience = NULL;
    const struct timespec limit = {.tv_sec = LEADER_PATIENCE_S};
    for (;;) {
        int signal_number = sigtimedwait(set, NULL, patience);
        if (signal_number == SIGHUP) {
            patience = &limit;
            if (!config->keeps_hangup) {
                kill(-program, SIGHUP);
                kill(-program, SIGCONT);
            }
        } else if (signal_number < 0 && errno == EAGAIN) {
            kill(-program, SIGKILL);
        }
        struct report report = {.pid = program};
        while (waitpid(program, &report.status, WNOHANG | WUNTRACED | WCONTINUED) > 0) {
            ssize_t n = write(reports, &report, sizeof report);
            if (WIFEXITED(report.status) || WIFSIGNALED(report.status) || n < 0) {
                kill(-program, SIGKILL);
                return;
            }
        }
    }
}

/* In the leader's process: the session, its terminal, the program. */
static void lead(const struct pty_config *config, int terminal, int reports)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_SETMASK, &set, NULL);
    signal(SIGCHLD, SIG_DFL);
    setsid();
    ioctl(terminal, TIOCSCTTY, 0);
    struct report report = {.pid = fork(), .status = -1};
    if (report.pid == 0) {
        become_program(config, terminal);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    /* Nothing but the terminal's master may be held open by the test alone. */
    for (int fd = 0; fd < 256; fd++) {
        if (fd != reports) {
            close(fd);
        }
    }
    if (write(reports, &report, sizeof report) == (ssize_t)sizeof report) {
        watch(config, report.pid, reports, &set);
    }
    _exit(0);
}

static bool is_started(struct pty *pty, const void *data)
{
    (void)data;
    return pty->pid > 0;
}

struct pty *pty_open(const struct pty_config *config)
{
    struct pty *pty = need(calloc(1, sizeof *pty));
    int ends[2];
    struct winsize size = {.ws_col = (unsigned short)(config->cols ? config->cols : 120),
                           .ws_row = (unsigned short)(config->rows ? config->rows : 36)};
    if (openpty(&pty->master, &pty->slave, NULL, NULL, &size) != 0 || pipe(ends) != 0) {
        give_up("no pseudo-terminal");
    }
    /* Our own description of the slave, so that it alone does not block. */
    int shared = pty->slave;
    pty->slave = open(ttyname(shared), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (pty->slave < 0) {
        give_up("no pseudo-terminal");
    }
    make_cells(pty, size.ws_col, size.ws_row);
    tcgetattr(pty->slave, &pty->before);
    signal(SIGPIPE, SIG_IGN);
    snprintf(pty->folder, sizeof pty->folder, "/tmp/oubli-pty-XXXXXX");
    if (!mkdtemp(pty->folder)) {
        give_up("no folder of its own");
    }
    pty->leader = fork();
    if (pty->leader < 0) {
        give_up("fork");
    }
    if (pty->leader == 0) {
        close(pty->master);
        close(ends[0]);
        if (chdir(pty->folder) != 0) { /* what a key records is not left in the tree */
            _exit(127);
        }
        lead(config, shared, ends[1]);
    }
    close(shared);
    close(ends[1]);
    pty->reports = ends[0];
    fcntl(pty->reports, F_SETFL, O_NONBLOCK);
    fcntl(pty->master, F_SETFL, O_NONBLOCK);
    fcntl(pty->master, F_SETFD, FD_CLOEXEC);
    if (!pty_wait_for(pty, is_started, NULL)) {
        give_up("the program did not start");
    }
    return pty;
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        unlinkat(dirfd(entries), entry->d_name, 0);
    }
    if (entries) {
        closedir(entries);
    }
    rmdir(folder);
}

void pty_close(struct pty *pty)
{
    if (!pty->has_ended) {
        kill(-pty->pid, SIGKILL);
        pty_wait_end(pty);
    }
    pty_hang_up(pty);
    kill(pty->leader, SIGKILL);
    waitpid(pty->leader, NULL, 0);
    close(pty->slave);
    close(pty->reports);
    remove_folder(pty->folder);
    free(pty->cells);
    free(pty->text);
    free(pty->output);
    free(pty);
}

/* ---- doing -------------------------------------------------------------------------------------
 */

void pty_send(struct pty *pty, const char *bytes, size_t n)
{
    int64_t end = deadline(PTY_PATIENCE_MS);
    while (n > 0 && clock_ns() < end && !pty->has_ended) {
        ssize_t written = write(pty->master, bytes, n);
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        } else {
            listen(pty, 10);
        }
    }
}

void pty_type(struct pty *pty, const char *text)
{
    pty_send(pty, text, strlen(text));
}

/* What a terminal sends for the keys that are no characters, after the program has asked for keypad
 * mode. */
static const char *key_sequence(const struct key *key)
{
    static const struct {
        enum press press;
        const char *bytes;
    } keys[] = {
        {PRESS_UP, "\033OA"},
        {PRESS_DOWN, "\033OB"},
        {PRESS_LEFT, "\033OD"},
        {PRESS_RIGHT, "\033OC"},
        {PRESS_SHIFT_LEFT, "\033[1;2D"},
        {PRESS_SHIFT_RIGHT, "\033[1;2C"},
        {PRESS_HOME, "\033OH"},
        {PRESS_END, "\033OF"},
        {PRESS_PAGE_UP, "\033[5~"},
        {PRESS_PAGE_DOWN, "\033[6~"},
        {PRESS_INSERT, "\033[2~"},
        {PRESS_DELETE, "\033[3~"},
        {PRESS_BACKSPACE, "\177"},
        {PRESS_TAB, "\t"},
        {PRESS_SHIFT_TAB, "\033[Z"},
        {PRESS_ENTER, "\r"},
        {PRESS_ESCAPE, "\033"},
    };
    static const char *const functions[] = {"\033OP", "\033OQ", "\033OR", "\033OS"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].press == key->press) {
            return keys[i].bytes;
        }
    }
    return key->press == PRESS_FUNCTION && key->ch <= 4 ? functions[key->ch - 1] : NULL;
}

bool pty_key(struct pty *pty, const char *name)
{
    struct key key;
    char bytes[8] = "";
    if (!key_parse(name, &key)) {
        return false;
    }
    if (key.press == PRESS_CHAR) {
        add_point(bytes, key.ch);
        pty_type(pty, bytes);
        return true;
    }
    if (key.press == PRESS_CTRL) {
        bytes[0] = (char)(key.ch & 0x1F);
        pty_send(pty, bytes, 1);
        return true;
    }
    const char *sequence = key_sequence(&key);
    pty_type(pty, sequence ? sequence : "");
    return sequence != NULL;
}

void pty_click(struct pty *pty, int x, int y)
{
    char bytes[64];
    snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM\033[<0;%d;%dm", x + 1, y + 1, x + 1, y + 1);
    pty_type(pty, bytes);
}

void pty_resize(struct pty *pty, int cols, int rows)
{
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    while (take_output(pty)) {
    }
    make_cells(pty, cols, rows);
    fill_cells(pty, 0, cols * rows, PTY_SMEAR);
    ioctl(pty->slave, TIOCSWINSZ, &size); /* the system sends SIGWINCH to the foreground group */
}

void pty_hang_up(struct pty *pty)
{
    if (pty->master >= 0) {
        close(pty->master);
        pty->master = -1;
    }
}

/* ---- the process -------------------------------------------------------------------------------
 */

void pty_kill(const struct pty *pty, int signal_number)
{
    if (!pty->has_ended) {
        kill(pty->pid, signal_number);
    }
}

pid_t pty_pid(const struct pty *pty)
{
    return pty->pid;
}

bool pty_has_ended(struct pty *pty)
{
    listen(pty, 0);
    return pty->has_ended;
}

static bool is_over(struct pty *pty, const void *data)
{
    (void)data;
    return pty->has_ended;
}

static bool is_stopped(struct pty *pty, const void *data)
{
    (void)data;
    return pty->is_stopped;
}

static bool is_continued(struct pty *pty, const void *data)
{
    (void)data;
    return pty->has_continued;
}

int pty_wait_end(struct pty *pty)
{
    if (!pty_wait_for(pty, is_over, NULL)) {
        return PTY_NO_END;
    }
    fence(pty);
    return WIFSIGNALED(pty->status) ? -WTERMSIG(pty->status) : WEXITSTATUS(pty->status);
}

bool pty_wait_stopped(struct pty *pty)
{
    bool is_done = pty_wait_for(pty, is_stopped, NULL);
    fence(pty);
    return is_done;
}

bool pty_wait_continued(struct pty *pty)
{
    return pty_wait_for(pty, is_continued, NULL);
}

static bool is_same_termios(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0 &&
           cfgetispeed(a) == cfgetispeed(b) && cfgetospeed(a) == cfgetospeed(b);
}

bool pty_is_given_back(struct pty *pty, const char **why)
{
    struct termios now;
    const struct pty_modes *modes = &pty->modes;
    *why = tcgetattr(pty->slave, &now) != 0                ? "no termios"
           : !is_same_termios(&now, &pty->before)          ? "termios differs"
           : modes->is_alternate                           ? "still on the alternate screen"
           : modes->is_cursor_hidden                       ? "the cursor is hidden"
           : modes->has_mouse || modes->has_sgr_mouse      ? "the mouse is still reported"
           : modes->has_paste                              ? "pastes still come in brackets"
           : modes->is_in_frame                            ? "it waits for the rest of a frame"
           : modes->is_application                         ? "cursor keys are in application mode"
           : modes->is_inked                               ? "a colour or attribute is still on"
           : pty->top != 0 || pty->bottom != pty->rows - 1 ? "a scroll region is set"
                                                           : NULL;
    return *why == NULL;
}
