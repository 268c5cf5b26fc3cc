/* SPDX-License-Identifier: MIT */
#include "support/drawing.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/present_text.h"

struct grid make_grid(int cols, int rows)
{
    struct grid grid = {0};
    cr_assert(grid_resize(&grid, cols, rows, NULL));
    return grid;
}

void expect_text(const struct grid *grid, const char *expected)
{
    char *text = present_text(grid);
    cr_assert_str_eq(text, expected, "expected\n%sfound\n%s", expected, text);
    free(text);
}
