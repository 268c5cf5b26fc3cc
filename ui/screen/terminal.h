/* SPDX-License-Identifier: MIT
 * The terminal below curses: its signals, its saved state, its size, and giving it back whatever
 * happens.
 *
 * Order of a session: terminal_check, terminal_guard, screen_open on terminal_out, loop { poll
 * terminal_wake_fd and the input; terminal_take }, screen_close, terminal_leave, and what is to be
 * tidied up; terminal_release, or the end of the process.
 *
 * A terminal that nobody reads blocks whoever writes to it, for ever.  So what is drawn goes
 * through terminal_out, a descriptor of its own, which the handler of a signal that ends or stops
 * the program turns to /dev/null: the write that hangs is given up, and every later one.  The
 * terminal is then given back by a write that does not wait.  One guard per process: a signal
 * handler has no argument, so this file holds the program's only mutable file statics.  UI thread,
 * except terminal_wake. */
#ifndef OUBLI_UI_SCREEN_TERMINAL_H
#define OUBLI_UI_SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/* What signals have asked for since the last call. */
struct terminal_events {
    int stop; /* INT, TERM, HUP or QUIT: the signal number, else 0; exit code is 128 + stop */
    bool is_resized; /* WINCH */
    bool is_suspend; /* TSTP: close the picture, call terminal_suspend */
    bool is_resumed; /* CONT: draw everything again */
};

/* True if a screen can be shown: both are terminals and $TERM names one (neither empty nor dumb nor
 * "unknown"). Otherwise err is one line that says to use `oubli run`. */
bool terminal_check(int fd_in, int fd_out, const char *term, struct err *err)
    __attribute__((warn_unused_result));

/* The set of glyphs (glyphs_find) that a terminal of that name can be trusted to have a font for:
 * braille, but plain ASCII in other locales than UTF-8 and on consoles, whose fonts have a few
 * hundred characters. */
const char *terminal_glyphs(const char *term);

/* True if the locale's characters are UTF-8; setlocale(LC_ALL, "") must have been called. */
bool terminal_is_utf8(void);

/* Saves the state of the terminal `fd` (-1: there is none) and installs all handlers; before curses
 * starts, so that curses installs none. SIGPIPE is ignored.  SEGV, ABRT, BUS, FPE and ILL give the
 * terminal back and then do what they always do. */
bool terminal_guard(int fd, struct err *err) __attribute__((warn_unused_result));

/* Where the picture is written to; NULL without a guard or without a terminal.  The guard's own:
 * not to be closed. */
FILE *terminal_out(void);

/* What this terminal needs to be given back beyond what all need; borrowed until the next call,
 * NULL for nothing.  Before a picture is up. */
void terminal_set_farewell(const char *sequence);

/* Says whether a picture is up: only then a fatal signal writes the sequences that take it down.
 * The screen (present_curses) calls it: before it draws, which connects terminal_out again unless
 * the program is to end; and after it has taken the picture down, which this does if a signal has
 * cut that off. */
void terminal_set_shown(bool is_shown);

/* Becomes readable when a signal came or terminal_wake was called; -1 without a guard. */
int terminal_wake_fd(void);

/* Makes terminal_wake_fd readable.  Any thread, also a signal handler. */
void terminal_wake(void);

/* Sets err to "screen: WHAT: REASON", the reason being `reason` (an errno), and what to do about
 * too many open files.  Returns false. */
bool terminal_blame(struct err *err, const char *what, int reason);

/* Empties the pipe and hands over the flags. */
struct terminal_events terminal_take(void);

/* Stops the process as ^Z does and returns when it is continued.  The picture must be closed
 * (screen_suspend) before. */
void terminal_suspend(void);

/* The picture is down, and what is left is to tidy up, which no signal is to cut off: puts back the
 * saved state of the terminal.  What would end the program is only remembered from now on, for
 * terminal_take; INT or QUIT a second time ends it at once.  Without a guard nothing happens. */
void terminal_leave(void);

/* Puts back the handlers and the saved terminal state.  May be called twice, also without a
 * guard. */
void terminal_release(void);

/* Writes a text to a descriptor.  A terminal that does not take it within `patience_ms` (nobody
 * reads it, ^S) loses the rest; anything else is waited for.  Any thread. */
void terminal_write(int fd, const char *text, int patience_ms);

/* Columns and rows of the terminal; false (and 80 x 24) where they are not known. */
bool terminal_size(int fd, int *cols, int *rows);

#endif
