/* SPDX-License-Identifier: MIT
 * Grids in tests: made, and compared with the text they must show. */
#ifndef OUBLI_TESTS_SUPPORT_DRAWING_H
#define OUBLI_TESTS_SUPPORT_DRAWING_H

#include "ui/screen/grid.h"

/* An empty grid; fails the test without memory.  The caller calls grid_fini. */
struct grid make_grid(int cols, int rows);

/* Fails the test, showing both, unless the grid's text is `expected`. */
void expect_text(const struct grid *grid, const char *expected);

#endif
