/* SPDX-License-Identifier: MIT
 * A grid as plain UTF-8 text, one line a row, without trailing spaces. */
#ifndef OUBLI_TESTS_SUPPORT_PRESENT_TEXT_H
#define OUBLI_TESTS_SUPPORT_PRESENT_TEXT_H

#include "ui/screen/grid.h"

/* The text, one '\n' behind every row.  Returns owned (free), NULL when out of memory. */
char *present_text(const struct grid *grid);

#endif
