/* SPDX-License-Identifier: MIT
 * Texts from files, made fit for a line on a terminal: valid UTF-8 without control characters. */
#ifndef OUBLI_TASKS_CLEAN_H
#define OUBLI_TASKS_CLEAN_H

#include <stddef.h>

/* Replaces every control character and every byte that is not UTF-8 by '?', in place. */
void clean_text(char *text);

/* Copies `text` into buf (size > 3), cleaned, and cut with "..." at the end of a character if it
 * does not fit.  Returns buf. */
char *clean_copy(char *buf, size_t size, const char *text);

#endif
