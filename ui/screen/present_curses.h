/* SPDX-License-Identifier: MIT
 * The screen: a grid shown with ncurses.  The only file of the program that includes <curses.h> is
 * behind this header.  UI thread only; one screen at a time. */
#ifndef OUBLI_UI_SCREEN_PRESENT_CURSES_H
#define OUBLI_UI_SCREEN_PRESENT_CURSES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "ui/screen/depth.h"
#include "ui/screen/grid.h"
#include "ui/screen/key.h"
#include "ui/screen/theme.h"

struct screen;

/* What the terminal's entry in terminfo says. */
struct screen_entry {
    int colors;  /* 0 is none */
    bool is_rgb; /* a direct-colour entry */
};

struct screen_config {
    const char *term;          /* terminfo name; NULL is $TERM */
    enum color_depth depth;    /* as depth_detect says */
    const struct theme *theme; /* borrowed */
    bool has_mouse;
    FILE *in, *out; /* borrowed; NULL is stdin and stdout */
};

/* Looks up `term` (NULL is $TERM).  A name that is not installed stands for xterm-256color, which
 * terminals that are newer than the database resemble.  Without cursor movement, or if nothing can
 * be looked up: sets err. */
bool screen_probe(const char *term, struct screen_entry *entry, struct err *err)
    __attribute__((warn_unused_result));

/* Starts curses: alternate screen, raw keys (no XON/XOFF: who pressed ^S would block the program),
 * no echo, no cursor, pastes in brackets.  A depth that the entry cannot do is tried with a related
 * entry (xterm-256color, xterm-direct) and lowered where none is installed: screen_depth.  Returns
 * owned, NULL with err set. */
struct screen *screen_open(const struct screen_config *config, struct err *err)
    __attribute__((warn_unused_result));

/* The depth it came to. */
enum color_depth screen_depth(const struct screen *screen);

/* Takes the terminal's new size (after SIGWINCH); the next frame is drawn whole. */
void screen_resize(struct screen *screen, int cols, int rows);

/* Shows the grid; what lies outside the screen is cut, what is missing is blank.  Only cells that
 * differ from the last frame reach curses.  Returns the bytes written, or -1 where they cannot be
 * counted. */
long screen_show(struct screen *screen, const struct grid *grid);

/* The cursor for a line that is typed; negative hides it (the default).  Counts from the next
 * screen_show. */
void screen_cursor(struct screen *screen, int x, int y);

/* Other colours from the next frame on; borrowed. */
void screen_theme(struct screen *screen, const struct theme *theme);

void screen_mouse(struct screen *screen, bool is_on);

/* Draws the whole next frame, for when something else wrote to the terminal. */
void screen_redraw(struct screen *screen);

/* The next key, click or paste, as decoder.h tells them; PRESS_NONE when nothing waits: at once, or
 * 25 ms after an ESC.  Clicks are swallowed while the mouse is off.  The text of a paste is good
 * until the next call. */
struct key screen_key(struct screen *screen);

/* Leaves the alternate screen (before terminal_suspend, or to print) and comes back. */
void screen_suspend(struct screen *screen);
void screen_resume(struct screen *screen);

/* Gives the terminal back and frees.  NULL is allowed. */
void screen_close(struct screen *screen);

#endif
