/* SPDX-License-Identifier: MIT
 * A cell in the terms of a terminal: the character and colours that look like it and cost the
 * fewest bytes.  What presenters of colour numbers share. */
#ifndef OUBLI_UI_SCREEN_INKED_H
#define OUBLI_UI_SCREEN_INKED_H

#include "ui/screen/grid.h"
#include "ui/screen/theme.h"

struct inked {
    uint32_t ch;
    struct theme_ink ink;
};

/* A half block whose halves are equal becomes a space; else its higher colour number stands in the
 * foreground, so that (a over b) and (b over a) share a pair. */
struct inked inked_of(const struct cell *cell, const struct theme *theme, enum color_depth depth);

/* True if a space with that ink shows nothing of its foreground. */
static inline bool inked_hides(const struct theme_ink *ink)
{
    return !(ink->attr & (ATTR_REVERSE | ATTR_UNDERLINE));
}

#endif
