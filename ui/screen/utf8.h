/* SPDX-License-Identifier: MIT
 * UTF-8, as far as a grid of cells needs it: decode, encode, count columns.  Every character the
 * program shows is one column wide; characters that are not (control, combining, wide) become
 * '?'. */
#ifndef OUBLI_UI_SCREEN_UTF8_H
#define OUBLI_UI_SCREEN_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character at `*text`, which moves behind it; 0 at the end, where it stays.  A broken byte
 * reads as U+FFFD and moves by one. */
uint32_t utf8_next(const char **text);

/* Writes `ch` (at most 4 bytes, no terminator) and returns the number of bytes. */
int utf8_put(char buf[4], uint32_t ch);

/* How many columns `text` takes; NULL takes none. */
int utf8_columns(const char *text);

/* The codepoint that stands for `ch` in a cell: itself if it is one column wide, else '?'. */
uint32_t utf8_cell(uint32_t ch);

#endif
