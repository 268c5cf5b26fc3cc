/* SPDX-License-Identifier: MIT */
#include "ui/screen/inked.h"

enum { HALF_TOP = 0x2580, HALF_BOTTOM = 0x2584 };

static uint32_t simplify_half(uint32_t ch, struct theme_ink *ink)
{
    if (ink->fg == ink->bg && ink->fg >= 0) {
        return ' ';
    }
    if (ink->bg > ink->fg && ink->fg >= 0) {
        int fg = ink->fg;
        ink->fg = ink->bg;
        ink->bg = fg;
        return ch == HALF_TOP ? HALF_BOTTOM : HALF_TOP;
    }
    return ch;
}

struct inked inked_of(const struct cell *cell, const struct theme *theme, enum color_depth depth)
{
    struct style style = {.fg = cell->fg, .bg = cell->bg, .attr = cell->attr};
    struct inked inked = {.ch = cell->ch ? cell->ch : ' ', .ink = theme_ink(theme, style, depth)};
    if (inked.ch == HALF_TOP || inked.ch == HALF_BOTTOM) {
        inked.ch = simplify_half(inked.ch, &inked.ink);
    }
    return inked;
}
