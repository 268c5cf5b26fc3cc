/* SPDX-License-Identifier: MIT */
#include "ui/widgets/bar.h"

#include <math.h>

/* Parts of a cell that a set can draw: eighths, halves (old console fonts) or none. */
static int parts_of(enum dots dots)
{
    return dots == DOTS_BRAILLE ? 8 : dots == DOTS_BLOCK ? 2 : 1;
}

enum role bar_role(const struct bar *bar)
{
    if (bar->bad > 0 && bar->value >= bar->bad) {
        return ROLE_BAD;
    }
    return bar->warn > 0 && bar->value >= bar->warn ? ROLE_WARN : bar->role;
}

void bar_draw(const struct pen *pen, int x, int y, int columns, const struct bar *bar)
{
    int parts = parts_of(pen->glyphs->dots);
    double share = bar->max > 0 ? bar->value / bar->max : 0;
    share = isnan(share) ? 0 : fmin(fmax(share, 0), 1);
    if (columns <= 0) {
        return;
    }
    int filled = (int)lround(share * columns * parts);
    struct style style = style_of(bar_role(bar));
    int whole = filled / parts, part = filled % parts;
    if (!bar->is_bare) {
        pen_hline(pen, x, y, columns, style_of(ROLE_FAINT), GLYPH_BAR_REST);
    }
    pen_hline(pen, x, y, whole, style, GLYPH_BAR);
    if (part) {
        /* U+2588 is eight eighths from the left, U+258F one. */
        pen_put(pen, x + whole, y, style, 0x2590u - (uint32_t)(part * 8 / parts));
    }
}
