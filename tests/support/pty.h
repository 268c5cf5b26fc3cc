/* SPDX-License-Identifier: MIT
 * A pseudo-terminal with the real program in it, and a terminal emulator that reads what it writes.
 * For tests.
 *
 * The program runs as a shell would run it: a session leader of its own, the program in the
 * foreground group, so that ^C, ^Z, stops and hang-ups do what they do to a person.  Its
 * environment is empty but for what is needed, TERM=xterm-256color and LC_ALL=C.UTF-8.  Nothing
 * here blocks: every call that waits takes in the program's output meanwhile and gives up after
 * PTY_PATIENCE_MS.  What goes wrong in a helper itself (no pty, no memory) stops the test with a
 * message.
 *
 * The emulator keeps text, cursor and modes; of colours only whether any were used and whether all
 * are off.  It forgets the text whenever it changes between main and alternate screen, and smears
 * it when it is resized, so that text which is there afterwards has been drawn since. */
#ifndef OUBLI_TESTS_SUPPORT_PTY_H
#define OUBLI_TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PTY_PATIENCE_MS = 15000, PTY_VARIABLES_MAX = 16 };
enum { PTY_SMEAR = 0x2620 }; /* stands in cells that must be drawn anew */

struct pty_config {
    int cols, rows;               /* 0: 120 x 36 */
    const char *const *arguments; /* behind the program's name, ended by NULL; may be NULL */
    const char *const
        *variables;      /* "NAME=VALUE", or "NAME" to take it away; ended by NULL; may be NULL */
    int in, out, err;    /* descriptors instead of the terminal; 0: the terminal */
    bool keeps_hangup;   /* the leader does not pass SIGHUP on to the program */
    const char *program; /* another one, by its path; NULL: oubli */
};

struct pty_modes {
    bool is_alternate, is_cursor_hidden, has_mouse, has_sgr_mouse, is_application;
    bool has_paste;   /* pastes come in brackets */
    bool is_in_frame; /* what comes belongs to a frame that is not whole yet */
    bool is_inked;    /* an attribute or colour is on */
};

struct pty;

/* Starts the program.  Returns owned. */
struct pty *pty_open(const struct pty_config *config);

/* Ends the program if it still runs, and frees all. */
void pty_close(struct pty *pty);

/* ---- what is on the screen; borrowed texts are good until the next call ---- */

void pty_size(const struct pty *pty, int *cols, int *rows);
const char *pty_screen(struct pty *pty);     /* rows ended by newlines, blanks at their end cut */
const char *pty_row(struct pty *pty, int y); /* negative: from the bottom */
bool pty_find(struct pty *pty, const char *text, int *x, int *y); /* columns of the first hit */
struct pty_modes pty_modes(const struct pty *pty);
/* True if no cell is smeared. */
bool pty_is_clean(const struct pty *pty);
/* All bytes so far, ended by NUL. */
const char *pty_output(const struct pty *pty, size_t *n);
/* True if a colour was ever asked for. */
bool pty_had_color(const struct pty *pty);

/* ---- waiting: false if it did not come in time ---- */

typedef bool (*pty_predicate)(struct pty *pty, const void *data);

void pty_pump(struct pty *pty, int ms); /* takes in output until `ms` are over */
bool pty_wait_for(struct pty *pty, pty_predicate predicate, const void *data);
/* Until the text is there, or gone, and the frame it came with is whole. */
bool pty_wait(struct pty *pty, const char *text);
bool pty_wait_gone(struct pty *pty, const char *text);
/* Until the program waits and all it has written has been read: no frame is half drawn. */
bool pty_settle(struct pty *pty);
/* Smears the screen, makes the program draw all of it by changing the size and changing it back,
 * and waits until it has: everything sent before has been dealt with then. */
bool pty_redraw(struct pty *pty);

/* Reads no more and fills the terminal, so that whoever writes to it waits. */
void pty_fill(struct pty *pty);
/* The same, and waits until the program does (at once where the system does not tell).  False if it
 * never does. */
bool pty_clog(struct pty *pty);
/* Reads again. */
void pty_unclog(struct pty *pty);

/* ---- what a person does ---- */

void pty_send(struct pty *pty, const char *bytes, size_t n);
void pty_type(struct pty *pty, const char *text);
/* A key by its name (ui/screen/key.h); false if there is no such key. */
bool pty_key(struct pty *pty, const char *name);
void pty_click(struct pty *pty, int x, int y);
void pty_resize(struct pty *pty, int cols, int rows);
void pty_hang_up(struct pty *pty); /* the terminal's window is closed */

/* ---- the process ---- */

void pty_kill(const struct pty *pty, int signal_number);
pid_t pty_pid(const struct pty *pty);
bool pty_has_ended(struct pty *pty);
/* Waits for the end: the exit code, -n if signal n killed it, PTY_NO_END if it has not ended in
 * time. */
enum { PTY_NO_END = -1000 };
int pty_wait_end(struct pty *pty);
bool pty_wait_stopped(struct pty *pty);
bool pty_wait_continued(struct pty *pty); /* since the last stop */

/* True if the terminal is as the program found it: termios as before, main screen, cursor shown, no
 * mouse, no bracketed paste, no colour left on.  Else `why` names what is not. */
bool pty_is_given_back(struct pty *pty, const char **why);

#endif
