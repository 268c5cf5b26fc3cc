/* SPDX-License-Identifier: MIT
 * Texts from outside (files, arguments, pastes, recordings), made fit for a line on a terminal, a
 * page or a file: valid UTF-8 without what a reader does not see.  Everything that shows a name or
 * a message goes through here. */
#ifndef OUBLI_TASKS_CLEAN_H
#define OUBLI_TASKS_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True for what is not seen and changes what is: control characters, and those of Unicode's format
 * characters and separators that turn the direction of a line, break it, or hide in a name. */
bool clean_is_hidden(uint32_t ch);

/* Cleans in place: a control character, a line or paragraph separator and a byte that is not UTF-8
 * becomes '?', a format character is left out. */
void clean_text(char *text);

/* Copies `text` into buf (size > 3), cleaned, and cut with "..." at the end of a character if it
 * does not fit.  Returns buf. */
char *clean_copy(char *buf, size_t size, const char *text);

#endif
