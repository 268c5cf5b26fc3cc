/* SPDX-License-Identifier: MIT
 * What a person at the live program does and sees, in the few words that its tests are told in.
 * What does not come in PTY_PATIENCE_MS stops the test and shows the screen. */
#ifndef OUBLI_TESTS_SUPPORT_PERSON_H
#define OUBLI_TESTS_SUPPORT_PERSON_H

#include <stdbool.h>

#include "support/pty.h"

/* The program with these arguments, ended by NULL, at 120 x 36, once its session is there: what is
 * typed before the screen is the shell's.  Returns owned. */
struct pty *start(const char *const *arguments);
/* Esc closes what is open, and everything before has been dealt with: Esc and the key behind it are
 * two keys. */
void close_all(struct pty *pty);
/* q ends it with code 0, and the terminal is given back; frees all. */
void quit(struct pty *pty);

/* A key by its name; a line of the palette. */
void press(struct pty *pty, const char *name);
void press_and_expect(struct pty *pty, const char *name, const char *text);
void command(struct pty *pty, const char *line);

bool shows(struct pty *pty, const char *text); /* now */
void expect(struct pty *pty, const char *text);
void expect_gone(struct pty *pty, const char *text);
void expect_given_back(struct pty *pty, const char *when);
/* The step in the status line, -1 if none is there. */
long step_of(struct pty *pty);

#endif
