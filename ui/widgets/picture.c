/* SPDX-License-Identifier: MIT */
#include "ui/widgets/picture.h"

#include <stdbool.h>

/* The part of `from` pixels that pixel i of n stands for: begin .. end-1, at least one. */
static void span(int i, int n, int from, int *begin, int *end)
{
    *begin = (int)((int64_t)i * from / n);
    *end = (int)((int64_t)(i + 1) * from / n);
    *end = *end > *begin ? *end : *begin + 1;
}

/* The mean of the pixels that pixel (px, py) of w x h stands for, rounded. */
static int level_of(const struct picture *picture, int px, int py, int w, int h)
{
    int left, right, top, bottom, sum = 0;
    span(px, w, picture->width, &left, &right);
    span(py, h, picture->height, &top, &bottom);
    for (int i = top; i < bottom; i++) {
        for (int j = left; j < right; j++) {
            sum += picture->levels[i * picture->width + j];
        }
    }
    int n = (bottom - top) * (right - left);
    return (sum + n / 2) / n;
}

static void put_shade(const struct pen *pen, int x, int y, int level)
{
    int last = pen->glyphs->n_shades - 1;
    int i = (level * last + (STYLE_GREYS - 1) / 2) / (STYLE_GREYS - 1);
    pen_put(pen, x, y, style_of(ROLE_TEXT), pen->glyphs->shade[i]);
}

static void put_pair(const struct pen *pen, int x, int y, int top, int bottom)
{
    if (top == bottom) {
        pen_put(pen, x, y, style_on(ROLE_DEFAULT, style_grey(top)), ' ');
    } else {
        pen_glyph(pen, x, y, style_on(style_grey(top), style_grey(bottom)), GLYPH_HALF_TOP);
    }
}

void picture_draw(const struct pen *pen, int x, int y, int columns, int rows,
                  const struct picture *picture)
{
    bool has_halves = depth_has_ramps(pen->depth) && pen->glyphs->dots != DOTS_ASCII;
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            if (!picture->levels) {
                pen_glyph(pen, x + j, y + i, style_of(ROLE_FAINT), GLYPH_MIDDLE_DOT);
            } else if (has_halves) {
                put_pair(pen, x + j, y + i, level_of(picture, j, 2 * i, columns, 2 * rows),
                         level_of(picture, j, 2 * i + 1, columns, 2 * rows));
            } else {
                put_shade(pen, x + j, y + i, level_of(picture, j, i, columns, rows));
            }
        }
    }
}
