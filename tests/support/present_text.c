/* SPDX-License-Identifier: MIT */
#include "support/present_text.h"

#include <stdlib.h>

#include "ui/screen/utf8.h"

static bool is_blank(const struct cell *cell)
{
    return cell->ch == 0 || cell->ch == ' ';
}

char *present_text(const struct grid *grid)
{
    size_t rows = (size_t)grid->rows, cols = (size_t)grid->cols;
    char *text = malloc(rows * (cols * 4 + 1) + 1);
    if (!text) {
        return NULL;
    }
    char *end = text;
    for (int y = 0; y < grid->rows; y++) {
        int n = grid->cols;
        while (n > 0 && is_blank(grid_at(grid, n - 1, y))) {
            n--;
        }
        for (int x = 0; x < n; x++) {
            const struct cell *cell = grid_at(grid, x, y);
            end += utf8_put(end, is_blank(cell) ? ' ' : cell->ch);
        }
        *end++ = '\n';
    }
    *end = '\0';
    return text;
}
