/* SPDX-License-Identifier: MIT
 * A line to the person on stderr. */
#ifndef OUBLI_UI_SCREEN_MESSAGE_H
#define OUBLI_UI_SCREEN_MESSAGE_H

#include <stdio.h>

/* "oubli: ..." in one line, cleaned of what could act on a terminal (names of files and of learners
 * may hold anything), and in ASCII words where the locale is not UTF-8: there a byte of a character
 * could be a control. */
void message_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same into a stream, to be written later; stderr is as message_line. */
void message_to(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
