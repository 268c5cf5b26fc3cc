/* SPDX-License-Identifier: MIT
 * What a text file must be before anything else is read in it: UTF-8, with lines that end in LF. */
#ifndef OUBLI_TASKS_PLAIN_TEXT_H
#define OUBLI_TASKS_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Decodes the character of UTF-8 that begins at `at`, where `left` > 0 bytes are left; returns its
 * bytes, 0 where there is none. */
size_t plain_text_decode(const char *at, size_t left, uint32_t *code);

/* The first byte that is not UTF-8 and its line, from 1; `size` and the last line if there is
 * none. */
size_t plain_text_first_bad(const char *text, size_t size, long *line);

/* False and err (file:line) unless all of `text` is UTF-8 without a NUL: the line says what it
 * seems to be, and how to convert it.  `what` is what was expected: "a CSV file". */
bool plain_text_check(const char *path, const char *text, size_t size, const char *what,
                      struct err *err) __attribute__((warn_unused_result));

/* Makes every end of a line LF, in place, whether it was LF, CRLF or CR alone; returns how many
 * bytes are left. */
size_t plain_text_lines(char *text, size_t size);

#endif
