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

/* `text` as UTF-8, owned, ended by a NUL that `*size` does not count; `text` is taken over.
 * `encoding`: utf-8, latin-1 or windows-1252; NULL = utf-8.  NULL and err (file:line) if it is not
 * so, or holds a NUL: the line says what it seems to be.  `what` is what was expected: "a CSV
 * file". */
char *plain_text_take(const char *path, char *text, size_t *size, const char *encoding,
                      const char *what, struct err *err) __attribute__((warn_unused_result));

/* "latin-1" or "windows-1252", as which a text can be read that is no UTF-8; NULL = neither, or
 * most of it is UTF-8 and some bytes are damaged. */
const char *plain_text_guess(const char *text, size_t size);

/* Makes every end of a line LF, in place, whether it was LF, CRLF or CR alone; returns how many
 * bytes are left. */
size_t plain_text_lines(char *text, size_t size);

#endif
