/* SPDX-License-Identifier: MIT
 * A grid as plain UTF-8 text, one line a row, without trailing spaces: golden tests and
 * documents. */
#ifndef OUBLI_UI_SCREEN_PRESENT_TEXT_H
#define OUBLI_UI_SCREEN_PRESENT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "ui/screen/grid.h"

/* The text, one '\n' behind every row.  Returns owned (free), NULL when out of memory. */
char *present_text(const struct grid *grid);

/* Writes it.  False if the file did not take it all. */
bool present_text_write(const struct grid *grid, FILE *file) __attribute__((warn_unused_result));

#endif
